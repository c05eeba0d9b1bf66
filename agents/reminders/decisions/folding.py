"""Settled history is folded, so that an account stays small. Design rule 12.

What may go is what can change nothing any more: payments are remembered 45 days for misses that come late, and
longer while they reduce something; an instalment stays while any payment that might have paid it does.
"""

from typing import Final

from msgspec.structs import replace

from agents.reminders.decisions.calendar import HOUR_MS
from agents.reminders.decisions.ledger import Ledger
from schemas.accounts import Account, Item, Payment

REMEMBERED_MS: Final = 45 * 24 * HOUR_MS
SENT_KEPT: Final = 8
CYCLES_KEPT: Final = 12


def fold(account: Account, ledger: Ledger, now_ms: int) -> Account:
    """The account without what can change nothing any more."""
    horizon_ms = now_ms - REMEMBERED_MS
    if len(account.sent) > SENT_KEPT or len(account.past) > CYCLES_KEPT:
        account = replace(account, sent=account.sent[-SENT_KEPT:], past=account.past[-CYCLES_KEPT:])
    if not _has_history(account, horizon_ms):
        return account
    unpaid = {(line.item.loan_id, line.item.instalment_id) for line in ledger.lines}
    unpaid_cards = {line.item.loan_id for line in ledger.lines if _kind(line.item) == "statement"}

    def owes(item: Item) -> bool:
        return (item.loan_id, item.instalment_id) in unpaid or (
            _kind(item) == "statement" and item.loan_id in unpaid_cards
        )

    first_open_ms = min(
        (min(s.as_of_ms for s in item.snapshots) for item in account.items if item.snapshots and owes(item)),
        default=None,
    )
    payments = tuple(p for p in account.payments if _payment_matters(p, horizon_ms, first_open_ms))
    first_paid_ms = min((p.booked_ms for p in payments), default=now_ms)
    items = tuple(
        _shrink(item, horizon_ms, first_paid_ms)
        for item in account.items
        if owes(item) or _item_matters(item, payments, horizon_ms)
    )
    return replace(account, payments=payments, items=items)


def _kind(item: Item) -> str:
    return "" if item.missed is None else item.missed.kind


def _has_history(account: Account, horizon_ms: int) -> bool:
    return any(p.booked_ms < horizon_ms for p in account.payments) or any(
        _age_ms(i) < horizon_ms for i in account.items
    )


def _age_ms(item: Item) -> int:
    ages = [snapshot.as_of_ms for snapshot in item.snapshots]
    if item.schedule is not None:
        ages.append(item.schedule.as_of_ms)
    return min(ages, default=0)


def _payment_matters(payment: Payment, horizon_ms: int, first_open_ms: int | None) -> bool:
    last_ms = max(payment.booked_ms, payment.returned_ms or 0)
    return last_ms >= horizon_ms or (first_open_ms is not None and last_ms > first_open_ms)


def _item_matters(item: Item, payments: tuple[Payment, ...], horizon_ms: int) -> bool:
    newest_ms = max((s.as_of_ms for s in item.snapshots), default=0)
    if item.schedule is not None:
        due = item.schedule.owed.effective_due.toordinal() if item.schedule.owed else 0
        newest_ms = max(newest_ms, item.schedule.as_of_ms, (due - 719_163) * 24 * HOUR_MS)
    return newest_ms >= horizon_ms or any(p.booked_ms > newest_ms for p in payments)


def _shrink(item: Item, horizon_ms: int, first_paid_ms: int) -> Item:
    """Drop superseded snapshots that are older than every payment whose way they might have to tell."""
    if len(item.snapshots) < 2:
        return item
    standing = max(item.snapshots, key=lambda s: (s.version, s.as_of_ms, s.event_id))
    needed_ms = min(horizon_ms, first_paid_ms)
    older = [s for s in item.snapshots if s.as_of_ms < needed_ms]
    kept = tuple(s for s in item.snapshots if s is standing or s.as_of_ms >= needed_ms or s is older[-1])
    return item if len(kept) == len(item.snapshots) else replace(item, snapshots=kept)
