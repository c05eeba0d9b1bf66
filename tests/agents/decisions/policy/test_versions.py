"""Which version of a policy decides on an account, and what becomes of a cycle that an earlier one opened."""

from typing import Any, Literal

import pytest

from agents.decisions.guard.partition import Gate
from agents.decisions.inputs import PolicyChanged
from agents.decisions.policy.controls import ControlState
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.versions import Versions, restarts
from agents.decisions.recorder import Seen
from agents.policy.stage_codes import reused_codes
from schemas.controls import PolicyActivated
from schemas.messages import Reminder
from schemas.values.instants import to_ms
from tests.agents.decisions import door
from tests.agents.decisions.story import Story, at, day, missed, paid, profile, rulebook

InFlight = Literal["finish", "next_stage", "restart"]
STAGES = [
    {"code": "FRIENDLY", "delay_days": 1, "dpd_to": 6, "text": "friendly"},
    {"code": "NUDGE", "delay_days": 5, "dpd_to": 11, "text": "friendly"},
    {"code": "FIRM", "delay_days": 12, "dpd_to": 17, "text": "firm"},
    {"code": "LAST", "delay_days": 18, "dpd_to": 29, "text": "last"},
]
OLD = rulebook(version="1")


def newer(in_flight: InFlight, **more: Any) -> Rulebook:
    """The next version: one stage more, and later ones."""
    return rulebook(version="2", replaces="1", in_flight=in_flight, stages=STAGES, **more)


def activated(version: Rulebook, on: str, told: str = "2026-03-01 00:00") -> PolicyActivated:
    return PolicyActivated(
        control_id=f"c-{version.policy.version}-{on}",
        time=at(told),
        by="u-7",
        reason="approved",
        policy=version.policy.id,
        version=version.policy.version,
        policy_hash=version.hash,
        effective_from=day(on),
    )


def ms(when: str) -> int:
    return to_ms(at(when))


def begun() -> Story:
    """A cycle that the old version opened with FRIENDLY."""
    story = Story(OLD).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    return story.tick_until("2026-03-03 00:00")


def going_on(in_flight: InFlight) -> Story:
    """The same, after the new version came to the worker on 3 March, which plans every account anew."""
    story, versions = begun(), Versions(newer(in_flight), [OLD])
    story.rulebook = versions.rulebook_for(story.account, ControlState(), ms("2026-03-03 00:00"))
    assert story.account is not None
    planned = door.happened(
        story.account, story.account.account_id, PolicyChanged(), ms("2026-03-03 00:00"), story.rulebook
    )
    assert (planned.messages, planned.decisions) == ((), ())
    story.account = planned.account
    return story


def told(story: Story) -> list[tuple[str, str, str]]:
    return [(f"{r.issued_at:%m-%d}", r.stage, r.policy_version) for r in story.reminders]


def test_finish_ends_the_cycle_on_the_version_that_opened_it() -> None:
    story = going_on("finish").tick_until("2026-03-30 00:00")
    assert told(story) == [("03-02", "FRIENDLY", "1"), ("03-08", "FIRM", "1"), ("03-16", "LAST", "1")]


def test_next_stage_goes_on_with_the_first_stage_of_the_new_version_that_was_not_said() -> None:
    story = going_on("next_stage").tick_until("2026-03-30 00:00")
    assert told(story) == [
        ("03-02", "FRIENDLY", "1"),
        ("03-06", "NUDGE", "2"),
        ("03-13", "FIRM", "2"),
        ("03-19", "LAST", "2"),
    ]


def test_restart_begins_the_ladder_anew_after_the_minimum_gap_and_says_so_once() -> None:
    story = going_on("restart").tick_until("2026-03-30 00:00")
    assert told(story) == [
        ("03-02", "FRIENDLY", "1"),
        ("03-05", "FRIENDLY", "2"),
        ("03-08", "NUDGE", "2"),
        ("03-13", "FIRM", "2"),
        ("03-19", "LAST", "2"),
    ]
    assert len([reason for reason in story.reasons() if "LADDER_RESTARTED" in reason]) == 1
    assert len({r.reminder_id for r in story.reminders}) == len(story.reminders)
    assert [r.attempt for r in story.reminders][:2] == [1, 2]


def test_a_restart_does_not_wait_for_the_stage_after_those_that_were_said() -> None:
    story = going_on("restart").tick_until("2026-03-05 12:00")
    assert told(story) == [("03-02", "FRIENDLY", "1"), ("03-05", "FRIENDLY", "2")]


@pytest.mark.parametrize("in_flight", ["finish", "next_stage", "restart"])
def test_a_cycle_that_begins_after_the_change_is_the_new_versions(in_flight: InFlight) -> None:
    story, versions = begun(), Versions(newer(in_flight), [OLD])
    story.on("2026-03-03 10:00", paid(100_00))
    story.rulebook = versions.rulebook_for(story.account, ControlState(), ms("2026-03-04 00:00"))
    assert story.rulebook is versions.latest
    story.on("2026-04-02 00:00", missed("2", "2026-04-01", 100_00)).tick_until("2026-05-05 00:00")
    stages = [stage for _, stage, version in told(story) if version == "2"]
    assert stages == ["FRIENDLY", "NUDGE", "FIRM", "LAST"]
    assert not any("LADDER_RESTARTED" in reason for reason in story.reasons())


