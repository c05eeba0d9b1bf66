"""What a borrower's replies said to a stored account, word by word. Times are epoch milliseconds UTC."""

from typing import Literal

from schemas.stored.structs import Struct


class ReplyAnswer(Struct, frozen=True):
    """The notice that a word asks for."""

    decided: bool = False
    """It has left, or it never will."""
    reminder_id: str = ""
    """Of the one that left."""
    issued_ms: int = 0
    expires_ms: int = 0
    phone: str = ""
    recalled: bool = False


class Heard(Struct, frozen=True):
    """One word of a reply: a keyword, a promise or a dispute."""

    word_id: str
    """That of the reply's keyword, of the promise, or of the hold."""
    kind: Literal["reply", "promise", "dispute"]
    said_ms: int
    """When it was first told."""
    rule: str = ""
    """The rule that read it so; empty where none is named."""
    sure: bool | None = None
    asked: bool = False
    """Of a promise or dispute that is not believed: a person was told of it."""
    answer: ReplyAnswer | None = None
    """Absent where no notice is asked for."""
