"""Stories of experiments: arms that stick, a hold-out that is silent and not forgotten, and one that was stopped."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from agents.decisions.policy.controls import ControlState
from agents.decisions.policy.segments import arm_of
from agents.decisions.policy.versions import Versions
from agents.policy.files.policy import load_rulebook
from schemas.controls import ExperimentStopped
from schemas.policy.policies import Experiment
from schemas.values.instants import to_ms
from tests.agents.decisions.story import ACCOUNT, Story, at, hold, lifted, missed, paid, profile, replied, rulebook
from tests.places import ROOT
from tests.places import at as at_policy

PERSONAL = load_rulebook(at_policy(ROOT / "examples" / "policies" / "cn-personal.toml"), "test")
Past = Callable[[Story], Story]


def experiment(code: str = "X", **more: Any) -> dict[str, Any]:
    arms = [
        {"code": "PLAIN", "share": 45},
        {"code": "SOFT", "share": 45, "tone": "supportive"},
        {"code": "OUT", "share": 10, "silent": True},
    ]
    stop = {"complaints_per_1000": 2.0, "opt_outs_per_1000": 5.0}
    return {"code": code, "first_day": "2026-03-01", "last_day": "2026-03-31", "arms": arms, "stop": stop, **more}


def code_for(arm: str, account_id: str = ACCOUNT) -> str:
    """The name of an experiment in which the story's account has that arm."""
    return next(f"X{n}" for n in range(1000) if arm_of(Experiment(**experiment(f"X{n}")), account_id).code == arm)


def test_shares_are_kept_over_many_accounts_and_experiments_do_not_copy_each_other() -> None:
    first, second = Experiment(**experiment("ONE")), Experiment(**experiment("TWO"))
    both = Counter((arm_of(first, f"A{n}").code, arm_of(second, f"A{n}").code) for n in range(10_000))
    for one in first.arms:
        count = sum(both[one.code, two.code] for two in second.arms)
        assert abs(count - 100 * one.share) < 150  # three standard deviations of the largest arm
        for two in second.arms:
            assert abs(both[one.code, two.code] - one.share * two.share) < 150


def test_an_arm_depends_on_nothing_but_the_experiment_and_the_account() -> None:
    one, other = Experiment(**experiment("ONE")), Experiment(**experiment("ONE", when={"grades": ["R5"]}))
    assert [arm_of(one, f"A{n}") for n in range(100)] == [arm_of(other, f"A{n}") for n in range(100)]


def in_arm(arm: str, **more: Any) -> Story:
    code = code_for(arm)
    story = Story(rulebook(experiments=[experiment(code, **more)])).on("2026-03-01 10:00", profile())
    return story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))


def test_messages_and_decisions_name_experiment_and_arm_and_the_arm_is_kept_after_its_last_day() -> None:
    story = in_arm("SOFT", last_day="2026-03-03", when={"overdue_to_minor": {"CNY": 100_00}})
    story.on("2026-03-04 00:00", missed("2", "2026-03-03", 900_00)).tick_until("2026-03-30 00:00")
    code = code_for("SOFT")
    assert [(r.stage, r.experiment, r.arm, r.tone) for r in story.reminders] == [
        ("FRIENDLY", code, "SOFT", "supportive"),
        ("FIRM", code, "SOFT", "supportive"),
        ("LAST", code, "SOFT", "supportive"),
    ]
    assert {(d.experiment, d.arm) for d in story.decisions if d.outcome == "sent"} == {(code, "SOFT")}
    assert story.account is not None
    assert story.account.cycle is not None
    assert story.account.cycle.arm == f"{code}/SOFT"


@pytest.mark.parametrize("days", [("2026-02-01", "2026-03-01"), ("2026-03-03", "2026-03-31")])
def test_outside_its_days_no_cycle_enters_an_experiment(days: tuple[str, str]) -> None:
    story = in_arm("SOFT", first_day=days[0], last_day=days[1]).tick_until("2026-03-30 00:00")
    assert [(r.experiment, r.arm, r.tone) for r in story.reminders] == [(None, None, "neutral")] * 3


def test_an_experiment_leaves_alone_whom_its_condition_does_not_mean() -> None:
    story = in_arm("OUT", when={"late_episodes_min": 1}).tick_until("2026-03-30 00:00")
    assert [r.arm for r in story.reminders] == [None] * 3


