"""What left, read from the bytes of the messages alone, in the words of the recount."""

import json
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.recount.daily import Expected

_FIELDS = {
    "reminder.issued": ("issued_at", "stage"),
    "reminder.escalated": ("issued_at", "stage"),
    "case.handed-off": ("handed_off_at", "stage"),
    "cycle.closed": ("closed_at", ""),
}


def said(messages: Iterable[bytes], zone: str) -> list[Expected]:
    """Reminders, hand-offs and ends of cycles; an account's own in the order in which they left."""
    found = []
    for raw in messages:
        message = json.loads(raw)
        if message["type"] in _FIELDS:
            at, stage = _FIELDS[message["type"]]
            day = datetime.fromisoformat(message[at]).astimezone(ZoneInfo(zone)).date()
            total = message.get("total_overdue_minor", 0)
            assert message.get("amount_minor", total) == total, "a reminder states all that is overdue"
            found.append(Expected(message["account_id"], day, message[stage] if stage else "CLOSED", total))
    return found
