"""What a stored account keeps of its number, beside the number itself. Times are epoch milliseconds UTC."""

from schemas.stored.structs import Struct


class ToldProfile(Struct, frozen=True, array_like=True):
    """Which profile, in the order in which numbers are told. Stored as a list of three."""

    as_of_ms: int
    time_ms: int
    version: int


class ToldNumber(Struct, frozen=True, array_like=True):
    """A number, and the newest profile that told it. Stored as a list of two."""

    phone: str | None
    profile: ToldProfile


class NumberWord(Struct, frozen=True):
    """How many accounts carry the number, as it was last told."""

    version: int
    time_ms: int
    accounts: int
    turn: int
    """From 0 on, one of each sharer's own."""
    judged: ToldProfile
    """The profile that told the number of which it speaks."""
    changed_ms: int = 0
    """When the accounts of the number last changed; 0 where nobody else ever carried it."""
    source: str = ""
    others: "tuple[NumberWord, ...]" = ()
    """The other words that stand, the best first."""
    beat: bool = False
    """It was told that another word lost to it."""


class NumberState(Struct, frozen=True):
    """Whether the number may be written to, as far as that is known."""

    word: NumberWord | None = None
    told: tuple[ToldNumber, ...] = ()
    """The two numbers that were told last, the newest first; empty where only the one that stands was told."""
    unchecked_ms: int | None = None
    """Since when a message waits for the word on the number."""
