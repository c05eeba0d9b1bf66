"""Receipts as they go to ``reminder-receipts``: keyed by account, in the reminder's own partition."""

import re
from datetime import datetime
from typing import Final, Literal, NamedTuple

from pydantic_core import to_json

from schemas.cases import ReminderReceipt
from schemas.envelope import Headers, cloud_event
from schemas.values.identity import identify
from schemas.values.instants import to_ms
from streams import roles

ReceiptStatus = Literal["accepted", "delivered", "failed", "expired", "recalled", "too_late", "unknown"]

SOURCE: Final = "sms-gateway"
_READ_MAX: Final = 1000
_NO_WORD: Final = re.compile("[^A-Za-z0-9_.-]+")
_NUMBER: Final = re.compile(r"(?P<hex>0x[0-9A-Fa-f]{1,8}(?![0-9A-Fa-f]))|[0-9](?:[_.-]{0,2}[0-9]){6,}")
"""Seven digits or more, however they are set apart, may be somebody's number; a status in hexadecimal is none."""


class Receipt(NamedTuple):
    """One receipt that is about to be written. ``at``: when it happened; ``told_at``: when we heard of it."""

    partition: int
    account_id: str
    reminder_id: str
    status: ReceiptStatus
    at: datetime
    told_at: datetime
    detail: str | None = None


class Written(NamedTuple):
    """The same as a record."""

    value: bytes
    headers: Headers
    timestamp_ms: int


def as_code(detail: str | None) -> str | None:
    """A provider's word as a code of ours: what no code may contain is replaced, long numbers are masked, and what
    begins with a digit gets a letter before it."""
    if detail is None:
        return None
    # Masked before it is cut: half a number is still somebody's.
    word = _NUMBER.sub(lambda found: found["hex"] or "N", _NO_WORD.sub("_", detail[:_READ_MAX]))[:60].strip("_")
    if not word:
        return None
    return word if word[0].isalpha() else f"E{word}"


def written(receipt: Receipt, namespace: str) -> Written:
    """The record. Its event id comes from what it says, so that a repeat is recognisable."""
    event_id = identify(namespace, "receipt", receipt.reminder_id, receipt.status, receipt.at.isoformat())
    fact = ReminderReceipt(
        event_id=event_id,
        account_id=receipt.account_id,
        time=receipt.told_at,
        source=SOURCE,
        reminder_id=receipt.reminder_id,
        status=receipt.status,
        at=receipt.at,
        detail=as_code(receipt.detail),
    )
    headers = cloud_event(
        fact.type,
        event_id,
        namespace,
        schema=roles.REMINDER_RECEIPTS,
        time=receipt.told_at,
        subject=receipt.account_id,
    )
    return Written(to_json(fact), headers, to_ms(receipt.told_at))
