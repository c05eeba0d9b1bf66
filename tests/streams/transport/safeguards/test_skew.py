"""A machine's clock against the broker's: what each acknowledgement proves, and when nothing may leave by it."""

import asyncio
from typing import Any

import pytest
from aiokafka.structs import RecordMetadata, TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from streams.clock import SystemClock
from streams.transport.observer import EngineObserver
from streams.transport.safeguards.skew import ClockWatch, ahead_ms

MAX_MS = 5_000
INSTANTS = st.integers(0, 10**13)


class SkewTold(EngineObserver):
    """Keeps every skew."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def clock_skew(self, seconds: float) -> None:
        self.seconds.append(seconds)


class SkewWorld:
    """A machine whose clock and uptime a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall_ms, self.up_s = 1_000_000, 500.0
        monkeypatch.setattr("streams.clock.time.time_ns", lambda: self.wall_ms * 1_000_000)
        monkeypatch.setattr("streams.transport.safeguards.skew.time.monotonic", lambda: self.up_s)
        self.told = SkewTold()
        self.clock = SystemClock()
        self.watch = ClockWatch("changelog", self.clock, MAX_MS, self.told)

    def pass_s(self, seconds: float) -> None:
        self.wall_ms += round(seconds * 1000)
        self.up_s += seconds

    def compare(self, broker_ms: int | None, partition: int = 0) -> None:
        self.watch.compare(partition, self.wall_ms, self.wall_ms, broker_ms)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> SkewWorld:
    return SkewWorld(monkeypatch)


@given(INSTANTS, st.integers(0, 60_000), st.integers(0, 60_000), st.integers(-(10**9), 10**9))
def test_what_is_told_is_never_more_than_the_truth(sent: int, there: int, back: int, truth: int) -> None:
    """`truth` is how far we are ahead; the broker appends between sending and acknowledging."""
    told = ahead_ms(sent, sent + there + back, sent + there - truth)
    assert told * truth >= 0
    assert abs(told) <= abs(truth) <= abs(told) + there + back


@pytest.mark.parametrize(
    ("ahead", "trusted"), [(0, True), (MAX_MS, True), (-MAX_MS, True), (5001, False), (-5001, False)]
)
def test_a_clock_beyond_the_limit_is_not_trusted(world: SkewWorld, ahead: int, trusted: bool) -> None:
    world.compare(world.wall_ms - ahead)
    assert (world.watch.fault() is None) == trusted
    assert world.told.seconds == [ahead / 1000]


def test_the_worst_of_all_partitions_counts_and_only_of_those_owned(world: SkewWorld) -> None:
    world.compare(world.wall_ms - 8_000, partition=1)
    world.compare(world.wall_ms, partition=0)
    assert world.told.seconds[-1] == 8
    assert "8 s ahead of the broker's in partition 1" in (world.watch.fault() or "")
    world.watch.owns([0])
    assert world.watch.fault() is None


def test_a_topic_without_the_brokers_time_leaves_the_clock_unproved(world: SkewWorld) -> None:
    world.compare(None)
    assert "does not tell the broker's time" in (world.watch.fault() or "")


@pytest.mark.parametrize("step_s", [-3600, 3600])
def test_a_clock_that_was_set_is_seen_without_the_broker(world: SkewWorld, step_s: int) -> None:
    world.compare(world.wall_ms)
    world.pass_s(1)
    assert world.watch.fault() is None
    world.wall_ms += step_s * 1000
    assert world.watch.fault() is not None


def test_an_old_comparison_is_made_anew_and_then_worth_nothing(world: SkewWorld) -> None:
    world.compare(world.wall_ms)
    world.pass_s(59)
    assert not world.watch.ask(0)
    world.pass_s(2)
    assert world.watch.ask(0)
    assert not world.watch.ask(0), "one question at a time"
    assert world.watch.fault() is None
    world.pass_s(30)
    assert "not been compared" in (world.watch.fault() or "")
    world.compare(world.wall_ms)
    assert world.watch.fault() is None


def test_a_clock_that_is_wrong_is_compared_more_often(world: SkewWorld) -> None:
    world.compare(world.wall_ms - 8_000)
    world.pass_s(9)
    assert not world.watch.ask(0)
    world.pass_s(2)
    assert world.watch.ask(0)


def test_time_that_an_earlier_worker_lived_through_must_be_near(world: SkewWorld) -> None:
    world.compare(world.wall_ms)
    world.clock.not_before(world.wall_ms + MAX_MS)
    assert world.watch.fault() is None
    world.clock.not_before(world.wall_ms + 3_600_000)
    assert "3600 s behind" in (world.watch.fault() or "")
    world.pass_s(3_600)
    world.compare(world.wall_ms)
    assert world.watch.fault() is None


