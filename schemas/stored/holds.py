"""The holds of a stored account. Times are epoch milliseconds UTC."""

from schemas.stored.structs import Struct


class Lift(Struct, frozen=True):
    """A word that lifts a hold."""

    version: int
    time_ms: int
    source: str = ""


class Placing(Struct, frozen=True):
    """A word of another source that places a hold, or an older one with a higher time."""

    version: int
    time_ms: int
    source: str = ""


class Hold(Struct, frozen=True):
    """A reason to be silent: the placing that counts, and every placing and lift that may still decide if it stands."""

    hold_id: str
    kind: str = ""
    version: int = 0
    until_ms: int | None = None
    lifted: bool = False
    """Lifted before lifts had words of their own: it ends the placing that it was stored with."""
    placed_ms: int = 0
    """When it was first placed."""
    source: str = ""
    time_ms: int = 0
    placings: tuple[Placing, ...] = ()
    """Of each source the highest version and the latest one."""
    lifts: tuple[Lift, ...] = ()
    """Likewise."""
    others: "tuple[Hold, ...]" = ()
    """What the other words that stand say of kind and end, the best first."""
    beat: bool = False
    """It was told that another word lost to it."""
