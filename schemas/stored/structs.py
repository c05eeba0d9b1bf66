"""What the parts of a stored account share."""

import msgspec


class Struct(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Base of the stored parts: immutable, defaults left out."""


class Passed(Struct, frozen=True):
    """A stage of the cycle that lies behind: sent, or lapsed."""

    stage: str
    sent: bool
    at_ms: int
    imported: bool = False
    """The system before us had sent it."""


class Wait(Struct, frozen=True, array_like=True):
    """What comes next, when (epoch milliseconds UTC; None when only a fact can bring it), and why not before."""

    stage: str
    at_ms: int | None
    code: str
