"""What a policy makes of replies, and which of them it answers."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.policy.packs import Keyword
from schemas.values.file_data import FileData

NoticeKind = Literal["stop", "help", "promise"]
"""What a notice answers, and the name of its text."""
NOTICE_SLOTS: Final[dict[NoticeKind, frozenset[str]]] = {
    "stop": frozenset({"lender", "name", "service_number"}),
    "help": frozenset({"lender", "name", "service_number"}),
    "promise": frozenset({"lender", "name", "service_number", "amount", "due_date"}),
}
"""Slots that its text can fill; of a promise ``amount`` and ``due_date`` are what was promised."""


class Replies(FileData):
    """What the keywords of replies mean; any other one goes to a person."""

    opt_out: Annotated[tuple[Keyword, ...], Field(max_length=64)] = ("STOP", "T", "TD", "N", "UNSUBSCRIBE")
    paid: Annotated[tuple[Keyword, ...], Field(max_length=64)] = ("PAID", "Y")
    paid_days: Annotated[int, Field(ge=0, le=14)] = 2
    """Days of silence for money that is said to be on its way, in the lender's zone."""

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        both = sorted(set(self.opt_out) & set(self.paid))
        if both:
            raise ValueError(f"keywords with two meanings: {', '.join(both)}")
        return self


class Notices(FileData):
    """Which replies are answered by SMS. A HELP is where the pack asks for it."""

    stop: bool = False
    """That no more messages come."""
    promise: bool = False
    """What was promised, and by when."""
