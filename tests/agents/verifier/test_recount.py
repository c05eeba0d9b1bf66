"""The recount keeps its own simple books; here they are checked by hand, record by record."""

import json
from typing import Any

import pytest

from agents.verifier.recount import Summary, recount
from streams import roles
from streams.cluster.whole_logs import Kept

TOPICS = {f"bank.{role}": role for role in roles.ROLES}
DAY = "2026-03-0{}T00:00:00+00:00"
DAY_MS = 86_400_000
START_MS = 1_772_323_200_000  # 2026-03-01


def day_ms(number: int) -> int:
    return START_MS + (number - 1) * DAY_MS


class Topics:
    """Records as they would lie on the topics of one partition."""

    def __init__(self) -> None:
        self.records: list[Kept] = []
        self.ends = dict.fromkeys(TOPICS.values(), 0)

    def put(self, role: str, body: Any, day: int = 1, headers: tuple[tuple[str, bytes], ...] = ()) -> None:
        value = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.records.append(Kept(role, 0, self.ends[role], day_ms(day), b"A-1", value, headers))
        self.ends[role] += 1

    def missed(self, day: int, instalment: str = "1", outstanding: int = 100) -> None:
        fields = {"loan_id": "L", "instalment_id": instalment, "outstanding_minor": outstanding}
        self.put(roles.REPAYMENT_MISSED, {"type": "repayment.missed", "as_of": DAY.format(day), **fields}, day)

    def paid(self, day: int, amount: int = 100, payment: str = "P", on_bus_day: int | None = None, **more: Any) -> None:
        fields = {"payment_id": payment, "amount_minor": amount, "booked_at": DAY.format(day), **more}
        self.put(roles.PAYMENT_RECEIVED, {"type": "payment.booked", **fields}, on_bus_day or day)

    def message(self, kind: str, event_id: str, **fields: Any) -> None:
        self.put(roles.REMINDERS, {"type": kind, **fields}, headers=(("ce_id", event_id.encode()),))

    def sent(self, day: int, below: dict[str, int] | None = None, total: int = 100) -> None:
        """A reminder left; by default it had seen everything that lies here now."""
        seen = dict(self.ends) if below is None else {**self.ends, **below}
        evidence = {
            "total_overdue_minor": total,
            "inputs": {topic: seen[role] for topic, role in TOPICS.items() if role in roles.INPUTS},
        }
        self.put(roles.REMINDER_DECISIONS, {"outcome": "sent", "now": DAY.format(day), "evidence": evidence})

    def count(self) -> Summary:
        return recount(self.records, TOPICS)


@pytest.fixture
def topics() -> Topics:
    return Topics()


def judged(topics: Topics) -> tuple[int, int]:
    summary = topics.count()
    return summary.sent_with_payment_known, summary.raced


def test_facts_are_counted_without_marks(topics: Topics) -> None:
    topics.missed(1)
    topics.missed(2)
    topics.paid(3)
    topics.put(roles.PAYMENT_RECEIVED, {}, headers=(("ce_type", b"source.progress"),))
    assert topics.count().facts == {roles.REPAYMENT_MISSED: 2, roles.PAYMENT_RECEIVED: 1}


def test_messages_are_counted_by_type_and_stage(topics: Topics) -> None:
    topics.message("reminder.issued", "1", reminder_id="r1", stage="FRIENDLY")
    topics.message("reminder.issued", "2", reminder_id="r2", stage="FRIENDLY")
    topics.message("cycle.closed", "3", reason="CURED")
    topics.message("cycle.closed", "4", reason="ACCOUNT_SOLD")
    summary = topics.count()
    assert summary.messages == {"cycle.closed": 2, "reminder.issued FRIENDLY": 2}
    assert summary.cures == 1
    assert summary.doubled == 0


def test_a_message_that_stands_twice_is_doubled(topics: Topics) -> None:
    topics.message("cycle.opened", "1")
    topics.message("cycle.opened", "1")
    assert topics.count().doubled == 1
    topics.message("reminder.issued", "2", reminder_id="r1")
    topics.message("reminder.escalated", "3", reminder_id="r1")
    topics.message("reminder.cancelled", "4", reminder_id="r1", reason="PAID")
    assert topics.count().doubled == 2, "a recall names its reminder, that is no doubling"


def test_dead_letters_are_counted_and_their_originals_are_in_no_book(topics: Topics) -> None:
    topics.missed(1)
    topics.put(roles.PAYMENT_RECEIVED, b"\xff not JSON at all")
    origin = {"topic": b"bank.payment-received", "partition": b"0", "offset": b"0"}
    headers = tuple((f"__streams.errors.{name}", value) for name, value in origin.items())
    topics.put(roles.REMINDER_DEAD_LETTERS, b"\xff", headers=(*headers, ("tactful.reason", b"NOT_JSON")))
    topics.sent(2)
    summary = topics.count()
    assert summary.dead_letters == {"NOT_JSON": 1}
    assert summary.facts[roles.PAYMENT_RECEIVED] == 1
    assert (summary.sent_with_payment_known, summary.raced) == (0, 0)


