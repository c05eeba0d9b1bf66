"""The one door of the core: what a happening makes of an account, and what leaves with it.

Inputs change the account; by the policy the ladder says what comes next; the guard says what speaks against it; here
it is put together, and the recorder writes it down. What is due is done at ticks, at most one message each; what takes
something back leaves with the fact that does.
"""

from typing import Final

from msgspec.structs import replace

from agents.decisions.account.case.holds import hold_unread, release_unread
from agents.decisions.account.case.retention import is_forgettable
from agents.decisions.account.facts import apply, new_account
from agents.decisions.account.imports import adopt
from agents.decisions.account.owed.ledger import Ledger, overdue
from agents.decisions.account.retention import retain
from agents.decisions.guard.caps import counters
from agents.decisions.guard.hours import Plan, borrower_zone
from agents.decisions.guard.pacing import PACED, wait
from agents.decisions.guard.partition import Defer, controls_say, inputs_say
from agents.decisions.guard.person import Allow, Block, may_call, may_leave, may_speak, standing_block
from agents.decisions.guard.sharing import with_wait, without_wait
from agents.decisions.guard.silences import silence
from agents.decisions.inputs import (
    FactRead,
    Happening,
    PolicyChanged,
    ProfileErased,
    RecallAsked,
    RecordFreed,
    RecordUnread,
    TimePassed,
)
from agents.decisions.ladder.answers import answer, next_answer, with_answers_asked
from agents.decisions.ladder.case import leave_to_person, note_claim, tell_urgent
from agents.decisions.ladder.case_notes import next_note, note_fact, note_tick, note_word
from agents.decisions.ladder.cycle import item_id, restart_cycle
from agents.decisions.ladder.hand_off import hand_off_reason
from agents.decisions.ladder.losses import Lost, note_loss
from agents.decisions.ladder.recalls import recall_asked, take_back
from agents.decisions.ladder.reminder import draft, lapse, pass_notice, send, stated_minor
from agents.decisions.ladder.steps import (
    CONVERSATION_COOL_DOWN,
    HOLD_OUT,
    Step,
    cool_down_until,
    days_of,
    lapses,
    next_due,
    planned,
    step_block,
    steps,
)
from agents.decisions.policy.controls import ControlState
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.segments import pinned, segments_of
from agents.decisions.policy.versions import Versions, restarts
from agents.decisions.recorder import NOWHERE, Recorder, Seen, Verdict
from schemas import facts
from schemas.cases import AccountErased, HoldLifted
from schemas.decisions import Outcome
from schemas.stored.accounts import Account
from schemas.stored.structs import LastReason, Struct
from schemas.values.instants import HOUR_MS

_PLANNED_MS: Final = 2 * 24 * HOUR_MS
"""What has been due for longer leaves as soon as it may, without a place in the spread of an opening."""
_CONTACTS_SAID: Final = frozenset({"CAP_REACHED", "COOL_DOWN", CONVERSATION_COOL_DOWN})
_STEPS_PER_TICK: Final = 64
"""More than a ladder has stages: one tick may pass over many lapsed ones, and sends one message at most."""


class Occasion(Struct, frozen=True):
    """When something happens to an account, and what is known then."""

    now_ms: int
    """Epoch milliseconds UTC."""
    versions: Versions
    seen: Seen = NOWHERE
    controls: ControlState = ControlState()
    """They say which version of the policy decides."""


def step(account: Account | None, account_id: str, happening: Happening, occasion: Occasion) -> Verdict:
    """What a happening makes of an account: what it takes back leaves now, what becomes due is found by a tick.

    ``account`` is None while nothing is known of it; then only what a record tells can begin one.
    """
    rulebook = occasion.versions.rulebook_for(account, occasion.controls, occasion.now_ms)
    match happening:
        case FactRead(fact, told_ms):
            return _on_fact(account, fact, told_ms, rulebook, occasion)
        case RecordUnread(at):
            # It may be what silences this account (design rule 10).
            before = account or new_account(account_id)
            return _changed(account, before, hold_unread(before, at), rulebook, occasion, "unread")
        case _:
            return Verdict(None) if account is None else _happened(account, happening, rulebook, occasion)


