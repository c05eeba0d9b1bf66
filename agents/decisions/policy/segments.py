"""How an account is treated: its segment, its arm of an experiment, and the ladder and tone that follow from both.

While a cycle lasts it keeps what it was opened with. An arm is found by a hash of experiment and account, so that
every worker, a simulation and the verifier give an account the same one without counting anything.
"""

from datetime import date
from typing import Final, NamedTuple

from msgspec.structs import replace

from agents.decisions.account.owed.ledger import Ledger
from agents.decisions.policy.rulebook import Ladder, Rulebook
from agents.decisions.text.wording import NEUTRAL
from schemas.policy.policies import Arm, Condition, Experiment, Segment
from schemas.stored.accounts import Account, Cycle
from schemas.values.identity import share
from schemas.values.instants import DAY_MS, local_date

_NONE: Final = "-"
"""A cycle that was opened in no segment, or in no experiment."""


class Treatment(NamedTuple):
    """What an account gets."""

    ladder: Ladder
    tone: str = NEUTRAL
    segment: Segment | None = None
    experiment: str | None = None
    arm: str | None = None
    silent: bool = False


class History(NamedTuple):
    """What an account's own past says of it."""

    late_episodes: int
    days_to_cure: int | None
    on_time_streak: int
    broken_promises: int


