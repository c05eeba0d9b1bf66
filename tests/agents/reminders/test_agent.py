"""A record in, its account, and one batch out. The core is the real one; table and topics are tiny fakes."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.envelope import MARK_TYPE, TYPE_HEADER
from schemas.values.instants import to_ms
from schemas.values.money import MINOR_MAX
from streams import roles
from streams.errors import InvariantBroken
from tests.agents.reminders.fake_worker import KEY, NOW, PARTITION, Counter


@pytest.fixture
def counter() -> Counter:
    return Counter()


def fact(kind: str, number: int, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "event_id": f"e{number}", "account_id": "A-1", "time": NOW.isoformat(), **fields}


def missed(number: int = 1, **changes: Any) -> tuple[str, dict[str, Any]]:
    fields = {
        "loan_id": "L",
        "instalment_id": "1",
        "due_date": "2026-03-01",
        "amount_due_minor": 10_000,
        "outstanding_minor": 10_000,
        "currency": "CNY",
        "as_of": (NOW - timedelta(hours=6)).isoformat(),
    }
    return roles.REPAYMENT_MISSED, fact("repayment.missed", number, **{**fields, **changes})


def paid(number: int = 2, **changes: Any) -> tuple[str, dict[str, Any]]:
    fields = {"payment_id": "P", "amount_minor": 10_000, "currency": "CNY", "booked_at": NOW.isoformat()}
    return roles.PAYMENT_RECEIVED, fact("payment.booked", number, **{**fields, **changes})


def profile(number: int = 3) -> tuple[str, dict[str, Any]]:
    fields = {"surname": "王", "phone": "+8613800138000", "language": "zh-Hans", "zone": "Asia/Shanghai"}
    return roles.PROFILE_UPDATED, fact("profile.updated", number, as_of=NOW.isoformat(), **fields)


def test_a_fact_changes_what_is_true_and_a_tick_lets_the_reminder_leave(counter: Counter) -> None:
    counter.chunk(profile(), missed())
    assert counter.left(roles.REMINDERS).sent == []
    assert counter.account.next_due_at <= to_ms(NOW)

    counter.tick()
    types = [body["type"] for body in counter.left(roles.REMINDERS).bodies]
    assert types == ["cycle.opened", "reminder.issued"]
    opened, reminder = counter.left(roles.REMINDERS).sent
    assert reminder["key"] == KEY
    headers = dict(reminder["headers"])
    assert headers["ce_type"] == b"reminder.issued"
    assert headers["ce_source"] == b"tactful"
    assert headers["ce_id"] != dict(opened["headers"])["ce_id"]
    assert counter.account.next_due_at > to_ms(NOW)
    assert 'tactful_messages_total{stage="FRIENDLY",type="reminder.issued"} 1.0' in counter.shown()
    assert 'tactful_decisions_total{outcome="sent",reason="ISSUED"} 1.0' in counter.shown()

    counter.chunk(paid())
    assert [body["type"] for body in counter.left(roles.REMINDERS).bodies[2:]] == ["reminder.cancelled", "cycle.closed"]


def test_a_decision_tells_how_far_each_input_had_been_read(counter: Counter) -> None:
    counter.chunk(profile(), missed())
    counter.tick()
    (sent,) = counter.left(roles.REMINDER_DECISIONS).bodies
    assert sent["evidence"]["inputs"] == counter.positions
    assert set(sent["evidence"]["watermarks"].values()) == {100}

    # In one chunk: what was read before the payment, and the payment itself, but not what follows it.
    counter.chunk(missed(9), paid(), missed(10))
    recalled, closed = counter.left(roles.REMINDER_DECISIONS).bodies[1:]
    expected = {**dict.fromkeys(roles.INPUTS, 0), roles.PROFILE_UPDATED: 1}
    expected |= {roles.REPAYMENT_MISSED: 2, roles.PAYMENT_RECEIVED: 1}
    assert recalled["evidence"]["inputs"] == closed["evidence"]["inputs"] == expected
    assert counter.positions[roles.REPAYMENT_MISSED] == 3


def test_a_repeat_writes_nothing(counter: Counter) -> None:
    counter.chunk(profile(), missed())
    writes = counter.app.table.writes
    counter.chunk(missed(), profile())
    assert counter.app.table.writes == writes


def test_a_tick_for_an_account_that_is_gone_does_nothing(counter: Counter) -> None:
    counter.tick(keys=(b"nobody",))
    assert not counter.left(roles.REMINDERS).sent
    assert not counter.left(roles.REMINDER_DECISIONS).sent


def test_what_cannot_be_used_is_put_aside(counter: Counter) -> None:
    counter.chunk(profile(), missed())
    counter.chunk((roles.PAYMENT_RECEIVED, b"{"), headers=(("trace", b"1"),))
    (letter,) = counter.left(roles.REMINDER_DEAD_LETTERS).sent
    assert (letter["key"], letter["value"]) == (KEY, b"{")
    assert letter["headers"][0] == ("trace", b"1")
    assert dict(letter["headers"])["tactful.reason"] == b"NOT_JSON"
    shown = 'tactful_dead_letters_total{reason="NOT_JSON",topic="payment-received"} 1.0'
    assert shown in counter.shown()


def test_only_the_first_record_of_an_account_proves_its_partition(counter: Counter) -> None:
    stray = (PARTITION + 1) % 4
    counter.chunk(missed(), partition=stray)
    (letter,) = counter.left(roles.REMINDER_DEAD_LETTERS).sent
    assert dict(letter["headers"])["tactful.reason"] == b"WRONG_PARTITION"
    assert counter.kept == {}
    counter.chunk(missed())
    assert counter.account.items


def test_a_progress_mark_belongs_to_no_account(counter: Counter) -> None:
    mark = {"type": "source.progress", "complete_to": NOW.isoformat()}
    counter.chunk((roles.PROFILE_UPDATED, mark), key=MARK_TYPE, headers=((TYPE_HEADER, MARK_TYPE),))
    counter.chunk((roles.PAYMENT_RECEIVED, mark), key=None)
    assert counter.kept == {}
    assert not counter.left(roles.REMINDER_DEAD_LETTERS).sent
    # With a key and no header it claims to be somebody's.
    counter.chunk((roles.PAYMENT_RECEIVED, mark))
    assert len(counter.left(roles.REMINDER_DEAD_LETTERS).sent) == 1


def test_a_tombstone_erases_the_profile_and_an_account_of_which_nothing_is_left(counter: Counter) -> None:
    counter.chunk((roles.PROFILE_UPDATED, None))
    assert counter.kept == {}
    counter.chunk(profile(), (roles.PROFILE_UPDATED, None))
    assert counter.kept == {}
    counter.chunk(profile(), missed(), (roles.PROFILE_UPDATED, None))
    assert counter.account.profile is None
    assert counter.account.items
    assert not counter.left(roles.REMINDER_DEAD_LETTERS).sent


def test_a_tombstone_without_a_key_or_on_a_topic_of_events_is_put_aside(counter: Counter) -> None:
    counter.chunk((roles.PROFILE_UPDATED, None), key=None)
    counter.chunk((roles.PAYMENT_RECEIVED, None))
    reasons = [dict(letter["headers"])["tactful.reason"] for letter in counter.left(roles.REMINDER_DEAD_LETTERS).sent]
    assert reasons == [b"NULL_KEY", b"TOMBSTONE"]


def test_a_payment_that_was_known_when_the_reminder_left_stops_the_worker(counter: Counter) -> None:
    counter.positions[roles.PAYMENT_RECEIVED] = 5
    counter.chunk(profile(), missed())
    counter.tick()
    state = dict(counter.app.table)
    with pytest.raises(InvariantBroken, match=r"payment-received\[\d\] offset 4"):
        counter.chunk(paid(), offset=4)
    assert counter.app.table == state
    assert "tactful_sent_with_payment_known_total 1.0" in counter.shown()


@pytest.mark.parametrize(("seconds", "raced"), [(0, 1), (1, 0)])
def test_a_payment_that_was_on_the_bus_by_then_is_counted_as_raced(counter: Counter, seconds: int, raced: int) -> None:
    counter.chunk(profile(), missed())
    counter.tick()
    counter.chunk(paid(), timestamp_ms=to_ms(NOW) + seconds * 1000)
    assert f"tactful_raced_total {float(raced)}" in counter.shown()
    assert counter.left(roles.REMINDERS).bodies[-1]["type"] == "cycle.closed"


def test_amounts_that_add_up_to_more_than_can_be_written_stop_nobody(counter: Counter) -> None:
    huge = {"amount_due_minor": MINOR_MAX, "outstanding_minor": MINOR_MAX}
    counter.chunk(profile(), missed(1, **huge), missed(2, instalment_id="2", **huge))
    counter.tick()
    opened, case = counter.left(roles.REMINDERS).bodies
    assert (opened["type"], case["type"]) == ("cycle.opened", "case.handed-off")
    assert (case["reason"], case["total_overdue_minor"]) == ("AMOUNT_IMPLAUSIBLE", MINOR_MAX)
