"""What comes next on an account, and when. Design rule 6: never skip, never stack, never nonsense.

Due is local midnight of the effective due date (lender's zone) plus the delay; the minimum gap is counted in days of
the borrower's zone; then the permitted window. The result is computed from the account each time, never counted.
"""

from datetime import date
from typing import Final, Literal

from agents.decisions.account.contacts import cool_down_end, last_contact
from agents.decisions.account.owed.ledger import Ledger, due_soon_minor
from agents.decisions.guard.hours import Plan, borrower_zone, plan
from agents.decisions.guard.person import Block, standing_block
from agents.decisions.guard.silences import silence, wanted_now
from agents.decisions.ladder.cycle import prospective_cycle
from agents.decisions.ladder.hand_off import claimed_after_end, hand_off_ms
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.segments import Treatment, treat
from schemas.policy.policies import Stage
from schemas.stored.accounts import NEVER_MS, Account, Cycle, Item
from schemas.stored.structs import Struct
from schemas.values.instants import days_past_due, local_date, midnight_after

HOLD_OUT: Final = "HOLD_OUT"


class Step(Struct, frozen=True):
    """One thing to do, from ``at_ms`` on (before the permitted window is looked at)."""

    kind: Literal["hand_off", "returned", "stage", "pre_due"]
    at_ms: int
    stage: str
    text: str = ""
    due: date | None = None
    """The effective due date from which its days count; absent for a hand-off of an account that owes nothing."""
    rule: Stage | None = None
    item: Item | None = None
    """The instalment of a pre-due notice."""
    cycle: Cycle | None = None
    """The cycle that it goes on with or would open; absent for a pre-due notice."""
    treatment: Treatment | None = None
    """How the account is treated; absent for a hand-off, which is the same for everybody."""


def _after_gap(account: Account, rulebook: Rulebook) -> int:
    contact_ms = last_contact(account)
    if contact_ms is None:
        return 0
    zone = borrower_zone(account, rulebook)
    day = local_date(zone, contact_ms)
    return midnight_after(zone, day, rulebook.policy.sending.minimum_gap_days)


def cool_down_until(account: Account, rulebook: Rulebook) -> int:
    """Until when a conversation speaks for itself; 0 if none does, or if staff wants the next stage in spite of it."""
    if account.case is None or wanted_now(account):
        return 0
    return cool_down_end(account, borrower_zone(account, rulebook), rulebook.policy.sending.conversation_cool_down_days)


def _overdue_step(account: Account, since: date, cycle: Cycle, rulebook: Rulebook, treatment: Treatment) -> Step | None:
    last = next((p.stage for p in reversed(cycle.passed) if p.sent), None)
    wanted = account.case is not None and wanted_now(account)
    if cycle.grace_until_ms is not None and last is not None:
        at_ms = 0 if wanted else max(cycle.grace_until_ms, _after_gap(account, rulebook))
        return Step("returned", at_ms, last, rulebook.policy.returned.text, since, cycle=cycle, treatment=treatment)
    passed = [p.stage for p in cycle.passed]
    for stage in treatment.ladder.overdue:
        if stage.code not in passed:
            days = max(1 if wanted else stage.delay_days, stage.dpd_from or 1)
            due_ms = midnight_after(rulebook.policy.lender.zone, since, days)
            at_ms = due_ms if wanted else max(due_ms, _after_gap(account, rulebook), cycle.grace_until_ms or 0)
            return Step("stage", at_ms, stage.code, stage.text, since, stage, cycle=cycle, treatment=treatment)
    return None


