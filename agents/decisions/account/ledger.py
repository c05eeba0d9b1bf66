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
from typing import Final, NamedTuple

from agents.decisions.account import money
from agents.decisions.account.words import is_newer
from schemas.money import MINOR_MAX
from schemas.policy.policies import Policy
from schemas.stored.accounts import Account, Item, Owed, Payment, Return, Schedule, Snapshot
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


class _Effect(NamedTuple):
    at_ms: int
    delta_minor: int
    payment: Payment
    returned: Return | None = None


def amendment(item: Item, snapshot: Snapshot) -> Schedule | None:
    """The word on the instalment itself that is newer than its miss; what was stored before it counted counts not."""
    schedule = item.schedule
    if schedule is None:
        return None
    if schedule.owed is None and schedule.as_of_ms >= snapshot.as_of_ms:
        return schedule
    return schedule if schedule.source and is_newer(schedule, snapshot) else None


def ends_the_miss(schedule: Schedule) -> bool:
    """Withdrawn, or moved to a date that was not past when it was told."""
    return schedule.owed is None or schedule.owed.effective_due.toordinal() >= schedule.as_of_day


class Debt:
    """One thing that can be paid: an instalment, or all statements of one card."""

    def __init__(self, items: list[Item], zone: str, *, with_doubtful: bool = False) -> None:
        self.items = items
        self._zone, self._with_doubtful = zone, with_doubtful
        ranked = [(_rank(item, snapshot), snapshot, item) for item in items for snapshot in item.snapshots]
        ranked.sort(key=lambda entry: entry[0])
        self._ranked = ranked
        self._several = len({snapshot.source for _, snapshot, _ in ranked if snapshot.source}) > 1
        self.effects: list[_Effect] = []

    def winning(self, before_ms: int | None = None) -> tuple[Snapshot, Item] | None:
        """The snapshot that counts, of those taken before an instant."""
        return self._best([entry for entry in self._ranked if before_ms is None or entry[1].as_of_ms < before_ms])

    def winning_before(self, payment: Payment) -> tuple[Snapshot, Item] | None:
        """The snapshot that counts of those that a payment may reduce."""
        return self._best([entry for entry in self._ranked if self._reduces(payment, entry[1])])

    def _best(self, known: list[tuple[tuple[int, int, int, int], Snapshot, Item]]) -> tuple[Snapshot, Item] | None:
        """Of each source the highest version; of those of several sources the newest word, of two the kinder."""
        if not known:
            return None
        if not self._several:
            return known[-1][1], known[-1][2]
        of_source = {snapshot.source: (rank, snapshot, item) for rank, snapshot, item in known}
        best = max(
            of_source.values(), key=lambda e: (e[0][0], e[1].as_of_ms, e[1].time_ms, -e[1].outstanding_minor, e[0][1])
        )
        return best[1], best[2]

    def _reduces(self, payment: Payment, snapshot: Snapshot) -> bool:
        order = money.order(payment, snapshot, self._zone)
        return order is money.Order.AFTER or (order is money.Order.DOUBTFUL and self._with_doubtful)

    def remaining(self, at_ms: int | None = None) -> int:
        """What is left at an instant (payments booked up to and including it), or by all that is known."""
        found = self.winning(at_ms)
        return 0 if found is None else self._left(*found, at_ms)

    def remaining_for(self, payment: Payment) -> int:
        """What is left for a payment to reduce, after those booked before it."""
        found = self.winning_before(payment)
        return 0 if found is None else self._left(*found, payment.booked_ms)

    def _left(self, snapshot: Snapshot, item: Item, at_ms: int | None) -> int:
        left, owed = snapshot.outstanding_minor, item.missed
        assert owed is not None
        bound_minor = owed.amount_minor
        amended = amendment(item, snapshot)
        if amended is not None:
            if amended.owed is None or ends_the_miss(amended):
                return 0
            left = max(0, amended.owed.amount_minor - (bound_minor - left))
            bound_minor = amended.owed.amount_minor
        for effect in self.effects:
            if at_ms is not None and effect.at_ms > at_ms:
                continue
            if effect.returned is None:
                counts = self._reduces(effect.payment, snapshot)
            else:
                counts = effect.at_ms > snapshot.as_of_ms
            if counts:
                # Within bounds at each step: what came back beyond the debt is no credit for the next payment.
                left = max(0, min(left + effect.delta_minor, bound_minor))
        return left

    def origin(self, tolerance_minor: int, before_ms: int | None = None) -> Item:
        """The oldest part that was never cured since, of those known before an instant."""
        if len(self.items) == 1:
            return self.items[0]
        oldest: Item | None = None
        for _, snapshot, item in sorted(self._ranked, key=lambda entry: entry[1].as_of_ms):
            at_ms = snapshot.as_of_ms
            found = self.winning(at_ms + 1)
            if (before_ms is not None and at_ms >= before_ms) or found is None or found[0] is not snapshot:
                continue
            # Cured just before this snapshot, by money or by the ledger's own word: what it tells is a new debt.
            if oldest is None or self.remaining(at_ms) <= tolerance_minor or _due(item) < _due(oldest):
                oldest = item
        return oldest or self.items[0]

    @property
    def currency(self) -> str:
        """What it is owed in: money of another currency cannot pay it."""
        missed = self.items[0].missed
        assert missed is not None
        return missed.currency


def amended_by(item: Item) -> Schedule | None:
    """The amendment of a missed instalment that is newer than its miss."""
    if item.schedule is None or not item.snapshots:
        return None
    return amendment(item, max(item.snapshots, key=lambda s: (s.version, s.as_of_ms, s.time_ms)))


