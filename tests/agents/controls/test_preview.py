"""What a recall of one account would touch is told before it is written, and it is what the worker then takes back."""

from typing import Any

import pytest

from agents.controls.preview import WouldTouch, told, touched
from agents.decisions import Recall
from agents.decisions.inputs import RecallAsked
from agents.decisions.policy.versions import Versions
from agents.decisions.step import Occasion, step
from schemas.controls import RemindersRecalled, Scope, version_of
from schemas.values.instants import to_ms, to_utc
from tests.agents.decisions.answering import answering
from tests.agents.decisions.story import BOOK, Story, at, missed, paid, profile, replied

NOW_MS = to_ms(at("2026-03-02 12:05"))


def recall(**fields: Any) -> RemindersRecalled:
    who: dict[str, Any] = {"control_id": "c", "time": to_utc(NOW_MS), "by": "u-7", "reason": "a wrong text"}
    return RemindersRecalled(schema_version=version_of(fields), **who, **fields)


def reminded() -> Story:
    story = Story().on("2026-03-01 10:00", profile(risk_segment="low"))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    return story.tick_until("2026-03-02 12:00")


def found(story: Story, control: RemindersRecalled) -> WouldTouch:
    assert story.account is not None
    return touched(story.account, control, story.rulebook.policy, NOW_MS)


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"scope": Scope(account="A-1")}, 1),
        ({"scope": Scope(account="A-1", stage="FIRM")}, 0),
        ({"scope": Scope(account="A-1", segment="low")}, 1),
        ({"scope": Scope(account="A-1"), "reminder_id": "another"}, 0),
        ({"scope": Scope(account="A-1"), "issued_from": at("2026-03-02 12:01")}, 0),
    ],
)
def test_what_is_open_is_what_the_worker_takes_back(fields: dict[str, Any], count: int) -> None:
    story, control = reminded(), recall(**fields)
    assert len(found(story, control).open) == count
    verdict = step(story.account, "A-1", RecallAsked([Recall(0, control)]), Occasion(NOW_MS, Versions(BOOK)))
    assert len(verdict.messages) == count


def test_what_is_final_is_told_with_how_it_ended() -> None:
    story = reminded()
    (left,) = story.reminders
    story.on("2026-03-02 12:04", paid(100_00))
    control = recall(scope=Scope(account="A-1"), reminder_id=left.reminder_id)
    seen = found(story, control)
    assert seen == WouldTouch(final=((left.reminder_id, "recalled for PAID"),))
    assert told("A-1", seen) == f"account A-1: 0 messages to take back; {left.reminder_id} is final (recalled for PAID)"


def test_a_message_whose_time_is_over_is_final() -> None:
    story = reminded()
    control = recall(scope=Scope(account="A-1")).model_copy(update={"time": at("2026-03-09 12:00")})
    assert story.account is not None
    later = touched(story.account, control, BOOK.policy, to_ms(at("2026-03-09 12:00")))
    assert [how for _, how in later.final] == ["expired"]


def test_an_answer_counts_as_a_message() -> None:
    story = Story(answering(), step_ms=1_000).on("2026-03-02 12:02", profile(), replied("STOP", answer=True))
    story.tick_until("2026-03-02 12:04")
    assert len(found(story, recall(scope=Scope(account="A-1"))).open) == 1