def test_a_cycle_remembers_the_version_of_its_last_message() -> None:
    story = begun()
    assert story.account is not None
    assert story.account.cycle is not None
    assert story.account.cycle.policy == OLD.pin
    assert restarts(story.account, newer("restart"))
    assert not restarts(story.account, newer("next_stage"))
    story.on("2026-03-03 10:00", paid(100_00))
    assert story.account is not None
    assert story.account.past[-1].policy is None


# Activation


def decides(versions: Versions, controls: ControlState, now_ms: int) -> str | None:
    active = versions.active(controls, now_ms)
    return None if active is None else active.hash


def test_the_latest_decides_until_a_control_activates_another_version_on_its_day() -> None:
    new = newer("next_stage")
    versions = Versions(new, [OLD])
    assert decides(versions, ControlState(), ms("2026-03-05 12:00")) == new.hash
    controls = ControlState(activations=(activated(OLD, "2026-03-01"), activated(new, "2026-03-05")))
    # The day is the lender's.
    assert decides(versions, controls, ms("2026-02-28 23:59")) == new.hash
    assert decides(versions, controls, ms("2026-03-04 23:59")) == OLD.hash
    assert decides(versions, controls, ms("2026-03-05 00:00")) == new.hash


def test_of_two_activations_for_one_day_the_last_one_told_decides() -> None:
    new = newer("next_stage")
    versions = Versions(new, [OLD])
    controls = ControlState(activations=(activated(new, "2026-03-01"), activated(OLD, "2026-03-01")))
    assert decides(versions, controls, ms("2026-03-02 00:00")) == OLD.hash


def test_an_activated_version_that_is_not_here_sends_nothing() -> None:
    new, elsewhere = newer("next_stage"), rulebook(version="3")
    versions, controls = Versions(new, [OLD]), ControlState(activations=(activated(elsewhere, "2026-03-01"),))
    story = begun()
    assert decides(versions, controls, ms("2026-03-08 09:00")) is None
    assert versions.rulebook_for(story.account, controls, ms("2026-03-08 09:00")).pin == OLD.pin, "nobody else's rules"
    assert sent_at("2026-03-08 09:00", story, versions, controls) == ["deferred POLICY_NOT_ACTIVE"]


def sent_at(when: str, story: Story, versions: Versions, controls: ControlState) -> list[str]:
    """What a tick decides under these controls, as the worker asks the core."""
    assert story.account is not None
    policy = versions.rulebook_for(story.account, controls, ms(when))
    verdict = door.ticked(story.account, ms(when), policy, Seen({}, {}, -1, Gate(controls=controls)))
    sent = [f"{m.stage} {m.policy_version}" for m in verdict.messages if isinstance(m, Reminder)]
    return sent or [f"{d.outcome} {d.code}" for d in verdict.decisions]


def test_an_activated_version_goes_on_with_open_cycles() -> None:
    new = newer("next_stage")
    controls = ControlState(activations=(activated(new, "2026-03-03"),))
    assert sent_at("2026-03-08 09:00", begun(), Versions(new, [OLD]), controls) == ["NUDGE 2"]


def test_an_activated_version_lets_open_cycles_finish_on_theirs() -> None:
    new = newer("finish")
    controls = ControlState(activations=(activated(new, "2026-03-03"),))
    assert sent_at("2026-03-08 09:00", begun(), Versions(new, [OLD]), controls) == ["FIRM 1"]


def test_versions_under_which_cycles_are_open_and_that_are_missing_are_named() -> None:
    versions = Versions(newer("finish"), [OLD])
    assert versions.missing([]) == []
    assert versions.missing([OLD.pin, versions.latest.pin]) == []
    assert versions.missing(["f" * 32, OLD.pin, "0" * 32, "f" * 32]) == ["0" * 32, "f" * 32]


def test_a_cycle_of_a_version_that_is_missing_goes_on_with_the_active_one() -> None:
    story, versions = begun(), Versions(newer("finish"), [rulebook(version="0")])
    assert versions.rulebook_for(story.account, ControlState(), ms("2026-03-03 00:00")) is versions.latest


def test_an_account_without_a_cycle_is_the_active_versions() -> None:
    versions = Versions(newer("finish"), [OLD])
    assert versions.rulebook_for(None, ControlState(), ms("2026-03-03 00:00")) is versions.latest


# Stage codes


def test_a_code_that_moved_or_went_keeps_its_meaning_and_one_that_is_a_notice_now_does_not() -> None:
    assert reused_codes(OLD.policy, newer("finish").policy) == []
    as_notice = [{"code": "FIRM", "kind": "pre_due", "delay_days": -3, "text": "pre_due"}, STAGES[0]]
    found = reused_codes(OLD.policy, rulebook(version="2", stages=as_notice).policy)
    assert [fault.split(":")[0] for fault in found] == ["FIRM"]
