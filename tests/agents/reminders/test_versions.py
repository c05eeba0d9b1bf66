"""Versions of a policy in the agent: what was planned by one is planned anew by the next, and nobody lacks one."""

from datetime import date, timedelta
from typing import Any

from agents.decisions.policy.versions import Versions
from agents.reminders.pinned import MISSING, admits
from schemas.controls import ExperimentStopped, PolicyActivated
from schemas.stored.gates import GATE_KEY
from tests.agents.decisions.story import rulebook
from tests.agents.reminders.fake_worker import BOOK, KEY, NOW, Counter
from tests.agents.reminders.test_agent import missed, profile
from tests.agents.reminders.test_gates import BEAT, BY, controls

DAY = timedelta(days=1)
LATER_FIRM = [
    stage if stage["code"] != "FIRM" else {**stage, "delay_days": 4, "dpd_to": 14}
    for stage in BOOK.policy.model_dump()["stages"]
]
NEWER = rulebook(version="2027.1", stages=LATER_FIRM)


def counter_with(*earlier: Any, latest: Any = NEWER) -> Counter:
    counter = Counter()
    counter.agent._versions = Versions(latest, earlier)
    return counter


def activated(version: Any, on: date) -> PolicyActivated:
    named: dict[str, Any] = {"policy": version.policy.id, "version": version.policy.version}
    return PolicyActivated(**BY, **named, policy_hash=version.hash, effective_from=on)


def test_another_version_plans_every_account_anew_without_a_fact() -> None:
    counter = counter_with(BOOK)
    old, new = activated(BOOK, NOW.date()), activated(NEWER, NOW.date() + DAY)
    counter.chunk(profile(), missed())
    counter.tick(controls=controls(old))
    planned = counter.account.next_due_at
    first = counter.gate.planned_by
    counter.tick(NOW + DAY, keys=(BEAT,), controls=controls(old, new))
    assert counter.gate.planned_by not in {None, first}
    assert counter.account.next_due_at == planned - 3 * 86_400_000, "FIRM comes on day 4, not on day 7"


def test_nothing_is_planned_anew_while_the_same_version_decides() -> None:
    counter = counter_with(BOOK, latest=BOOK)
    counter.chunk(profile(), missed())
    counter.tick()
    before = dict(counter.kept)
    counter.tick(NOW + DAY, keys=(BEAT,))
    assert counter.kept == before


def test_a_stopped_experiment_plans_anew() -> None:
    versions = Versions(rulebook(experiments=[experiment()]))
    stop = controls(ExperimentStopped(**BY, policy=BOOK.policy.id, experiment="X"))
    assert versions.plan_name(controls(), 0) != versions.plan_name(stop, 0)


def test_an_approval_that_comes_later_plans_anew() -> None:
    nobody = BOOK._replace(terms=BOOK.terms.replace("True", "False"))
    assert Versions(nobody).plan_name(controls(), 0) != Versions(BOOK).plan_name(controls(), 0)


def experiment() -> dict[str, Any]:
    arms = [{"code": "A", "share": 50}, {"code": "OUT", "share": 50, "silent": True}]
    stop = {"complaints_per_1000": 2.0, "opt_outs_per_1000": 5.0}
    return {"code": "X", "first_day": date(2026, 1, 1), "last_day": date(2026, 12, 31), "arms": arms, "stop": stop}


def test_a_partition_with_a_cycle_under_a_version_that_is_not_here_is_left_alone() -> None:
    counter = counter_with(latest=BOOK)
    counter.chunk(profile(), missed())
    assert admits(Versions(NEWER))(counter.app.table.values()) is None, "nothing was said yet"
    counter.tick()
    assert counter.account.cycle is not None
    assert admits(Versions(NEWER))(counter.app.table.values()) == MISSING
    assert admits(Versions(NEWER, [BOOK]))(counter.app.table.values()) is None
    assert {KEY, GATE_KEY} == set(counter.app.table)


def test_a_closed_cycle_needs_no_version() -> None:
    counter = counter_with(latest=BOOK)
    counter.chunk(profile(), missed())
    counter.tick()
    counter.chunk(missed(event_id="m2", outstanding_minor=0, as_of=NOW.isoformat()), now=NOW + DAY)
    assert counter.account.cycle is None
    assert admits(Versions(NEWER))(counter.app.table.values()) is None
