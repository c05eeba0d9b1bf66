"""What is overdue, computed from snapshots, amendments and payments. Design rule 3.

A miss is a snapshot: only payments booked after its ``as_of`` reduce it. A payment without allocation goes to what
was overdue when it was booked, oldest first, and what is left over is gone. That is why superseded snapshots are
kept for a while: when a newer snapshot of one instalment already contains a payment, they tell that the payment
went there, and not to the next instalment. An amendment that is newer than the miss counts against it.

Where the clocks of a payment and a snapshot cannot tell which came first, the money is in doubt: everything is
computed without it, and once more with it (`doubts`).
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from agents.decisions.account.owed import payments as money
from agents.decisions.account.owed.debts import (
    amended_by,
    amendment,
    booked_debts,
    debts_of,
    due_of,
    ends_the_miss,
    spread,
)
from schemas.policy.policies import Policy
from schemas.stored.accounts import Account, Item, Payment
from schemas.stored.structs import Struct
from schemas.values.money import MINOR_MAX


class Line(Struct, frozen=True):
    """One instalment with something left to pay, or the statement that stands for a card's whole arrears."""

    item: Item
    overdue_minor: int
    origin: Item
    """The oldest part: the instalment itself, or the statement since which the card was never cured."""
    since: date
    """The effective due date of the oldest part: for a card it stays until the card is cured."""
    currency: str
    """What it is owed in."""


class Ledger(Struct, frozen=True):
    """The overdue lines, oldest first, and their sum: without the money that is in doubt."""

    lines: tuple[Line, ...]
    total_minor: int
    anchor: int = 0
    least_minor: int | None = None
    """The sum with the money in doubt; None where none is."""

    @property
    def oldest(self) -> Line:
        """The line whose age counts: the first with which the sum exceeds the tolerance.

        A few cents left from last year are nobody's debt: they must not make this month's miss a year old.
        """
        return self.lines[self.anchor]

    @property
    def stated_minor(self) -> int:
        """What a text may state: where enough is owed either way, the smaller amount."""
        return self.total_minor if self.least_minor is None else self.least_minor


_NOTHING: Final = Ledger((), 0)


def paid_items(account: Account, zone: str) -> dict[str, set[tuple[str, str]]]:
    """For each payment the instalments that it reduced or that the bank named: they are only true together."""
    if not account.items:
        return {}
    went = spread(debts_of(account.items, zone, with_doubtful=False), account.payments)
    linked: dict[str, set[tuple[str, str]]] = {}
    for payment in account.payments:
        found = {(part.loan_id, part.instalment_id) for part in payment.parts or ()}
        for debt, _ in went.get(payment.payment_id, ()):
            found.update((item.loan_id, item.instalment_id) for item in debt.items)
        linked[payment.payment_id] = found
    return linked


def general_lines(account: Account, tolerance_minor: int, zone: str, *, with_doubtful: bool = False) -> list[Line]:
    """The definition of what is overdue, for every account there can be."""
    lines = []
    for debt in booked_debts(account, zone, with_doubtful=with_doubtful):
        left = debt.remaining()
        if left:
            found = debt.winning()
            assert found is not None
            lines.append(_line(found[1], left, debt.origin(tolerance_minor)))
    lines.sort(key=_age)
    return lines


def plain_lines(account: Account, zone: str) -> list[Line] | None:
    """The same lines for the common account, in a tenth of the time; None for any other.

    Common: each debt has one record and one snapshot that nothing amends, and its money neither came back, nor was
    allocated by the bank, nor is in doubt.
    """
    debts = _plain_debts(account.items)
    if debts is None:
        return None
    for payment in account.payments:
        if payment.parts or payment.returned_ms is not None:
            return None
        money_minor = payment.amount_minor
        for index, line in enumerate(debts):
            order = money.order(payment, line.item.snapshots[0], zone)
            if order is money.Order.DOUBTFUL:
                return None
            if order is money.Order.AFTER and line.currency == payment.currency:
                paid_minor = min(money_minor, line.overdue_minor)
                debts[index] = _line(line.item, line.overdue_minor - paid_minor, line.item)
                money_minor -= paid_minor
    return [line for line in debts if line.overdue_minor]