def _happened(
    account: Account,
    happening: TimePassed | PolicyChanged | RecallAsked | RecordFreed | ProfileErased,
    rulebook: Rulebook,
    occasion: Occasion,
) -> Verdict:
    """What concerns only an account that is known."""
    match happening:
        case TimePassed():
            return _on_tick(account, rulebook, occasion)
        case PolicyChanged():
            return _on_plan(account, rulebook, occasion)
        case RecallAsked(recalls):
            rec = Recorder(rulebook, "control", occasion.now_ms, occasion.seen)
            return rec.verdict(recall_asked(account, overdue(account, rulebook.policy), rec, recalls))
        case RecordFreed(at):
            return _changed(account, account, release_unread(account, at), rulebook, occasion, "read")
        case ProfileErased():
            return _settle(replace(account, profile=None, number=None), rulebook, occasion, "erased", None)


def _on_fact(
    account: Account | None, fact: facts.Fact, told_ms: int, rulebook: Rulebook, occasion: Occasion
) -> Verdict:
    before = account or new_account(fact.account_id)
    after, lost_to = apply(before, fact, told_ms)
    if after is before:
        return Verdict(account)
    returned = fact.payment_id if isinstance(fact, facts.PaymentReturned) else None
    lost = None if lost_to is None else Lost(fact, told_ms, lost_to)
    word = fact if isinstance(fact, HoldLifted | AccountErased) else None
    return _settle(after, rulebook, occasion, fact.event_id, returned, lost, word)


def _changed(
    account: Account | None, before: Account, after: Account, rulebook: Rulebook, occasion: Occasion, cause: str
) -> Verdict:
    return Verdict(account) if after is before else _settle(after, rulebook, occasion, cause, None)


def _settle(
    account: Account,
    rulebook: Rulebook,
    occasion: Occasion,
    cause: str,
    returned: str | None,
    lost: Lost | None = None,
    word: HoldLifted | AccountErased | None = None,
) -> Verdict:
    now_ms = occasion.now_ms
    rec = Recorder(rulebook, "fact", now_ms, occasion.seen, cause)
    owed = overdue(account, rulebook.policy)
    if account.deferred_ms is not None:
        account = replace(account, deferred_ms=None)
    account = adopt(account)
    if lost is not None:
        note_loss(account, owed, lost, rec)
    if word is not None:
        note_word(account, owed, word, rec)
    account = note_claim(note_fact(account, owed, rec), owed, rec)
    account = tell_urgent(take_back(account, owed, rec, returned), owed, rec)
    account = with_answers_asked(account, rulebook)
    if account.blocked_since_ms is not None and _is_free(account, rulebook, now_ms):
        account = replace(account, blocked_since_ms=None)
    return rec.verdict(_rest(account, owed, rec, now_ms, anew=True))


def _is_free(account: Account, rulebook: Rulebook, now_ms: int) -> bool:
    """True when nothing forbids messages any more, or not without an end. A refused text goes on being refused until
    it leaves."""
    refused = account.reason is not None and account.reason.outcome == "blocked" and account.blocked_message
    block = standing_block(account, rulebook, now_ms)
    return not refused and (block is None or not block.endless)


def _rest(account: Account, owed: Ledger, rec: Recorder, now_ms: int, *, anew: bool) -> Account | None:
    """Fold, plan, and forget an account of which nothing is left."""
    rulebook = rec.rulebook
    account = retain(without_wait(account), rulebook.policy.lender.zone, now_ms)
    nothing = not (account.items or account.payments or account.holds or account.sent or account.past or account.heard)
    nothing = nothing and not (account.profile or account.cycle or account.number) and is_forgettable(account.case)
    if nothing and not account.unsupported and account.end is None:
        return None
    if restarts(account, rulebook):
        # A ladder that another version begins anew is looked at by what it will be then, not by what it has passed.
        due_ms = now_ms
    else:
        due_ms, waits = next_due(account, owed, rulebook, now_ms, anew=anew)
        if due_ms > now_ms or rec.decisions:
            account = rec.foresee(account, owed, waits)
    note_ms, answer_ms = next_note(account, owed, rulebook, now_ms), next_answer(account, rulebook, now_ms)
    return replace(account, next_due_at=min(due_ms, note_ms, answer_ms))


