"""An account whose person was erased is counted and not compared: compaction has taken what it was decided by."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from agents.commands.proof.verify import show_report
from streams import roles
from streams.cluster.whole_logs import LoggedRecord
from tests.agents.reminders.fake_worker import NOW
from tests.agents.reminders.test_agent import fact, missed, profile
from tests.agents.verifier.story import VerifierStory

HOUR_LATER = NOW + timedelta(hours=1)


def erased() -> VerifierStory:
    story = VerifierStory()
    story.told(profile(), missed())
    story.ticks(NOW)
    told: dict[str, Any] = {"time": HOUR_LATER.isoformat(), "by": "u-7", "reason": "R-118"}
    story.told((roles.CASE_UPDATED, {**fact("account.erased", 9), **told}), now=HOUR_LATER)
    assert [body["code"] for body in story.left(roles.REMINDER_DECISIONS).bodies] == [
        "ISSUED",
        "ERASED",
        "RECIPIENT_CHANGED",
    ]
    return story


def compacted(records: list[LoggedRecord]) -> Iterable[LoggedRecord]:
    return [record for record in records if record.role != roles.PROFILE_UPDATED]


def test_it_is_no_fault_that_the_profile_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    report = erased().verified(HOUR_LATER, compacted)
    assert (report.faults, report.erased, report.accounts) == ({}, 1, 1)
    show_report(report)
    assert "accounts erased, not recomputed" in " ".join(capsys.readouterr().out.split())


def test_of_an_account_that_was_not_erased_it_is_one() -> None:
    story = VerifierStory()
    story.told(profile(), missed())
    story.ticks(NOW)
    assert story.verified(NOW, compacted).faults
    assert story.verified(NOW).erased == 0
