"""What another revision of the rules has decided is counted and not compared."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from pydantic_core import to_json

from agents.commands.proof.verify import show_report
from agents.decisions.recorder import CORE_REVISION
from streams import roles
from streams.cluster.whole_logs import LoggedRecord
from tests.agents.reminders.fake_worker import NOW
from tests.agents.reminders.test_agent import missed, profile
from tests.agents.verifier.story import Tamper, VerifierStory

OTHER = CORE_REVISION + 1
WEEK = NOW + timedelta(days=7)


def reminded_twice() -> VerifierStory:
    story = VerifierStory()
    story.told(profile(), missed())
    for now in (NOW, WEEK):
        story.ticks(now)
    assert [body["code"] for body in story.left(roles.REMINDER_DECISIONS).bodies] == ["ISSUED", "ESCALATED"]
    return story


def decided_otherwise(code: str, core: int) -> Tamper:
    """The decision with this code was another one, by the core with this number."""

    def tamper(records: list[LoggedRecord]) -> Iterable[LoggedRecord]:
        for record in records:
            if record.role == roles.REMINDER_DECISIONS and record.body()["code"] == code:
                other = {**record.body(), "core": core, "rule": "OF-ANOTHER-CORE"}
                yield record._replace(value=to_json(other))
            else:
                yield record

    return tamper


@pytest.mark.parametrize("code", ["ISSUED", "ESCALATED"])
def test_an_account_that_another_core_decided_is_counted_and_not_compared(code: str) -> None:
    report = reminded_twice().verified(WEEK, decided_otherwise(code, OTHER))
    assert (report.faults, report.by_another_core, report.decisions) == ({}, 1, 2)


def test_what_this_core_decided_otherwise_is_a_fault() -> None:
    report = reminded_twice().verified(WEEK, decided_otherwise("ISSUED", CORE_REVISION))
    assert report.by_another_core == 0
    assert report.faults["decisions that differ"] == 1


def test_a_record_that_another_core_lost_is_lost_all_the_same() -> None:
    story = reminded_twice()
    story.told((roles.PAYMENT_RECEIVED, b"{"), now=WEEK)

    def without_letter(records: list[LoggedRecord]) -> Iterable[LoggedRecord]:
        left = decided_otherwise("ISSUED", OTHER)(records)
        return [record for record in left if record.role != roles.REMINDER_DEAD_LETTERS]

    report = story.verified(WEEK, without_letter)
    assert report.by_another_core == 1
    assert report.faults["neither used nor put aside"] == 1


def test_a_decision_names_its_revision_unless_it_is_the_first() -> None:
    for body in reminded_twice().left(roles.REMINDER_DECISIONS).bodies:
        assert body.get("core", 1) == CORE_REVISION
        assert ("core" in body) == (CORE_REVISION > 1)


def test_the_count_is_shown_beside_the_differences(capsys: pytest.CaptureFixture[str]) -> None:
    show_report(reminded_twice().verified(WEEK, decided_otherwise("ISSUED", OTHER)))
    shown = capsys.readouterr().out
    assert "accounts decided by another core, not recomputed" in " ".join(shown.split())
    assert "of the accounts that only this core has decided" in " ".join(shown.split())