async def test_an_acknowledgement_tells_the_time_and_a_failed_one_nothing(world: SkewWorld) -> None:
    async def acknowledged(result: Any) -> None:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        done.add_done_callback(world.watch.sending(0))
        world.pass_s(1)
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)
        await asyncio.wait([done])
        done.exception()

    def stamped(at_ms: int, kind: int) -> RecordMetadata:
        return RecordMetadata("changelog", 0, TopicPartition("changelog", 0), 7, at_ms, kind, 0)

    await acknowledged(ConnectionError())
    assert world.told.seconds == []
    await acknowledged(stamped(world.wall_ms + 400, 1))
    assert world.told.seconds == [0]
    await acknowledged(stamped(-1, 0))
    assert world.watch.fault() is not None


class TestJumps:
    """What becomes of `now` when the machine's clock is set, and set right again."""

    @pytest.mark.parametrize("step_s", [-3600, -60, 60, 3600, 365 * 86_400])
    def test_now_goes_on_by_the_right_time_and_nothing_is_left_of_the_wrong_one(
        self, world: SkewWorld, step_s: int
    ) -> None:
        world.compare(world.wall_ms)
        true_ms = world.wall_ms
        for wrong_s in (0, step_s, 0, -step_s, 0):
            world.wall_ms = true_ms + wrong_s * 1000
            for _ in range(16):
                world.pass_s(1)
                true_ms += 1000
                assert world.clock.now_ms() == true_ms
                assert (world.watch.fault() is None) == (wrong_s == 0)
                assert world.watch.in_doubt() == (wrong_s != 0)
                assert not wrong_s or f"{abs(wrong_s)} s" in (world.watch.fault() or "")

    @pytest.mark.parametrize("off_s", [-3600, 3600])
    def test_a_clock_that_is_wrong_from_the_first_second_moves_nothing(self, world: SkewWorld, off_s: int) -> None:
        true_ms = world.wall_ms
        world.wall_ms += off_s * 1000
        world.clock.now_ms()  # nothing has been compared yet
        world.compare(true_ms)
        assert world.clock.now_ms() == true_ms
        world.wall_ms = true_ms
        assert world.watch.fault() is None
        assert world.clock.now_ms() == true_ms

    def test_a_clock_set_between_hand_over_and_acknowledgement_is_still_seen(self, world: SkewWorld) -> None:
        acknowledge = world.watch.sending(0)
        world.pass_s(0.5)
        appended_ms = world.wall_ms
        world.wall_ms += 3_600_000
        done: Any = asyncio.Future(loop=asyncio.new_event_loop())
        done.set_result(RecordMetadata("changelog", 0, TopicPartition("changelog", 0), 7, appended_ms, 1, 0))
        acknowledge(done)
        assert "3600 s ahead" in (world.watch.fault() or "")

    def test_what_was_lived_through_stands_while_the_clock_is_in_doubt(self, world: SkewWorld) -> None:
        world.compare(world.wall_ms)
        reached_ms = world.clock.now_ms()
        world.compare(world.wall_ms + 3_600_000)
        world.wall_ms -= 7_200_000
        assert world.clock.now_ms() >= reached_ms

    def test_where_brokers_disagree_the_one_nearest_to_us_is_believed(self, world: SkewWorld) -> None:
        world.compare(world.wall_ms - 3_600_000, partition=1)
        world.compare(world.wall_ms - 200, partition=0)
        assert world.watch.fault() is not None
        assert world.clock.now_ms() == world.wall_ms - 200

    @given(
        st.lists(st.tuples(st.integers(-(10**7), 10**7), st.integers(1, 30), st.booleans()), min_size=1, max_size=20)
    )
    def test_now_is_never_further_from_the_truth_than_what_is_borne(self, moves: list[tuple[int, int, bool]]) -> None:
        """The clock is set at will, and compared now and then; the broker's is right."""
        with pytest.MonkeyPatch.context() as patch:
            world = SkewWorld(patch)
            true_ms = world.wall_ms
            world.compare(true_ms)
            for off_ms, passed_s, compared in moves:
                world.wall_ms = true_ms + off_ms
                world.pass_s(passed_s)
                true_ms += passed_s * 1000
                if compared:
                    world.compare(true_ms)
                assert abs(world.clock.now_ms() - true_ms) <= MAX_MS
