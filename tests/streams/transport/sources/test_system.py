"""System mode: facts as they come; a tick only when everything that was on the bus has been applied."""

from collections.abc import Mapping

import pytest

from schemas.stored.accounts import NEVER_MS
from streams.transport.controls.controls import UNCONTROLLED, Folding, Reading, View
from streams.transport.safeguards.barrier import Watermark
from streams.transport.sources.lane import SystemLane
from tests.streams.records import FakeRecord
from tests.streams.transport.sources.system_world import World


def offsets(positions: Mapping[str, int]) -> tuple[int, int]:
    return positions["a"], positions["b"]


def test_facts_come_in_fetched_order_in_chunks() -> None:
    world = World()
    world.fetch("a", range(3))
    world.fetch("b", range(1))
    chunks = []
    while (work := world.source.next()) is not None:
        chunks.append((offsets(work.before), offsets(work.after), [(r.topic, r.offset) for r in work.records]))
    assert chunks == [
        ((0, 0), (2, 0), [("a", 0), ("a", 1)]),
        ((2, 0), (3, 1), [("a", 2), ("b", 0)]),
    ]


def test_a_tick_has_the_newest_grid_instant_and_its_sample() -> None:
    world = World()
    world.store(b"x", 98_000)
    world.store(b"y", NEVER_MS)
    work = world.source.next()
    assert work is not None
    assert (work.now_ms, work.due, work.last) == (100_000, (b"x",), True)
    assert work.watermarks == {"a": 0, "b": 0}


def test_a_tick_waits_until_its_sample_is_applied_and_facts_go_on() -> None:
    world = World()
    world.store(b"x", 98_000)
    world.ends["a"] = Watermark(2, 100_500)
    assert world.source.next() is None
    assert world.closed == []
    world.fetch("a", range(2))
    facts = world.source.next()
    assert facts is not None
    assert len(facts.records) == 2
    tick = world.source.next()
    assert tick is not None
    assert tick.is_tick
    assert offsets(tick.before) == (2, 0)


def test_control_records_count_as_applied() -> None:
    """A transactional producer's last offset is a marker that is never delivered."""
    world = World()
    world.store(b"x", 98_000)
    world.ends["a"] = Watermark(3, 100_500)
    world.fetch("a", range(2), position=3)
    assert world.source.next() is not None
    tick = world.source.next()
    assert tick is not None
    assert tick.is_tick


@pytest.mark.parametrize("sample", [None, Watermark(0, 99_000)])
def test_an_unknown_or_old_sample_keeps_the_barrier_closed(sample: Watermark | None) -> None:
    world = World()
    world.store(b"x", 98_000)
    world.ends["b"] = sample
    assert world.source.next() is None
    assert world.closed == [("b", "NO_WATERMARK")]
    world.ends["b"] = Watermark(0, 100_400)
    assert world.source.next() is not None


def test_a_sample_not_passed_in_time_is_taken_again_with_a_new_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monotonic_s = 50.0
    monkeypatch.setattr("streams.transport.safeguards.barrier.time.monotonic", lambda: monotonic_s)
    world = World()
    world.store(b"x", 98_000)
    world.ends["a"] = Watermark(2, 100_500)
    assert world.source.next() is None
    monotonic_s, world.clock.at_ms = 70.0, 120_700
    world.ends = {"a": Watermark(2, 120_600), "b": Watermark(4, 120_600)}
    world.fetch("a", range(2))
    world.source.next()
    assert world.source.next() is None
    assert world.closed == [("a", "BEHIND")]
    world.fetch("b", range(2, 4))
    world.source.next()
    tick = world.source.next()
    assert tick is not None
    assert (tick.now_ms, tick.watermarks) == (120_000, {"a": 2, "b": 4})