def test_a_reminder_to_whom_nothing_is_known_to_have_paid_is_right(topics: Topics) -> None:
    topics.missed(1)
    topics.sent(2)
    topics.paid(3)
    assert judged(topics) == (0, 0)


def test_a_payment_below_the_offsets_seen_was_known(topics: Topics) -> None:
    topics.missed(1)
    topics.paid(2)
    topics.sent(3)
    assert judged(topics) == (1, 0)


def test_a_payment_on_the_bus_but_not_read_was_raced(topics: Topics) -> None:
    topics.missed(1)
    topics.paid(2)
    topics.sent(3, below={roles.PAYMENT_RECEIVED: 0})
    assert judged(topics) == (0, 1)


def test_a_payment_that_came_to_the_bus_later_was_neither(topics: Topics) -> None:
    topics.missed(1)
    topics.paid(2, on_bus_day=4)
    topics.sent(3, below={roles.PAYMENT_RECEIVED: 0})
    assert judged(topics) == (0, 0)


def test_a_payment_booked_before_the_snapshot_is_in_it_already(topics: Topics) -> None:
    topics.paid(1)
    topics.missed(2)
    topics.sent(3)
    assert judged(topics) == (0, 0)


def test_a_newer_snapshot_replaces_the_older(topics: Topics) -> None:
    topics.missed(1)
    topics.missed(2, outstanding=0)
    topics.sent(3)
    assert judged(topics) == (1, 0)
    topics.missed(4, outstanding=40)
    topics.sent(5)
    assert judged(topics) == (1, 0)


def test_a_part_is_not_the_whole_and_a_repeat_counts_once(topics: Topics) -> None:
    topics.missed(1)
    topics.paid(2, amount=60)
    topics.paid(2, amount=60)
    topics.sent(3)
    assert judged(topics) == (0, 0)
    topics.paid(4, amount=40, payment="Q")
    topics.sent(5)
    assert judged(topics) == (1, 0)


def test_an_allocated_payment_pays_only_what_it_names(topics: Topics) -> None:
    def parts(instalment: str) -> list[dict[str, Any]]:
        return [{"loan_id": "L", "instalment_id": instalment, "amount_minor": 100}]

    topics.missed(1)
    topics.paid(2, amount=500, payment="P", allocations=parts("7"))
    topics.sent(3)
    assert judged(topics) == (0, 0)
    topics.paid(4, payment="Q", allocations=parts("1"))
    topics.sent(5)
    assert judged(topics) == (1, 0)


def test_an_account_with_a_returned_payment_is_left_out(topics: Topics) -> None:
    topics.missed(1)
    topics.paid(2)
    topics.put(roles.PAYMENT_RECEIVED, {"type": "payment.returned", "payment_id": "P"})
    topics.sent(4)
    assert judged(topics) == (0, 0)


def test_a_notice_before_the_due_date_chases_nobody(topics: Topics) -> None:
    topics.missed(1)
    topics.paid(2)
    topics.sent(3, total=0)
    assert judged(topics) == (0, 0)


@pytest.mark.parametrize("value", [None, b"", b"{", b"[1]", b"\xff"])
def test_a_body_that_is_none_is_empty(value: bytes | None) -> None:
    assert Kept(roles.REMINDERS, 0, 0, 0, None, value, ()).body() == {}


def at_ms(topics: Topics, payment_ms: int, *, by_broker: bool, max_age_ms: int | None) -> tuple[int, int, int]:
    """A reminder of day 3; its payment came to the bus by that time, unseen."""
    topics.missed(1)
    topics.sent(3, below={roles.PAYMENT_RECEIVED: 0})
    topics.paid(2)
    topics.records[-1] = topics.records[-1]._replace(timestamp_ms=payment_ms, by_broker=by_broker)
    found = recount(topics.records, TOPICS, max_age_ms)
    assert {*found.overlooked, *found.told_before} <= {"A-1"}
    return found.raced, len(found.overlooked), len(found.told_before)


@pytest.mark.parametrize(
    ("before_ms", "by_broker", "found"),
    [
        (15_000, True, (1, 1, 0)),
        (1_001, True, (1, 1, 0)),
        (1_000, True, (1, 0, 0)),
        (0, True, (1, 0, 0)),
        (-1, True, (0, 0, 0)),
        (15_000, False, (1, 0, 1)),
        (1_000, False, (1, 0, 0)),
    ],
)
def test_a_payment_that_was_on_the_bus_for_longer_than_a_sample_may_be_old_was_overlooked(
    topics: Topics, before_ms: int, by_broker: bool, found: tuple[int, int, int]
) -> None:
    assert at_ms(topics, day_ms(3) - before_ms, by_broker=by_broker, max_age_ms=1_000) == found


def test_where_nothing_goes_by_samples_nothing_is_overlooked(topics: Topics) -> None:
    assert at_ms(topics, day_ms(2), by_broker=True, max_age_ms=None) == (1, 0, 0)