def owed_now(item: Item) -> Owed:
    """The dates and the amount of a missed instalment, as they were amended since."""
    assert item.missed is not None
    amended = amended_by(item)
    return item.missed if amended is None or amended.owed is None or ends_the_miss(amended) else amended.owed


def _due(item: Item) -> date:
    return owed_now(item).effective_due


def _rank(item: Item, snapshot: Snapshot) -> tuple[int, int, int, int]:
    # A newer statement replaces the older; everything else goes by version, then as_of, then time.
    missed = item.missed
    statement = missed.effective_due.toordinal() if missed is not None and missed.kind == "statement" else 0
    return (statement, snapshot.version, snapshot.as_of_ms, snapshot.time_ms)


_Debts = dict[tuple[str, str], Debt]


def _debts(items: tuple[Item, ...], zone: str, *, with_doubtful: bool) -> _Debts:
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        if item.missed is not None:
            own = "" if item.missed.kind == "statement" else item.instalment_id
            groups.setdefault((item.loan_id, own), []).append(item)
    return {key: Debt(group, zone, with_doubtful=with_doubtful) for key, group in groups.items()}


class _Booking(NamedTuple):
    at_ms: int
    is_return: bool
    payment_id: str
    return_id: str
    payment: Payment
    returned: Return | None = None


def _bookings(payments: tuple[Payment, ...]) -> list[_Booking]:
    bookings = []
    for payment in payments:
        if payment.amount_minor:
            bookings.append(_Booking(payment.booked_ms, False, payment.payment_id, "", payment))
            for back in money.returns(payment):
                at_ms = max(back.returned_ms, payment.booked_ms)
                bookings.append(_Booking(at_ms, True, payment.payment_id, back.return_id, payment, back))
    bookings.sort(key=lambda booking: booking[:4])
    return bookings


_Went = list[tuple[Debt, int]]


def _book(debts: _Debts, payment: Payment) -> _Went:
    """Spread one payment over the debts; returns where it went, for the case that it comes back."""
    at_ms = payment.booked_ms
    went: _Went = []
    if payment.parts:
        for part in payment.parts:
            debt = _debt_of(debts, part.loan_id, part.instalment_id)
            if debt is None or debt.currency != payment.currency:
                continue
            known = debt.winning_before(payment) is not None
            amount = min(part.amount_minor, debt.remaining_for(payment)) if known else part.amount_minor
            debt.effects.append(_Effect(at_ms, -amount, payment))
            went.append((debt, amount))
        return went
    left = payment.amount_minor
    visible = [
        (debt.origin(0, at_ms + 1), debt)
        for debt in debts.values()
        if debt.currency == payment.currency and debt.winning_before(payment) is not None
    ]
    visible.sort(key=lambda entry: (_due(entry[0]), entry[0].loan_id, entry[0].instalment_id))
    for _, debt in visible:
        amount = min(left, debt.remaining_for(payment))
        if amount:
            debt.effects.append(_Effect(at_ms, -amount, payment))
            went.append((debt, amount))
            left -= amount
        if not left:
            break
    return went


def _debt_of(debts: _Debts, loan_id: str, instalment_id: str) -> Debt | None:
    return debts.get((loan_id, instalment_id)) or debts.get((loan_id, ""))


def _spread(debts: _Debts, payments: tuple[Payment, ...]) -> dict[str, _Went]:
    """Book all payments and returns in their order; returns where each payment went."""
    went: dict[str, _Went] = {}
    left: dict[str, _Went] = {}
    for booking in _bookings(payments):
        name = booking.payment_id
        if booking.returned is None:
            went[name] = _book(debts, booking.payment)
            left[name] = list(went[name])
        else:
            left[name] = _give_back(left[name], booking, booking.returned)
    return went


def _give_back(went: _Went, booking: _Booking, back: Return) -> _Went:
    """What came back is owed again, last of all where the money went first."""
    rest_minor = booking.payment.amount_minor if back.amount_minor is None else back.amount_minor
    kept: _Went = []
    for debt, amount in reversed(went):
        given = min(rest_minor, amount)
        rest_minor -= given
        if given:
            debt.effects.append(_Effect(booking.at_ms, given, booking.payment, back))
        if amount > given:
            kept.append((debt, amount - given))
    return kept[::-1]


def paid_items(account: Account, zone: str) -> dict[str, set[tuple[str, str]]]:
    """For each payment the instalments that it reduced or that the bank named: they are only true together."""
    if not account.items:
        return {}
    went = _spread(_debts(account.items, zone, with_doubtful=False), account.payments)
    linked: dict[str, set[tuple[str, str]]] = {}
    for payment in account.payments:
        found = {(part.loan_id, part.instalment_id) for part in payment.parts or ()}
        for debt, _ in went.get(payment.payment_id, ()):
            found.update((item.loan_id, item.instalment_id) for item in debt.items)
        linked[payment.payment_id] = found
    return linked


def booked_debts(account: Account, zone: str, *, with_doubtful: bool = False) -> list[Debt]:
    """Everything that can be paid, with all payments and returns booked."""
    debts = _debts(account.items, zone, with_doubtful=with_doubtful)
    if account.payments:
        _spread(debts, account.payments)
    return list(debts.values())


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
    return Line(item, overdue_minor, origin, _due(origin), missed.currency)


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
    for debt in _debts(account.items, zone, with_doubtful=False).values() if account.payments else ():
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
        if payment.booked_ms > schedule.as_of_ms and payment.parts:
            share = 1 if payment.returned_ms is None else 0
            for part in payment.parts:
                if (part.loan_id, part.instalment_id) == (item.loan_id, item.instalment_id):
                    left -= part.amount_minor * share
    return max(0, left)
