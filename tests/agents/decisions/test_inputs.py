"""What a raw record means where its account's id is refused: nothing is lost, and nobody is chased."""

import json
from typing import Any

import pytest

from agents.decisions.inputs import FactRead, Meaning, RawRecord, ReadingTerms, RecordFreed, RecordUnread, happenings
from schemas.envelope import REPLAY_OF
from schemas.reading import Reason
from streams import roles

AT = "payment-received/0/7"
REFUSED = ["A-1 ", " A-1", "A\u200b1", "A\u202e1", "\ufeffA1", "A\x9b31m", "Zoe\u0308", "A\u00a01", "A\ue0001"]


class OpenCycle:
    """The records of a partition whose key told no account."""

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}

    def unread(self, at: str, account_id: str = "") -> None:
        self.owners[at] = account_id

    def is_open(self, at: str) -> bool:
        return at in self.owners

    def closed(self, at: str) -> str | None:
        return self.owners.pop(at, None) or None


def read(role: str, body: dict[str, Any], account_id: str, *, key: bool = True, **changes: Any) -> Meaning:
    facts = {"event_id": "e-1", "account_id": account_id, "time": "2026-03-02T09:00:00Z"}
    raw = json.dumps({**facts, **body}).encode()
    record = RawRecord(role, AT, account_id.encode() if key else None, raw, 1_772_442_000_000)._replace(**changes)
    return happenings(record, ReadingTerms(frozenset(roles.INPUTS), 100_000, lambda _: True), OpenCycle())


PAID = {
    "type": "payment.booked",
    "payment_id": "P-1",
    "amount_minor": 1,
    "currency": "CNY",
    "booked_at": "2026-03-02T09:00:00Z",
}
DISMISSED = {
    "type": "dead-letter.dismissed",
    "role": "payment-received",
    "partition": 0,
    "offset": 7,
    "dismissed_by": "u-7",
    "reason": "a test record",
}
RECEIPT = {"type": "reminder.receipt", "reminder_id": "r", "status": "delivered", "at": "2026-03-02T09:00:00Z"}


@pytest.mark.parametrize("account_id", REFUSED, ids=ascii)
@pytest.mark.parametrize("key", [True, False])
def test_a_fact_of_a_refused_id_is_a_dead_letter_that_holds_its_account(account_id: str, key: bool) -> None:
    meaning = read(roles.PAYMENT_RECEIVED, PAID, account_id, key=key)
    assert meaning.fault is not None
    assert meaning.fault.reason == (Reason.BAD_VALUE if key else Reason.NULL_KEY)
    assert meaning.happenings == ((account_id, RecordUnread(AT)),)


@pytest.mark.parametrize("account_id", REFUSED, ids=ascii)
def test_the_account_of_a_refused_id_is_set_free_by_a_person(account_id: str) -> None:
    dismissed = read(roles.CASE_UPDATED, DISMISSED, account_id)
    assert dismissed.fault is None
    ((owner, happening),) = dismissed.happenings
    assert (owner, type(happening)) == (account_id, FactRead)
    again = read(roles.PAYMENT_RECEIVED, PAID, account_id, headers=((REPLAY_OF, b"payment-received/0/3"),))
    assert (account_id, RecordFreed("payment-received/0/3")) in again.happenings


@pytest.mark.parametrize("account_id", REFUSED, ids=ascii)
def test_a_receipt_for_what_left_before_is_still_read(account_id: str) -> None:
    ((owner, happening),) = read(roles.REMINDER_RECEIPTS, RECEIPT, account_id).happenings
    assert (owner, type(happening)) == (account_id, FactRead)


def test_an_ordinary_id_is_no_dead_letter() -> None:
    assert read(roles.PAYMENT_RECEIVED, PAID, "客户-7").fault is None