def test_a_sample_that_grew_old_while_it_waited_is_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its age counts from the question: 0.9 s old when it was taken, it lasts 0.1 s more."""
    monotonic_s = 50.0
    monkeypatch.setattr("streams.transport.safeguards.barrier.time.monotonic", lambda: monotonic_s)
    world = World()
    world.store(b"x", 98_000)
    world.ends["a"] = Watermark(2, 99_600)
    assert world.source.next() is None
    monotonic_s, world.clock.at_ms = 50.2, 100_700
    world.ends = {"a": Watermark(2, 100_600), "b": Watermark(4, 100_600)}
    world.fetch("a", range(2))
    world.source.next()
    assert world.source.next() is None
    assert world.barrier.sample == {"a": 2, "b": 4}


@pytest.mark.parametrize(
    ("asked_ago_ms", "beats_s", "stands"),
    [
        (100, [50.3, 50.6, 50.8], True),
        (100, [50.3, 50.6, 50.9, 51.2, 51.5, 53.0], False),
        (100, [54.0], False),
        (900, [50.9], False),
        (100, [50.3, 50.6, 50.9, 51.2, 51.6, 52.0, 52.4], True),
    ],
    ids=["soon", "frozen on the way", "frozen at once", "an old sample, frozen", "a cluster that takes long"],
)
def test_a_tick_in_hand_over_a_standstill_does_not_stand(
    monkeypatch: pytest.MonkeyPatch, asked_ago_ms: int, beats_s: list[float], stands: bool
) -> None:
    monotonic_s = 50.0
    monkeypatch.setattr("streams.transport.safeguards.barrier.time.monotonic", lambda: monotonic_s)
    world = World()
    world.store(b"x", 98_000)
    world.ends = dict.fromkeys(world.ends, Watermark(0, world.clock.at_ms - asked_ago_ms))
    tick = world.source.next()
    assert tick is not None
    assert tick.stands is not None
    for beat_s in beats_s:
        monotonic_s = beat_s
        world.pulse.beat()
    assert tick.stands() == stands


def test_a_tick_does_not_stand_when_the_clock_proves_wrong_meanwhile() -> None:
    world = World()
    world.store(b"x", 98_000)
    tick = world.source.next()
    assert tick is not None
    assert tick.stands is not None
    assert tick.stands()
    world.trust.said = "3600 s ahead"
    assert not tick.stands()


def test_a_tick_that_was_undone_comes_again_at_an_instant_of_its_own() -> None:
    world = World(tick_accounts=1)
    world.store(b"x", 98_000)
    world.store(b"y", 99_000)
    first = world.source.next()
    assert first is not None
    world.source.judge_anew()
    world.store(b"x", NEVER_MS)
    world.store(b"x", 98_000)
    world.clock.at_ms += 15_000
    world.ends = dict.fromkeys(world.ends, Watermark(0, world.clock.at_ms))
    again = world.source.next()
    assert again is not None
    assert (first.due, again.due, again.now_ms) == ((b"x",), (b"x",), first.now_ms + 15_000)


def test_a_long_tick_comes_in_several_chunks_of_one_instant() -> None:
    world = World(tick_accounts=2)
    for number in range(5):
        world.store(b"%d" % number, 90_000 + number)
    chunks = []
    while (work := world.source.next()) is not None:
        chunks.append((work.now_ms, work.due, work.last))
        for key in work.due:
            world.store(key, NEVER_MS)
        world.clock.at_ms += 1000
        world.ends = dict.fromkeys(world.ends, Watermark(0, world.clock.at_ms))
    assert chunks == [
        (100_000, (b"0", b"1"), False),
        (100_000, (b"2", b"3"), False),
        (100_000, (b"4",), True),
    ]


def test_the_timer_waits_for_the_grid_instant_that_reaches_the_due_time() -> None:
    world = World()
    assert world.source.wait_s() is None
    world.store(b"x", 102_300)
    assert world.source.wait_s() == 2.5


def test_an_account_moved_by_a_fact_is_not_ticked() -> None:
    world = World()
    world.store(b"x", 98_000)
    world.ends["a"] = None
    assert world.source.next() is None
    world.store(b"x", 200_000)
    world.ends["a"] = Watermark(0, 100_500)
    assert world.source.next() is None
    assert world.source.wait_s() == 99.5


def test_the_buffer_is_bounded_in_bytes() -> None:
    lane = SystemLane({"a": 0}, 1000)
    lane.add("a", [FakeRecord("a", n, 0, value=b"v" * 100) for n in range(5)], 5)
    assert not lane.wants("a")
    lane.take(4)
    assert lane.wants("a")
    lane.take(4)
    assert lane.buffered_bytes == 0


KNOWN = Folding((), lambda state, _offset, _key, value, _headers, _timestamp_ms: (*state, value))


def test_a_tick_waits_until_the_controls_are_read_and_facts_go_on() -> None:
    world = World(folding=KNOWN)
    world.store(b"x", 98_000)
    world.fetch("a", range(1))
    world.ends["a"] = Watermark(1, 100_500)
    facts = world.source.next()
    assert facts is not None
    assert len(facts.records) == 1
    assert world.source.next() is None
    world.controls.take(Reading((b"pause",), 2, 3, 100_400))
    assert world.source.next() is None
    world.controls.take(Reading((b"pause", b"resume"), 3, 3, 100_400))
    tick = world.source.next()
    assert tick is not None
    assert tick.due == (b"x",)
    assert tick.controls == View((b"pause", b"resume"), 3)


def test_an_old_reading_of_the_controls_keeps_ticks_back() -> None:
    world = World(folding=KNOWN)
    world.store(b"x", 98_000)
    world.controls.take(Reading((), 3, 3, 99_400))
    assert world.source.next() is None
    world.controls.take(Reading((), 3, 3, 99_600))
    assert world.source.next() is not None


def test_each_part_of_a_long_tick_looks_at_the_controls_anew() -> None:
    world = World(tick_accounts=1, folding=KNOWN)
    world.store(b"x", 98_000)
    world.store(b"y", 98_001)
    world.controls.take(Reading((), 0, 0, 100_500))
    first = world.source.next()
    assert first is not None
    world.store(b"x", NEVER_MS)
    world.controls.take(Reading((), 0, 1, 100_500))
    assert world.source.next() is None
    world.controls.take(Reading((b"pause",), 1, 1, 100_500))
    second = world.source.next()
    assert second is not None
    assert (second.due, second.controls) == ((b"y",), View((b"pause",), 1))
    assert (first.controls, first.now_ms) == (View((), 0), second.now_ms)


def test_controls_that_stay_unread_are_told_and_make_the_instant_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monotonic_s = 50.0
    monkeypatch.setattr("streams.transport.safeguards.barrier.time.monotonic", lambda: monotonic_s)
    world = World(folding=KNOWN)
    world.store(b"x", 98_000)
    assert world.source.next() is None
    assert world.closed == []
    monotonic_s, world.clock.at_ms = 52.0, 102_500
    world.ends = dict.fromkeys(world.ends, Watermark(0, 102_400))
    assert world.source.next() is None
    assert world.closed == [("controls", "CONTROLS")]
    world.controls.take(Reading((), 0, 0, 102_400))
    tick = world.source.next()
    assert tick is not None
    assert tick.now_ms == 102_000


def test_an_application_without_controls_waits_for_none() -> None:
    world = World()
    world.store(b"x", 98_000)
    tick = world.source.next()
    assert tick is not None
    assert tick.controls == UNCONTROLLED
