"""Settled history is compacted, so that an account stays small. Design rule 12.

Payments are remembered 45 days for misses that come late. What lies before that horizon is closed like a month's
books: each debt is carried forward as one snapshot of what was left at the horizon, the payments before it are gone,
and so is a debt of which nothing was left. For every fact that is not later than 45 days the account answers as if
nothing had been folded. (One exception: a ledger that says anew what an older card statement comes to, after a newer
one had been paid and was folded, is believed.)
"""

from typing import Final

from msgspec.structs import replace

from agents.decisions.account.case.heard import compact_heard
from agents.decisions.account.case.retention import carry_forward, compact_case
from agents.decisions.account.owed.debts import Debt, booked_debts
from agents.decisions.account.owed.ledger import doubts
from schemas.stored.accounts import Account, Item, Owed, Payment, Sent
from schemas.stored.numbers import NumberState
from schemas.values.instants import HOUR_MS, to_ms_of_day

REMEMBERED_MS: Final = 45 * 24 * HOUR_MS
SENT_KEPT: Final = 8
CAP_KEPT: Final = 64
"""Sends that are remembered for caps, more than any cap that a pack may state."""
CAP_KEPT_DAYS: Final = 32
CYCLES_KEPT: Final = 12


def retain(account: Account, zone: str, now_ms: int) -> Account:
    """The account without what can change nothing any more."""
    if len(account.sent) > SENT_KEPT or len(account.past) > CYCLES_KEPT:
        account = replace(account, sent=_sent_kept(account.sent, now_ms), past=account.past[-CYCLES_KEPT:])
    horizon_ms = now_ms - REMEMBERED_MS
    if account.case is not None:
        account = replace(account, case=compact_case(account, account.case, now_ms, horizon_ms))
    if account.heard:
        account = replace(account, heard=compact_heard(account, horizon_ms))
    if account.number is not None and account.profile is None and _is_idle(account.number, horizon_ms):
        account = replace(account, number=None)
    if not _has_history(account, horizon_ms):
        return account
    debts = booked_debts(account, zone)
    if next(doubts(account, zone), None) is not None:
        return account  # the ledger's next word settles it, or a person
    if any(_still_moves(p, horizon_ms) for p in account.payments) or any(_is_aging(d, horizon_ms) for d in debts):
        return account
    dues = _dues(account)
    carried = {_key(item): item for debt in debts for item in _carry_forward(debt, horizon_ms)}
    if account.case is not None:
        gone = [payment for payment in account.payments if _last_ms(payment, dues) <= horizon_ms]
        account = replace(account, case=carry_forward(account.case, gone))
    kept = tuple(
        carried.get(_key(item), item)
        for item in account.items
        if _key(item) in carried or (item.missed is None and _newest_ms(item) >= horizon_ms)
    )
    return replace(
        account,
        on_time=_on_time(account, {_key(item) for item in kept}),
        items=kept,
        payments=tuple(p for p in account.payments if _last_ms(p, dues) > horizon_ms),
    )


def _is_idle(number: NumberState, horizon_ms: int) -> bool:
    """No profile has come to the word on its number for so long that none is to be awaited."""
    return number.word is None or number.word.time_ms < horizon_ms


def _sent_kept(sent: tuple[Sent, ...], now_ms: int) -> tuple[Sent, ...]:
    """The last ones, and those that may still count for a cap."""
    from_ms = now_ms - CAP_KEPT_DAYS * 24 * HOUR_MS
    counted = sum(s.issued_ms >= from_ms for s in sent)
    return sent[-max(SENT_KEPT, min(counted, CAP_KEPT)) :]


def _on_time(account: Account, kept: set[tuple[str, str]]) -> int:
    """Scheduled instalments that are folded and were never missed, since the last missed one."""
    gone: list[tuple[Owed, bool]] = []
    for item in account.items:
        owed = item.missed or (None if item.schedule is None else item.schedule.owed)
        if owed is not None and _key(item) not in kept:
            gone.append((owed, item.missed is not None))
    on_time = account.on_time
    for _, missed in sorted(gone, key=lambda pair: pair[0].effective_due):
        on_time = 0 if missed else on_time + 1
    return on_time


def _has_history(account: Account, horizon_ms: int) -> bool:
    dues = _dues(account)
    for payment in account.payments:
        if _last_ms(payment, dues) <= horizon_ms:
            return True
    for item in account.items:
        if _newest_ms(item) < horizon_ms or (len(item.snapshots) > 1 and item.snapshots[1].as_of_ms < horizon_ms):
            return True
    return False


def _still_moves(payment: Payment, horizon_ms: int) -> bool:
    """It was booked before the horizon and came back after it: where it went must still be known."""
    return payment.booked_ms <= horizon_ms < (payment.returned_ms or 0)


def _is_aging(debt: Debt, horizon_ms: int) -> bool:
    """A card in arrears: the age of its debt lies in the statements before the horizon."""
    known = sum(any(s.as_of_ms < horizon_ms for s in item.snapshots) for item in debt.items)
    return known > 1 and debt.remaining(horizon_ms) > 0


def _carry_forward(debt: Debt, horizon_ms: int) -> list[Item]:
    found, left_minor = debt.winning(horizon_ms), debt.remaining(horizon_ms)
    if found is None:
        return debt.items
    # A millisecond earlier, so that it never outranks a snapshot taken at the horizon itself.
    balance = replace(found[0], as_of_ms=horizon_ms - 1, outstanding_minor=left_minor)
    # While anything newer is known of the debt its balance is needed, even 0: a newer statement outranks an older one.
    alive = left_minor > 0 or any(_newest_ms(item) >= horizon_ms for item in debt.items)
    carried = []
    for item in debt.items:
        later = tuple(s for s in item.snapshots if s.as_of_ms >= horizon_ms)
        if item is found[1] and alive:
            carried.append(replace(item, snapshots=(balance, *later)))
        elif later:
            carried.append(replace(item, snapshots=later))
    return carried


def _key(item: Item) -> tuple[str, str]:
    return item.loan_id, item.instalment_id


def _dues(account: Account) -> dict[tuple[str, str], int]:
    """The due day of each instalment that is scheduled and was not missed."""
    return {
        _key(item): to_ms_of_day(item.schedule.owed.effective_due)
        for item in account.items
        if item.missed is None and item.schedule is not None and item.schedule.owed is not None
    }


def _last_ms(payment: Payment, dues: dict[tuple[str, str], int]) -> int:
    """A payment matters until it was booked and came back, and until all that it was allocated to has fallen due."""
    last_ms = max(payment.booked_ms, payment.returned_ms or 0)
    if not payment.parts or not dues:
        return last_ms
    return max(last_ms, *(dues.get((part.loan_id, part.instalment_id), 0) for part in payment.parts))


def _newest_ms(item: Item) -> int:
    """The last time at which anything was said of the item, or its due day if that is still later."""
    newest_ms = item.snapshots[-1].as_of_ms if item.snapshots else 0
    schedule = item.schedule
    if schedule is not None:
        due_ms = to_ms_of_day(schedule.owed.effective_due) if schedule.owed is not None else 0
        newest_ms = max(newest_ms, schedule.as_of_ms, due_ms)
    return newest_ms
