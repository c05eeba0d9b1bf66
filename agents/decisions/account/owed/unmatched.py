"""Money that the bank allocated to what we do not know, or above what is owed there, while another debt stands."""

from collections.abc import Iterator
from typing import Final

from agents.decisions.account.owed import payments as money
from agents.decisions.account.owed.debts import debts_of, spread
from agents.decisions.account.owed.ledger import Line, overdue
from schemas.policy.policies import Policy
from schemas.stored.accounts import Account, Item, Part, Payment

_ROUNDING_MINOR: Final = 1
"""A source that keeps more decimals rounds a payment and what is left for it each by itself."""


def unmatched_told_ms(account: Account, policy: Policy) -> list[int]:
    """When each such payment was first told, the earliest first; the ledger's next word settles it."""
    allocated = [payment for payment in account.payments if payment.parts and payment.told_ms]
    if not allocated:
        return []
    lines = overdue(account, policy).lines
    zone = policy.lender.zone
    meant = [
        (payment, part)
        for payment in allocated
        if money.net_minor(payment)
        for part in payment.parts or ()
        if any(_another(line, part) and _may_reduce(payment, line, zone) for line in lines)
    ]
    return sorted({p.payment_id: p.told_ms for p in _unmatched(account, meant, zone)}.values()) if meant else []


def _unmatched(account: Account, meant: list[tuple[Payment, Part]], zone: str) -> Iterator[Payment]:
    """The payments of these with more for an instalment than it can take, or for one that nobody knows."""
    known = {(item.loan_id, item.instalment_id): item for item in account.items}
    cards = {item.loan_id for item in account.items if item.missed is not None and item.missed.kind == "statement"}
    went = spread(debts_of(account.items, zone, with_doubtful=False), account.payments)
    for payment, part in meant:
        item = known.get((part.loan_id, part.instalment_id))
        if part.loan_id in cards:
            continue
        if item is None or item.missed is None:
            taken_minor = _room_ahead(account, item, payment)
        else:
            taken_minor = sum(minor for debt, minor in went[payment.payment_id] if item in debt.items)
            taken_minor = min(taken_minor, item.missed.amount_minor) + _ROUNDING_MINOR
        if _allocated(payment, part) - money.returned_minor(payment) > taken_minor:
            yield payment


def _room_ahead(account: Account, item: Item | None, payment: Payment) -> int:
    """What an instalment that is not missed can still take after the money that was booked to it before."""
    if item is None or item.schedule is None or item.schedule.owed is None:
        return 0
    here = Part(item.loan_id, item.instalment_id, 0)
    place = payment.booked_ms, payment.payment_id
    before = [other for other in account.payments if (other.booked_ms, other.payment_id) < place]
    before_minor = sum(_allocated(other, here) for other in before if money.net_minor(other))
    return max(0, item.schedule.owed.amount_minor - before_minor)


def _allocated(payment: Payment, to: Part) -> int:
    """All of a payment that the bank booked to the instalment of this part."""
    parts = payment.parts or ()
    return sum(p.amount_minor for p in parts if (p.loan_id, p.instalment_id) == (to.loan_id, to.instalment_id))


def _another(line: Line, part: Part) -> bool:
    return (line.item.loan_id, line.item.instalment_id) != (part.loan_id, part.instalment_id)


def _may_reduce(payment: Payment, line: Line, zone: str) -> bool:
    newest = max(line.item.snapshots, key=lambda snapshot: snapshot.as_of_ms)
    return money.order(payment, newest, zone) is not money.Order.CONTAINED
