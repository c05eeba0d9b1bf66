"""From the events of each account to the counts of each row, in memory that grows with the rows alone.

Messages are counted in the row of what they were. Everything that follows is counted once for each account: from its
first message in the row, for so many days of 24 hours. In a table by arm, or by arm and segment, that is the account's
first message that was due in the experiment, for only that is the same in all arms; in the hold-out, the first that was
withheld. An account is counted once its days are over, so that a look today does not take who was written to yesterday
for somebody who does not pay. Times are epoch milliseconds.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from agents.experiments.events import (
    AccountOver,
    Complained,
    Cured,
    DeliveryTold,
    Event,
    OptOutEvent,
    PersonAsked,
    StageDecided,
)
from schemas.values.instants import DAY_MS

NONE: Final = "-"
OTHERS: Final = "(others)"
ROWS_MAX: Final = 5_000
"""What would be a row beyond it is counted in one row of others."""
AFTER_THE_DRAW: Final = frozenset({"stage", "hour", "text"})
"""What a message is by these depends on how the account was treated before."""
CURES_TOLD_FROM_CORE: Final = 3
"""Before it a cure of a hold-out stood in a decision only after a hand-off."""

RowKey = tuple[str, ...]


class ReportTerms(NamedTuple):
    """What is asked."""

    by: tuple[str, ...]
    """Of stage, arm, segment, hour, text."""
    since_ms: int
    as_of_ms: int
    """Nothing from this instant on is known."""
    within_days: int = 14
    answers_from_ms: int = 0
    """Receipts, complaints and replies of before are deleted already."""

    @property
    def comparable(self) -> bool:
        """Whether rows are what accounts were drawn into, and nothing that came after."""
        return "arm" in self.by and not AFTER_THE_DRAW & set(self.by)

    @property
    def within_ms(self) -> int:
        """The window of an account."""
        return self.within_days * DAY_MS


@dataclass
class RowCounts:
    """What is counted in one row."""

    sent: int = 0
    receipted: int = 0
    """Messages sent since receipts are there to read."""
    delivered: int = 0
    withheld: int = 0
    untold: int = 0
    """Of these, decided by a core that told no cures of a hold-out."""
    entered: int = 0
    """Accounts, those included whose days are not over."""
    counted: int = 0
    """Accounts whose days are over: what follows is of these."""
    cured: int = 0
    answerable: int = 0
    """Accounts whose days are over and whose complaints and replies are all there to read."""
    complained: int = 0
    opted_out: int = 0
    handed_off: int = 0
    parts: int = 0
    unpriced: int = 0
    """Messages of which no record tells how many SMS they were."""
    days: Counter[int] = field(default_factory=Counter)
    """Days from the first message to the cure -> accounts."""
    open_days: Counter[int] = field(default_factory=Counter)
    """Days from the first message to where no cure is known yet -> accounts."""


@dataclass
class _Stay:
    """One account in one row."""

    first: StageDecided
    end_ms: int
    owing: bool = False
    touched: bool = False
    cured_ms: int | None = None
    over_ms: int | None = None
    parts: int = 0
    unpriced: int = 0
    found: set[str] = field(default_factory=set)


class RowCounting:
    """Takes in one account after the other."""

    def __init__(self, terms: ReportTerms, rows_max: int = ROWS_MAX) -> None:
        self.terms = terms
        self.rows: dict[RowKey, RowCounts] = {}
        self.crowded = False
        """Whether there were more rows than are kept."""
        self._rows_max = rows_max

    def account(self, events: Iterable[Event]) -> None:
        """All events of one account, in the order of time."""
        stays: dict[object, _Stay] = {}
        messages: dict[str, RowCounts] = {}
        opted_out = False
        for event in events:
            if event.at_ms >= self.terms.as_of_ms:
                break
            if isinstance(event, OptOutEvent):
                # Who has opted out stays so: each later version of the profile tells it again.
                if opted_out:
                    continue
                opted_out = True
            if isinstance(event, StageDecided) and event.at_ms >= self.terms.since_ms:
                self._message(event, messages)
                self._enter(event, stays)
            elif isinstance(event, DeliveryTold):
                row = messages.pop(event.reminder_id, None)
                if row is not None:
                    row.delivered += 1
            for stay in stays.values():
                _follow(stay, event)
        for stay in stays.values():
            self._leave(stay)

    def _message(self, event: StageDecided, messages: dict[str, RowCounts]) -> None:
        if event.how == "deferred":
            return
        row = self._row(event)
        if event.how == "withheld":
            row.withheld += 1
            row.untold += event.core < CURES_TOLD_FROM_CORE
            return
        row.sent += 1
        if event.at_ms >= self.terms.answers_from_ms:
            row.receipted += 1
            messages[event.reminder_id or ""] = row

    def _enter(self, event: StageDecided, stays: dict[object, _Stay]) -> None:
        if event.how == "deferred" and not self.terms.comparable:
            return
        unit = event.experiment if self.terms.comparable else self._key(event)
        if unit not in stays:
            stays[unit] = _Stay(event, event.at_ms + self.terms.within_ms)

    def _leave(self, stay: _Stay) -> None:
        terms, row = self.terms, self._row(stay.first)
        row.entered += 1
        if stay.touched and stay.first.owes:
            ended_ms = next((at for at in (stay.cured_ms, stay.over_ms) if at is not None), terms.as_of_ms)
            where = row.open_days if stay.cured_ms is None else row.days
            where[(ended_ms - stay.first.at_ms) // DAY_MS] += 1
        if stay.end_ms > terms.as_of_ms:
            return
        row.counted += 1
        row.cured += not stay.owing
        row.handed_off += "handed_off" in stay.found
        row.parts += stay.parts
        row.unpriced += stay.unpriced
        if stay.first.at_ms >= terms.answers_from_ms:
            row.answerable += 1
            row.complained += "complained" in stay.found
            row.opted_out += "opted_out" in stay.found

    def _key(self, event: StageDecided) -> RowKey:
        return tuple(_VALUE[name](event) for name in self.terms.by)

    def _row(self, event: StageDecided) -> RowCounts:
        key = self._key(event)
        if key not in self.rows and len(self.rows) >= self._rows_max:
            key, self.crowded = (OTHERS,) * len(key), True
        return self.rows.setdefault(key, RowCounts())


def _follow(stay: _Stay, event: Event) -> None:
    """What an event means for an account within its days; a cure counts for the days to it whenever it comes."""
    if isinstance(event, Cured) and stay.cured_ms is None and stay.over_ms is None:
        stay.cured_ms = event.at_ms
    if isinstance(event, AccountOver) and stay.over_ms is None:
        stay.over_ms = event.at_ms
    if event.at_ms >= stay.end_ms:
        return
    match event:
        case StageDecided(how="sent" | "withheld"):
            stay.touched = True
            stay.owing |= event.owes
            stay.parts += event.parts or 0
            stay.unpriced += event.how == "sent" and event.parts is None
        case PersonAsked():
            stay.owing |= event.owes
            stay.found.add("handed_off")
        case Cured():
            stay.owing = False
        case Complained():
            stay.found.add("complained")
        case OptOutEvent():
            stay.found.add("opted_out")


def _arm(event: StageDecided) -> str:
    return NONE if event.arm is None else f"{event.experiment}/{event.arm}"


_VALUE: Final[dict[str, Callable[[StageDecided], str]]] = {
    "stage": lambda event: event.stage,
    "arm": _arm,
    "segment": lambda event: event.segment or NONE,
    "hour": lambda event: event.hour or NONE,
    "text": lambda event: event.template_id or NONE,
}
DIMENSIONS: Final = tuple(_VALUE)
