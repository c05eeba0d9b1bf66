"""Records that could not be used: whom they hold, what sets them free again, and which of them got lost."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.deadletters.record_format import TOPIC
from streams import roles
from streams.cluster.whole_logs import LoggedRecord
from streams.transport.partitioner import partition_of
from tests.agents.reminders.fake_worker import KEY, NOW, PARTITION
from tests.agents.reminders.test_agent import missed, paid, profile
from tests.agents.reminders.test_gates import dismissal
from tests.agents.verifier.story import VerifierStory, without

BROKEN = (roles.PAYMENT_RECEIVED, b"{")
AT = f"payment-received/{PARTITION}/0"
AGAIN = (("tactful.replay-of", AT.encode()),)
FOREIGN_ACCOUNT = next(f"B-{n}" for n in range(99) if partition_of(f"B-{n}".encode(), 4) != PARTITION)


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def held(record: tuple[str, Any] = BROKEN, **changes: Any) -> VerifierStory:
    """The reminder has left when a record comes that nobody can use."""
    story = VerifierStory()
    story.told(profile(), missed())
    story.ticks()
    story.told(record, now=after(1), **changes)
    return story


def dismissed() -> VerifierStory:
    story = held()
    story.told(dismissal(AT, account_id="A-1", event_id="d1"), now=after(2))
    return story


def replayed() -> VerifierStory:
    story = held()
    story.told(paid(), now=after(2), headers=AGAIN)
    return story


def replayed_in_vain() -> VerifierStory:
    story = held()
    story.told(BROKEN, now=after(2), headers=AGAIN)
    story.told(dismissal(f"payment-received/{PARTITION}/1", account_id="A-1", event_id="d1"), now=after(3))
    return story


def told_by_its_body() -> VerifierStory:
    story = held(paid(), key=None)
    story.told(dismissal(AT, account_id=None), now=after(2), key=None)
    return story


def told_by_its_body_and_replayed_in_vain() -> VerifierStory:
    story = held(paid(), key=None)
    story.told(paid(), now=after(2), key=None, headers=AGAIN)
    story.told(dismissal(f"payment-received/{PARTITION}/1", account_id=None), now=after(3), key=None)
    return story


@pytest.mark.parametrize(
    "story", [dismissed, replayed, replayed_in_vain, told_by_its_body, told_by_its_body_and_replayed_in_vain]
)
def test_an_unread_record_recalls_holds_and_sets_free_as_the_worker_did(story: Callable[[], VerifierStory]) -> None:
    told = story()
    assert told.account.holds == ()
    for days in (1, 7, 14):
        told.ticks(NOW + timedelta(days=days))
    codes = [body["code"] for body in told.left(roles.REMINDER_DECISIONS).bodies]
    assert any("UNREAD_FACT" in code for code in codes)
    report = told.verified(NOW + timedelta(days=14))
    assert report.clean, report
    assert report.decisions == len(codes)


@pytest.mark.parametrize("story", [held, lambda: held(paid(), key=None)], ids=["by its key", "by its body"])
def test_who_is_still_held_is_blocked_at_the_next_stage(story: Callable[[], VerifierStory]) -> None:
    told = story()
    told.ticks(NOW + timedelta(days=7))
    assert told.left(roles.REMINDER_DECISIONS).bodies[-1]["outcome"] == "blocked"
    assert told.verified(NOW + timedelta(days=7)).clean


@pytest.mark.parametrize("story", [held, replayed_in_vain, told_by_its_body])
def test_a_recall_that_an_unread_record_asked_for_is_missed(story: Callable[[], VerifierStory]) -> None:
    report = story().verified(tamper=without(roles.REMINDERS, type="reminder.cancelled"))
    assert report.faults == {"missing": 1}


def _without_replays(records: list[LoggedRecord]) -> Iterable[LoggedRecord]:
    return [record._replace(headers=()) if record.headers == AGAIN else record for record in records]


def test_a_hold_that_was_ended_by_nobody_is_seen() -> None:
    story = replayed()
    returned = {"type": "payment.returned", "event_id": "r1", "account_id": "A-1", "payment_id": "P"}
    times = {"time": after(3).isoformat(), "booked_at": after(3).isoformat()}
    story.told((roles.PAYMENT_RECEIVED, {**returned, **times, "amount_minor": 10_000, "currency": "CNY"}), now=after(3))
    story.ticks(NOW + timedelta(days=7))
    assert story.verified(NOW + timedelta(days=7)).clean
    assert not story.verified(NOW + timedelta(days=7), _without_replays).clean


def test_a_record_that_got_lost_is_named() -> None:
    report = held().verified(tamper=without(roles.REMINDER_DEAD_LETTERS))
    assert report.faults["neither used nor put aside"] == 1
    assert report.examples["neither used nor put aside"] == [AT]


@pytest.mark.parametrize(
    ("role", "value"),
    [
        (roles.REMINDER_DECISIONS, None),
        (roles.REMINDER_DECISIONS, b"\xff"),
        (roles.REMINDER_DECISIONS, b'{"now": 3}'),
        (roles.REMINDERS, b"[]"),
        (roles.REMINDERS, b'{"type": "reminder.issued"}'),
    ],
)
def test_an_output_that_no_worker_wrote_is_named(role: str, value: bytes | None) -> None:
    strange = LoggedRecord(role, PARTITION, 77, 0, KEY, value, ())
    report = held().verified(tamper=lambda records: [*records, strange])
    assert report.faults == {"not readable": 1}
    assert report.examples["not readable"] == [f"{role}/{PARTITION}/77"]


def test_a_decision_of_another_bus_is_named() -> None:
    def elsewhere(record: LoggedRecord) -> LoggedRecord:
        if record.role != roles.REMINDER_DECISIONS:
            return record
        evidence = {**record.body()["evidence"], "inputs": {"nowhere": 1}}
        return record._replace(value=json.dumps({**record.body(), "evidence": evidence}).encode())

    assert held().verified(tamper=lambda records: map(elsewhere, records)).faults["not readable"] > 0


def test_a_record_that_no_worker_has_reached_is_no_fault() -> None:
    story = held()
    beyond = [
        LoggedRecord(roles.PAYMENT_RECEIVED, PARTITION, 1, 0, key, b"[]", ())
        for key in (KEY, None, FOREIGN_ACCOUNT.encode())
    ]
    assert story.verified(tamper=lambda records: [*records, *beyond]).clean


def test_an_input_that_silences_nobody_holds_nobody() -> None:
    story = VerifierStory(silencing_inputs=(roles.PAYMENT_RECEIVED,))
    story.told(profile(), missed())
    story.ticks()
    story.told((roles.REMINDER_RECEIPTS, b"{"), now=after(1))
    assert story.account.holds == ()
    assert story.verified().clean


def test_an_account_of_another_partition_is_nobody_here() -> None:
    (role, body) = paid(account_id=FOREIGN_ACCOUNT)
    story = held((role, body), key=FOREIGN_ACCOUNT.encode())
    assert story.gate.unread == ((AT, ""),)
    story.told(dismissal(AT, account_id=None), now=after(2), key=None)
    report = story.verified()
    assert report.clean
    assert report.accounts == 1


def test_words_about_the_partition_are_no_facts() -> None:
    story = held()
    note = {"type": "input.resumed", "role": roles.PAYMENT_RECEIVED, "partition": PARTITION}
    who = {"time": NOW.isoformat(), "resumed_by": "an.officer", "reason": "mended"}
    story.told((roles.CASE_UPDATED, {**note, **who}), now=after(2), key=None)
    mark = {"type": "source.progress", "source": "core", "complete_to": NOW.isoformat()}
    story.told((roles.PAYMENT_RECEIVED, mark), now=after(2), key=None)
    assert story.verified().clean


def test_a_dead_letter_of_the_banks_own_topics_is_not_ours() -> None:
    story = held()

    def with_one_of_the_intake(records: list[LoggedRecord]) -> Iterable[LoggedRecord]:
        (letter,) = (record for record in records if record.role == roles.REMINDER_DEAD_LETTERS)
        headers = tuple((name, b"bank.payments" if name == TOPIC else value) for name, value in letter.headers)
        return [*records, letter._replace(offset=1, headers=headers)]

    assert story.verified(tamper=with_one_of_the_intake).clean


def test_an_erased_profile_is_recomputed() -> None:
    story = held((roles.PROFILE_UPDATED, None))
    assert story.left(roles.REMINDER_DECISIONS).bodies[-1]["code"] == "RECIPIENT_CHANGED"
    assert story.verified().clean
