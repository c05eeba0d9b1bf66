"""Where a hand-over goes on, what it is told, and how fast it may be."""

from datetime import timedelta

import pytest

from agents.delivery.kafka.positions import Bounds, DeliveryRefused, starting_points
from agents.delivery.rules.receipts import Receipt, as_code, written
from agents.delivery.timing import OfferRate, ReplayTime, SystemTime
from schemas import reading
from schemas.values.instants import to_ms
from tests.agents.delivery.messages import MINUTE, NINE


def test_it_goes_on_where_it_stood_and_begins_with_the_oldest() -> None:
    bounds = {0: Bounds(5, 2, 9), 1: Bounds(None, 3, 9), 2: Bounds(9, 9, 9)}
    assert starting_points(bounds, {0}, step_over_gaps=False) == {0: 5, 1: 3, 2: 9}


@pytest.mark.parametrize(
    ("at", "journaled", "told"),
    [
        (Bounds(5, 8, 9), True, "taken on up to 5, but the log starts at 8: 3 records were deleted unread"),
        (Bounds(12, 0, 9), False, "the log ends at 9: was the topic made anew"),
        (Bounds(None, 4, 9), True, "how far they were taken on is lost"),
    ],
)
def test_a_gap_is_named_and_only_stepped_over_when_told_to(at: Bounds, journaled: bool, told: str) -> None:
    known = {1} if journaled else set[int]()
    with pytest.raises(DeliveryRefused, match=f"^reminders partition 1: .*{told}"):
        starting_points({0: Bounds(1, 0, 2), 1: at}, known, step_over_gaps=False)
    assert starting_points({0: Bounds(1, 0, 2), 1: at}, known, step_over_gaps=True) == {0: 1, 1: at.start}


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("UNDELIV", "UNDELIV"),
        ("0x45", "E0x45"),
        ("no such number!", "no_such_number"),
        ("号码", None),
        (None, None),
        ("to 8613800138000 failed", "to_N_failed"),
        ("+86 138-0013-8000", "N"),
        ("1.3.8.0.0.1.3", "N"),
        ("SMPP_0x0000040A", "SMPP_0x0000040A"),
        ("0x8613800138000", "E0xN"),
        ("UNDELIV_069.123", "UNDELIV_069.123"),
        ("x" * 55 + " 8613800138000", "x" * 55 + "_N"),
        ("\x1b[31m\u202ebad", "E31m_bad"),
    ],
)
def test_a_providers_word_becomes_a_code(word: str | None, code: str | None) -> None:
    assert as_code(word) == code


def test_a_receipt_is_a_fact_that_a_worker_reads() -> None:
    receipt = Receipt(0, "A1", "R1", "failed", NINE, NINE + MINUTE, "id:1 err:045 " + "x" * 100)
    record = written(receipt, "tactful")
    fact = reading.read("reminder-receipts", b"A1", record.value, 65_536)
    assert record.timestamp_ms == to_ms(NINE + MINUTE) == to_ms(fact.time)
    assert dict(record.headers)["ce_id"].decode() == fact.event_id
    later = written(receipt._replace(told_at=NINE + 2 * MINUTE), "tactful")
    assert dict(later.headers)["ce_id"] == dict(record.headers)["ce_id"], "a repeat is recognisable"
    other = written(receipt._replace(status="delivered"), "tactful")
    assert dict(other.headers)["ce_id"] != dict(record.headers)["ce_id"]


async def test_time_in_a_replay_is_that_of_each_partitions_records() -> None:
    time = ReplayTime(idle_s=0)
    time.seen(0, NINE)
    time.seen(1, NINE + MINUTE)
    time.seen(0, NINE - MINUTE)
    assert (time.now(0), time.now(1), time.newest()) == (NINE, NINE + MINUTE, NINE + MINUTE)
    assert time.since(NINE) == NINE
    await time.pause_until(NINE + 5 * MINUTE)
    assert time.newest() == NINE + 5 * MINUTE, "nothing comes any more, so time runs on"
    assert time.now(0) == NINE, "but nobody's message gets older by it"


async def test_time_in_a_replay_waits_while_records_come() -> None:
    time = ReplayTime(idle_s=3600)
    time.seen(0, NINE)
    await time.pause_until(NINE + MINUTE)
    assert time.newest() == NINE


async def test_the_time_of_day_goes_on_by_itself() -> None:
    time = SystemTime()
    before = time.newest()
    time.seen(0, NINE)
    await time.pause_until(before + timedelta(milliseconds=5))
    assert before + timedelta(milliseconds=5) <= time.since(NINE) <= time.now(0) <= time.newest()


def test_a_clock_that_ran_ahead_for_a_moment_makes_nothing_old(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = iter((NINE + timedelta(hours=1), NINE))
    monkeypatch.setattr("streams.clock.SystemClock.machine_ms", lambda _clock: to_ms(next(machine)))
    time = SystemTime()
    assert time.now(0) == NINE + timedelta(hours=1)
    assert time.now(0) == NINE


def test_the_pace_is_kept_and_throttling_doubles_the_wait() -> None:
    pace = OfferRate(per_second=100, backoff_s=2, backoff_max_s=5)
    assert [pace.reserve_s(now=10) for _ in range(3)] == pytest.approx([0, 0.01, 0.02])
    assert pace.reserve_s(now=11) == 0, "what was not used is not saved up"
    waits = []
    for _ in range(3):
        pace.back_off(now=20)
        waits.append(pace.reserve_s(now=20))
    assert waits == pytest.approx([2, 4, 5])
    pace.answered()
    pace.back_off(now=30)
    assert pace.reserve_s(now=30) == pytest.approx(2)
