"""An account that is due and of which nothing is told was forgotten, unless the gate may have held it back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.decisions.guard.partition import CONTROL_CODES, INPUT_CODES, Gate, controls_say, inputs_say
from agents.decisions.policy.controls import ControlState, follow
from schemas.controls import AllowListSet, PolicyActivated, SendingPaused
from schemas.values.instants import to_ms
from streams import roles
from tests.agents.reminders.fake_worker import BOOK, NOW
from tests.agents.reminders.test_agent import missed, profile
from tests.agents.reminders.test_gates import LEDGER
from tests.agents.verifier.story import BY, VerifierStory
from tests.agents.verifier.test_gates import PAUSE, RESUMPTION


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def paused() -> VerifierStory:
    story = VerifierStory()
    story.says(PAUSE)
    story.told(profile(), missed())
    story.ticks()
    return story


def test_a_pause_that_stands_forgets_nobody() -> None:
    assert paused().verified(after(600)).clean


@pytest.mark.parametrize(("minutes", "forgotten"), [(9, 0), (10, 1), (60, 1)])
def test_after_a_pause_an_account_is_forgotten_when_a_visit_must_have_come(minutes: int, forgotten: int) -> None:
    story = paused()
    story.says(RESUMPTION, after(1))
    assert story.verified(after(1 + minutes)).faults.get("forgotten", 0) == forgotten


def test_what_would_leave_only_just_now_is_not_forgotten() -> None:
    """The window opens between the two instants: no visit need have come yet."""
    story = paused()
    story.says(RESUMPTION, after(1))
    opens = NOW + timedelta(hours=21)  # nine in Shanghai
    assert story.verified(opens + timedelta(minutes=4)).faults == {}
    assert story.verified(opens + timedelta(minutes=5)).faults == {"forgotten": 1}


def test_a_control_that_is_newer_than_the_last_tick_may_have_changed_everything() -> None:
    story = paused()
    story.says(RESUMPTION, after(30))
    assert story.verified(after(20)).clean


def test_in_a_replay_only_controls_of_the_past_count() -> None:
    story = VerifierStory(clock="replay")
    story.says(PAUSE)
    story.told(profile(), missed())
    story.ticks()
    story.says(RESUMPTION, after(30))
    assert story.verified(after(20)).clean
    assert story.verified(after(60)).faults == {"forgotten": 1}


def test_what_waits_for_fresh_inputs_is_never_called_forgotten() -> None:
    story = VerifierStory(marked_inputs=LEDGER)
    story.told(profile(), missed())
    story.ticks()
    assert story.verified(after(600)).clean


def test_what_waits_for_unread_facts_is_never_called_forgotten() -> None:
    story = VerifierStory(unread_max=0)
    story.told(profile(), missed())
    story.told((roles.PAYMENT_RECEIVED, b"{"), key=None)
    story.ticks()
    assert story.verified(after(600)).clean


def test_what_nothing_held_back_is_forgotten() -> None:
    story = VerifierStory()
    story.told(profile(), missed())
    report = story.verified(after(1))
    assert report.faults == {"forgotten": 1}
    assert report.examples == {"forgotten": ["A-1"]}


def test_every_code_of_the_gate_is_known() -> None:
    pause = SendingPaused(control_id="c1", time=NOW, **BY)
    nobody = AllowListSet(control_id="c1", time=NOW, accounts=(), **BY)
    other: dict[str, Any] = {"policy": BOOK.policy.id, "version": "1", "policy_hash": "0" * 32}
    another = PolicyActivated(control_id="c1", time=NOW, **BY, **other, effective_from=NOW.date())
    control_history = [follow(ControlState(), 0, control) for control in (None, another, pause, nobody)]
    said = [controls_say(Gate(controls=s), BOOK, "A-1", "FRIENDLY", (), to_ms(NOW)) for s in control_history]
    assert {held.code for held in said if held is not None} == CONTROL_CODES
    gates = (Gate(unread=1), Gate(judged=True))
    unsure = [inputs_say(gate, BOOK, to_ms(NOW)) for gate in gates]
    assert {held.code for held in unsure if held is not None} == INPUT_CODES
