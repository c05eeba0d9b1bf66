"""Borrowers whose cases take a turn: what is told of each, and what must leave for each, day by day.

Everybody owes 100.00 that was due on 1 March 2026. Ticks are daily at 09:00 in Shanghai.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from examples.fact_lines import Fact
from schemas.cases import ReminderReceipt
from tests.agents.decisions.story import StorySaid, at, ended, hold, lifted, missed, paid, profile, promised, replied

ZONE: Final = "Asia/Shanghai"
TICK_HOUR: Final = 9
END: Final = at("2026-04-10 12:00")

FRIENDLY = """
03-02 opened
03-02 issued FRIENDLY 10000
"""
HANDED_OFF = f"""{FRIENDLY}
03-08 escalated FIRM 10000
03-16 escalated LAST 10000
03-31 handed-off DAYS_PAST_DUE
"""


class ReceiptTold(NamedTuple):
    """What the gateway tells of the first reminder of a stage."""

    stage: str
    status: str


class KafkaTale(NamedTuple):
    """What is told after the miss, and all that leaves: day, type, stage, amount or reason."""

    told: dict[str, StorySaid | ReceiptTold]
    left: str

    @property
    def lines(self) -> list[str]:
        """What leaves, a message a line."""
        return [line.strip() for line in self.left.splitlines() if line.strip()]


TALES: Final[Mapping[str, KafkaTale]] = {
    "promise-kept": KafkaTale(
        {"2026-03-04 10:00": promised(100_00, "2026-03-10"), "2026-03-09 10:00": paid(100_00)},
        f"""{FRIENDLY}
        03-05 cancelled FRIENDLY PROMISE
        03-10 closed CURED
        """,
    ),
    "promise-broken": KafkaTale(
        {"2026-03-04 10:00": promised(100_00, "2026-03-10")},
        f"""{FRIENDLY}
        03-05 cancelled FRIENDLY PROMISE
        03-12 escalated FIRM 10000
        03-16 escalated LAST 10000
        03-31 handed-off DAYS_PAST_DUE
        """,
    ),
    "withdrawn-paid": KafkaTale(
        {"2026-04-02 10:00": paid(100_00)},
        f"""{HANDED_OFF}
        04-03 withdrawn CURED
        04-03 closed CURED
        """,
    ),
    "withdrawn-held": KafkaTale(
        {"2026-04-02 10:00": hold(), "2026-04-05 10:00": lifted()},
        f"""{HANDED_OFF}
        04-03 withdrawn HOLD_DISPUTE
        04-06 handed-off DAYS_PAST_DUE
        """,
    ),
    "withdrawn-sold": KafkaTale(
        {"2026-04-02 10:00": ended("sold")},
        f"""{HANDED_OFF}
        04-03 withdrawn ACCOUNT_SOLD
        04-03 closed ACCOUNT_SOLD
        """,
    ),
    "withdrawn-died": KafkaTale(
        {"2026-04-02 10:00": hold(kind="deceased")},
        f"""{HANDED_OFF}
        04-03 withdrawn HOLD_DECEASED
        """,
    ),
    "number-failed": KafkaTale(
        {"2026-03-02 12:00": ReceiptTold("FRIENDLY", "failed")},
        f"""{FRIENDLY}
        03-03 handed-off NUMBER_FAILED
        """,
    ),
    "part-paid-recalled": KafkaTale(
        {
            "2026-03-02 12:00": paid(40_00),
            "2026-03-03 12:00": ReceiptTold("FRIENDLY", "recalled"),
            "2026-03-06 12:00": paid(60_00, "P2"),
        },
        f"""{FRIENDLY}
        03-03 cancelled FRIENDLY AMOUNT_CHANGED
        03-05 escalated FRIENDLY 6000
        03-07 cancelled FRIENDLY PAID
        03-07 closed CURED
        """,
    ),
    "part-paid-unanswered": KafkaTale(
        {"2026-03-02 12:00": paid(40_00), "2026-03-09 12:00": paid(60_00, "P2")},
        f"""{FRIENDLY}
        03-03 cancelled FRIENDLY AMOUNT_CHANGED
        03-08 escalated FIRM 6000
        03-10 cancelled FIRM PAID
        03-10 closed CURED
        """,
    ),
    "claims-paid-and-did": KafkaTale(
        {"2026-03-03 10:00": replied("PAID"), "2026-03-05 10:00": paid(100_00)},
        f"""{FRIENDLY}
        03-04 cancelled FRIENDLY CLAIMS_PAID
        03-06 closed CURED
        """,
    ),
    "claims-paid-and-did-not": KafkaTale(
        {"2026-03-07 10:00": replied("PAID")},
        f"""{FRIENDLY}
        03-09 escalated FIRM 10000
        03-16 escalated LAST 10000
        03-31 handed-off DAYS_PAST_DUE
        """,
    ),
}

_SAID_AT: Final = ("issued_at", "cancelled_at", "handed_off_at", "withdrawn_at", "opened_at", "closed_at")


def facts(reminders: Mapping[tuple[str, str], str] | None = None) -> list[Fact]:
    """All that is told, in order of time; receipts only when it is known of which reminders (account, stage)."""
    numbers = count(1)
    said = [
        _fact(what, account, at(when), f"e{next(numbers):03}")
        for account, tale in TALES.items()
        for when, what in _told(account, tale, reminders)
    ]
    return sorted(said, key=lambda fact: datetime.fromisoformat(fact["time"]))


def _told(
    account: str, tale: KafkaTale, reminders: Mapping[tuple[str, str], str] | None
) -> Iterator[tuple[str, StorySaid]]:
    yield "2026-03-01 10:00", profile()
    yield "2026-03-02 00:00", missed("1", "2026-03-01", 100_00)
    for when, what in tale.told.items():
        if isinstance(what, StorySaid):
            yield when, what
        elif reminders is not None:
            fields = {"reminder_id": reminders[account, what.stage], "status": what.status, "at": at(when)}
            yield when, StorySaid(ReminderReceipt, fields)


def _fact(said: StorySaid, account: str, time: datetime, event_id: str) -> Fact:
    fields: dict[str, Any] = {"event_id": event_id, "account_id": account, "time": time}
    fields |= {name: time for name in ("as_of", "booked_at") if name in said.model.model_fields}
    return said.model(**{**fields, **said.fields}).model_dump(mode="json", exclude_none=True)


def told_line(message: bytes) -> str:
    """A message as a tale has it."""
    body = json.loads(message)
    instant = datetime.fromisoformat(next(body[name] for name in _SAID_AT if name in body))
    kind = body["type"].partition(".")[2]
    # The stage of a hand-off is always the same.
    stage = body["stage"] if kind in {"issued", "escalated", "cancelled"} else None
    words = [f"{instant.astimezone(ZoneInfo(ZONE)):%m-%d}", kind, stage, body.get("reason", body.get("amount_minor"))]
    return " ".join(str(word) for word in words if word is not None)
