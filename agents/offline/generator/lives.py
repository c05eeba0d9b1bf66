"""How people pay: one function for each kind of borrower, each telling the facts of all their instalments."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from agents.offline.generator.people import hold
from agents.offline.generator.telling import Instalment, Teller, written

Life = Callable[[Teller, list[Instalment]], None]


def _after(item: Instalment, days: int) -> date:
    return item.effective + timedelta(days=days)


def _one_loan(items: list[Instalment]) -> bool:
    return len({item.loan_id for item in items}) == 1


def _on_time(teller: Teller, item: Instalment) -> None:
    """By direct debit on the day, in the last days before it, or well ahead; now and then it changes before."""
    if teller.chance(0.02):
        teller.withdrawn(item, _after(item, -teller.rng.randint(1, 5)))
        item.left_minor = 0
        return
    if teller.chance(0.03) and (item.due - teller.start).days > 8:
        if teller.chance(0.5):
            item.effective = item.due + timedelta(days=teller.rng.randint(1, 3))
        else:
            item.amount_minor = item.left_minor = item.amount_minor * 4 // 5
        teller.amended(item, item.due - timedelta(days=teller.rng.randint(5, 8)))
    how = teller.rng.random()
    if how < 0.45:
        booked_at = teller.between(item.effective, 10, 16)
    elif how < 0.7:
        booked_at = teller.between(_after(item, -teller.rng.randint(0, 2)), 8, 22)
    else:
        first = teller.start + timedelta(days=1)
        booked_at = teller.between(max(_after(item, -teller.rng.randint(4, 9)), first), 8, 22)
    teller.paid([item], booked_at)


def good_payer(teller: Teller, items: list[Instalment]) -> None:
    """Never misses."""
    for item in items:
        teller.scheduled(item)
        _on_time(teller, item)


def forgetter(teller: Teller, items: list[Instalment]) -> None:
    """Pays when reminded: mostly the first time and within hours, else the second or third time, or weeks later."""
    held = not teller.chance(0.06)
    for item in items:
        teller.scheduled(item)
        if teller.chance(0.35):
            _on_time(teller, item)
            continue
        teller.snapshot(item, _after(item, 1))
        if not held:
            held = True
            hold(teller, _after(item, teller.rng.randint(2, 5)))
        how = teller.rng.random()
        if how < 0.5:
            booked_at = teller.between(_after(item, 1), 9.1, 12)
        elif how < 0.65:
            booked_at = teller.between(_after(item, teller.rng.randint(1, 5)), 12, 22)
        elif how < 0.85:
            booked_at = teller.between(_after(item, 7), 9.1, 12)
        elif how < 0.95:
            booked_at = teller.between(_after(item, teller.rng.randint(15, 17)), 9.1, 20)
        else:
            booked_at = teller.between(_after(item, teller.rng.randint(20, 27)), 9, 21)
        teller.paid([item], booked_at, allocated=not (_one_loan(items) and teller.chance(0.3)))


def part_payer(teller: Teller, items: list[Instalment]) -> None:
    """Pays a part some days late, and the rest later or not at all."""
    for item in items:
        teller.scheduled(item)
        teller.snapshot(item, _after(item, 1))
        part_day = teller.rng.randint(1, 9)
        part = item.left_minor * teller.rng.randint(30, 60) // 100
        teller.paid([item], teller.between(_after(item, part_day), 9, 21), amount_minor=part)
        if teller.chance(0.5):
            teller.snapshot(item, _after(item, part_day + 1))
        if teller.chance(0.7):
            teller.paid([item], teller.between(_after(item, teller.rng.randint(12, 26)), 9, 21))


def non_payer(teller: Teller, items: list[Instalment]) -> None:
    """Stops paying; the ledger repeats what is open. Some are sold in the end."""
    stopped_from = 0 if teller.chance(0.7) else 1
    for item in items[:stopped_from]:
        teller.scheduled(item)
        _on_time(teller, item)
    missed = items[stopped_from:]
    for item in missed:
        teller.scheduled(item)
        for days in (1, 8, 16, 24):
            teller.snapshot(item, _after(item, days))
    if missed and teller.chance(0.1):
        hold(teller, _after(missed[0], teller.rng.randint(2, 9)))
    if missed and teller.chance(0.08):
        at = teller.between(_after(missed[0], teller.rng.randint(36, 50)), 9, 17)
        teller.say(at, "account.ended", outcome="sold", as_of=written(at))


def late_settler(teller: Teller, items: list[Instalment]) -> None:
    """Pays everything at once after a person has called, and in time from then on."""
    settled_on = _after(items[0], teller.rng.randint(31, 42))
    missed = [item for item in items if _after(item, 1) < settled_on]
    for item in items:
        teller.scheduled(item)
        if item in missed:
            teller.snapshot(item, _after(item, 1))
        elif item.effective >= settled_on:
            _on_time(teller, item)
        else:
            teller.paid([item], teller.between(item.effective, 10, 16))
    teller.paid(missed, teller.between(settled_on, 9, 18), allocated=False)


def returned_debits(teller: Teller, items: list[Instalment]) -> None:
    """The bank takes a payment back, before or after a miss was known."""
    for item in items:
        teller.scheduled(item)
        if teller.chance(0.4):
            _on_time(teller, item)
            continue
        paid_after = 0
        if teller.chance(0.6):
            paid_after = teller.rng.randint(1, 3)
            teller.snapshot(item, _after(item, 1))
        payment_id = teller.paid([item], teller.between(_after(item, paid_after), 10, 12))
        back_after = paid_after + teller.rng.randint(2, 5)
        teller.returned(payment_id, [item], teller.between(_after(item, back_after), 14, 17))
        teller.snapshot(item, _after(item, back_after + 1))
        if teller.chance(0.75):
            days = back_after + teller.rng.randint(2, 12)
            teller.paid([item], teller.between(_after(item, days), 9, 21))


def disordered(teller: Teller, items: list[Instalment]) -> None:
    """Pays, but the bank's systems tell it late, out of order, or only by a corrected snapshot."""
    for item in items:
        teller.scheduled(item)
        how = teller.rng.random()
        if how < 0.3:
            _on_time(teller, item)
        elif how < 0.55:
            # The miss is told after the payment that settled it.
            owed = replace(item)
            teller.paid([item], teller.between(_after(item, 1), 6, 8.8))
            teller.snapshot(owed, _after(item, 1), late_hours=teller.rng.uniform(10, 30))
        elif how < 0.8:
            # The payment is told a day or two after it was booked: a reminder may have left meanwhile.
            teller.snapshot(item, _after(item, 1))
            booked_at = teller.between(_after(item, 1), 5, 8)
            teller.paid([item], booked_at, said_after_hours=teller.rng.uniform(26, 50))
        else:
            # Paid on the due day after all: the snapshot was wrong, and a newer one says 0.
            teller.snapshot(item, _after(item, 1))
            teller.paid([item], teller.between(item.effective, 20, 23.5), said_after_hours=28)
            teller.snapshot(item, _after(item, 2))


LIVES: Final[tuple[tuple[Life, int], ...]] = (
    (good_payer, 50),
    (forgetter, 28),
    (part_payer, 4),
    (non_payer, 5),
    (late_settler, 4),
    (returned_debits, 4),
    (disordered, 5),
)
"""Each kind of borrower and how many of a hundred are of it."""
