"""Money that the bank allocated to what we do not know, or above what is owed there, while another debt stands."""

from agents.decisions.account.owed import payments as money
from agents.decisions.account.owed.ledger import Line, overdue
from schemas.policy.policies import Policy
from schemas.stored.accounts import Account, Item, Part, Payment


def unmatched_told_ms(account: Account, policy: Policy) -> list[int]:
    """When each such payment was first told, the earliest first; the ledger's next word settles it."""
    allocated = [payment for payment in account.payments if payment.parts and payment.told_ms]
    if not allocated:
        return []
    known = {(item.loan_id, item.instalment_id): item for item in account.items}
    cards = {item.loan_id for item in account.items if item.missed is not None and item.missed.kind == "statement"}
    lines = overdue(account, policy).lines
    zone = policy.lender.zone
    found = [
        payment.told_ms
        for payment in allocated
        if money.net_minor(payment)
        and any(
            _is_unmatched(part, known.get((part.loan_id, part.instalment_id)))
            and part.loan_id not in cards
            and any(_another(line, part) and _may_reduce(payment, line, zone) for line in lines)
            for part in payment.parts or ()
        )
    ]
    return sorted(found)


def _is_unmatched(part: Part, item: Item | None) -> bool:
    if item is None:
        return part.amount_minor > 0
    owed = item.missed if item.missed is not None else None if item.schedule is None else item.schedule.owed
    return owed is None or part.amount_minor > owed.amount_minor


def _another(line: Line, part: Part) -> bool:
    return (line.item.loan_id, line.item.instalment_id) != (part.loan_id, part.instalment_id)


def _may_reduce(payment: Payment, line: Line, zone: str) -> bool:
    newest = max(line.item.snapshots, key=lambda snapshot: snapshot.as_of_ms)
    return money.order(payment, newest, zone) is not money.Order.CONTAINED
