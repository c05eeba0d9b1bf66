"""Answers to replies, and hand-offs that leave with a fact, are recomputed, counted and missed like reminders."""

from datetime import timedelta
from typing import Any

import msgspec

from agents.offline.comparison.lines import Left, entered
from agents.offline.tally import Tally
from agents.verifier.recount import recount
from schemas.messages import NoticeIssued
from schemas.values.instants import to_ms
from streams import roles
from tests.agents.decisions.answering import answering
from tests.agents.reminders.fake_worker import KEY, NOW
from tests.agents.reminders.test_agent import fact, missed, profile
from tests.agents.verifier.story import VerifierStory, without

LATER = NOW + timedelta(minutes=2)


def reply(number: int, keyword: str, reply_id: str) -> tuple[str, dict[str, Any]]:
    body = fact("reply.received", number, reply_id=reply_id, keyword=keyword, answer=True, rule="en-1", sure=True)
    return roles.CASE_UPDATED, {**body, "time": LATER.isoformat()}


def stopped() -> VerifierStory:
    story = VerifierStory(answering())
    story.told(profile(), missed())
    story.ticks(NOW)
    story.told(reply(7, "STOP", "r-stop"), reply(8, "VULNERABLE", "r-question"), now=LATER)
    story.ticks(LATER)
    story.told(reply(9, "STOP", "r-stop"), now=LATER + timedelta(minutes=1))
    story.ticks(LATER + timedelta(minutes=1))
    return story


def test_what_left_is_what_the_core_answers_again_and_a_repeat_is_answered_once() -> None:
    story = stopped()
    types = [body["type"] for body in story.left(roles.REMINDERS).bodies]
    assert types == ["cycle.opened", "reminder.issued", "reminder.cancelled", "case.handed-off", "notice.issued"]
    report = story.verified(LATER + timedelta(minutes=1))
    assert report.faults == {}


def test_a_notice_that_is_missing_or_doubled_is_told() -> None:
    story = stopped()
    assert story.verified(LATER, without(roles.REMINDERS, type="notice.issued")).faults["missing"] == 1
    records = story.records
    (notice,) = [record for record in records if record.role == roles.REMINDERS and b"notice.issued" in record.value]  # type: ignore[operator]
    topic_roles = {name: role for role, name in story.settings.topics.items()}
    counted = recount([*records, notice], topic_roles)
    # Once by its event id, once by its own.
    assert (counted.doubled, counted.unanswered) == (2, 2)


def test_a_simulation_counts_notices_and_a_comparison_reads_them() -> None:
    (raw,) = [sent["value"] for sent in stopped().left(roles.REMINDERS).sent if b"notice.issued" in sent["value"]]
    tally = Tally()
    tally.message(KEY, msgspec.json.decode(raw, type=NoticeIssued), to_ms(LATER))
    assert (tally.reminders, tally.parts, dict(tally.notices)) == (0, 1, {"NOTICE_STOP": 1})
    entry = entered(roles.REMINDERS, raw).entry
    assert isinstance(entry, Left)
    assert (entry.kind, entry.cycle_id, entry.stage) == ("notice.issued", "r-stop", "NOTICE_STOP")
