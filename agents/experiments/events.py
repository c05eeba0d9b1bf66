"""What the watcher understands of a record: one small event, or nothing. Times are epoch milliseconds."""

from typing import NamedTuple


class Touched(NamedTuple):
    """An account of an experiment was sent a message, or, in a hold-out, would have been."""

    at_ms: int
    account_id: str
    experiment: str
    arm: str
    withheld: bool = False


class StageDecided(NamedTuple):
    """A message to an account was due: it left, it waits, or it was withheld from a hold-out."""

    at_ms: int
    account_id: str
    how: str
    """`sent`, `deferred` or `withheld`."""
    stage: str
    owes: bool
    """Whether anything was overdue; false for a notice before the due day."""
    segment: str | None = None
    experiment: str | None = None
    arm: str | None = None
    template_id: str | None = None
    reminder_id: str | None = None
    parts: int | None = None
    hour: str | None = None
    """Of the borrower's clock, 00 to 23."""
    core: int = 1
    """The revision of the rules that decided."""


class DeliveryTold(NamedTuple):
    """The gateway says that a message reached the phone."""

    at_ms: int
    account_id: str
    reminder_id: str


class PersonAsked(NamedTuple):
    """The case was handed off."""

    at_ms: int
    account_id: str
    owes: bool


class AccountOver(NamedTuple):
    """The account was sold, closed or written off: its cycle ends without a cure."""

    at_ms: int
    account_id: str


class Complained(NamedTuple):
    """A complaint, named by its own id: a rerun tells it again."""

    at_ms: int
    account_id: str
    complaint_id: str


class OptOutEvent(NamedTuple):
    """The person wants no more messages, by a reply or, without ``reply_id``, by their profile."""

    at_ms: int
    account_id: str
    reply_id: str | None = None


class Cured(NamedTuple):
    """Nothing is overdue any more."""

    at_ms: int
    account_id: str


Event = Touched | StageDecided | DeliveryTold | PersonAsked | AccountOver | Complained | OptOutEvent | Cured
