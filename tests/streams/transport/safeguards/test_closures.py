"""What closes a partition is told when it has lasted, once when it begins and once when it ends."""

from collections.abc import Sequence

import pytest

from streams.transport.observer import EngineObserver
from streams.transport.safeguards.barrier import Watermark
from streams.transport.safeguards.closures import Closure, ClosureReason, Closures
from tests.streams.transport.sources.system_world import World

ALARM_S = 30.0


class ClosuresTold(EngineObserver):
    """Keeps what was told of partitions."""

    def __init__(self) -> None:
        self.said: list[tuple[int, str, str, bool]] = []

    def partition_closed(self, partition: int, topic: str, reason: str, *, closed: bool) -> None:
        self.said.append((partition, topic, reason, closed))


def looks(*looked: tuple[float, Sequence[Closure]]) -> tuple[Closures, list[tuple[int, str, str, bool]]]:
    told = ClosuresTold()
    closures = Closures(told, ALARM_S)
    for at_s, causes in looked:
        closures.look([(3, cause) for cause in causes], at_s)
    return closures, told.said


@pytest.mark.parametrize("reason", [ClosureReason.LOST_OFFSET, ClosureReason.CLOCK_SKEW, "BAD_SHARE"])
def test_what_a_person_has_to_end_is_told_at_once(reason: str) -> None:
    cause = Closure("a", reason, "a gap")
    closures, said = looks((0, [cause]), (1, [cause]), (2, []), (3, []))
    assert said == [(3, "a", reason, True), (3, "a", reason, False)]
    assert closures.told == ()


@pytest.mark.parametrize("reason", [ClosureReason.BEHIND, ClosureReason.NO_WATERMARK, ClosureReason.CONTROLS])
def test_a_tick_that_waits_a_moment_is_not_told(reason: str) -> None:
    _, said = looks(*((at_s, [Closure("a", reason, stretch=at_s // 4)]) for at_s in range(20)), (20, []))
    assert said == []
    _, said = looks(*((at_s, [Closure("a", reason, stretch=1)]) for at_s in range(20)), (20, []))
    assert [closed for *_, closed in said] == [True, False]


def test_an_open_transaction_is_told_when_the_same_one_lasts() -> None:
    def opened(at: int) -> list[Closure]:
        return [Closure("a", ClosureReason.OPEN_TRANSACTION, f"from {at}", at)]

    _, said = looks(*((at_s, opened(at_s)) for at_s in range(100)))
    assert said == []
    _, said = looks((0, opened(5)), (ALARM_S - 1, opened(5)))
    assert said == []
    closures, said = looks((0, opened(5)), (ALARM_S, opened(5)))
    assert said == [(3, "a", "OPEN_TRANSACTION", True)]
    assert closures.told == ("partition 3 sends nothing: a OPEN_TRANSACTION (from 5)",)


def test_what_is_said_of_a_cause_is_what_stands_now() -> None:
    closures, said = looks(
        (0, [Closure("a", ClosureReason.CLOCK_SKEW, "7 s")]), (1, [Closure("a", ClosureReason.CLOCK_SKEW, "8 s")])
    )
    assert len(said) == 1
    assert closures.told == ("partition 3 sends nothing: a CLOCK_SKEW (8 s)",)


def rebalanced(kept: Sequence[int], *looked: tuple[float, Sequence[Closure]]) -> tuple[Closures, list[bool]]:
    """Told at 0, a rebalance at 10, then looked at again."""
    told = ClosuresTold()
    closures = Closures(told, ALARM_S)
    closures.look([(3, Closure("a", ClosureReason.CONTROLS, stretch=7))], 0)
    closures.look([(3, Closure("a", ClosureReason.CONTROLS, stretch=7))], 5)
    closures.rebalanced(kept, 10)
    for at_s, causes in looked:
        closures.look([(3, cause) for cause in causes], at_s)
    return closures, [closed for *_, closed in told.said]


STILL = "partition 3 sends nothing: a CONTROLS"


def test_a_rebalance_ends_nothing_that_goes_on() -> None:
    closures, said = rebalanced([3, 4])
    assert closures.told == (STILL,)
    assert said == [True, True], "the metric is told anew: the rebalance has cleared it"
    again = Closure("a", ClosureReason.CONTROLS, stretch=0)
    closures, said = rebalanced([3, 4], (11, []), (12, [again]), (13, []), (14, [again]), (20, [again]))
    assert closures.told == (STILL,)
    assert said == [True, True]


def test_what_has_ended_with_a_rebalance_is_told_as_ended_soon_after() -> None:
    closures, said = rebalanced([3, 4], (11, []), (14.9, []))
    assert closures.told == (STILL,)
    closures, said = rebalanced([3, 4], (11, []), (15, []))
    assert closures.told == ()
    assert said == [True, True, False]


def test_of_a_partition_that_went_elsewhere_nothing_is_told_any_more() -> None:
    closures, said = rebalanced([4], (11, []))
    assert closures.told == ()
    assert said == [True]


@pytest.mark.parametrize(
    ("position", "mark", "reason"),
    [
        (2, Watermark(5, 100_500, stable=5), "BEHIND"),
        (2, Watermark(5, 100_500, stable=3), "BEHIND"),
        (2, Watermark(5, 100_500, stable=2), "OPEN_TRANSACTION"),
        (2, Watermark(5, 100_500), "BEHIND"),
        (2, Watermark(2, 100_500, stable=2), None),
    ],
)
def test_a_transaction_is_open_when_all_that_can_be_read_is_applied(
    position: int, mark: Watermark, reason: str | None
) -> None:
    world = World()
    world.fetch("a", range(position))
    assert world.source.next() is not None
    world.store(b"x", 98_000)
    world.ends["a"] = mark
    assert (world.source.next() is not None) == (reason is None)
    assert [cause.reason for cause in world.source.closed()] == ([] if reason is None else [reason])


def test_an_open_transaction_is_seen_although_nothing_is_due() -> None:
    world = World()
    world.ends["b"] = Watermark(4, 100_500, stable=0)
    (cause,) = world.source.closed()
    assert (cause.topic, cause.reason, cause.stretch) == ("b", "OPEN_TRANSACTION", 0)


def test_no_tick_comes_by_a_clock_that_is_wrong_and_facts_go_on() -> None:
    world = World()
    world.store(b"x", 98_000)
    world.fetch("a", range(1))
    world.trust.said = "7 s ahead"
    facts = world.source.next()
    assert facts is not None
    assert not facts.is_tick
    world.ends["a"] = Watermark(1, 100_500)
    assert world.source.next() is None
    assert world.source.closed() == [Closure("changelog", "CLOCK_SKEW", "7 s ahead")]
    world.trust.said = None
    tick = world.source.next()
    assert tick is not None
    assert tick.is_tick
    assert world.source.closed() == []


def test_a_lost_input_closes_the_partition_for_good_and_what_was_fetched_is_applied() -> None:
    world = World()
    world.store(b"x", 98_000)
    world.fetch("a", range(1))
    world.source.lose("a", "offset 1, log 7 to 9")
    world.source.hold("a", "BAD_SHARE")
    world.source.release("a")
    world.fetch("b", range(1))
    facts = world.source.next()
    assert facts is not None
    assert [record.topic for record in facts.records] == ["a", "b"]
    assert world.source.next() is None
    assert not world.source.wants("a")
    assert world.source.closed() == [Closure("a", "LOST_OFFSET", "offset 1, log 7 to 9")]