def _on_tick(account: Account, rulebook: Rulebook, occasion: Occasion) -> Verdict:
    """Time has passed: do what is due, one message at most, and say when to look again (always after now)."""
    now_ms = occasion.now_ms
    rec = Recorder(rulebook, "tick", now_ms, occasion.seen)
    if account.deferred_ms is not None:
        account = replace(account, deferred_ms=None)
    account = without_wait(account, rec.gate)
    owed = overdue(account, rulebook.policy)
    if restarts(account, rulebook):
        account = restart_cycle(account, owed, rec)
    account = note_tick(answer(account, owed, rec), owed, rec)
    for _ in range(_STEPS_PER_TICK):
        due = [step for step in steps(account, owed, rulebook, now_ms) if step.at_ms <= now_ms]
        if not due:
            break
        account, go_on = _take(account, owed, due[0], rec)
        if not go_on:
            break
    return rec.verdict(_rest(account, owed, rec, now_ms + 1, anew=False))


def _on_plan(account: Account, rulebook: Rulebook, occasion: Occasion) -> Verdict:
    rec = Recorder(rulebook, "tick", occasion.now_ms, occasion.seen)
    owed = overdue(account, rulebook.policy)
    return rec.verdict(_rest(account, owed, rec, occasion.now_ms + 1, anew=True))


def _take(account: Account, owed: Ledger, step: Step, rec: Recorder) -> tuple[Account, bool]:
    """Do one step; True when a further step may follow at once."""
    dpd = days_of(step, rec.rulebook, rec.now_ms)
    if lapses(step, dpd):
        return _lapse(account, owed, step, dpd, rec), True
    answer = _ask(account, step, rec)
    if answer is not None:
        return _not_now(account, owed, step, answer, rec), False
    if step.kind == "hand_off":
        return _hand_off(account, owed, step, dpd, rec), False
    cool_ms = cool_down_until(account, rec.rulebook)
    if cool_ms > rec.now_ms:
        return _record(account, owed, step, "deferred", CONVERSATION_COOL_DOWN, cool_ms, rec), False
    return _speak(account, owed, step, rec), False


def _speak(account: Account, owed: Ledger, step: Step, rec: Recorder) -> Account:
    """Nothing stands against the person being written to: word it, judge it, and let it leave."""
    rulebook, now_ms = rec.rulebook, rec.now_ms
    meant = planned(account, step, rulebook, step.at_ms) if step.at_ms > now_ms - _PLANNED_MS else Plan(now_ms)
    amount_minor = stated_minor(account, owed, step, rulebook.policy.lender.zone)
    allowed = may_speak(account, rulebook, rec.gate, amount_minor, meant, now_ms)
    if not isinstance(allowed, Allow):
        return _not_now(account, owed, step, allowed, rec)
    turn, pace_us = wait(account, step.stage, rec.gate, now_ms)
    rec.pace_us = pace_us
    if turn is not None:
        return _not_now(account, owed, step, turn, rec)
    drafted = draft(account, owed, step, rec)
    screened = may_leave(drafted.wording, drafted.parts, account, rulebook)
    if isinstance(screened, Block):
        return _not_now(account, owed, step, screened, rec)
    return send(account, owed, step, drafted, allowed.window_end_ms, screened, rec)


def _ask(account: Account, step: Step, rec: Recorder) -> Defer | Block | None:
    """What stands against the step before anything is worded."""
    treated = None if step.treatment is None else step.treatment.segment
    segments = segments_of(account, None if treated is None else treated.code)
    held = controls_say(rec.gate, rec.rulebook, account.account_id, step.stage, segments, rec.now_ms)
    if held is not None:
        return held
    if step.kind == "hand_off":
        # It has somebody phoned: what makes a message wait makes it wait, too.
        return inputs_say(rec.gate, rec.rulebook, rec.now_ms) or may_call(account, rec.rulebook, rec.now_ms)
    return step_block(account, step, rec.rulebook, rec.now_ms)


