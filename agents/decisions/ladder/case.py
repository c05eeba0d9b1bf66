"""A case goes to a person: what they are told, once. And the debts that the ledger claims of an account that has ended.

An ended account hears nothing more, but the ledger may go on speaking of it. That is told once; where it still claims
days later, a person looks, for one of the two words is wrong.
"""

from typing import Final

from msgspec.structs import replace

from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.guard.questions import answered, asked_words
from agents.decisions.ladder.cycle import open_cycle
from agents.decisions.ladder.hand_off import ENDED_BUT_CLAIMED, claims_after_end
from agents.decisions.ladder.steps import Step
from agents.decisions.recorder import Recorder
from schemas.decisions import Outcome
from schemas.messages import CaseHandedOff
from schemas.stored.accounts import Account
from schemas.values.money import MINOR_MAX

_IGNORED: Final = "IGNORED_ENDED"


def leave_to_person(account: Account, owed: Ledger, step: Step, dpd: int | None, reason: str, rec: Recorder) -> Account:
    """`case.handed-off` leaves, with its decision."""
    assert step.cycle is not None
    cycle = step.cycle
    if reason != ENDED_BUT_CLAIMED:
        account, cycle = open_cycle(account, owed, step.cycle, step.treatment, rec)
    currency, total_minor = _stated(account, owed)
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
            replies=asked_words(account, rec.rulebook),
        )
    )
    rec.decide(account, owed, Outcome.HANDED_OFF, reason, stage=step.stage, cycle_id=cycle.cycle_id, dpd=dpd)
    account = answered(account, rec.rulebook)
    if reason == ENDED_BUT_CLAIMED:
        assert account.end is not None
        return replace(account, end=replace(account.end, handed_off=True), reason=None)
    cycle = replace(cycle, handed_off_ms=rec.now_ms, handed_off_for=reason)
    return replace(account, cycle=cycle, reason=None)


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
