"""Plantings that several kinds of violations share."""

from datetime import date
from typing import Final

from tests.agents.audit.tale import FACTS, JsonObject, PlantedTale

BEFORE_FIRM: Final = "2026-03-11T12:00:00+08:00"
AT_FIRM: Final = "2026-03-12T09:00:00+08:00"


def profile(tale: PlantedTale, **changed: object) -> PlantedTale:
    return tale.tell("profile.updated", BEFORE_FIRM, **{**content(FACTS[0]), "as_of": BEFORE_FIRM, **changed})


def content(fact: JsonObject) -> JsonObject:
    return {name: fact[name] for name in fact if name not in ("type", "event_id", "account_id", "time")}


def hold(tale: PlantedTale, kind: str, **more: object) -> PlantedTale:
    return tale.tell("hold.placed", BEFORE_FIRM, hold_id="H-1", kind=kind, **more)


def paid(tale: PlantedTale, amount: int, time: str = BEFORE_FIRM, **more: object) -> PlantedTale:
    more = {"booked_at": time, **more}
    return tale.tell("payment.booked", time, payment_id="PAY-1", amount_minor=amount, currency="CNY", **more)


def states(tale: PlantedTale, **fields: object) -> PlantedTale:
    tale.message().update(fields)
    return tale


def paused(tale: PlantedTale, scope: dict[str, str], version: int = 1) -> PlantedTale:
    return tale.control("sending.paused", BEFORE_FIRM, scope=scope, schema_version=version)


def receipt(tale: PlantedTale, status: str, time: str, stage: str = "FIRM") -> PlantedTale:
    return tale.tell("reminder.receipt", time, reminder_id=tale.message(stage)["reminder_id"], status=status, at=time)


def closed(tale: PlantedTale) -> None:
    body = {
        "schema_version": 1, "type": "cycle.closed", "account_id": "A-1", "cycle_id": "L-7/2026-03", "reason": "CURED",
        "reminders_sent": 2, "closed_at": "2026-03-11T04:00:00Z",
    }  # fmt: skip
    tale.outputs.append({"topic": "reminders", "body": body})


def silenced_after_firm(tale: PlantedTale) -> None:
    late = [line for line in tale.outputs if _when(line["body"]) > "2026-03-12T01:00:00Z"]
    tale.drop(*(line["body"] for line in late))


def _when(body: JsonObject) -> str:
    times = ("now", "issued_at", "handed_off_at", "cancelled_at", "opened_at", "closed_at")
    return next(str(body[name]) for name in times if name in body)


def another_amount(tale: PlantedTale) -> None:
    states(tale, amount_minor=133450, total_overdue_minor=133450)
    tale.decision()["evidence"]["total_overdue_minor"] = 133450
    for body in (tale.message(), tale.decision()):
        body["variables"]["amount"] = "1,334.50元"
    tale.reword("1,234.50", "1,334.50")


def turn() -> int:
    return (date(2026, 3, 12) - date(2001, 1, 1)).days // 3 % 2