def test_the_hold_out_hears_nothing_and_is_handed_off_by_its_days() -> None:
    story = in_arm("OUT", last_day="2026-04-30").tick_until("2026-05-30 00:00")
    story.expect("03-31 00:00 opened L/1", "03-31 00:00 handed-off DAYS_PAST_DUE 10000").why(
        "03-02 09:00 blocked HOLD_OUT FRIENDLY",
        "03-08 00:00 lapsed LAPSED FRIENDLY",
        "03-08 00:00 blocked HOLD_OUT FIRM",
        "03-16 00:00 lapsed LAPSED FIRM",
        "03-16 00:00 blocked HOLD_OUT LAST",
        "03-31 00:00 handed_off DAYS_PAST_DUE HAND_OFF",
    )
    assert {d.arm for d in story.decisions if d.code == "HOLD_OUT"} == {"OUT"}


def test_the_cure_of_a_hold_out_is_a_decision_of_its_arm_and_no_message() -> None:
    story = in_arm("OUT").tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(100_00))
    assert story.messages == []
    last = story.decisions[-1]
    assert (last.outcome, last.code, last.cycle_id, last.arm) == ("closed", "CURED", "L/1", "OUT")


def test_who_was_never_due_in_an_experiment_is_cured_without_a_word() -> None:
    story = in_arm("OUT").on("2026-03-02 08:00", paid(100_00))
    assert not [d for d in story.decisions if d.outcome == "closed"]


def test_the_hold_out_is_kept_when_the_account_changes_while_its_cycle_lasts() -> None:
    story = in_arm("OUT", when={"overdue_to_minor": {"CNY": 100_00}}).tick_until("2026-03-03 00:00")
    story.on("2026-03-03 10:00", missed("2", "2026-03-02", 900_00)).tick_until("2026-03-30 00:00")
    assert story.reminders == []


def test_the_hold_out_is_kept_when_its_oldest_debt_is_paid() -> None:
    story = in_arm("OUT", when={"overdue_to_minor": {"CNY": 100_00}}).tick_until("2026-03-03 00:00")
    story.on("2026-03-03 10:00", missed("2", "2026-03-02", 900_00)).on(
        "2026-03-03 12:00", paid(100_00, "P", {"1": 100_00})
    )
    assert story.tick_until("2026-04-30 00:00").reminders == []
    assert story.messages[-1].type == "case.handed-off"


def test_the_hold_out_is_kept_when_a_hand_off_was_taken_back() -> None:
    story = in_arm("OUT").on("2026-03-03 10:00", replied("HELP")).tick_until("2026-03-04 00:00")
    story.on("2026-03-05 10:00", hold("D", "deceased")).on("2026-03-06 10:00", lifted("D")).tick_until(
        "2026-03-30 00:00"
    )
    assert story.reminders == []


def stopped(story: Story, *codes: str) -> Story:
    """From here on a control has stopped these experiments of the story's policy."""
    who: dict[str, Any] = {"control_id": "c", "by": "an.officer", "reason": "harm", "time": at("2026-03-01 00:00")}
    stops = tuple(ExperimentStopped(**who, policy=story.rulebook.policy.id, experiment=code) for code in codes)
    controls = ControlState(stops=stops)
    story.rulebook = Versions(story.rulebook).rulebook_for(story.account, controls, to_ms(at("2026-03-03 00:00")))
    return story


def test_a_stopped_experiment_treats_everybody_as_if_it_were_not_there() -> None:
    story = stopped(in_arm("SOFT").tick_until("2026-03-03 00:00"), code_for("SOFT")).tick_until("2026-03-30 00:00")
    told = [(r.stage, r.arm, r.tone) for r in story.reminders]
    assert told == [("FRIENDLY", "SOFT", "supportive"), ("FIRM", None, "neutral"), ("LAST", None, "neutral")]


def test_a_stopped_hold_out_is_reminded_from_its_next_stage_on() -> None:
    story = stopped(in_arm("OUT").tick_until("2026-03-03 00:00"), code_for("OUT")).tick_until("2026-03-30 00:00")
    assert [(r.stage, r.arm) for r in story.reminders] == [("FIRM", None), ("LAST", None)]


def test_another_experiment_goes_on() -> None:
    story = stopped(in_arm("SOFT"), "OTHER").tick_until("2026-03-30 00:00")
    assert [r.arm for r in story.reminders] == ["SOFT"] * 3


# The example


def test_what_is_taken_back_or_closed_names_segment_and_arm_too() -> None:
    story = in_arm("SOFT").tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(100_00))
    assert [d.code for d in story.decisions] == ["PLANNED", "ISSUED", "PAID", "CURED"]
    assert {(d.experiment, d.arm) for d in story.decisions[1:]} == {(code_for("SOFT"), "SOFT")}
