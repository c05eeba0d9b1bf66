"""What closes the sends of a whole partition, what holds one account, and what opens them again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.decisions.policy.controls import ControlState, follow
from schemas.controls import (
    AnyControl,
    PolicyActivated,
    RemindersRecalled,
    Scope,
    SendingPaused,
    SendingResumed,
    version_of,
)
from schemas.envelope import MARK_TYPE, TYPE_HEADER
from schemas.values.instants import to_ms
from streams import roles
from streams.settings import Settings
from tests.agents.reminders.fake_worker import BOOK, KEY, NOW, PARTITION, Counter
from tests.agents.reminders.test_agent import missed, paid, profile

BEAT = b"\x00gate"
LEDGER = (roles.REPAYMENT_MISSED, roles.PAYMENT_RECEIVED)
BY: dict[str, Any] = {"control_id": "c1", "by": "an.officer", "reason": "wrong text", "time": NOW}


def mark(counter: Counter, role: str, complete_to: datetime, now: datetime = NOW, source: str = "core-banking") -> None:
    body = {"type": "source.progress", "source": source, "complete_to": complete_to.isoformat()}
    counter.chunk((role, body), key=None, headers=((TYPE_HEADER, MARK_TYPE),), now=now)


def reasons(counter: Counter) -> list[str]:
    return [body["code"] for body in counter.left(roles.REMINDER_DECISIONS).bodies]


def reminders(counter: Counter) -> list[str]:
    return [body["type"] for body in counter.left(roles.REMINDERS).bodies]


def controls(*controls: AnyControl) -> ControlState:
    state = ControlState()
    for offset, control in enumerate(controls):
        state = follow(state, offset, control)
    return state


def dismissal(at: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    role, partition, offset = at.split("/")
    body = {"role": role, "partition": int(partition), "offset": int(offset), "dismissed_by": "an.officer"}
    return roles.CASE_UPDATED, {
        "type": "dead-letter.dismissed",
        "reason": "noise",
        "time": NOW.isoformat(),
        **body,
    } | fields


class TestFreshness:
    def test_a_source_that_has_fallen_silent_lets_nothing_leave(self) -> None:
        counter = Counter(marked_inputs=LEDGER)
        counter.chunk(profile(), missed())
        counter.tick()
        assert reasons(counter) == ["LEDGER_STALE"]
        for role in LEDGER:
            mark(counter, role, NOW)
        counter.tick(NOW + timedelta(minutes=16))
        assert reasons(counter) == ["LEDGER_STALE"], "told once"
        for role in LEDGER:
            mark(counter, role, NOW + timedelta(minutes=16), now=NOW + timedelta(minutes=16))
        counter.tick(NOW + timedelta(minutes=17))
        assert reasons(counter) == ["LEDGER_STALE", "ISSUED"]
        evidence = counter.left(roles.REMINDER_DECISIONS).bodies[-1]["evidence"]
        assert evidence["complete_to"] == "2026-03-02T04:16:00Z"

    @pytest.mark.parametrize("silent", LEDGER)
    def test_each_input_that_needs_marks_must_have_them(self, silent: str) -> None:
        counter = Counter(marked_inputs=LEDGER)
        counter.chunk(profile(), missed())
        for role in set(LEDGER) - {silent}:
            mark(counter, role, NOW)
        counter.tick()
        assert reasons(counter) == ["LEDGER_STALE"]

    def test_a_source_once_heard_stays_needed_until_it_is_retired(self) -> None:
        for retired, outcome in (((), "LEDGER_STALE"), (("cards",), "ISSUED")):
            counter = Counter(marked_inputs=LEDGER, retired_sources=retired)
            counter.chunk(profile(), missed())
            mark(counter, roles.PAYMENT_RECEIVED, NOW - timedelta(hours=1), source="cards")
            for role in LEDGER:
                mark(counter, role, NOW)
            counter.tick()
            assert reasons(counter) == [outcome]

    def test_a_source_whose_clock_is_ahead_is_fresh_no_longer_than_others(self) -> None:
        counter = Counter(marked_inputs=LEDGER)
        counter.chunk(profile(), missed())
        for role in LEDGER:
            mark(counter, role, NOW + timedelta(days=1))
        counter.tick(NOW + timedelta(minutes=16))
        assert reasons(counter) == ["LEDGER_STALE"]

    def test_sources_without_marks_are_told_by_every_decision(self) -> None:
        counter = Counter(marked_inputs=())
        counter.chunk(profile(), missed())
        counter.tick()
        assert counter.left(roles.REMINDER_DECISIONS).bodies[0]["evidence"]["unmarked"] == list(roles.INPUTS)

    def test_in_a_replay_the_marks_drive_the_time_instead(self) -> None:
        counter = Counter(clock="replay", marked_inputs=LEDGER)
        counter.chunk(profile(), missed())
        counter.tick()
        assert reasons(counter) == ["ISSUED"]


class TestUnreadFacts:
    def test_an_unread_payment_silences_its_account_until_it_is_replayed(self) -> None:
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.chunk((roles.PAYMENT_RECEIVED, b"{"))
        counter.tick()
        assert reasons(counter) == ["UNREAD_FACT"]
        (_, body) = paid()
        counter.chunk(
            (roles.PAYMENT_RECEIVED, body),
            headers=(("tactful.replay-of", f"payment-received/{PARTITION}/0".encode()),),
        )
        assert counter.account.holds == ()
        counter.tick(NOW + timedelta(days=1))
        assert reminders(counter) == []

    def test_what_left_is_recalled_when_a_record_cannot_be_read(self) -> None:
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick()
        counter.chunk((roles.PAYMENT_RECEIVED, b"{"))
        cancelled = counter.left(roles.REMINDERS).bodies[-1]
        assert (cancelled["type"], cancelled["reason"]) == ("reminder.cancelled", "UNREAD_FACT")

    def test_dismissed_by_a_named_person_it_holds_no_longer(self) -> None:
        counter = Counter()
        counter.chunk(profile(), missed(), (roles.PAYMENT_RECEIVED, b"{"))
        at = f"payment-received/{PARTITION}/0"
        counter.chunk(dismissal(at, account_id=KEY.decode(), event_id="d1"))
        counter.tick()
        assert reasons(counter) == ["ISSUED"]

    def test_a_record_that_had_no_key_and_comes_back_with_one_is_open_no_more(self) -> None:
        counter = Counter()
        counter.chunk((roles.PAYMENT_RECEIVED, b"{"), key=None)
        assert len(counter.gate.unread) == 1
        _, body = paid()
        again = (("tactful.replay-of", f"payment-received/{PARTITION}/0".encode()),)
        counter.chunk((roles.PAYMENT_RECEIVED, body), headers=again)
        assert not counter.gate.unread

    def test_a_replay_that_still_cannot_be_read_holds_on_under_its_new_coordinates(self) -> None:
        counter = Counter()
        counter.chunk(profile(), missed(), (roles.PAYMENT_RECEIVED, b"{"))
        again = (("tactful.replay-of", f"payment-received/{PARTITION}/0".encode()),)
        counter.chunk((roles.PAYMENT_RECEIVED, b"{"), headers=again)
        assert [hold.hold_id for hold in counter.account.holds] == [f"unread/payment-received/{PARTITION}/1"]

    def test_too_many_that_tell_no_account_close_the_partition_until_they_are_dismissed(self) -> None:
        counter = Counter(unread_max=1)
        counter.chunk(profile(), missed())
        counter.chunk((roles.PAYMENT_RECEIVED, b"{"), (roles.CASE_UPDATED, b"{"), key=None)
        counter.tick()
        assert reasons(counter) == ["UNREAD_FACTS"]
        counter.chunk(dismissal(f"case-updated/{PARTITION}/0", account_id=None), key=None)
        counter.tick(NOW + timedelta(minutes=6))
        assert reasons(counter) == ["UNREAD_FACTS", "ISSUED"]

    def test_a_body_that_names_its_account_holds_it_although_the_key_is_missing(self) -> None:
        counter = Counter(unread_max=0)
        counter.chunk(profile(), missed())
        _, body = paid()
        counter.chunk((roles.PAYMENT_RECEIVED, body), key=None)
        counter.tick()
        assert reasons(counter) == ["UNREAD_FACT"]
        counter.chunk(dismissal(f"payment-received/{PARTITION}/0", account_id=None), key=None)
        counter.tick(NOW + timedelta(minutes=6))
        assert reasons(counter)[-1] == "ISSUED"


class TestControls:
    def test_a_pause_stops_sends_and_hand_offs_and_the_resumption_lets_them_leave(self) -> None:
        pause = SendingPaused(**BY)
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick(controls=controls(pause))
        counter.tick(NOW + timedelta(days=60), controls=controls(pause))
        assert reminders(counter) == []
        assert reasons(counter) == ["PAUSED", "PAUSED"], "the reminder, then the hand-off"
        resumed = SendingResumed(**{**BY, "control_id": "c2"}, pause_id="c1")
        counter.tick(NOW + timedelta(days=61), controls=controls(pause, resumed))
        assert reminders(counter) == ["cycle.opened", "case.handed-off"]
        assert counter.left(roles.REMINDER_DECISIONS).bodies[-1]["evidence"]["controls"] == 2

    def test_a_control_that_nobody_can_read_closes_everything(self) -> None:
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick(controls=follow(ControlState(), 0, None))
        assert reasons(counter) == ["CONTROL_UNREADABLE"]

    @pytest.mark.parametrize(
        ("digits", "since", "code"),
        [("0" * 32, 0, "POLICY_NOT_ACTIVE"), ("0" * 32, 1, "ISSUED"), (BOOK.hash, 0, "ISSUED")],
        ids=["another version decides today", "another from tomorrow on", "this one"],
    )
    def test_only_the_active_version_of_a_policy_sends(self, digits: str, since: int, code: str) -> None:
        day = NOW.date() + timedelta(days=since)
        named: dict[str, Any] = {
            "policy": BOOK.policy.id,
            "version": "2027.1",
            "policy_hash": digits,
            "effective_from": day,
        }
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick(controls=controls(PolicyActivated(**BY, **named)))
        assert reasons(counter) == [code]

    def test_a_recall_takes_back_what_left_in_its_scope_once(self) -> None:
        wrong = RemindersRecalled(**{**BY, "time": NOW + timedelta(minutes=5)}, scope=Scope(stage="FRIENDLY"))
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick()
        for _ in range(3):
            counter.tick(NOW + timedelta(minutes=6), keys=(BEAT,), controls=controls(wrong))
        assert reminders(counter) == ["cycle.opened", "reminder.issued", "reminder.cancelled"]
        assert counter.left(roles.REMINDERS).bodies[-1]["reason"] == "OPERATOR_RECALL"
        assert counter.gate.recalled_to == 1

    @pytest.mark.parametrize(
        ("given", "scope"),
        [
            (NOW + timedelta(minutes=5), Scope(stage="FIRM")),
            (NOW - timedelta(minutes=2), Scope()),
            (NOW + timedelta(minutes=5), Scope(account="A-2")),
        ],
        ids=["another stage", "before it left", "another account"],
    )
    def test_a_recall_leaves_alone_what_it_does_not_mean(self, given: datetime, scope: Scope) -> None:
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick()
        version = version_of({"scope": scope})
        recall = RemindersRecalled(**{**BY, "time": given}, scope=scope, schema_version=version)
        counter.tick(NOW + timedelta(minutes=6), keys=(BEAT,), controls=controls(recall))
        assert reminders(counter) == ["cycle.opened", "reminder.issued"]

    def test_one_message_of_one_account_is_taken_back_alone(self) -> None:
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick()
        asked = {**BY, "time": NOW + timedelta(minutes=5), "schema_version": 2}
        (left,) = (body for body in counter.left(roles.REMINDERS).bodies if body["type"] == "reminder.issued")
        another = RemindersRecalled(**asked, scope=Scope(account="A-1"), reminder_id="another")
        this = RemindersRecalled(**asked, scope=Scope(account="A-1"), reminder_id=left["reminder_id"])
        counter.tick(NOW + timedelta(minutes=6), keys=(BEAT,), controls=controls(another))
        assert reminders(counter) == ["cycle.opened", "reminder.issued"]
        counter.tick(NOW + timedelta(minutes=7), keys=(BEAT,), controls=controls(another, this))
        assert counter.left(roles.REMINDERS).bodies[-1]["reminder_id"] == left["reminder_id"]
        assert reminders(counter)[-1] == "reminder.cancelled"

    def test_one_account_is_paused_alone(self) -> None:
        pause = SendingPaused(**BY, scope=Scope(account="A-2"), schema_version=2)
        this = SendingPaused(**{**BY, "control_id": "c2"}, scope=Scope(account="A-1"), schema_version=2)
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick(controls=controls(pause, this))
        assert reasons(counter) == ["PAUSED"]
        resumed = SendingResumed(**{**BY, "control_id": "c3"}, pause_id="c2")
        counter.tick(NOW + timedelta(minutes=6), controls=controls(pause, this, resumed))
        assert reminders(counter) == ["cycle.opened", "reminder.issued"]

    def test_a_recall_does_not_wait_for_a_tick(self) -> None:
        counter = Counter()
        counter.chunk(profile(), missed())
        counter.tick()
        recall = RemindersRecalled(**{**BY, "time": NOW + timedelta(minutes=5)})
        counter.chunk(profile(), controls=controls(recall))
        assert reminders(counter)[-1] == "reminder.cancelled"
        (asked,) = (body for body in counter.left(roles.REMINDER_DECISIONS).bodies if body["code"] == "OPERATOR_RECALL")
        assert (asked["trigger"], asked["evidence"]["controls"]) == ("control", 1)


def test_the_partition_looks_up_each_second_by_the_time_of_day() -> None:
    counter = Counter()
    counter.chunk(profile())
    assert counter.gate.next_due_at == to_ms(NOW)
    counter.tick(NOW + timedelta(seconds=5), keys=(BEAT,))
    assert counter.gate.next_due_at == to_ms(NOW) + 6_000
    assert counter.gate.now_ms == to_ms(NOW) + 5_000


def test_ledger_inputs_need_marks_unless_a_setting_says_otherwise() -> None:
    assert Settings(_env_file=None).marked_inputs == LEDGER
