"""What a fact takes back, at once: recalls, withdrawn cases, closed cycles, and cycles that a return reopens.

Design rule 1: taking back does not wait for a tick.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from agents.decisions.account.case.pledges import cured
from agents.decisions.account.owed.debts import amended_by, ends_the_miss
from agents.decisions.account.owed.ledger import Ledger, paid_items
from agents.decisions.account.owed.notices import due_soon_minor, notice_minor
from agents.decisions.guard.person import Block, personal_block
from agents.decisions.ladder.answers import recall_answers, recall_answers_asked
from agents.decisions.ladder.cycle import close_cycle, item_id, reopen_cycle
from agents.decisions.ladder.hand_off import withdraw
from agents.decisions.ladder.steps import MAY_BE_PAID
from agents.decisions.policy.controls import Recall, Recallable, is_recalled
from agents.decisions.policy.segments import segments_of
from agents.decisions.recorder import Recorder
from schemas.messages import ReminderCancelled
from schemas.stored.accounts import Account, Item, Payment, Sent
from schemas.values.instants import HOUR_MS


def _is_open(sent: Sent, rec: Recorder) -> bool:
    grace_ms = rec.rulebook.policy.sending.receipt_grace_hours * HOUR_MS
    return not sent.final and rec.now_ms <= sent.expires_ms + grace_ms


def _recall_reason(sent: Sent, account: Account, owed: Ledger, rec: Recorder) -> Block | None:
    """Why a reminder that left must not be read any more; None while it may."""
    untrue = _untrue(sent, account, owed, rec.rulebook.policy.lender.zone)
    return personal_block(account, rec.rulebook, rec.now_ms) if untrue is None else Block(untrue)


def _untrue(sent: Sent, account: Account, owed: Ledger, zone: str) -> str | None:
    """Why what it says is no longer the truth."""
    if account.ended is not None:
        return f"ACCOUNT_{account.ended.upper()}"
    if sent.predue:
        item = next((i for i in account.items if item_id(i.loan_id, i.instalment_id) == sent.cycle_id), None)
        # A notice whose instalment is now missed came true; the ladder speaks next.
        untrue = None if item is None or item.missed is not None else _untrue_notice(sent, account, item, zone)
        if untrue is not None:
            return untrue
    elif (changed := _untrue_debt(sent, account, owed)) is not None:
        return changed
    if account.profile is None or account.profile.phone != sent.phone:
        return "RECIPIENT_CHANGED"
    return None


def _untrue_debt(sent: Sent, account: Account, owed: Ledger) -> str | None:
    if not owed.lines:
        return "DUE_DATE_CHANGED" if any(_is_moved(item) for item in account.items) else "PAID"
    if 0 < owed.stated_minor < sent.amount_minor:
        return "AMOUNT_CHANGED"
    return _amended_since(sent, account)


def _is_moved(item: Item) -> bool:
    """The instalment was moved to a date to come after it had been missed."""
    amended = amended_by(item)
    return amended is not None and amended.owed is not None and ends_the_miss(amended)


def _amended_since(sent: Sent, account: Account) -> str | None:
    """An instalment was given another amount or date after the reminder had left."""
    for item in account.items:
        amended = amended_by(item)
        if amended is None or amended.owed is None or item.missed is None or amended.time_ms <= sent.issued_ms:
            continue
        if amended.owed.amount_minor != item.missed.amount_minor:
            return "AMOUNT_CHANGED"
        if amended.owed.effective_due != item.missed.effective_due:
            return "DUE_DATE_CHANGED"
    return None


def _untrue_notice(sent: Sent, account: Account, item: Item, zone: str) -> str | None:
    schedule = item.schedule
    if schedule is None or schedule.owed is None:
        return "INSTALMENT_WITHDRAWN"
    if not due_soon_minor(account, item):
        return "PAID"
    left_minor = notice_minor(account, item, zone)
    if not left_minor:
        return MAY_BE_PAID
    if left_minor != sent.amount_minor:
        return "AMOUNT_CHANGED"
    return "DUE_DATE_CHANGED" if schedule.owed.effective_due != sent.due else None


def recall_asked(account: Account, owed: Ledger, rec: Recorder, recalls: Sequence[Recall]) -> Account:
    """A named person recalls what left in a scope: the wrong text, say."""
    policy = rec.rulebook.policy
    cycles = {cycle.cycle_id: cycle.segment for cycle in (*account.past, *((account.cycle,) if account.cycle else ()))}

    def why(sent: Sent) -> Block | None:
        segments = segments_of(account, cycles.get(sent.cycle_id))
        left = Recallable(account.account_id, sent.reminder_id, sent.stage, sent.issued_ms, segments)
        recalled = is_recalled(recalls, policy, left)
        return Block("OPERATOR_RECALL") if recalled else None

    return recall_answers_asked(_recall(account, owed, rec, why), owed, rec, recalls)


def _recall(account: Account, owed: Ledger, rec: Recorder, why: Callable[[Sent], Block | None]) -> Account:
    kept = []
    changed = False
    for sent in account.sent:
        reason = why(sent) if _is_open(sent, rec) else None
        if reason is None:
            kept.append(sent)
            continue
        changed = True
        kept.append(replace(sent, final=True, recalled_for=reason.code))
        recall = ReminderCancelled(
            account_id=account.account_id,
            reminder_id=sent.reminder_id,
            cycle_id=sent.cycle_id,
            stage=sent.stage,
            reason=reason.code,
            cancelled_at=rec.now,
        )
        rec.recall(account, owed, recall, rule=reason.rule, cycle_id=sent.cycle_id)
    return replace(account, sent=tuple(kept)) if changed else account


def _brings_back(account: Account, owed: Ledger, zone: str, returned_payment: str) -> tuple[Payment, int] | None:
    """The returned payment and when it came back, if what it had paid is overdue now and no cycle is open."""
    if not owed.lines or account.ended is not None or not account.past:
        return None
    if account.cycle is not None and account.cycle.announced:
        return None
    payment = next((p for p in account.payments if p.payment_id == returned_payment), None)
    if payment is None or payment.returned_ms is None:
        return None
    unpaid = {(line.item.loan_id, line.item.instalment_id) for line in owed.lines}
    if unpaid.isdisjoint(paid_items(account, zone)[returned_payment]):
        return None
    return payment, payment.returned_ms


def take_back(account: Account, owed: Ledger, rec: Recorder, returned_payment: str | None) -> Account:
    """The account after everything that the new truth takes back has left."""
    if returned_payment is not None:
        back = _brings_back(account, owed, rec.rulebook.policy.lender.zone, returned_payment)
        if back is not None:
            account = reopen_cycle(account, owed, rec, *back)
    if account.heard:
        account = recall_answers(account, owed, rec)
    if account.sent:
        known = account
        account = _recall(known, owed, rec, lambda sent: _recall_reason(sent, known, owed, rec))
    if account.ended is not None and account.cycle is not None:
        return close_cycle(account, owed, rec, f"ACCOUNT_{account.ended.upper()}")
    if not owed.lines:
        if account.cycle is not None and account.unsupported is None:
            return close_cycle(cured(account), owed, rec, "CURED")
        account = _forget_reason(account, rec)
    return withdraw(account, owed, rec)


def _forget_reason(account: Account, rec: Recorder) -> Account:
    """Nothing is overdue: why nothing overdue was said matters no more. What was said of a notice still does."""
    notices = {ladder.pre_due.code for ladder in rec.rulebook.ladders.values() if ladder.pre_due is not None}
    if account.reason is not None and account.reason.stage not in notices:
        account = replace(account, reason=None)
    return account if account.blocked_since_ms is None else replace(account, blocked_since_ms=None)
