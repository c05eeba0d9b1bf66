"""What comes next on an account, and when. Design rule 6: never skip, never stack, never nonsense.

Due is local midnight of the effective due date (lender's zone) plus the delay; the minimum gap is counted in days of
the borrower's zone; then the permitted window. The result is computed from the account each time, never counted.
"""

from datetime import date
from typing import Final, Literal

from agents.decisions.account.contacts import cool_down_end, last_contact
from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.account.owed.notices import due_soon_minor, notice_minor
from agents.decisions.account.owed.plausible import may_fall_due
from agents.decisions.guard.hours import PREFERRED, Plan, borrower_zone, plan
from agents.decisions.guard.person import Block, standing_block
from agents.decisions.guard.sharing import SHARED, turn_from
from agents.decisions.guard.silences import AMOUNT_IMPLAUSIBLE, silence, wanted_now
from agents.decisions.ladder.cycle import prospective_cycle
from agents.decisions.ladder.hand_off import claimed_after_end, hand_off_ms
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.segments import Treatment, treat
from agents.decisions.recorder import NOT_DUE
from schemas.policy.policies import Stage
from schemas.stored.accounts import NEVER_MS, Account, Cycle, Item
from schemas.stored.structs import LastReason, Struct, Wait
from schemas.values.instants import days_past_due, local_date, midnight_after

HOLD_OUT: Final = "HOLD_OUT"
MAY_BE_PAID: Final = "MAY_BE_PAID"
"""Money that nobody allocated may be meant for what falls due."""
_GRACE: Final = "GRACE"
_GAP: Final = "MINIMUM_GAP"
_WITHHELD: Final = "DEBT_FIRST"
"""A notice of what falls due is not given while something is overdue."""
_ENDED: Final = "ENDED"
"""The account has ended: the ladder does not go on, whatever the ledger says."""
CONVERSATION_COOL_DOWN: Final = "CONVERSATION_COOL_DOWN"
"""The policy's quiet days after a conversation; the pack's own are COOL_DOWN."""
_COOLING: Final = frozenset({CONVERSATION_COOL_DOWN, "COOL_DOWN"})
_HOURS: Final = "OUTSIDE_HOURS"
_TURNS_MAX: Final = 4
"""Turns in a row that may lie outside the hours before the next one is only looked at."""


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
    why: str = NOT_DUE
    """Why it does not come before ``at_ms``."""


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
        at_ms, why = _latest(account, rulebook, (0 if wanted else cycle.grace_until_ms, _GRACE), gap=not wanted)
        text = rulebook.policy.returned.text
        return Step("returned", at_ms, last, text, since, cycle=cycle, treatment=treatment, why=why)
    passed = [p.stage for p in cycle.passed]
    for stage in treatment.ladder.overdue:
        if stage.code not in passed:
            days = max(1 if wanted else stage.delay_days, stage.dpd_from or 1)
            due_ms = midnight_after(rulebook.policy.lender.zone, since, days)
            grace_ms = 0 if wanted else cycle.grace_until_ms or 0
            at_ms, why = _latest(account, rulebook, (due_ms, NOT_DUE), (grace_ms, _GRACE), gap=not wanted)
            return Step("stage", at_ms, stage.code, stage.text, since, stage, None, cycle, treatment, why)
    return None


def _latest(account: Account, rulebook: Rulebook, *waits: tuple[int, str], gap: bool) -> tuple[int, str]:
    """The last of what a step waits for: its day, a grace, the gap after the last contact."""
    at_ms, why = max(waits, key=lambda wait: wait[0])
    gap_ms = _after_gap(account, rulebook) if gap else 0
    return (gap_ms, _GAP) if gap_ms > at_ms else (at_ms, why)


def _pre_due_step(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> Step | None:
    if not any(item.schedule is not None and item.notice is None for item in account.items):
        return None
    treatment = treat(account, owed, None, rulebook, now_ms)
    stage = treatment.ladder.pre_due
    if stage is None:
        return None
    zone = rulebook.policy.lender.zone
    told = account.reason == LastReason(stage.code, "blocked", MAY_BE_PAID)
    best: tuple[bool, int, Step] | None = None
    for item in account.items:
        schedule = item.schedule
        if item.notice is not None or schedule is None or schedule.owed is None or not due_soon_minor(account, item):
            continue
        due = schedule.owed.effective_due
        at_ms, why = _latest(account, rulebook, (midnight_after(zone, due, stage.delay_days), NOT_DUE), gap=True)
        # What may be paid is told once; then a notice that asks for something comes first.
        rank = told and not notice_minor(account, item, zone), at_ms
        if best is None or rank < best[:2]:
            step = Step("pre_due", at_ms, stage.code, stage.text, due, stage, item, treatment=treatment, why=why)
            best = (*rank, step)
    return None if best is None else best[2]


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
            Step("hand_off", hand_off_ms(account, None, cycle, rulebook, now_ms), hand_off_code(rulebook), cycle=cycle)
        ]
    if not owed.lines:
        pre_due = _pre_due_step(account, owed, rulebook, now_ms)
        return [pre_due] if pre_due else []
    if handed_off:
        return []
    cycle = prospective_cycle(account, owed, now_ms)
    since = owed.oldest.since
    at_ms = hand_off_ms(account, since, cycle, rulebook, now_ms)
    hand_off = Step("hand_off", at_ms, hand_off_code(rulebook), due=since, cycle=cycle)
    stage = _overdue_step(account, since, cycle, rulebook, treat(account, owed, cycle, rulebook, now_ms))
    return [hand_off] if stage is None else [hand_off, stage]


