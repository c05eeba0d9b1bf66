"""What is noted of a case, with a decision and nothing else: promises and plans kept or broken, words of staff.

A fact can keep a pledge; only time can break one (design rule 1).
"""

from typing import Final, Literal

from msgspec.structs import replace

from agents.decisions.account.case.pledges import has_ended, next_deadline, outcome, standing_promises, truth
from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.guard.questions import answered, asked_words, over_claims, with_done
from agents.decisions.guard.silences import silence, used_word, wanted_now
from agents.decisions.ladder.hand_off import REPLY_RECEIVED
from agents.decisions.ladder.steps import steps
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.recorder import Recorder, WordNoted
from schemas.cases import AccountErased, HoldLifted
from schemas.decisions import Erased, Lifted, Outcome
from schemas.stored.accounts import NEVER_MS, Account
from schemas.stored.case_files import CaseFile, Pledge

Mark = Literal["kept", "broken", "cured", "cancelled"]
_MARK_OF: Final[dict[str, Mark]] = {"fulfilled": "kept", "broken": "broken", "cancelled": "cancelled"}
_PLAN_CODES: Final = {"kept": "PLAN_FULFILLED", "broken": "PLAN_BROKEN", "cancelled": "PLAN_CANCELLED"}


def note_fact(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """The account after a fact, with what the fact made of promises and plans, and the word of staff it told."""
    case = account.case
    if case is None:
        return account
    policy = rec.rulebook.policy
    # What became of it is true of a promise that was not believed, too: a later word may say that it came first.
    believed = standing_promises(account, case)
    for promise in case.promises:
        kept = truth(account, promise, policy.lender.zone, policy.promises.grace_days, rec.now_ms) == "kept"
        if kept != (promise.mark == "kept"):
            case = _promise_turns(case, promise, kept=kept)
            if kept and promise in believed:
                _note(account, owed, rec, "PROMISE_KEPT")
    case = replace(case, plans=tuple(_plan_after(account, owed, plan, rec) for plan in case.plans))
    word = case.staff
    if word is not None and not word.told:
        code = "STAFF_SEND_NOW" if word.decision == "send_now" else "STAFF"
        _note(account, owed, rec, code, word.until_ms)
        case = replace(case, staff=replace(word, told=True))
    return account if case == account.case else replace(account, case=case)


def note_word(account: Account, owed: Ledger, fact: HoldLifted | AccountErased, rec: Recorder) -> None:
    """A named person took something back and says where it is kept why, or erased the person of the account."""
    cycle_id = None if account.cycle is None else account.cycle.cycle_id
    if isinstance(fact, AccountErased):
        erased = Erased(event_id=fact.event_id, by=fact.by, reason=fact.reason)
        rec.decide(account, owed, Outcome.NOTED, "ERASED", cycle_id=cycle_id, word=WordNoted(erased=erased))
    elif fact.evidence_id is not None:
        lifted = Lifted(hold_id=fact.hold_id, evidence_id=fact.evidence_id)
        rec.decide(account, owed, Outcome.NOTED, "LIFTED", cycle_id=cycle_id, word=WordNoted(lifted=lifted))


def _note(account: Account, owed: Ledger, rec: Recorder, code: str, until_ms: int | None = None) -> None:
    cycle_id = None if account.cycle is None else account.cycle.cycle_id
    rec.decide(account, owed, Outcome.NOTED, code, cycle_id=cycle_id, until_ms=until_ms)


def _promise_turns(case: CaseFile, promise: Pledge, *, kept: bool) -> CaseFile:
    """Money has come that keeps it, however late it is told; or some of it went back."""
    broken = case.broken_promises - (kept and promise.mark == "broken")
    turned = replace(promise, mark="kept" if kept else None)
    return replace(case, promises=_with(case.promises, promise, turned), broken_promises=broken)


def _plan_after(account: Account, owed: Ledger, plan: Pledge, rec: Recorder) -> Pledge:
    mark = _mark_of(account, plan, rec)
    if mark == plan.mark:
        return plan
    if mark is not None:
        _note(account, owed, rec, _PLAN_CODES[mark])
    elif plan.mark == "broken":
        _note(account, owed, rec, "PLAN_RESUMED")
    return replace(plan, mark=mark)


def _mark_of(account: Account, plan: Pledge, rec: Recorder) -> Mark | None:
    """What is to be told of a plan: its own end; that it is fulfilled; or, when late money mends it, nothing more."""
    if has_ended(plan):
        return _MARK_OF[outcome(plan)]
    policy = rec.rulebook.policy
    found = truth(account, plan, policy.lender.zone, policy.plans.grace_days, rec.now_ms)
    if found == "kept":
        return "kept"
    mended = plan.mark == "broken" and found is None
    return None if mended or plan.mark == "kept" else plan.mark


def _with(pledges: tuple[Pledge, ...], old: Pledge, new: Pledge) -> tuple[Pledge, ...]:
    return tuple(new if pledge.pledge_id == old.pledge_id else pledge for pledge in pledges)


def note_tick(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """The account after time has passed: pledges whose days are over, and what has become idle to wait for."""
    case = account.case
    if case is None and not account.heard:
        return account
    if case is not None:
        case = _break_pledges(account, owed, case, rec)
        account = account if case is account.case else replace(account, case=case)
    account = _close_questions(account, owed, rec)
    if _nothing_to_send(account, owed, rec.rulebook, rec.now_ms):
        _note(account, owed, rec, "NOTHING_TO_SEND")
        account = used_word(account)
    return account


def _break_pledges(account: Account, owed: Ledger, case: CaseFile, rec: Recorder) -> CaseFile:
    policy = rec.rulebook.policy
    # Where nothing is owed any more, or not to us, there is nothing to break.
    mark: Mark = "broken" if owed.lines and account.ended is None else "cured"
    for promise in standing_promises(account, case):
        if _is_broken(account, promise, rec.rulebook, policy.promises.grace_days, rec.now_ms):
            case = replace(case, promises=_with(case.promises, promise, replace(promise, mark=mark)))
            if mark == "broken":
                _note(account, owed, rec, "PROMISE_BROKEN")
                case = replace(case, broken_promises=case.broken_promises + 1)
    for plan in case.plans:
        if _is_broken(account, plan, rec.rulebook, policy.plans.grace_days, rec.now_ms):
            case = replace(case, plans=_with(case.plans, plan, replace(plan, mark=mark)))
            if mark == "broken":
                _note(account, owed, rec, "PLAN_BROKEN")
    return case


def _is_broken(account: Account, pledge: Pledge, rulebook: Rulebook, grace_days: int, now_ms: int) -> bool:
    still_open = not has_ended(pledge) and pledge.mark is None
    return still_open and truth(account, pledge, rulebook.policy.lender.zone, grace_days, now_ms) == "broken"


def _close_questions(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """Replies that lead to no hand-off, and claims of having paid whose days are over."""
    over = over_claims(account, rec.rulebook, rec.now_ms)
    if _in_good_hands(account, owed, rec.rulebook, rec.now_ms):
        for _ in asked_words(account, rec.rulebook):
            _note(account, owed, rec, REPLY_RECEIVED)
        account = answered(account, rec.rulebook)
    return with_done(account, over) if over else account


def _in_good_hands(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> bool:
    """No case is handed off for a reply: none is there, a person has it already, or nobody may phone."""
    if account.ended is not None or not owed.lines:
        return True
    if account.cycle is not None and account.cycle.handed_off_ms is not None:
        return True
    quiet = silence(account, rulebook, now_ms)
    return quiet is not None and quiet.final


def _nothing_to_send(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> bool:
    if not wanted_now(account):
        return False
    return all(step.kind not in {"stage", "returned"} for step in steps(account, owed, rulebook, now_ms))


def next_note(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> int:
    """When `note_tick` will have something to do, at ``now_ms`` at the earliest; NEVER_MS if nothing is foreseen."""
    case, policy = account.case, rulebook.policy
    if case is None and not account.heard:
        return NEVER_MS
    if _in_good_hands(account, owed, rulebook, now_ms) and asked_words(account, rulebook):
        return now_ms
    if _nothing_to_send(account, owed, rulebook, now_ms):
        return now_ms
    if case is None:
        return NEVER_MS
    best_ms = NEVER_MS
    promises = standing_promises(account, case)
    for pledges, grace_days in ((promises, policy.promises.grace_days), (case.plans, policy.plans.grace_days)):
        for pledge in pledges:
            if _is_broken(account, pledge, rulebook, grace_days, now_ms):
                return now_ms
            if not has_ended(pledge) and pledge.mark is None:
                best_ms = min(best_ms, next_deadline(pledge, policy.lender.zone, grace_days, now_ms))
    return best_ms
