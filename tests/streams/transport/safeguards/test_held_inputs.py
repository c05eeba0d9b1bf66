"""An input that is held is not read and closes the ticks of its partition; its position stays, the others go on."""

import pytest

from schemas.stored.accounts import NEVER_MS
from streams.transport.safeguards.barrier import Watermark
from streams.transport.safeguards.closures import Closed
from tests.streams.transport.sources.system_world import World

REASON = "too much of it cannot be used"


def read_on(world: World, topic: str, offsets: range) -> None:
    """What the consumer does with a source whose input was released."""
    assert world.source.astray() == {topic: offsets.start}
    world.source.found(topic)
    world.fetch(topic, offsets)


def applied(world: World) -> list[tuple[str, int]]:
    found = []
    while (work := world.source.next()) is not None:
        found += [(record.topic, record.offset) for record in work.records]
    return found


def test_a_held_input_is_left_where_it_stands_and_the_others_go_on() -> None:
    world = World()
    world.fetch("a", range(3))
    world.fetch("b", range(2))
    first = world.source.next()
    assert first is not None
    world.source.hold("a", REASON)
    assert world.source.closed() == [Closed("a", REASON)]
    assert (world.source.wants("a"), world.source.wants("b")) == (False, True)
    assert applied(world) == [("b", 0), ("b", 1)]
    assert world.source.positions() == {"a": first.after["a"], "b": 2} == {"a": 2, "b": 2}
    assert world.lane.buffered_bytes == 0


def test_a_fetch_under_way_brings_a_held_input_nothing() -> None:
    world = World()
    world.source.hold("a", REASON)
    world.fetch("a", range(3))
    assert applied(world) == []
    assert world.source.positions()["a"] == 0


def test_a_released_input_is_fetched_again_from_its_position() -> None:
    world = World()
    world.fetch("a", range(4))
    world.source.next()
    world.source.hold("a", REASON)
    world.source.release("a")
    world.fetch("a", range(4, 6))  # asked for before it was held
    assert not world.source.wants("a")
    assert applied(world) == []
    read_on(world, "a", range(2, 6))
    assert world.source.wants("a")
    assert applied(world) == [("a", offset) for offset in range(2, 6)]


def test_an_input_held_again_before_it_was_read_again_stays_held() -> None:
    world = World()
    world.source.hold("a", REASON)
    world.source.release("a")
    world.source.hold("a", REASON)
    assert world.source.astray() == {}
    world.source.found("a")
    world.fetch("a", range(1))
    assert applied(world) == []


def test_releasing_what_is_not_held_changes_nothing() -> None:
    world = World()
    world.source.release("a")
    assert world.source.astray() == {}
    assert world.source.wants("a")


def test_no_tick_comes_while_an_input_is_held_and_then_one_of_that_moment() -> None:
    world = World()
    world.store(b"x", 98_000)
    world.source.hold("b", REASON)
    assert world.source.next() is None
    world.clock.at_ms = 3_700_500
    world.ends = dict.fromkeys(world.ends, Watermark(0, 3_700_400))
    assert world.source.next() is None
    assert world.closed == [("b", REASON)]
    world.source.release("b")
    world.source.found("b")
    tick = world.source.next()
    assert tick is not None
    assert (tick.now_ms, tick.due) == (3_700_000, (b"x",))


def test_a_long_tick_stops_where_an_input_is_held() -> None:
    world = World(tick_accounts=1)
    world.store(b"x", 98_000)
    world.store(b"y", 98_001)
    assert world.source.next() is not None
    world.store(b"x", NEVER_MS)
    world.source.hold("a", REASON)
    assert world.source.next() is None
    assert world.source.next_tick_ms() is not None


def test_a_watermark_that_was_missing_for_hours_makes_the_instant_new() -> None:
    world = World()
    world.store(b"x", 98_000)
    world.ends["a"] = None
    assert world.source.next() is None
    world.clock.at_ms = 7_300_500
    world.ends = dict.fromkeys(world.ends, Watermark(0, 7_300_400))
    tick = world.source.next()
    assert tick is not None
    assert tick.now_ms == 7_300_000


def test_an_input_that_rests_keeps_its_turn_while_the_others_go_on_and_no_tick_passes_it() -> None:
    world = World()
    world.fetch("a", range(4))
    world.fetch("b", range(2))
    world.ends = {"a": Watermark(4, 100_500), "b": Watermark(2, 100_500)}
    world.store(b"due", 100_000)
    assert world.source.next() is not None
    world.source.rest("a", 0.2)
    world.source.rest("a", 0.3)
    assert (world.source.wants("a"), world.source.wants("b")) == (False, True)
    assert applied(world) == [("b", 0), ("b", 1)], "what rests may hide a payment"
    world.monotonic_s += 0.4
    assert world.source.next() is None
    assert world.source.wait_s() == pytest.approx(0.1)
    world.monotonic_s += 0.101
    work = world.source.next()
    assert work is not None
    assert [(record.topic, record.offset) for record in work.records] == [("a", 2), ("a", 3)]
    assert world.source.wants("a")
    tick = world.source.next()
    assert tick is not None
    assert tick.due == (b"due",)
