"""Settled history is folded, so that an account stays small. Design rule 12.

What may go is what can change nothing any more. Payments are remembered 45 days for misses that come late. Older
ones go together with the instalments they paid, and only when all of those are settled and as old.
"""

from typing import Final

from msgspec.structs import replace

from agents.reminders.decisions.calendar import HOUR_MS
from agents.reminders.decisions.ledger import Ledger, paid_items
from schemas.accounts import Account, Item, Snapshot

REMEMBERED_MS: Final = 45 * 24 * HOUR_MS
SENT_KEPT: Final = 8
CYCLES_KEPT: Final = 12
_EPOCH_ORDINAL: Final = 719_163
"""1970-01-01 as `date.toordinal` counts."""


def fold(account: Account, ledger: Ledger, now_ms: int) -> Account:
    """The account without what can change nothing any more."""
    horizon_ms = now_ms - REMEMBERED_MS
    if len(account.sent) > SENT_KEPT or len(account.past) > CYCLES_KEPT:
        account = replace(account, sent=account.sent[-SENT_KEPT:], past=account.past[-CYCLES_KEPT:])
    if not _has_history(account, horizon_ms):
        return account
    unpaid = {_key(line.item) for line in ledger.lines}
    unpaid_cards = {line.item.loan_id for line in ledger.lines if _kind(line.item) == "statement"}
    live_items = {
        _key(item)
        for item in account.items
        if _key(item) in unpaid
        or (_kind(item) == "statement" and item.loan_id in unpaid_cards)
        or _newest_ms(item) >= horizon_ms
    }
    live_payments = {p.payment_id for p in account.payments if max(p.booked_ms, p.returned_ms or 0) >= horizon_ms}
    if len(live_items) < len(account.items) or len(live_payments) < len(account.payments):
        _close_over(live_items, live_payments, paid_items(account))
    payments = tuple(p for p in account.payments if p.payment_id in live_payments)
    first_paid_ms = min((p.booked_ms for p in payments), default=now_ms)
    items = tuple(_shrink(item, horizon_ms, first_paid_ms) for item in account.items if _key(item) in live_items)
    return replace(account, payments=payments, items=items)


def _close_over(items: set[tuple[str, str]], payments: set[str], paid: dict[str, set[tuple[str, str]]]) -> None:
    """Add what is tied to something live: a debt without its payment would be chased again, and the other way round."""
    grown = True
    while grown:
        grown = False
        for payment_id, linked in paid.items():
            live = payment_id in payments
            if linked and (live or not items.isdisjoint(linked)) and not (live and linked <= items):
                payments.add(payment_id)
                items |= linked
                grown = True


def _key(item: Item) -> tuple[str, str]:
    return item.loan_id, item.instalment_id


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


def _newest_ms(item: Item) -> int:
    newest_ms = max((s.as_of_ms for s in item.snapshots), default=0)
    if item.schedule is not None:
        due = item.schedule.owed.effective_due.toordinal() if item.schedule.owed else 0
        newest_ms = max(newest_ms, item.schedule.as_of_ms, (due - _EPOCH_ORDINAL) * 24 * HOUR_MS)
    return newest_ms


def _shrink(item: Item, horizon_ms: int, first_paid_ms: int) -> Item:
    """Drop superseded snapshots that are older than every payment whose way they might have to tell."""
    if len(item.snapshots) < 2:
        return item
    standing = max(item.snapshots, key=_rank)
    needed_ms = min(horizon_ms, first_paid_ms)
    older = [s for s in item.snapshots if s.as_of_ms < needed_ms]
    then_ms = max(older, key=_rank).as_of_ms if older else needed_ms
    kept = tuple(s for s in item.snapshots if s is standing or s.as_of_ms >= then_ms)
    return item if len(kept) == len(item.snapshots) else replace(item, snapshots=kept)


def _rank(snapshot: Snapshot) -> tuple[int, int, str]:
    return snapshot.version, snapshot.as_of_ms, snapshot.event_id
