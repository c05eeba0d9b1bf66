"""What a worker says of itself once a second: standing still by its own fault is told apart from what others cause."""

from collections.abc import Iterator, Sequence

import pytest

from streams.settings import Settings
from streams.transport.controls.controls import Controls, Folding, Reading
from streams.transport.engine import Engine
from streams.transport.observer import EngineObserver
from streams.transport.outages.reach import LOOK_S, STANDSTILL_S
from streams.transport.safeguards.closures import Closed, Reason
from streams.transport.sources.fetched import Fetched, Progress
from streams.transport.sources.merge import no_order
from tests.streams.transport.sources.system_world import World

FOLDING = Folding((), lambda state, *_record: state)
MINUTES = int(3 * STANDSTILL_S)


@pytest.fixture(autouse=True)
def _logs_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test calls away must not silence the tests that come after it."""
    monkeypatch.setattr("streams.transport.outages.reach.hush_while_away", lambda **_: None)


class Owned:
    """A partition that is being worked on."""

    number = 0
    last_commit: float | None = None

    def __init__(self, world: World) -> None:
        self.source = world.source

    def next_tick_ms(self) -> int | None:
        return None

    def touch_changelog(self, _key: bytes) -> None:
        return


class Looked:
    """An engine with one partition, looked at once a second, by instants of the test's own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 1_000.0
        monkeypatch.setattr("streams.transport.engine.time.monotonic", lambda: self.now_s)
        self.engine = Engine(Settings(_env_file=None), no_order, EngineObserver(), FOLDING)
        self.engine.skew.owns = lambda _partitions: None  # type: ignore[method-assign, assignment]
        self.world = World(folding=FOLDING)
        self.engine.parts = {0: Owned(self.world)}  # type: ignore[dict-item]
        self.engine.go_live()
        self.asked_ms = 0
        self.heard = {"a", "b"}
        self.controlled = True

    @property
    def controls(self) -> Controls:
        return self.engine.controls

    def seconds(self, count: int, answering: Sequence[int] = (1,), leader: int = 1) -> Iterator[tuple[str, ...]]:
        """Why it should be replaced, second by second."""
        for _ in range(count):
            self.now_s += LOOK_S
            self.asked_ms += 1000
            for node in answering:
                self.engine.reach.heard(node, self.now_s)
            self.engine.reach.look(self.now_s, {("a", 0): leader, ("b", 0): leader}, 3.0)
            told = {(topic, 0): Progress(0, 0, self.asked_ms) for topic in self.heard}
            self.engine.deliver(Fetched(progress=told))
            if self.controlled:
                self.controls.take(Reading((), 0, 0, self.asked_ms))
            self.engine.report()
            yield self.engine.status().stuck


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Looked:
    return Looked(monkeypatch)


def test_a_worker_that_hears_everything_is_alive(looked: Looked) -> None:
    assert not any(looked.seconds(MINUTES))


@pytest.mark.parametrize("deaf", ["a", "controls"])
def test_a_worker_that_is_deaf_to_one_thing_for_a_minute_is_not(looked: Looked, deaf: str) -> None:
    list(looked.seconds(3))
    looked.heard.discard(deaf)
    looked.controlled = deaf != "controls"
    seconds = list(looked.seconds(MINUTES))
    first = next(n for n, stuck in enumerate(seconds) if stuck)
    assert first == pytest.approx(STANDSTILL_S, abs=2)
    topic = looked.controls.topic if deaf == "controls" else deaf
    assert all(f"nothing has been heard of {topic} partition 0 " in stuck[0] for stuck in seconds[first:])


def test_while_the_cluster_is_away_it_is_alive_and_says_what_is_closed(looked: Looked) -> None:
    list(looked.seconds(3))
    looked.heard, looked.controlled = set(), False
    assert not any(looked.seconds(4, answering=()))
    assert looked.engine.status().closed == ("partition 0 sends nothing: CLUSTER_AWAY (no broker answers)",)
    assert not any(looked.seconds(MINUTES, answering=()))
    looked.engine.revoke()
    list(looked.seconds(1, answering=()))
    assert looked.engine.status().hindered == ("the cluster does not answer",)
    assert looked.engine.status().closed != ()


def test_a_partition_whose_broker_is_silent_is_not_for_a_restart_to_repair(looked: Looked) -> None:
    list(looked.seconds(3))
    looked.heard = {"b"}
    assert not any(looked.seconds(MINUTES, answering=(1,), leader=2))
    assert not any(looked.seconds(MINUTES, answering=(1,), leader=-1))


def test_what_no_restart_repairs_is_no_reason(looked: Looked) -> None:
    """A pause, a lost offset, controls that were deleted, and controls behind an open transaction."""
    list(looked.seconds(3))
    looked.world.source.hold("a", "PAUSED")
    looked.world.source.lose("b", "offset 1, log 7 to 9")
    looked.heard, looked.controlled = set(), False
    looked.controls.close("controls were deleted")
    assert not any(looked.seconds(MINUTES))
    assert {line.partition(": ")[2].partition(" (")[0] for line in looked.engine.status().closed} == {
        "a PAUSED",
        "b LOST_OFFSET",
        "controls CONTROLS",
    }


def test_what_closes_is_said_although_nothing_is_due(looked: Looked) -> None:
    world = looked.world
    world.ends["a"] = None
    assert list(world.source.closed()) == [Closed("a", Reason.NO_WATERMARK), Closed("controls", Reason.CONTROLS)]
    world.controls.take(Reading((), 0, 0, world.clock.at_ms))
    assert [cause.reason for cause in world.source.closed()] == [Reason.NO_WATERMARK]
    world.source.hold("a", "PAUSED")
    assert [cause.reason for cause in world.source.closed()] == ["PAUSED"]