def history(account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> History:
    """Of the cycles, instalments and promises that are remembered, before what is overdue now."""
    told = [cycle for cycle in account.past if cycle.reminders and cycle.closed_ms is not None]
    days = None
    if told and told[-1].closed_ms is not None:
        days = (told[-1].closed_ms - told[-1].opened_ms) // DAY_MS
    broken = 0 if account.case is None else account.case.broken_promises
    present = min((line.since for line in owed.lines), default=local_date(rulebook.policy.lender.zone, now_ms))
    return History(len(told), days, _streak(account, present), broken)


def _streak(account: Account, before: date) -> int:
    """Instalments that fell due before a day and were never missed, since the last missed one before it."""
    dues = [i.missed.effective_due for i in account.items if i.missed is not None]
    missed = max((due for due in dues if due < before), default=None)
    on_time = 0 if missed is not None else account.on_time
    for item in account.items:
        scheduled = None if item.schedule is None else item.schedule.owed
        if item.missed is None and scheduled is not None and scheduled.effective_due < before:
            on_time += missed is None or scheduled.effective_due > missed
    return on_time


def holds(condition: Condition, account: Account, owed: Ledger, rulebook: Rulebook, now_ms: int) -> bool:
    """Whether everything that the condition gives is so."""
    grade = None if account.profile is None else account.profile.segment
    if condition.grades and grade not in condition.grades:
        return False
    past = history(account, owed, rulebook, now_ms)
    currency = account.currencies[0] if len(account.currencies) == 1 else ""
    least, most = condition.overdue_from_minor, condition.overdue_to_minor
    return (
        _within(past.late_episodes, condition.late_episodes_min, condition.late_episodes_max)
        and _within(past.days_to_cure, condition.days_to_cure_min, condition.days_to_cure_max)
        and _within(past.on_time_streak, condition.on_time_streak_min, None)
        and _within(past.broken_promises, condition.broken_promises_min, None)
        and (not least or (currency in least and owed.total_minor >= least[currency]))
        and (not most or (currency in most and owed.total_minor <= most[currency]))
    )


def _within(value: int | None, least: int | None, most: int | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least is None or value >= least) and (most is None or value <= most)


def arm_of(experiment: Experiment, account_id: str) -> Arm:
    """The arm of an account that enters the experiment."""
    place = share(f"{experiment.code}/{account_id}", 100)
    for arm in experiment.arms:
        place -= arm.share
        if place < 0:
            return arm
    return experiment.arms[-1]


def _segment(account: Account, owed: Ledger, cycle: Cycle | None, rulebook: Rulebook, now_ms: int) -> Segment | None:
    if cycle is not None and cycle.segment == _NONE:
        return None
    if cycle is not None and cycle.segment is not None:
        kept = next((s for s in rulebook.policy.segments if s.code == cycle.segment), None)
        if kept is not None:
            return kept
    return next((s for s in rulebook.policy.segments if holds(s.when, account, owed, rulebook, now_ms)), None)


def _kept_arm(name: str | None, rulebook: Rulebook) -> tuple[str, Arm] | None:
    """The arm that a cycle has, whatever became of the shares; an experiment that was stopped is not there."""
    for experiment in rulebook.experiments:
        for arm in experiment.arms:
            if name == f"{experiment.code}/{arm.code}":
                return experiment.code, arm
    return None


def _arm(
    account: Account, owed: Ledger, cycle: Cycle | None, rulebook: Rulebook, now_ms: int
) -> tuple[str, Arm] | None:
    today = local_date(rulebook.policy.lender.zone, now_ms)
    if cycle is not None and (cycle.arm is not None or cycle.reminders):
        return _kept_arm(cycle.arm, rulebook)
    for experiment in rulebook.experiments:
        runs = experiment.first_day <= today <= experiment.last_day
        if runs and holds(experiment.when, account, owed, rulebook, now_ms):
            return experiment.code, arm_of(experiment, account.account_id)
    return None


def segments_of(account: Account, segment: str | None) -> tuple[str, ...]:
    """The lender's grade of the account and the policy's segment, as far as there are: controls may mean either."""
    grade = None if account.profile is None else account.profile.segment
    return tuple(code for code in (grade, segment) if code is not None)


class Names(NamedTuple):
    """What messages and decisions call a treatment."""

    segment: str | None = None
    experiment: str | None = None
    arm: str | None = None


def names_of(treatment: Treatment | None, cycle: Cycle | None) -> Names:
    """Of the treatment that was just given, else of the one that the open cycle keeps."""
    if treatment is not None:
        return Names(None if treatment.segment is None else treatment.segment.code, treatment.experiment, treatment.arm)
    if cycle is None:
        return Names()
    experiment, _, arm = (cycle.arm or _NONE).partition("/")
    segment = None if cycle.segment == _NONE else cycle.segment
    return Names(segment, experiment, arm) if arm else Names(segment)


def keeps_arm(cycle: Cycle) -> bool:
    """Whether the cycle takes part in an experiment: something was said in it, or would have been without one."""
    return cycle.arm not in (None, _NONE)


def pinned(cycle: Cycle, treatment: Treatment, rulebook: Rulebook) -> Cycle:
    """The cycle that keeps its segment and arm, or that it has none, for as long as it lasts."""
    known = {_NONE, *(segment.code for segment in rulebook.policy.segments)}
    if cycle.segment not in known:
        cycle = replace(cycle, segment=_NONE if treatment.segment is None else treatment.segment.code)
    if cycle.arm is None:
        cycle = replace(cycle, arm=_NONE if treatment.arm is None else f"{treatment.experiment}/{treatment.arm}")
    return cycle


def treat(account: Account, owed: Ledger, cycle: Cycle | None, rulebook: Rulebook, now_ms: int) -> Treatment:
    """How to treat the account in its cycle, or in the one that its next message would open."""
    plain = rulebook.ladders[None]
    if not rulebook.policy.segments and not rulebook.experiments:
        return Treatment(plain)
    segment = _segment(account, owed, cycle, rulebook, now_ms)
    ladder = plain if segment is None else rulebook.ladders[segment.ladder]
    tone = NEUTRAL if segment is None else segment.tone
    found = _arm(account, owed, cycle, rulebook, now_ms)
    if found is None:
        return Treatment(ladder, tone, segment)
    experiment, arm = found
    if arm.ladder is not None:
        ladder = rulebook.ladders[arm.ladder]
    return Treatment(ladder, arm.tone or tone, segment, experiment, arm.code, arm.silent)
