"""What the watcher understands of a record: one small event, or nothing. Times are epoch milliseconds."""

from typing import NamedTuple


class Touched(NamedTuple):
    """An account of an experiment was sent a message, or, in a hold-out, would have been."""

    at_ms: int
    account_id: str
    experiment: str
    arm: str
    withheld: bool = False


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


Event = Touched | Complained | OptOutEvent | Cured
