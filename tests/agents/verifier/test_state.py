"""What the accounts say was sent must be on the topic, as far as it goes back."""

from datetime import timedelta

import pytest

from agents.verifier.state import ABSENT, UNREADABLE, Claims
from schemas.stored.accounts import NEVER_MS
from schemas.stored.gates import GATE_KEY
from schemas.values.instants import to_ms
from streams import roles
from tests.agents.reminders.fake_worker import KEY, NOW, Counter
from tests.agents.reminders.test_agent import missed, profile

WEEK = timedelta(days=7)


@pytest.fixture
def counter() -> Counter:
    """Two reminders have left, a week apart."""
    counter = Counter()
    counter.chunk(profile(), missed())
    counter.tick()
    counter.tick(NOW + WEEK)
    assert len(counter.account.sent) == 2
    return counter


def claims(counter: Counter, messages: list[bytes], from_ms: int = 0) -> Claims:
    found = Claims(from_ms)
    for key, raw in counter.app.table.items():
        found.told(key, raw)
    for value in messages:
        found.found(value)
    return found


def messages(counter: Counter, *without: str) -> list[bytes]:
    sent = counter.left(roles.REMINDERS)
    pairs = zip(sent.sent, sent.bodies, strict=True)
    return [record["value"] for record, body in pairs if body["type"] not in without]


def test_all_that_was_sent_is_there(counter: Counter) -> None:
    report = claims(counter, messages(counter)).report(0)
    assert report.clean
    assert (report.accounts, report.reminders) == (1, 2)


@pytest.mark.parametrize("lost", ["reminder.issued", "reminder.escalated"])
def test_a_reminder_that_the_topic_lacks_is_found(counter: Counter, lost: str) -> None:
    report = claims(counter, messages(counter, lost)).report(0)
    assert report.faults == {ABSENT: 1}
    assert report.examples == {ABSENT: [KEY.decode()]}


def test_an_older_version_of_an_account_counts_as_well(counter: Counter) -> None:
    found = claims(counter, messages(counter, "reminder.issued"))
    found.told(KEY, counter.app.table[KEY].replace(b'"sent":[', b'"forgotten":['))
    found.told(KEY, None)
    assert found.report(0).faults == {ABSENT: 1}


@pytest.mark.parametrize("from_ms", [to_ms(NOW) + 1, to_ms(NOW + WEEK)])
def test_what_is_older_than_the_topic_goes_back_is_not_asked_for(counter: Counter, from_ms: int) -> None:
    late = messages(counter, "reminder.issued")
    by_retention, by_the_oldest = claims(counter, late, from_ms).report(0), claims(counter, late).report(from_ms)
    assert by_retention == by_the_oldest
    assert by_retention.clean
    assert by_retention.reminders == 1


def test_of_an_empty_topic_nothing_can_be_told(counter: Counter) -> None:
    assert claims(counter, []).report(NEVER_MS).clean


def test_the_record_of_the_partition_is_no_account(counter: Counter) -> None:
    found = Claims(0)
    found.told(GATE_KEY, b'{"next_due_at":9999999999999,"sent":[')
    assert found.report(0).reminders == 0


def test_a_state_that_is_not_ours_is_a_fault_of_its_own(counter: Counter) -> None:
    found = claims(counter, messages(counter))
    found.told(b"A-9", b'{"sent":[')
    report = found.report(0)
    assert (report.faults, report.examples) == ({UNREADABLE: 1}, {UNREADABLE: ["A-9"]})


@pytest.mark.parametrize("value", [None, b"{", b"[]", b'{"type": "reminder.issued"}'])
def test_what_is_no_reminder_is_passed_over(counter: Counter, value: bytes | None) -> None:
    assert claims(counter, [*messages(counter), value or b""]).report(0).clean
