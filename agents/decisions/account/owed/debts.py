"""Debts and the money that is booked against them: the general way, for every account there can be (see `ledger.py`).

A payment that the bank allocated touches what it names; one that is not goes to what was overdue when it was booked,
oldest first, and what is left over is gone. A newer statement of a card replaces the older ones.
"""

from datetime import date
from typing import NamedTuple

from agents.decisions.account.owed import payments as money
from agents.decisions.account.words import is_newer
from schemas.stored.accounts import Account, Item, Owed, Payment, Return, Schedule, Snapshot


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
            if oldest is None or self.remaining(at_ms) <= tolerance_minor or due_of(item) < due_of(oldest):
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


def due_of(item: Item) -> date:
    return owed_now(item).effective_due


def _rank(item: Item, snapshot: Snapshot) -> tuple[int, int, int, int]:
    # A newer statement replaces the older; everything else goes by version, then as_of, then time.
    missed = item.missed
    statement = missed.effective_due.toordinal() if missed is not None and missed.kind == "statement" else 0
    return (statement, snapshot.version, snapshot.as_of_ms, snapshot.time_ms)


_Debts = dict[tuple[str, str], Debt]


def debts_of(items: tuple[Item, ...], zone: str, *, with_doubtful: bool) -> _Debts:
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
    visible.sort(key=lambda entry: (due_of(entry[0]), entry[0].loan_id, entry[0].instalment_id))
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


def spread(debts: _Debts, payments: tuple[Payment, ...]) -> dict[str, _Went]:
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


def booked_debts(account: Account, zone: str, *, with_doubtful: bool = False) -> list[Debt]:
    """Everything that can be paid, with all payments and returns booked."""
    debts = debts_of(account.items, zone, with_doubtful=with_doubtful)
    if account.payments:
        spread(debts, account.payments)
    return list(debts.values())
