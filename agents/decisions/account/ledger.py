"""What is overdue, computed from snapshots and payments. Design rule 3.

A miss is a snapshot: only payments booked after its ``as_of`` reduce it. A payment without allocation goes to what
was overdue when it was booked, oldest first, and what is left over is gone. That is why superseded snapshots are
kept for a while: when a newer snapshot of one instalment already contains a payment, they tell that the payment
went there, and not to the next instalment.
"""

from datetime import date
from typing import Final, NamedTuple

from schemas.money import MINOR_MAX
from schemas.stored.accounts import Account, Item, Payment, Snapshot
from schemas.structs import Struct


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
    """The overdue lines, oldest first, and their sum."""

    lines: tuple[Line, ...]
    total_minor: int
    anchor: int = 0

    @property
    def oldest(self) -> Line:
        """The line whose age counts: the first with which the sum exceeds the tolerance.

        A few cents left from last year are nobody's debt: they must not make this month's miss a year old.
        """
        return self.lines[self.anchor]


_NOTHING: Final = Ledger((), 0)


class _Effect(NamedTuple):
    at_ms: int
    delta_minor: int


class Debt:
    """One thing that can be paid: an instalment, or all statements of one card."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        ranked = [(_rank(item, snapshot), snapshot, item) for item in items for snapshot in item.snapshots]
        ranked.sort(key=lambda entry: entry[0])
        self._ranked = ranked
        self.effects: list[_Effect] = []

    def standing(self, before_ms: int | None = None) -> tuple[Snapshot, Item] | None:
        """The snapshot that counts, of those taken before an instant."""
        for _, snapshot, item in reversed(self._ranked):
            if before_ms is None or snapshot.as_of_ms < before_ms:
                return snapshot, item
        return None

    def remaining(self, at_ms: int | None = None) -> int:
        """What is left at an instant (payments booked up to and including it), or by all that is known."""
        found = self.standing(at_ms)
        if found is None:
            return 0
        snapshot, item = found
        schedule = item.schedule
        if schedule is not None and schedule.owed is None and schedule.as_of_ms >= snapshot.as_of_ms:
            return 0
        left, owed = snapshot.outstanding_minor, _owed_minor(item)
        for effect in self.effects:
            if effect.at_ms > snapshot.as_of_ms and (at_ms is None or effect.at_ms <= at_ms):
                # Within bounds at each step: what came back beyond the debt is no credit for the next payment.
                left = max(0, min(left + effect.delta_minor, owed))
        return left

    def origin(self, tolerance_minor: int, before_ms: int | None = None) -> Item:
        """The oldest part that was never cured since, of those known before an instant."""
        if len(self.items) == 1:
            return self.items[0]
        oldest: Item | None = None
        for _, snapshot, item in sorted(self._ranked, key=lambda entry: entry[1].as_of_ms):
            at_ms = snapshot.as_of_ms
            found = self.standing(at_ms + 1)
            if (before_ms is not None and at_ms >= before_ms) or found is None or found[0] is not snapshot:
                continue
            # Cured just before this snapshot, by money or by the ledger's own word: what it tells is a new debt.
            if oldest is None or self.remaining(at_ms) <= tolerance_minor or _due(item) < _due(oldest):
                oldest = item
        assert oldest is not None
        return oldest

    @property
    def currency(self) -> str:
        """What it is owed in: money of another currency cannot pay it."""
        missed = self.items[0].missed
        assert missed is not None
        return missed.currency


def _due(item: Item) -> date:
    assert item.missed is not None
    return item.missed.effective_due


def _owed_minor(item: Item) -> int:
    assert item.missed is not None
    return item.missed.amount_minor


def _rank(item: Item, snapshot: Snapshot) -> tuple[int, int, int, str]:
    # A newer statement replaces the older; everything else goes by version, then as_of, then event id.
    statement = _due(item).toordinal() if item.missed is not None and item.missed.kind == "statement" else 0
    return (statement, snapshot.version, snapshot.as_of_ms, snapshot.event_id)


def _debts(items: tuple[Item, ...]) -> dict[tuple[str, str], Debt]:
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        if item.missed is not None:
            own = "" if item.missed.kind == "statement" else item.instalment_id
            groups.setdefault((item.loan_id, own), []).append(item)
    return {key: Debt(group) for key, group in groups.items()}


class _Booking(NamedTuple):
    at_ms: int
    is_return: bool
    payment_id: str
    payment: Payment


def _bookings(payments: tuple[Payment, ...]) -> list[_Booking]:
    bookings = []
    for payment in payments:
        if payment.amount_minor:
            bookings.append(_Booking(payment.booked_ms, False, payment.payment_id, payment))
            if payment.returned_ms is not None:
                at_ms = max(payment.returned_ms, payment.booked_ms)
                bookings.append(_Booking(at_ms, True, payment.payment_id, payment))
    bookings.sort(key=lambda booking: booking[:3])
    return bookings


def _book(debts: dict[tuple[str, str], Debt], payment: Payment) -> list[tuple[Debt, int]]:
    """Spread one payment over the debts; returns where it went, for the case that it comes back."""
    at_ms = payment.booked_ms
    went: list[tuple[Debt, int]] = []
    if payment.parts is not None:
        for part in payment.parts:
            debt = debts.get((part.loan_id, part.instalment_id)) or debts.get((part.loan_id, ""))
            if debt is None or debt.currency != payment.currency:
                continue
            known = debt.standing(at_ms) is not None
            amount = min(part.amount_minor, debt.remaining(at_ms)) if known else part.amount_minor
            debt.effects.append(_Effect(at_ms, -amount))
            went.append((debt, amount))
        return went
    left = payment.amount_minor
    visible = [
        (debt.origin(0, at_ms), debt)
        for debt in debts.values()
        if debt.currency == payment.currency and debt.standing(at_ms) is not None
    ]
    visible.sort(key=lambda entry: (_due(entry[0]), entry[0].loan_id, entry[0].instalment_id))
    for _, debt in visible:
        amount = min(left, debt.remaining(at_ms))
        if amount:
            debt.effects.append(_Effect(at_ms, -amount))
            went.append((debt, amount))
            left -= amount
        if not left:
            break
    return went


def _spread(debts: dict[tuple[str, str], Debt], payments: tuple[Payment, ...]) -> dict[str, list[tuple[Debt, int]]]:
    """Book all payments and returns in their order; returns where each payment went."""
    went: dict[str, list[tuple[Debt, int]]] = {}
    for booking in _bookings(payments):
        if booking.is_return:
            for debt, amount in went[booking.payment_id]:
                debt.effects.append(_Effect(booking.at_ms, amount))
        else:
            went[booking.payment_id] = _book(debts, booking.payment)
    return went


def paid_items(account: Account) -> dict[str, set[tuple[str, str]]]:
    """For each payment the instalments that it reduced or that the bank named: they are only true together."""
    if not account.items:
        return {}
    went = _spread(_debts(account.items), account.payments)
    linked: dict[str, set[tuple[str, str]]] = {}
    for payment in account.payments:
        found = {(part.loan_id, part.instalment_id) for part in payment.parts or ()}
        for debt, _ in went.get(payment.payment_id, ()):
            found.update((item.loan_id, item.instalment_id) for item in debt.items)
        linked[payment.payment_id] = found
    return linked


def booked_debts(account: Account) -> list[Debt]:
    """Everything that can be paid, with all payments and returns booked."""
    debts = _debts(account.items)
    if account.payments:
        _spread(debts, account.payments)
    return list(debts.values())


def general_lines(account: Account, tolerance_minor: int) -> list[Line]:
    """The definition of what is overdue, for every account there can be."""
    lines = []
    for debt in booked_debts(account):
        left = debt.remaining()
        if left:
            found = debt.standing()
            assert found is not None
            origin = debt.origin(tolerance_minor)
            lines.append(_line(found[1], left, origin))
    lines.sort(key=_age)
    return lines


def plain_lines(account: Account) -> list[Line] | None:
    """The same lines for the common account, in a tenth of the time; None for any other.

    Common: each debt has one record and one snapshot, and its money neither came back nor was allocated by the bank.
    """
    debts = _plain_debts(account.items)
    if debts is None:
        return None
    for payment in account.payments:
        if payment.parts is not None or payment.returned_ms is not None:
            return None
        money_minor = payment.amount_minor
        for index, line in enumerate(debts):
            if line.item.snapshots[0].as_of_ms < payment.booked_ms and line.currency == payment.currency:
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
        snapshot, schedule = item.snapshots[0], item.schedule
        withdrawn = schedule is not None and schedule.owed is None and schedule.as_of_ms >= snapshot.as_of_ms
        debts.append(_line(item, 0 if withdrawn else snapshot.outstanding_minor, item))
    if len(debts) > 1:
        debts.sort(key=_age)
    return debts


def _line(item: Item, overdue_minor: int, origin: Item) -> Line:
    missed, oldest = item.missed, origin.missed
    assert missed is not None
    assert oldest is not None
    return Line(item, overdue_minor, origin, oldest.effective_due, missed.currency)


def _age(line: Line) -> tuple[date, str, str]:
    return line.since, line.item.loan_id, line.item.instalment_id


def ledger(account: Account, tolerance_minor: int = 0) -> Ledger:
    """What is overdue by everything known, oldest first."""
    if not account.items:
        return _NOTHING
    lines = plain_lines(account)
    if lines is None:
        lines = general_lines(account, tolerance_minor)
    total_minor = 0
    for line in lines:
        total_minor += line.overdue_minor
    # Amounts that can be written may add up to one that cannot; the guard lets none of that size leave.
    return Ledger(tuple(lines), min(total_minor, MINOR_MAX))


def overdue(account: Account, tolerance_minor: dict[str, int]) -> Ledger:
    """What is overdue above tolerance: an empty ledger is a cured account."""
    tolerance = tolerance_minor.get(account.currencies[0], 0) if tolerance_minor and account.currencies else 0
    owed = ledger(account, tolerance)
    if owed.total_minor <= tolerance:
        return _NOTHING
    anchor, sum_minor = 0, owed.lines[0].overdue_minor
    while sum_minor <= tolerance:
        anchor += 1
        sum_minor += owed.lines[anchor].overdue_minor
    return Ledger(owed.lines, owed.total_minor, anchor) if anchor else owed


def due_soon_minor(account: Account, item: Item) -> int:
    """What will fall due on a scheduled instalment, less the payments that the bank booked against it."""
    schedule = item.schedule
    if schedule is None or schedule.owed is None or item.missed is not None:
        return 0
    left = schedule.owed.amount_minor
    for payment in account.payments:
        if payment.booked_ms > schedule.as_of_ms and payment.returned_ms is None and payment.parts:
            for part in payment.parts:
                if (part.loan_id, part.instalment_id) == (item.loan_id, item.instalment_id):
                    left -= part.amount_minor
    return max(0, left)
