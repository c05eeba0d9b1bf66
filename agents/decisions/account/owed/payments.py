"""What a payment is worth: which returns count, and whether it came before or after a snapshot.

Resolution travels in the record: a source that keeps only days says so. Two clocks are compared in the coarser unit
of both: days by the date as it is written, a finer stamp by the lender's zone; whole seconds; milliseconds where both
have a fraction. Of the same unit, money that was first told after the snapshot was told is in doubt; told before, it
is in it. So is money with a booking in a year to come, once the ledger has spoken after it was told.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from agents.decisions.account.words import ends
from schemas.stored.accounts import Payment, Return, Snapshot
from schemas.values.instants import DAY_MS, local_date

_SECOND_MS: Final = 1_000
_DAYS_MS: Final = 3 * DAY_MS
"""Two stamps of one day, each written in a zone of its own, are less apart."""
_AHEAD_MS: Final = 31 * DAY_MS
"""No booking is told so long before its day: its year or month is wrong, and no later snapshot would count."""


class Order(Enum):
    """How a payment stands to a snapshot."""

    CONTAINED = "contained"
    AFTER = "after"
    DOUBTFUL = "doubtful"


def is_close(payment: Payment, snapshot: Snapshot) -> bool:
    """Whether their order may be in doubt: cheap, so that the common account need not be looked at in full."""
    by_day = payment.day is not None or snapshot.day is not None
    return abs(payment.booked_ms - snapshot.as_of_ms) < (_DAYS_MS if by_day else _SECOND_MS) or _is_misdated(payment)


def _is_misdated(payment: Payment) -> bool:
    return 0 < payment.told_ms < payment.booked_ms - _AHEAD_MS


def order(payment: Payment, snapshot: Snapshot, zone: str) -> Order:
    """Whether the snapshot already has the payment in it."""
    if payment.day is None and snapshot.day is None:
        booked, taken = payment.booked_ms, snapshot.as_of_ms
        if abs(booked - taken) >= _SECOND_MS:
            return _later(payment, snapshot) if booked > taken else Order.CONTAINED
        if booked % _SECOND_MS == 0 or taken % _SECOND_MS == 0:
            booked, taken = booked // _SECOND_MS, taken // _SECOND_MS
    else:
        booked = local_date(zone, payment.booked_ms).toordinal() if payment.day is None else payment.day
        taken = local_date(zone, snapshot.as_of_ms).toordinal() if snapshot.day is None else snapshot.day
    if booked != taken:
        return _later(payment, snapshot) if booked > taken else Order.CONTAINED
    if not payment.told_ms or not snapshot.told_ms:
        # Stored before it was kept when a word was told: it counts as it did then.
        return Order.AFTER if payment.booked_ms > snapshot.as_of_ms else Order.CONTAINED
    return Order.DOUBTFUL if payment.told_ms > snapshot.told_ms else Order.CONTAINED


def _later(payment: Payment, snapshot: Snapshot) -> Order:
    return Order.DOUBTFUL if _is_misdated(payment) and snapshot.told_ms > payment.told_ms else Order.AFTER


def returns(payment: Payment) -> Iterator[Return]:
    """The returns that end the booking that counts."""
    return (back for back in payment.returns if ends(back, payment))


def returned_minor(payment: Payment) -> int:
    """What came back of it, never more than it was."""
    total_minor = 0
    for back in returns(payment):
        total_minor += payment.amount_minor if back.amount_minor is None else back.amount_minor
    return min(total_minor, payment.amount_minor)


def net_minor(payment: Payment) -> int:
    """What is left of it."""
    return payment.amount_minor - returned_minor(payment)