def _lapse(account: Account, owed: Ledger, step: Step, dpd: int | None, rec: Recorder) -> Account:
    """The stage's days are over: it lies behind unsent, with a decision."""
    if step.item is not None:
        account = replace(account, reason=None)  # the next instalment's notice has the same stage
        notice_id = item_id(step.item.loan_id, step.item.instalment_id)
        rec.decide(account, owed, Outcome.LAPSED, "LAPSED", stage=step.stage, cycle_id=notice_id, dpd=dpd)
        return pass_notice(account, step, rec)
    cycle = step.cycle
    assert cycle is not None
    rec.decide(account, owed, Outcome.LAPSED, "LAPSED", stage=step.stage, cycle_id=cycle.cycle_id, dpd=dpd)
    return replace(account, cycle=lapse(cycle, step, rec))


def _hand_off(account: Account, owed: Ledger, step: Step, dpd: int | None, rec: Recorder) -> Account:
    assert step.cycle is not None
    reason = hand_off_reason(account, step.cycle, dpd, rec.rulebook, rec.now_ms)
    if reason is not None:
        return leave_to_person(account, owed, step, dpd, reason, rec)
    quiet = silence(account, rec.rulebook, rec.now_ms)
    assert quiet is not None
    return _record_block(account, owed, step, Block(quiet.code, quiet.until_ms, quiet.endless, quiet.rule), rec)


def _not_now(account: Account, owed: Ledger, step: Step, why: Defer | Block, rec: Recorder) -> Account:
    """Nothing leaves, with its reason; a deferral is not looked at again before its time unless a fact comes."""
    if isinstance(why, Block):
        return _record_block(account, owed, step, why, rec)
    account = _record(account, owed, step, "deferred", why.code, why.until_ms, rec, why.rule)
    turn_ms = why.until_ms if why.code == PACED and rec.pace_us else account.turn_ms
    return with_wait(replace(account, deferred_ms=why.until_ms, turn_ms=turn_ms), why.code, rec.now_ms)


def _record_block(account: Account, owed: Ledger, step: Step, block: Block, rec: Recorder) -> Account:
    # A notice that cannot be given is no reason to phone anybody: the days count for what is overdue.
    if account.blocked_since_ms is None and step.item is None and block.endless:
        account = replace(account, blocked_since_ms=rec.now_ms)
    if block.code == HOLD_OUT and step.cycle is not None and step.treatment is not None:
        # Nothing will announce its cycle, so the arm is kept with the first word of it.
        account = replace(account, cycle=pinned(step.cycle, step.treatment, rec.rulebook))
    account = _record(account, owed, step, "blocked", block.code, block.until_ms, rec, block.rule)
    return (
        account if account.blocked_message == block.of_message else replace(account, blocked_message=block.of_message)
    )


def _record(
    account: Account,
    owed: Ledger,
    step: Step,
    outcome: str,
    code: str,
    until_ms: int | None,
    rec: Recorder,
    rule: str | None = None,
) -> Account:
    """Record why nothing leaves, once: a reason is told when it changes (design rule 8)."""
    reason = LastReason(step.stage, outcome, code)
    if account.reason == reason:
        return account
    if step.item is not None:
        cycle_id: str | None = item_id(step.item.loan_id, step.item.instalment_id)
    else:
        cycle_id = None if account.cycle is None else account.cycle.cycle_id
    rec.decide(
        account,
        owed,
        Outcome(outcome),
        code,
        stage=step.stage,
        cycle_id=cycle_id,
        until_ms=until_ms,
        rule=rule,
        treatment=step.treatment,
        counters=_counters(account, rec) if code in _CONTACTS_SAID else None,
    )
    return replace(account, reason=reason)


def _counters(account: Account, rec: Recorder) -> dict[str, int]:
    return counters(account, rec.rulebook, borrower_zone(account, rec.rulebook), rec.now_ms)
