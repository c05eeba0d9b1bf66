"""A cycle's whole life: from the first unpaid instalment until the account is cured, sold, closed or written off.

Its id is that of the oldest unpaid instalment when its first message leaves (`cycle.opened` leaves with it), and stays.
A payment that comes back goes on with the cycle that it had helped to close; a cycle that is known comes back with
what it has passed, so that no stage is said twice.
"""

from msgspec.structs import replace

from agents.decisions.account.imports import close_imports
from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.policy.segments import Treatment, keeps_arm, pinned, treat
from agents.decisions.recorder import Recorder
from schemas.decisions import Outcome
from schemas.messages import CaseWithdrawn, CycleClosed, CycleOpened
from schemas.stored.accounts import Account, Cycle, Payment
from schemas.values.instants import local_date, midnight_after


def item_id(loan_id: str, instalment_id: str) -> str:
    """The id of a cycle or of a pre-due notice: the loan and instalment it began with."""
    return f"{loan_id}/{instalment_id}"


def prospective_cycle(account: Account, owed: Ledger, now_ms: int) -> Cycle:
    """The open cycle, or the one that the next message would open; a known id comes back with what it has passed.

    An account that owes nothing (handed off for another reason) is a cycle of its own.
    """
    current = account.cycle
    if current is not None and (current.announced or not owed.lines):
        return current
    if not owed.lines:
        return Cycle(account.account_id, "", "", now_ms)
    oldest = owed.oldest.origin
    own_id = item_id(oldest.loan_id, oldest.instalment_id)
    if current is not None and current.cycle_id == own_id:
        return current
    found = next((c for c in reversed(account.past) if c.cycle_id == own_id), None) if account.past else None
    if found is None:
        cycle = Cycle(own_id, oldest.loan_id, oldest.instalment_id, now_ms)
    else:
        cycle = replace(
            found,
            opened_ms=now_ms,
            closed_ms=None,
            handed_off_ms=None,
            handed_off_for=None,
            grace_until_ms=None,
            announced=False,
            segment=None,
            arm=None,
        )
    if current is None:
        return cycle
    # Only lapsed stages so far: nobody has heard the id, so it still follows the oldest debt.
    known = {p.stage for p in cycle.passed}
    passed = (*cycle.passed, *(p for p in current.passed if p.stage not in known))
    return replace(cycle, passed=passed, segment=current.segment, arm=current.arm)


def announce(account: Account, cycle: Cycle, owed: Ledger, rec: Recorder, *, reopened: bool) -> None:
    """Tell that a cycle begins, or goes on."""
    rec.say(
        CycleOpened(
            account_id=account.account_id,
            cycle_id=cycle.cycle_id,
            loan_id=cycle.loan_id,
            instalment_id=cycle.instalment_id,
            oldest_due_date=owed.oldest.since if owed.lines else None,
            reopened=reopened,
            opened_at=rec.now,
        )
    )


def open_cycle(
    account: Account, owed: Ledger, prospective: Cycle | None, treatment: Treatment | None, rec: Recorder
) -> tuple[Account, Cycle]:
    """Open a cycle if it is not: `cycle.opened` leaves with its first message."""
    assert prospective is not None
    treatment = treatment or treat(account, owed, prospective, rec.rulebook, rec.now_ms)
    if prospective.announced:
        known = pinned(prospective, treatment, rec.rulebook)
        return replace(account, cycle=known), known
    cycle = pinned(replace(prospective, announced=True), treatment, rec.rulebook)
    past = account.past and tuple(c for c in account.past if c.cycle_id != cycle.cycle_id)
    announce(account, cycle, owed, rec, reopened=len(past) < len(account.past))
    return replace(account, cycle=cycle, past=past), cycle


def close_cycle(account: Account, owed: Ledger, rec: Recorder, reason: str) -> Account:
    """Nothing is overdue any more, or not to us: `cycle.closed` leaves."""
    cycle = account.cycle
    assert cycle is not None
    if cycle.announced:
        _announce_end(account, cycle, owed, rec, reason)
    elif keeps_arm(cycle):
        # Nobody heard of it, so no message leaves; but a hold-out whose cures stand nowhere makes any arm look good.
        rec.decide(account, owed, Outcome.CLOSED, reason, cycle_id=cycle.cycle_id)
    closed = replace(cycle, closed_ms=rec.now_ms, grace_until_ms=None, policy=None)
    past = [c for c in account.past if c.cycle_id != cycle.cycle_id]
    account = close_imports(account, rec.now_ms)
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


def reopen_cycle(account: Account, owed: Ledger, rec: Recorder, payment: Payment, returned_ms: int) -> Account:
    """A payment came back: the cycle that it had helped to close goes on, after a grace."""
    announced = [cycle for cycle in account.past if cycle.announced]
    if not announced:
        return account
    found = next((c for c in announced if (c.closed_ms or 0) >= payment.booked_ms), announced[-1])
    zone = rec.rulebook.policy.lender.zone
    grace_ms = midnight_after(zone, local_date(zone, returned_ms), rec.rulebook.policy.returned.grace_days)
    cycle = replace(found, closed_ms=None, handed_off_ms=None, handed_off_for=None, grace_until_ms=grace_ms)
    announce(account, cycle, owed, rec, reopened=True)
    rec.decide(account, owed, Outcome.REOPENED, "PAYMENT_RETURNED", cycle_id=cycle.cycle_id, until_ms=grace_ms)
    return replace(account, cycle=cycle, past=tuple(c for c in account.past if c is not found))


def restart_cycle(account: Account, owed: Ledger, rec: Recorder) -> Account:
    """Another version decides now and begins its ladder anew; what was said keeps its minimum gap."""
    cycle = account.cycle
    assert cycle is not None
    rec.decide(account, owed, Outcome.NOTED, "LADDER_RESTARTED", cycle_id=cycle.cycle_id)
    anew = replace(cycle, passed=(), policy=rec.rulebook.pin, restated=cycle.restated + 1, segment=None, arm=None)
    return replace(account, cycle=anew, reason=None)
