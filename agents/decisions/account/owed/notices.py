"""What will fall due on a scheduled instalment, and the money that may be there for it already."""

from agents.decisions.account.owed import payments as money
from agents.decisions.account.owed.debts import amended_by, debts_of, ends_the_miss, spread
from schemas.stored.accounts import Account, Item, Part, Payment
from schemas.values.instants import local_date


def due_soon_minor(account: Account, item: Item) -> int:
    """What will fall due on a scheduled instalment, less what the bank booked against it and did not give back."""
    schedule = item.schedule
    if schedule is None or schedule.owed is None:
        return 0
    if item.missed is not None and ((amended := amended_by(item)) is None or not ends_the_miss(amended)):
        return 0
    left_minor = schedule.owed.amount_minor
    for payment in account.payments:
        if payment.parts and payment.booked_ms > schedule.as_of_ms:
            left_minor -= sum(kept for part, kept in _kept(payment, payment.parts) if _is_of(part, item))
    return max(0, left_minor)


def notice_minor(account: Account, item: Item, zone: str) -> int:
    """What a notice may ask for: less the unallocated money, too, that was told since the instalment was scheduled.

    Money that went to a debt, or that may be meant for an instalment that falls due before, is not counted.
    """
    left_minor = due_soon_minor(account, item)
    if not left_minor or all(payment.parts for payment in account.payments):
        return left_minor
    assert item.schedule is not None
    assert item.schedule.owed is not None
    told_ms, due = item.schedule.time_ms, item.schedule.owed.effective_due
    spare_minor = _spare(account, told_ms, item.schedule.owed.currency, zone)
    if spare_minor:
        from_day = local_date(zone, told_ms)
        for other in account.items:
            owed = None if other is item or other.schedule is None else other.schedule.owed
            if owed is not None and from_day <= owed.effective_due <= due:
                spare_minor -= due_soon_minor(account, other)
    return max(0, left_minor - max(0, spare_minor))


def _spare(account: Account, told_ms: int, currency: str, zone: str) -> int:
    """Unallocated money that was told after an instant and that no debt took."""
    loose = [p for p in account.payments if not p.parts and p.told_ms > told_ms and p.currency == currency]
    if not loose:
        return 0
    went = spread(debts_of(account.items, zone, with_doubtful=False), account.payments)
    taken = {payment_id: sum(amount for _, amount in debts) for payment_id, debts in went.items()}
    return sum(max(0, money.net_minor(p) - taken.get(p.payment_id, 0)) for p in loose)


def _kept(payment: Payment, parts: tuple[Part, ...]) -> list[tuple[Part, int]]:
    """What is left of each part: what came back is owed again, last of all where the money went first."""
    left_minor, kept = money.net_minor(payment), []
    for part in parts:
        amount_minor = min(part.amount_minor, left_minor)
        left_minor -= amount_minor
        kept.append((part, amount_minor))
    return kept


def _is_of(part: Part, item: Item) -> bool:
    return (part.loan_id, part.instalment_id) == (item.loan_id, item.instalment_id)
