"""Promises to pay and repayment plans: what was paid of them, and whether they stand, are kept or broken.

A promise is a plan of one part. Whether it is kept is computed from the payments each time; a payment that came back
does not count.
"""

from typing import Literal

from msgspec.structs import replace

from agents.decisions.account.case.heard import set_aside
from agents.decisions.account.owed.payments import net_minor
from agents.decisions.account.words import ends
from schemas.policy.policies import Policy
from schemas.stored.accounts import NEVER_MS, Account, Payment
from schemas.stored.case_files import CaseFile, Pledge
from schemas.values.instants import midnight_after


def has_ended(plan: Pledge) -> bool:
    """Whether a plan was told to have ended, and no word of it is newer than every end."""
    if not plan.ends:
        return False
    return not plan.parts or all(any(ends(end, word) for end in plan.ends) for word in (plan, *plan.others))


def outcome(plan: Pledge) -> str:
    """How a plan ended, by the latest end; of two told at once the one that chases less."""
    last = max(plan.ends, key=lambda end: (end.time_ms, end.outcome == "fulfilled", end.outcome == "cancelled"))
    return last.outcome


def counts(pledge: Pledge, payment: Payment) -> bool:
    """Whether a payment is one of those that the person pledged."""
    return payment.amount_minor > 0 and payment.currency == pledge.currency and payment.booked_ms > pledge.made_ms


def _paid(account: Account, pledge: Pledge, before_ms: int) -> int:
    return pledge.carried_minor + sum(
        net_minor(p) for p in account.payments if p.booked_ms < before_ms and counts(pledge, p)
    )


def _deadlines(pledge: Pledge, zone: str, grace_days: int) -> list[tuple[int, int]]:
    """The end of each part's grace, and what must have been paid by then in all."""
    due_minor, found = 0, []
    for part in pledge.parts:
        due_minor += part.amount_minor
        found.append((midnight_after(zone, part.due, grace_days + 1), due_minor))
    return found


def truth(
    account: Account, pledge: Pledge, zone: str, grace_days: int, now_ms: int
) -> Literal["kept", "broken"] | None:
    """What became of a pledge by now; None while it stands."""
    deadlines = _deadlines(pledge, zone, grace_days)
    end_ms, total_minor = deadlines[-1]
    if _paid(account, pledge, end_ms) >= total_minor:
        return "kept"
    for deadline_ms, due_minor in deadlines:
        if deadline_ms <= now_ms and _paid(account, pledge, deadline_ms) < due_minor:
            return "broken"
    return None


def next_deadline(pledge: Pledge, zone: str, grace_days: int, now_ms: int) -> int:
    """The next instant at which it may turn out to be broken; NEVER_MS when all lie behind."""
    return min((at_ms for at_ms, _ in _deadlines(pledge, zone, grace_days) if at_ms >= now_ms), default=NEVER_MS)


def standing_promises(account: Account, case: CaseFile) -> tuple[Pledge, ...]:
    """All promises but those that a reply told and that are not believed."""
    apart = set_aside(account, "promise")
    return tuple(promise for promise in case.promises if promise.pledge_id not in apart) if apart else case.promises


def promised_until(account: Account, case: CaseFile, policy: Policy, now_ms: int) -> int | None:
    """The end of the silence that promises ask for; None when none does.

    A kept promise still means silence to the end of its day.
    """
    zone, grace_days = policy.lender.zone, policy.promises.grace_days
    until_ms = None
    for promise in standing_promises(account, case):
        if promise.mark == "cured":
            continue
        kept = truth(account, promise, zone, grace_days, now_ms) == "kept"
        end_ms = midnight_after(zone, promise.parts[-1].due, 1 if kept else grace_days + 1)
        if now_ms < end_ms:
            until_ms = max(end_ms, until_ms or end_ms)
    return until_ms


def plan_stands(account: Account, case: CaseFile, policy: Policy, now_ms: int) -> bool:
    """Whether a plan is agreed, not ended, and paid as far as it is due."""
    zone, grace_days = policy.lender.zone, policy.plans.grace_days
    return any(
        not has_ended(plan) and plan.mark != "cured" and truth(account, plan, zone, grace_days, now_ms) is None
        for plan in case.plans
    )


def cured(account: Account) -> Account:
    """The debt went before a promise was due: there is nothing left to keep or to break."""
    case = account.case
    if case is None or not case.promises:
        return account
    promises = tuple(replace(p, mark="cured") if p.mark is None else p for p in case.promises)
    return replace(account, case=replace(case, promises=promises))
