"""What stood before the sends of a partition is recomputed: controls, silent sources, records nobody could read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic_core import to_json

from agents.verifier.history import histories
from agents.verifier.terms import ControlHistory
from schemas.controls import AllowListSet, ControlDismissed, RemindersRecalled, Scope, SendingPaused, SendingResumed
from schemas.values.instants import to_ms
from streams import roles
from streams.transport.controls.controls import ControlRecord
from tests.agents.reminders.fake_worker import KEY, NOW, PARTITION
from tests.agents.reminders.test_agent import fact, missed, profile
from tests.agents.reminders.test_gates import LEDGER, dismissal, mark
from tests.agents.verifier.story import BY, LATER, VerifierStory, seeing, without

PAUSE = SendingPaused(control_id="c1", time=NOW, scope=Scope(stage="FRIENDLY"), **BY)
RESUMPTION = SendingResumed(control_id="c2", time=NOW, pause_id="c1", **BY)
RECALL = RemindersRecalled(control_id="c3", time=NOW + timedelta(minutes=5), **BY)


def paused() -> VerifierStory:
    story = VerifierStory()
    story.says(PAUSE)
    story.told(profile(), missed())
    story.ticks()
    story.says(RESUMPTION)
    story.ticks(LATER)
    return story


def unreadable() -> VerifierStory:
    story = VerifierStory()
    story.says(b"{")
    story.told(profile(), missed())
    story.ticks()
    story.says(ControlDismissed(control_id="c2", time=NOW, offset=0, **BY))
    story.ticks(LATER)
    return story


def not_allowed() -> VerifierStory:
    story = VerifierStory()
    story.says(AllowListSet(control_id="c1", time=NOW, accounts=("A-2",), **BY))
    story.told(profile(), missed())
    story.ticks()
    story.says(AllowListSet(control_id="c2", time=NOW, accounts=("A-1",), **BY))
    story.ticks(LATER)
    return story


def stale() -> VerifierStory:
    story = VerifierStory(marked_inputs=LEDGER)
    story.told(profile(), missed())
    story.ticks()
    for role in LEDGER:
        mark(story, role, LATER, now=LATER)
    story.ticks(LATER)
    return story


def unread() -> VerifierStory:
    story = VerifierStory(unread_max=0)
    story.told(profile(), missed())
    story.told((roles.PAYMENT_RECEIVED, b"{"), key=None)
    story.ticks()
    story.told(dismissal(f"payment-received/{PARTITION}/0", account_id=None), key=None)
    story.ticks(LATER)
    return story


def recalled() -> VerifierStory:
    story = VerifierStory()
    story.told(profile(), missed())
    story.ticks()
    story.says(RECALL, RECALL.time)
    story.ticks(LATER)
    return story


def word() -> tuple[str, dict[str, Any]]:
    judged = {"as_of": NOW.isoformat(), "time": NOW.isoformat()}
    return roles.CASE_UPDATED, fact("number.told", 9, accounts=1, turn=0, profile=judged)


def unchecked() -> VerifierStory:
    """The settings of whoever verifies say nothing of it: the decisions do."""
    story = VerifierStory(numbers="required")
    story.told(profile(), missed())
    story.ticks()
    story.told(word(), now=NOW + timedelta(minutes=1))
    story.ticks(LATER)
    story.settings = VerifierStory().settings
    return story


def never_checked() -> VerifierStory:
    story = unchecked_at_all()
    story.ticks(NOW + timedelta(hours=1))
    return story


def unchecked_at_all() -> VerifierStory:
    story = VerifierStory(numbers="required")
    story.told(profile(), missed())
    story.ticks()
    return story


STORIES: list[tuple[Callable[[], VerifierStory], list[str]]] = [
    (paused, ["PAUSED", "ISSUED"]),
    (unreadable, ["CONTROL_UNREADABLE", "ISSUED"]),
    (not_allowed, ["NOT_ON_ALLOW_LIST", "ISSUED"]),
    (stale, ["LEDGER_STALE", "ISSUED"]),
    (unread, ["UNREAD_FACTS", "ISSUED"]),
    (recalled, ["ISSUED", "OPERATOR_RECALL"]),
    (unchecked, ["NUMBER_UNCHECKED", "ISSUED"]),
]


@pytest.mark.parametrize(("story", "codes"), STORIES)
def test_what_the_gate_held_back_and_let_through_is_found_right(
    story: Callable[[], VerifierStory], codes: list[str]
) -> None:
    told = story()
    assert [body["code"] for body in told.left(roles.REMINDER_DECISIONS).bodies] == codes
    report = told.verified(LATER)
    assert report.clean, report
    assert report.decisions == len(codes)


@pytest.mark.parametrize(
    ("story", "code", "claimed"),
    [
        (paused, "PAUSED", {"controls": 0}),
        (unreadable, "CONTROL_UNREADABLE", {"controls": 0}),
        (not_allowed, "NOT_ON_ALLOW_LIST", {"controls": None}),
        (stale, "LEDGER_STALE", {"complete_to": NOW.isoformat()}),
        (unread, "UNREAD_FACTS", {"unread": 0}),
        (paused, "ISSUED", {"controls": 1}),
        (stale, "ISSUED", {"complete_to": (NOW - timedelta(hours=1)).isoformat()}),
        (unread, "ISSUED", {"unread": 1}),
        (recalled, "OPERATOR_RECALL", {"controls": 0}),
        (unchecked, "NUMBER_UNCHECKED", {"numbers_required": False}),
    ],
)
def test_a_gate_that_does_not_lead_to_what_was_decided_is_found(
    story: Callable[[], VerifierStory], code: str, claimed: dict[str, Any]
) -> None:
    report = story().verified(LATER, seeing(code, **claimed))
    assert report.faults["decisions that differ"] == 1


@pytest.mark.parametrize("story", [paused, unreadable, not_allowed, recalled])
def test_controls_that_are_gone_are_missed(story: Callable[[], VerifierStory]) -> None:
    assert not story().verified(LATER, controls=()).clean


def test_a_recall_whose_message_is_gone_is_missed() -> None:
    report = recalled().verified(LATER, without(roles.REMINDERS, type="reminder.cancelled"))
    assert report.faults == {"missing": 1}


def test_a_recall_that_came_with_facts_is_found_right() -> None:
    story = VerifierStory()
    story.told(profile(), missed())
    story.ticks()
    story.says(RECALL, RECALL.time)
    story.told(profile(number=9), now=LATER)
    assert story.left(roles.REMINDER_DECISIONS).bodies[-1]["trigger"] == "control"
    report = story.verified(LATER)
    assert report.clean, report


def test_a_recall_of_another_scope_recalls_nothing() -> None:
    story = recalled()
    other = RECALL.model_copy(update={"scope": Scope(stage="FIRM")})
    (record,) = story.control_records
    report = story.verified(LATER, controls=[record._replace(value=to_json(other))])
    assert report.faults["extra"] == 1


def test_what_waited_an_hour_for_its_word_is_found_right_and_what_waits_is_not_forgotten() -> None:
    late = NOW + timedelta(hours=1)
    story = never_checked()
    assert [body["code"] for body in story.left(roles.REMINDER_DECISIONS).bodies] == ["NUMBER_UNCHECKED"] * 2
    assert story.verified(late).clean
    assert unchecked_at_all().verified(NOW + timedelta(minutes=59)).clean


def test_moments_that_saw_another_gate_are_apart() -> None:
    story = paused()
    story.ticks(LATER + timedelta(days=30))
    (late,) = [r for r in story.records if r.role == roles.REMINDER_DECISIONS and r.body()["code"] == "PAUSED"]
    fields = {
        "controls": 2,
        "complete_to": NOW.isoformat(),
        "unmarked": ["case-updated"],
        "unread": 3,
        "numbers_required": True,
    }
    for name, value in fields.items():
        body = late.body()
        other = late._replace(value=to_json({**body, "evidence": {**body["evidence"], name: value}}))
        history = histories([late, other], story.settings).accounts[KEY]
        assert [len(moment.decisions) for moment in history.moments] == [1, 1], name
    assert len(histories([late, late], story.settings).accounts[KEY].moments) == 1


def control(offset: int, control_id: str, minute: int) -> ControlRecord:
    pause = SendingPaused(control_id=control_id, time=NOW, **BY)
    return ControlRecord(offset, None, to_json(pause), (), to_ms(NOW + timedelta(minutes=minute)))


class TestStandings:
    """A worker folds controls by their offsets; in a replay they take effect by their time."""

    LOG = (control(0, "late", 10), control(2, "early", 5))

    def ids(self, control_history: ControlHistory, offset: int, minute: int) -> list[str]:
        controls = control_history.at(offset, to_ms(NOW + timedelta(minutes=minute)))
        return [pause.control_id for pause in controls.pauses]

    def test_by_the_time_of_day_the_offset_counts(self) -> None:
        control_history = ControlHistory(self.LOG, replay=False)
        for _ in range(2):
            found = [self.ids(control_history, offset, 0) for offset in (3, 0, 1, 2)]
            assert found == [["late", "early"], [], ["late"], ["late"]]

    def test_in_a_replay_the_time_counts(self) -> None:
        control_history = ControlHistory(self.LOG, replay=True)
        found = [self.ids(control_history, 3, minute) for minute in (10, 4, 5, 9)]
        assert found == [["early", "late"], [], ["early"], ["early"]]
