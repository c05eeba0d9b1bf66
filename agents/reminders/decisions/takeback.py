"""What a fact takes back, at once: recalls, withdrawn cases, closed cycles, and cycles that a return reopens.

Design rule 1: taking back does not wait for a tick.
"""

from msgspec.structs import replace

from agents.reminders.decisions.calendar import HOUR_MS, local_date, midnight_after
from agents.reminders.decisions.guard import standing_block
from agents.reminders.decisions.ladder import item_id
from agents.reminders.decisions.ledger import Ledger, due_soon_minor
from agents.reminders.decisions.outcome import Recorder
from schemas.accounts import Account, Cycle, Sent
from schemas.decisions import Outcome
from schemas.messages import CaseWithdrawn, CycleClosed, CycleOpened, ReminderCancelled


def _is_open(sent: Sent, rec: Recorder) -> bool:
    grace_ms = rec.book.policy.sending.receipt_grace_hours * HOUR_MS
    return not sent.final and rec.now_ms <= sent.expires_ms + grace_ms


def _recall_reason(sent: Sent, account: Account, owed: Ledger, rec: Recorder) -> str | None:
    """Why a reminder that left is no longer the truth; None while it is."""
    if account.ended is not None:
        return f"ACCOUNT_{account.ended.upper()}"
    if sent.predue:
        item = next((i for i in account.items if item_id(i.loan_id, i.instalment_id) == sent.cycle_id), None)
        # A notice whose instalment is now missed came true; the ladder speaks next.
        if item is not None and item.missed is None and due_soon_minor(account, item) < sent.amount_minor:
            return "PAID" if due_soon_minor(account, item) == 0 else "AMOUNT_CHANGED"
    elif not owed.lines:
        return "PAID"
    elif owed.total_minor < sent.amount_minor:
        return "AMOUNT_CHANGED"
    if account.profile is None or account.profile.phone != sent.phone:
        return "RECIPIENT_CHANGED"
    block = standing_block(account, rec.book, rec.now_ms)
    return None if block is None else block.code


def _recall(account: Account, owed: Ledger, rec: Recorder) -> Account:
    kept = []
    for sent in account.sent:
        reason = _recall_reason(sent, account, owed, rec) if _is_open(sent, rec) else None
        if reason is None:
            kept.append(sent)
            continue
        kept.append(replace(sent, final=True))
        rec.say(
            ReminderCancelled(
                account_id=account.account_id,
                reminder_id=sent.reminder_id,
                cycle_id=sent.cycle_id,
                stage=sent.stage,
                reason=reason,
                cancelled_at=rec.now,
            )
        )
        rec.decide(
            account,
            owed,
            Outcome.RECALLED,
            reason,
            stage=sent.stage,
            cycle_id=sent.cycle_id,
            reminder_id=sent.reminder_id,
        )
    return replace(account, sent=tuple(kept))


def _close_cycle(account: Account, owed: Ledger, rec: Recorder, reason: str) -> Account:
    cycle = account.cycle
    assert cycle is not None
    if cycle.announced:
        _announce_end(account, cycle, owed, rec, reason)
    closed = replace(cycle, closed_ms=rec.now_ms, grace_until_ms=None)
    past = tuple(c for c in account.past if c.cycle_id != cycle.cycle_id)
    return replace(account, cycle=None, past=(*past, closed), blocked_since_ms=None, reason=None)


def _announce_end(account: Account, cycle: Cycle, owed: Ledger, rec: Recorder, reason: str) -> None:
    if cycle.handed_off_ms is not None:
        rec.say(
            CaseWithdrawn(account_id=account.account_id, cycle_id=cycle.cycle_id, reason=reason, withdrawn_at=rec.now)
        )
        rec.decide(account, owed, Outcome.WITHDRAWN, reason, cycle_id=cycle.cycle_id)
    rec.say(
        CycleClosed(
            account_id=account.account_id,
            cycle_id=cycle.cycle_id,
            reason=reason,
            reminders_sent=cycle.reminders,
            closed_at=rec.now,
        )
    )
    rec.decide(account, owed, Outcome.CLOSED, reason, cycle_id=cycle.cycle_id)


def _reopen(account: Account, rec: Recorder, returned_ms: int, booked_ms: int) -> Account:
    """A payment came back: the cycle that it had closed goes on, after a grace."""
    found = next((c for c in reversed(account.past) if c.announced and booked_ms >= c.opened_ms), None)
    if found is None:
        return account
    zone = rec.book.policy.lender.zone
    grace_ms = midnight_after(zone, local_date(zone, returned_ms), rec.book.policy.returned.grace_days)
    cycle = replace(found, closed_ms=None, handed_off_ms=None, grace_until_ms=grace_ms)
    item = next(
        (i for i in account.items if (i.loan_id, i.instalment_id) == (cycle.loan_id, cycle.instalment_id)), None
    )
    due = item.missed.effective_due if item is not None and item.missed is not None else local_date(zone, booked_ms)
    rec.say(
        CycleOpened(
            account_id=account.account_id,
            cycle_id=cycle.cycle_id,
            loan_id=cycle.loan_id,
            instalment_id=cycle.instalment_id,
            oldest_due_date=due,
            reopened=True,
            opened_at=rec.now,
        )
    )
    return replace(account, cycle=cycle, past=tuple(c for c in account.past if c is not found))


def take_back(account: Account, owed: Ledger, rec: Recorder, returned_payment: str | None) -> Account:
    """The account after everything that the new truth takes back has left."""
    if returned_payment is not None and owed.lines and account.cycle is None and account.past:
        payment = next(p for p in account.payments if p.payment_id == returned_payment)
        if payment.amount_minor and payment.returned_ms is not None:
            account = _reopen(account, rec, payment.returned_ms, payment.booked_ms)
    if account.sent:
        account = _recall(account, owed, rec)
    if account.ended is not None and account.cycle is not None:
        return _close_cycle(account, owed, rec, f"ACCOUNT_{account.ended.upper()}")
    if not owed.lines:
        if account.cycle is not None and account.unsupported is None:
            return _close_cycle(account, owed, rec, "CURED")
        if account.blocked_since_ms is not None or account.reason is not None:
            return replace(account, blocked_since_ms=None, reason=None)
    return account
