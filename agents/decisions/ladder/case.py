"""A case goes to a person: what they are told, once. And the debts that the ledger claims of an account that has ended.

An ended account hears nothing more, but the ledger may go on speaking of it. That is told once; where it still claims
days later, a person looks, for one of the two words is wrong.
"""

from typing import Final

from msgspec.structs import replace

from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.guard.questions import answered, asked_words, is_urgent, open_questions
from agents.decisions.ladder.cycle import open_cycle, prospective_cycle
from agents.decisions.ladder.hand_off import ENDED_BUT_CLAIMED, claims_after_end
from agents.decisions.ladder.steps import Step, days_of, hand_off_code
from agents.decisions.recorder import Recorder
from schemas.decisions import Outcome
from schemas.messages import CaseHandedOff
from schemas.policy.keywords import VULNERABLE
from schemas.stored.accounts import Account, Cycle
from schemas.values.money import MINOR_MAX

_IGNORED: Final = "IGNORED_ENDED"


def leave_to_person(account: Account, owed: Ledger, step: Step, dpd: int | None, reason: str, rec: Recorder) -> Account:
    """`case.handed-off` leaves, with its decision."""
    assert step.cycle is not None
    cycle = step.cycle
    if reason != ENDED_BUT_CLAIMED:
        account, cycle = open_cycle(account, owed, step.cycle, step.treatment, rec)
    account = _tell(account, owed, step, cycle, dpd, reason, rec)
    if reason == ENDED_BUT_CLAIMED:
        assert account.end is not None
        return replace(account, end=replace(account.end, handed_off=True), reason=None)
    cycle = replace(cycle, handed_off_ms=rec.now_ms, handed_off_for=reason)
    return replace(account, cycle=cycle, reason=None)


def tell_urgent(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """Who is vulnerable goes to a person with the fact itself, whatever the hour, a pause or a hold says.

    That they owe nothing any more, or that a person has the case already, changes nothing of that.
    """
    if not any(map(is_urgent, open_questions(account, rec.rulebook))):
        return account
    cycle, since = account.cycle, owed.oldest.since if owed.lines else None
    handed_off = cycle is not None and cycle.handed_off_ms is not None
    known = account.past[-1] if cycle is None and account.past and not owed.lines else None
    step = Step("hand_off", rec.now_ms, hand_off_code(rec.rulebook), due=since)
    step = replace(step, cycle=cycle if handed_off else known or prospective_cycle(account, owed, rec.now_ms))
    dpd = days_of(step, rec.rulebook, rec.now_ms)
    if owed.lines and account.ended is None and not handed_off:
        return leave_to_person(account, owed, step, dpd, VULNERABLE, rec)
    assert step.cycle is not None
    account = _tell(account, owed, step, step.cycle, dpd, VULNERABLE, rec)
    return replace(account, cycle=replace(cycle, handed_off_for=VULNERABLE)) if cycle and handed_off else account


def _tell(
    account: Account, owed: Ledger, step: Step, cycle: Cycle, dpd: int | None, reason: str, rec: Recorder
) -> Account:
    """The message, its decision, and the account of which a person knows all that was asked."""
    currency, total_minor = _stated(account, owed)
    urgent = any(map(is_urgent, open_questions(account, rec.rulebook)))
    rec.say(
        CaseHandedOff(
            account_id=account.account_id,
            cycle_id=cycle.cycle_id,
            stage=step.stage,
            reason=reason,
            total_overdue_minor=total_minor,
            currency=currency,
            oldest_due_date=step.due,
            days_past_due=dpd,
            handed_off_at=rec.now,
            priority="urgent" if urgent else "normal",
            replies=asked_words(account, rec.rulebook),
        )
    )
    rec.decide(account, owed, Outcome.HANDED_OFF, reason, stage=step.stage, cycle_id=cycle.cycle_id, dpd=dpd)
    return answered(account, rec.rulebook)


def _stated(account: Account, owed: Ledger) -> tuple[str | None, int]:
    """Currency and total of a hand-off: amounts of two currencies have no sum, so the oldest debt's own is stated."""
    if not owed.lines:
        return (account.currencies[0] if account.currencies else None), 0
    currency = owed.oldest.currency
    total_minor = sum(line.overdue_minor for line in owed.lines if line.currency == currency)
    return currency, min(total_minor, MINOR_MAX)


def note_claim(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """The ledger goes on claiming from an account that has ended: told once."""
    end = account.end
    if end is None or end.claim_told or not claims_after_end(account):
        return account
    rec.decide(account, owed, Outcome.NOTED, _IGNORED)
    return replace(account, end=replace(end, claim_told=True))