def _pre_due_step(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> Step | None:
    if not any(item.schedule is not None and item.notice is None for item in account.items):
        return None
    treatment = treat(account, owed, None, rulebook, now_ms)
    stage = treatment.ladder.pre_due
    if stage is None:
        return None
    zone = rulebook.policy.lender.zone
    best: Step | None = None
    for item in account.items:
        schedule = item.schedule
        if item.notice is not None or schedule is None or schedule.owed is None or not due_soon_minor(account, item):
            continue
        due = schedule.owed.effective_due
        at_ms = max(midnight_after(zone, due, stage.delay_days), _after_gap(account, rulebook))
        step = Step("pre_due", at_ms, stage.code, stage.text, due, stage, item, treatment=treatment)
        if best is None or step.at_ms < best.at_ms:
            best = step
    return best


def steps(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> list[Step]:
    """Everything that may come next, in the order in which it is looked at."""
    if account.ended is not None:
        return _claim_steps(account, owed, rulebook, now_ms)
    handed_off = account.cycle is not None and account.cycle.handed_off_ms is not None
    if account.unsupported is not None:
        if handed_off:
            return []
        cycle = prospective_cycle(account, owed, now_ms)
        return [
            Step("hand_off", hand_off_ms(account, None, cycle, rulebook, now_ms), _hand_off_code(rulebook), cycle=cycle)
        ]
    if not owed.lines:
        pre_due = _pre_due_step(account, owed, rulebook, now_ms)
        return [pre_due] if pre_due else []
    if handed_off:
        return []
    cycle = prospective_cycle(account, owed, now_ms)
    since = owed.oldest.since
    at_ms = hand_off_ms(account, since, cycle, rulebook, now_ms)
    hand_off = Step("hand_off", at_ms, _hand_off_code(rulebook), due=since, cycle=cycle)
    stage = _overdue_step(account, since, cycle, rulebook, treat(account, owed, cycle, rulebook, now_ms))
    return [hand_off] if stage is None else [hand_off, stage]


def _claim_steps(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> list[Step]:
    if not claimed_after_end(account):
        return []
    cycle = account.past[-1] if account.past else prospective_cycle(account, owed, now_ms)
    quiet = silence(account, rulebook, now_ms)
    at_ms = NEVER_MS if quiet is not None and quiet.until_ms is None else 0 if quiet is None else quiet.until_ms or 0
    return [
        Step("hand_off", at_ms, _hand_off_code(rulebook), due=owed.oldest.since if owed.lines else None, cycle=cycle)
    ]


def _hand_off_code(rulebook: Rulebook) -> str:
    return rulebook.policy.hand_off.code if rulebook.policy.hand_off is not None else "HAND_OFF"


def days_of(step: Step, rulebook: Rulebook, now_ms: int) -> int | None:
    """Days past due of what the step is about."""
    return None if step.due is None else days_past_due(rulebook.policy.lender.zone, step.due, now_ms)


def lapses(step: Step, dpd: int | None) -> bool:
    """True when the days of the step's stage are over."""
    last = _last_dpd(step)
    return last is not None and dpd is not None and dpd > last


def _last_dpd(step: Step) -> int | None:
    if step.rule is None or step.rule.dpd_to is not None or step.kind != "pre_due":
        return None if step.rule is None else step.rule.dpd_to
    return 0  # whatever the ladder says: "falls due on" is nonsense after that day


def step_block(account: Account, step: Step, rulebook: Rulebook, now_ms: int) -> Block | None:
    """What forbids this step whatever it would say; the hold-out of an experiment is handed off as everybody is."""
    block = standing_block(account, rulebook, now_ms)
    if block is None and step.treatment is not None and step.treatment.silent:
        return Block(HOLD_OUT, endless=False)
    return block


def planned(account: Account, step: Step, rulebook: Rulebook, from_ms: int) -> Plan:
    """When the step's message is meant to leave, if it is due from an instant on."""
    assert step.treatment is not None
    return plan(account, rulebook, step.treatment, from_ms, days_of(step, rulebook, from_ms) or 0)


def next_due(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int, *, anew: bool) -> int:
    """When to look at the account again, at ``now_ms`` at the earliest; NEVER_MS when only a fact can change it."""
    best = NEVER_MS
    for step in steps(account, owed, rulebook, now_ms):
        waits = account.reason is not None and account.reason[0] == step.stage
        at_ms = max(step.at_ms, now_ms, account.deferred_ms or 0 if waits else 0)
        if step.kind != "hand_off":
            at_ms = _send_at(account, step, rulebook, at_ms, now_ms, anew)
        best = min(best, at_ms)
    return best


def _send_at(account: Account, step: Step, rulebook: Rulebook, at_ms: int, now_ms: int, anew: bool) -> int:
    lapse_ms = NEVER_MS
    if account.reason is not None and account.reason[:2] == (step.stage, "blocked"):
        block = step_block(account, step, rulebook, now_ms)
        said = account.reason[2]
        # Said once already: only a fact, the end of a hold or of the stage's own days changes anything.
        if block is not None and said == block.code:
            at_ms = NEVER_MS if block.until_ms is None else max(block.until_ms, at_ms)
        elif block is None and not anew and account.blocked_message:
            at_ms = NEVER_MS
        last = _last_dpd(step)
        if last is not None and step.due is not None:
            lapse_ms = max(midnight_after(rulebook.policy.lender.zone, step.due, last + 1), now_ms)
    elif account.reason is not None and account.reason == (step.stage, "deferred", "COOL_DOWN"):
        at_ms = max(at_ms, cool_down_until(account, rulebook))
    if at_ms < NEVER_MS:
        at_ms = planned(account, step, rulebook, at_ms).at_ms
    return min(at_ms, lapse_ms)