def _plain_debts(items: tuple[Item, ...]) -> list[Line] | None:
    debts: list[Line] = []
    cards: set[str] = set()
    for item in items:
        missed = item.missed
        if missed is None:
            continue
        if len(item.snapshots) != 1 or item.snapshots[0].outstanding_minor > missed.amount_minor:
            return None
        if missed.kind == "statement":
            if item.loan_id in cards:
                return None
            cards.add(item.loan_id)
        snapshot = item.snapshots[0]
        amended = None if item.schedule is None else amendment(item, snapshot)
        if amended is not None and amended.owed is not None:
            return None
        debts.append(_line(item, snapshot.outstanding_minor if amended is None else 0, item))
    if len(debts) > 1:
        debts.sort(key=_age)
    return debts


def _line(item: Item, overdue_minor: int, origin: Item) -> Line:
    missed = item.missed
    assert missed is not None
    return Line(item, overdue_minor, origin, due_of(origin), missed.currency)


def _age(line: Line) -> tuple[date, str, str]:
    return line.since, line.item.loan_id, line.item.instalment_id


def _sum_minor(lines: list[Line]) -> int:
    # Amounts that can be written may add up to one that cannot; the guard lets none of that size leave.
    return min(sum([line.overdue_minor for line in lines]), MINOR_MAX)


def ledger(account: Account, zone: str, tolerance_minor: int = 0) -> Ledger:
    """What is overdue by everything known, oldest first."""
    if not account.items:
        return _NOTHING
    lines = plain_lines(account, zone)
    if lines is not None:
        return Ledger(tuple(lines), _sum_minor(lines))
    lines = general_lines(account, tolerance_minor, zone)
    least_minor = None
    if lines and next(doubts(account, zone), None) is not None:
        least_minor = _sum_minor(general_lines(account, tolerance_minor, zone, with_doubtful=True))
    return Ledger(tuple(lines), _sum_minor(lines), 0, least_minor)


def doubts(account: Account, zone: str) -> Iterator[Payment]:
    """Payments that may or may not be in a snapshot that counts."""
    for debt in debts_of(account.items, zone, with_doubtful=False).values() if account.payments else ():
        found = debt.winning()
        if found is not None:
            for payment in account.payments:
                if payment.amount_minor and money.order(payment, found[0], zone) is money.Order.DOUBTFUL:
                    yield payment


def overdue(account: Account, policy: Policy) -> Ledger:
    """What is overdue above tolerance: an empty ledger is a cured account."""
    tolerance_minor, zone = policy.tolerance_minor, policy.lender.zone
    tolerance = tolerance_minor.get(account.currencies[0], 0) if tolerance_minor and account.currencies else 0
    owed = ledger(account, zone, tolerance)
    if owed.total_minor <= tolerance:
        return _NOTHING
    anchor, sum_minor = 0, owed.lines[0].overdue_minor
    while sum_minor <= tolerance:
        anchor += 1
        sum_minor += owed.lines[anchor].overdue_minor
    return Ledger(owed.lines, owed.total_minor, anchor, owed.least_minor) if anchor else owed


def due_soon_minor(account: Account, item: Item) -> int:
    """What will fall due on a scheduled instalment, less the payments that the bank booked against it."""
    schedule = item.schedule
    if schedule is None or schedule.owed is None:
        return 0
    if item.missed is not None and ((amended := amended_by(item)) is None or not ends_the_miss(amended)):
        return 0
    left = schedule.owed.amount_minor
    for payment in account.payments:
        if payment.booked_ms > schedule.as_of_ms and payment.returned_ms is None and payment.parts:
            for part in payment.parts:
                if (part.loan_id, part.instalment_id) == (item.loan_id, item.instalment_id):
                    left -= part.amount_minor
    return max(0, left)
