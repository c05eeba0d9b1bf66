"""How a core-banking system tells one account's story: instants with milliseconds, and facts as lines.

Everything random comes from the account's own generator, so that one account's story does not depend on another's.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
CURRENCY: Final = "CNY"


class TimedLine(NamedTuple):
    """One line and when it is said; sorting by both is the order of the file."""

    at: datetime
    line: bytes


@dataclass
class Instalment:
    """One amount due on one date, and what is left of it as the story goes on."""

    loan_id: str
    instalment_id: str
    due: date
    amount_minor: int
    left_minor: int
    effective: date


def midnight(day: date) -> datetime:
    """The start of a day at the lender's."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def written(at: datetime) -> str:
    """Instants are written alike everywhere, so that they also sort as text."""
    return at.astimezone(ZONE).isoformat(timespec="milliseconds")


def line_of(fields: dict[str, Any]) -> bytes:
    """One line of a file of facts."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Teller:
    """Collects what is said of one account."""

    def __init__(self, account_id: str, rng: Random, start: date) -> None:
        self.account_id = account_id
        self.rng = rng
        self.start = start
        self.told: list[TimedLine] = []
        self._payments = 0

    def between(self, day: date, from_hour: float, to_hour: float) -> datetime:
        """Some instant of a day."""
        hours = self.rng.uniform(from_hour, to_hour)
        return midnight(day) + timedelta(milliseconds=int(hours * 3_600_000))

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.rng.random() < probability

    def say(self, at: datetime, kind: str, /, **fields: Any) -> None:
        """Tell one fact; each gets an event id of its own, also when it repeats another."""
        event_id = f"{self.account_id}-{len(self.told) + 1}"
        body = {"type": kind, "event_id": event_id, "account_id": self.account_id, "time": written(at), **fields}
        self.told.append(TimedLine(at, line_of(body)))

    def _owed(self, item: Instalment, as_of: datetime) -> dict[str, Any]:
        moved = {} if item.effective == item.due else {"effective_due_date": item.effective.isoformat()}
        return {
            "loan_id": item.loan_id,
            "instalment_id": item.instalment_id,
            "due_date": item.due.isoformat(),
            **moved,
            "amount_due_minor": item.amount_minor,
            "currency": CURRENCY,
            "as_of": written(as_of),
        }

    def scheduled(self, item: Instalment) -> None:
        """It falls due soon: told ten days ahead, or on the first day of the story."""
        day = max(item.due - timedelta(days=10), self.start)
        self.say(self.between(day, 2, 4), "instalment.scheduled", **self._owed(item, midnight(day)))

    def amended(self, item: Instalment, day: date) -> None:
        """Told again, with a later version."""
        at = self.between(day, 9, 18)
        self.say(at, "instalment.amended", source_version=1, **self._owed(item, at))

    def withdrawn(self, item: Instalment, day: date) -> None:
        """It is no longer owed."""
        at = self.between(day, 9, 18)
        ids = {"loan_id": item.loan_id, "instalment_id": item.instalment_id}
        self.say(at, "instalment.withdrawn", source_version=2, as_of=written(at), **ids)

    def snapshot(self, item: Instalment, day: date, *, late_hours: float = 0) -> None:
        """The end-of-day batch of the night before `day` finds it unpaid, or paid after all; some nights run twice."""
        as_of = midnight(day)
        at = self.between(day, 0.2, 1.8) + timedelta(hours=late_hours)
        fields = {**self._owed(item, as_of), "outstanding_minor": item.left_minor}
        self.say(at, "repayment.missed", **fields)
        if self.chance(0.06):
            self.say(at + timedelta(minutes=self.rng.randint(20, 60)), "repayment.missed", **fields)

    def paid(
        self,
        items: list[Instalment],
        booked_at: datetime,
        *,
        amount_minor: int | None = None,
        allocated: bool = True,
        said_after_hours: float = 0,
    ) -> str:
        """Money is booked against the instalments in their order: all that is left of them, or an amount."""
        self._payments += 1
        payment_id = f"{self.account_id}-P{self._payments}"
        left = sum(item.left_minor for item in items) if amount_minor is None else amount_minor
        fields: dict[str, Any] = {"payment_id": payment_id, "amount_minor": left, "currency": CURRENCY}
        parts = []
        for item in items:
            part = min(left, item.left_minor)
            item.left_minor -= part
            left -= part
            ids = {"loan_id": item.loan_id, "instalment_id": item.instalment_id}
            parts.append({**ids, "amount_minor": part})
        if allocated:
            fields["allocations"] = parts
        at = booked_at + timedelta(hours=said_after_hours, milliseconds=self.rng.randint(150, 40_000))
        fields["booked_at"] = written(booked_at)
        self.say(at, "payment.booked", **fields)
        if self.chance(0.02):
            self.say(at + timedelta(minutes=self.rng.randint(5, 300)), "payment.booked", **fields)
        return payment_id

    def returned(self, payment_id: str, items: list[Instalment], booked_at: datetime) -> None:
        """The bank sends the money back: all of it is owed again."""
        for item in items:
            item.left_minor = item.amount_minor
        reason = self.rng.choice(("insufficient_funds", "account_closed", "mandate_revoked"))
        at = booked_at + timedelta(seconds=self.rng.randint(1, 90))
        self.say(at, "payment.returned", payment_id=payment_id, booked_at=written(booked_at), reason=reason)