def _claim_steps(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> list[Step]:
    if not claimed_after_end(account):
        return []
    cycle = account.past[-1] if account.past else prospective_cycle(account, owed, now_ms)
    quiet = silence(account, rulebook, now_ms)
    at_ms = NEVER_MS if quiet is not None and quiet.until_ms is None else 0 if quiet is None else quiet.until_ms or 0
    return [
        Step("hand_off", at_ms, hand_off_code(rulebook), due=owed.oldest.since if owed.lines else None, cycle=cycle)
    ]


def hand_off_code(rulebook: Rulebook) -> str:
    """The stage of a hand-off."""
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
    if block is None and step.item is not None and not notice_minor(account, step.item, rulebook.policy.lender.zone):
        return Block(MAY_BE_PAID, endless=False)
    if block is None and step.item is not None and not may_fall_due(account, step.item, rulebook.policy):
        return Block(AMOUNT_IMPLAUSIBLE, endless=False)
    return block


def planned(account: Account, step: Step, rulebook: Rulebook, from_ms: int) -> Plan:
    """When the step's message is meant to leave, if it is due from an instant on."""
    assert step.treatment is not None
    return plan(account, rulebook, step.treatment, from_ms, days_of(step, rulebook, from_ms) or 0)


def next_due(
    account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int, *, anew: bool
) -> tuple[int, tuple[Wait, ...]]:
    """When to look at the account again, at ``now_ms`` at the earliest; NEVER_MS when only a fact can change it.

    And what comes next then, where anything does.
    """
    best_ms, best = NEVER_MS, None
    for step in steps(account, owed, rulebook, now_ms):
        waits = account.reason is not None and account.reason.stage == step.stage
        deferred_ms = account.deferred_ms or 0 if waits else 0
        at_ms, why = max(step.at_ms, now_ms), step.why
        if deferred_ms > at_ms:
            assert account.reason is not None
            at_ms, why = deferred_ms, account.reason.code
        if step.kind != "hand_off":
            at_ms, why = _send_at(account, step, rulebook, at_ms, why, now_ms, anew=anew)
        if best is None or at_ms < best_ms:
            best_ms, best = at_ms, Wait(step.stage, None if at_ms == NEVER_MS else at_ms, why)
    if account.ended is not None and best is None and owed.lines:
        return NEVER_MS, (Wait(hand_off_code(rulebook), None, _ENDED),)
    return best_ms, (() if best is None else (best,)) + _withheld(account, owed, rulebook, now_ms)


def _withheld(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> tuple[Wait, ...]:
    """The notice that would be due next if nothing were overdue."""
    if not owed.lines or account.ended is not None:
        return ()
    withheld = _pre_due_step(account, owed, rulebook, now_ms)
    return () if withheld is None else (Wait(withheld.stage, None, _WITHHELD),)


def _is_cooling(reason: LastReason | None, stage: str) -> bool:
    return reason is not None and (reason.stage, reason.outcome) == (stage, "deferred") and reason.code in _COOLING


def _send_at(
    account: Account, step: Step, rulebook: Rulebook, at_ms: int, why: str, now_ms: int, *, anew: bool
) -> tuple[int, str]:
    lapse_ms = NEVER_MS
    if account.reason is not None and (account.reason.stage, account.reason.outcome) == (step.stage, "blocked"):
        block = step_block(account, step, rulebook, now_ms)
        said = account.reason.code
        # Said once already: only a fact, the end of a hold or of the stage's own days changes anything.
        if block is not None and said == block.code:
            at_ms, why = NEVER_MS if block.until_ms is None else max(block.until_ms, at_ms), said
        elif block is None and not anew and account.blocked_message:
            at_ms, why = NEVER_MS, said
        last = _last_dpd(step)
        if last is not None and step.due is not None:
            lapse_ms = max(midnight_after(rulebook.policy.lender.zone, step.due, last + 1), now_ms)
    elif _is_cooling(account.reason, step.stage):
        cool_ms = cool_down_until(account, rulebook)
        at_ms, why = (cool_ms, CONVERSATION_COOL_DOWN) if cool_ms > at_ms else (at_ms, why)
    if at_ms < NEVER_MS:
        at_ms, why = _in_turn(account, step, rulebook, at_ms, why, now_ms)
    return min(at_ms, lapse_ms), why


def _in_turn(account: Account, step: Step, rulebook: Rulebook, at_ms: int, why: str, now_ms: int) -> tuple[int, str]:
    """When its message is meant to leave: the hours of a day may lie behind the account's turn at the number."""
    for _ in range(_TURNS_MAX):
        turn_ms = turn_from(account, rulebook, at_ms)
        if turn_ms > at_ms:
            at_ms, why = turn_ms, SHARED
        meant = planned(account, step, rulebook, at_ms)
        if meant.at_ms > at_ms:
            why = (meant.why if meant.why == PREFERRED else _HOURS) if at_ms <= now_ms else why
            at_ms = meant.at_ms
        if turn_from(account, rulebook, at_ms) == at_ms:
            break
    return at_ms, why
