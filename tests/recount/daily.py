"""A second way to the same numbers: what a lender who looks once a day would send, told as plainly as possible.

It knows fact lines and a ladder, and imports nothing of what it checks. Every day at the tick it reads what was said
since the last one, then asks: is anything overdue, how old is the oldest of it, which step comes next, may we write
again already?
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class DailyLadder:
    """Days after the oldest unpaid due date at which each step may be taken, at the earliest."""

    zone: str
    steps: tuple[tuple[str, int], ...]
    gap_days: int
    tolerance_minor: int = 0
    hand_off_days: int | None = None
    tick: time = time(9)


class Expected(NamedTuple):
    """One thing that must leave on one day; the last of an episode is `CLOSED`, that of a ladder `HAND_OFF`."""

    account: str
    day: date
    stage: str
    total_minor: int


@dataclass
class _Debt:
    """One instalment, or a card's newest missed statement."""

    due: date
    left_minor: int
    seen_at: datetime


@dataclass
class _Episode:
    """From the first step until nothing is overdue."""

    taken: list[str] = field(default_factory=list)
    handed_off: bool = False


def expected(lines: Iterable[str], ladder: DailyLadder, until: date) -> list[Expected]:
    """All that must leave, account by account and by day, when the last tick is on ``until``."""
    by_account: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        fact = json.loads(line)
        if fact["type"] in {"repayment.missed", "payment.booked"}:
            by_account[fact["account_id"]].append(fact)
    found: list[Expected] = []
    for account, facts in sorted(by_account.items()):
        if any(fact["type"] == "repayment.missed" for fact in facts):
            found.extend(_Borrower(account, ladder).live(facts, until))
    return found


class _Borrower:
    """One account, day after day."""

    def __init__(self, account: str, ladder: DailyLadder) -> None:
        self._account, self._ladder = account, ladder
        self._debts: dict[str, _Debt] = {}
        self._episode = _Episode()
        self._last_written: date | None = None

    def live(self, facts: list[dict[str, Any]], until: date) -> Iterator[Expected]:
        zone = ZoneInfo(self._ladder.zone)
        waiting = [(datetime.fromisoformat(fact["time"]), fact) for fact in facts]
        day = waiting[0][0].astimezone(zone).date()
        while day <= until:
            now = datetime.combine(day, self._ladder.tick, zone)
            said = 0
            while said < len(waiting) and waiting[said][0] <= now:
                yield from self._hear(waiting[said][1], day)
                said += 1
            del waiting[:said]
            if self._total():
                yield from self._step(day)
                day += timedelta(days=1)
            elif waiting:
                # Nothing is overdue, so nothing happens before the next fact.
                day = max(day + timedelta(days=1), waiting[0][0].astimezone(zone).date())
            else:
                return

    def _hear(self, fact: dict[str, Any], day: date) -> Iterator[Expected]:
        if fact["type"] == "payment.booked":
            self._pay(fact)
        else:
            self._miss(fact)
        if self._total() <= self._ladder.tolerance_minor:
            self._debts.clear()
            if self._episode.taken or self._episode.handed_off:
                yield Expected(self._account, day, "CLOSED", 0)
            self._episode = _Episode()

    def _miss(self, fact: dict[str, Any]) -> None:
        as_of, due = datetime.fromisoformat(fact["as_of"]), date.fromisoformat(fact["due_date"])
        if fact["kind"] == "statement":
            # The newer statement holds the older one's balance; the days go on counting from the oldest.
            key = str(fact["loan_id"])
            old = self._debts.get(key)
            due = due if old is None else old.due
        else:
            key = f"{fact['loan_id']}/{fact['instalment_id']}"
        self._debts[key] = _Debt(due, fact["outstanding_minor"], as_of)

    def _pay(self, fact: dict[str, Any]) -> None:
        booked_at = datetime.fromisoformat(fact["booked_at"])
        parts = fact.get("allocations")
        if parts is not None:
            wanted = [(f"{part['loan_id']}/{part['instalment_id']}", part["amount_minor"]) for part in parts]
        else:
            oldest_first = sorted(self._debts, key=lambda key: self._debts[key].due)
            wanted = [(key, None) for key in oldest_first]
        left_minor = fact["amount_minor"]
        for key, named_minor in wanted:
            debt = self._debts.get(key)
            if debt is not None and debt.seen_at < booked_at:
                spent = min(debt.left_minor, left_minor if named_minor is None else named_minor)
                debt.left_minor -= spent
                left_minor -= spent

    def _total(self) -> int:
        return sum(debt.left_minor for debt in self._debts.values())

    def _step(self, day: date) -> Iterator[Expected]:
        ladder, episode = self._ladder, self._episode
        if episode.handed_off:
            return
        oldest = min(debt.due for debt in self._debts.values() if debt.left_minor)
        age_days = (day - oldest).days
        if ladder.hand_off_days is not None and age_days >= ladder.hand_off_days:
            episode.handed_off = True
            yield Expected(self._account, day, "HAND_OFF", self._total())
            return
        written = self._last_written
        if written is not None and (day - written).days < ladder.gap_days:
            return
        for stage, after_days in ladder.steps:
            if stage not in episode.taken:
                if age_days >= after_days:
                    episode.taken.append(stage)
                    self._last_written = day
                    yield Expected(self._account, day, stage, self._total())
                return
