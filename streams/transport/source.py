"""What a partition does next: a chunk of facts or a tick. One source for each clock mode, both without any I/O."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from streams.clock import Grid, ReplayPace, SystemClock
from streams.transport.barrier import Barrier, Watermarks
from streams.transport.controls import UNCONTROLLED, Controls, ReplayControls, View
from streams.transport.due import DueIndex
from streams.transport.events import Record
from streams.transport.holds import Holds
from streams.transport.lane import SystemLane
from streams.transport.merge import ReplayMerge

_TELL_CLOSED_MS = 1000


@dataclass(frozen=True, slots=True)
class Work:
    """One chunk: facts (records) or a tick (due). The positions are next offsets per input topic."""

    now_ms: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    records: Sequence[Record] = ()
    due: tuple[bytes, ...] = ()
    watermarks: Mapping[str, int] = field(default_factory=dict)
    last: bool = True
    marks: Mapping[str, str] = field(default_factory=dict)  # kept with the committed offsets
    controls: View = UNCONTROLLED

    @property
    def is_tick(self) -> bool:
        return bool(self.due)


class Source(Protocol):
    """The part of a partition that decides what comes next."""

    def add(self, topic: str, records: Sequence[Record], position: int) -> None:
        """Take in what was fetched."""

    def wants(self, topic: str) -> bool:
        """Whether `topic` may be fetched now."""

    def next(self) -> Work | None:
        """The next chunk, or None if it has to wait."""

    def wait_s(self) -> float | None:
        """Seconds until `next` may have something without anything fetched; None if it never will."""

    def positions(self) -> Mapping[str, int]:
        """Per input the next offset to be applied."""

    def floors(self) -> Mapping[str, int | None]:
        """Per input the replay floor at `positions`; empty in system mode."""

    def next_tick_ms(self) -> int | None:
        """The instant before which every tick has been handled; None while it is not known."""

    def hold(self, topic: str, reason: str) -> None:
        """Read no more of an input and deliver no tick, until it is released; its position stays."""

    def release(self, topic: str) -> None:
        """Go on with a held input where it stands."""

    def held(self) -> Mapping[str, str]:
        """The inputs that are held, and why."""

    def astray(self) -> Mapping[str, int]:
        """Inputs that were released and the position from which they have to be fetched again."""

    def found(self, topic: str) -> None:
        """The consumer has been set to that position."""


class SystemSource:
    """Production: facts as they come, ticks by the time of day behind the barrier."""

    def __init__(
        self,
        lane: SystemLane,
        due: DueIndex,
        barrier: Barrier,
        controls: Controls,
        clock: SystemClock,
        grid: Grid,
        *,
        chunk_records: int,
        tick_accounts: int,
        on_closed: Callable[[str], None],
    ) -> None:
        self._lane, self._due, self._barrier, self._controls = lane, due, barrier, controls
        self._clock, self._grid = clock, grid
        self._chunk_records, self._tick_accounts = chunk_records, tick_accounts
        self._on_closed = on_closed
        self._instant_ms: int | None = None  # of the tick that waits for its barrier or has more to come
        self._told_ms = 0
        self._holds = Holds()

    def add(self, topic: str, records: Sequence[Record], position: int) -> None:
        if topic not in self._holds:
            self._lane.add(topic, records, position)

    def wants(self, topic: str) -> bool:
        return topic not in self._holds and self._lane.wants(topic)

    def positions(self) -> Mapping[str, int]:
        return self._lane.positions()

    def floors(self) -> Mapping[str, int | None]:
        return {}

    def next_tick_ms(self) -> int | None:
        return self._due.peek() if self._instant_ms is None else self._instant_ms

    def hold(self, topic: str, reason: str) -> None:
        self._holds.hold(topic, reason)
        self._lane.drop(topic)

    def release(self, topic: str) -> None:
        self._holds.release(topic)

    def held(self) -> Mapping[str, str]:
        return self._holds.held

    def astray(self) -> Mapping[str, int]:
        positions = self._lane.positions()
        return {topic: positions[topic] for topic in self._holds.astray}

    def found(self, topic: str) -> None:
        self._holds.found(topic)

    def next(self) -> Work | None:
        now_ms = self._clock.now_ms()
        return self._tick(now_ms) or self._facts(now_ms)

    def _facts(self, now_ms: int) -> Work | None:
        if not self._lane:
            return None
        before = self._lane.positions()
        records = self._lane.take(self._chunk_records)
        return Work(now_ms, before, self._lane.positions(), records)

    def _tick(self, now_ms: int) -> Work | None:
        due_ms = self._due.peek()
        if self._instant_ms is None:
            instant_ms = self._grid.at_or_before(now_ms)
            if due_ms is None or due_ms > instant_ms:
                return None
            self._instant_ms = instant_ms
        positions = self._lane.positions()
        if not self._open(now_ms, positions) or (controls := self._what_stands(now_ms)) is None:
            return None
        instant_ms = self._instant_ms
        keys = self._due.pop(instant_ms, self._tick_accounts)
        watermarks = self._barrier.sample or {}
        self._barrier.reset()
        due_ms = self._due.peek()
        last = due_ms is None or due_ms > instant_ms
        if last:
            self._instant_ms = None
        if not keys:  # a fact moved all of them while the barrier was closed
            return None
        return Work(instant_ms, positions, positions, (), keys, watermarks, last, controls=controls)

    def _open(self, now_ms: int, positions: Mapping[str, int]) -> bool:
        barrier = self._barrier
        if barrier.closed_by is not None and barrier.expired:
            # Waiting made the instant old; a message must not leave by the permitted hours of a past instant.
            self._instant_ms = self._grid.at_or_before(now_ms)
            self._tell_closed(now_ms)
        if held := self._holds.held:
            barrier.close(next(iter(held)))
            return False
        if barrier.expired and not barrier.take(now_ms):
            self._tell_closed(now_ms)
            return False
        return barrier.passed(positions)

    def _what_stands(self, now_ms: int) -> View | None:
        """The controls, if all of them have been read; else they keep the barrier closed as an input would."""
        controls = self._controls.view(now_ms)
        if controls is None:
            self._barrier.closed_by = self._controls.topic
        return controls

    def _tell_closed(self, now_ms: int) -> None:
        """Once a second at most: passing a sample normally takes a moment and is not worth telling."""
        if now_ms - self._told_ms >= _TELL_CLOSED_MS:
            self._told_ms = now_ms
            self._on_closed(self._barrier.closed_by or "")

    def wait_s(self) -> float | None:
        due_ms = self._due.peek()
        if due_ms is None or self._instant_ms is not None:
            return None  # a closed barrier opens with what is fetched
        now_ms = self._clock.now_ms()
        return max(0, self._grid.at_or_after(max(due_ms, now_ms)) - now_ms) / 1000


class ReplaySource:
    """Replay: time is what the facts and their progress marks say."""

    def __init__(
        self,
        merge: ReplayMerge,
        due: DueIndex,
        watermarks: Watermarks,
        controls: ReplayControls,
        grid: Grid,
        pace: ReplayPace,
        *,
        chunk_records: int,
        tick_accounts: int,
    ) -> None:
        self._merge, self._due, self._grid, self._pace = merge, due, grid, pace
        self._watermarks, self._controls = watermarks, controls
        self._chunk_records, self._tick_accounts = chunk_records, tick_accounts
        self._instant_ms: int | None = None  # the next tick
        self._held: dict[str, str] = {}
        self._paced_until = 0.0

    def add(self, topic: str, records: Sequence[Record], position: int) -> None:
        self._merge.add(topic, records, position)

    def wants(self, topic: str) -> bool:
        return topic not in self._held and self._merge.wants(topic, self._instant_ms)

    def positions(self) -> Mapping[str, int]:
        return self._merge.positions()

    def floors(self) -> Mapping[str, int | None]:
        return self._merge.floors()

    def next_tick_ms(self) -> int | None:
        return self._instant_ms

    def hold(self, topic: str, reason: str) -> None:
        """Time comes as far as the input had been read and waits for it there."""
        self._held[topic] = reason

    def release(self, topic: str) -> None:
        self._held.pop(topic, None)

    def held(self) -> Mapping[str, str]:
        return dict(self._held)

    def astray(self) -> Mapping[str, int]:
        return {}  # nothing was forgotten

    def found(self, topic: str) -> None:
        """Nothing is astray."""

    def next(self) -> Work | None:
        self._paced_until = 0.0
        if self._instant_ms is None:
            self._instant_ms = self._following(None)
        while self._instant_ms is not None:
            instant_ms = self._instant_ms
            if wait_s := self._pace.wait_s(instant_ms):
                self._paced_until = time.monotonic() + wait_s
                return None
            before = self._merge.positions()
            if records := self._merge.take(instant_ms, self._chunk_records):
                return Work(instant_ms, before, self._merge.positions(), records, marks=self._marks())
            bound = self._merge.bound()
            if bound is None or bound <= instant_ms:
                return None
            if keys := self._due.pop(instant_ms, self._tick_accounts):
                return self._tick(instant_ms, keys, before)
            self._instant_ms = self._following(instant_ms)
        return None

    def _tick(self, instant_ms: int, keys: tuple[bytes, ...], positions: Mapping[str, int]) -> Work:
        due_ms = self._due.peek()
        known = {topic: self._watermarks(topic) for topic in positions}
        watermarks = {topic: mark.offset for topic, mark in known.items() if mark is not None}
        last = due_ms is None or due_ms > instant_ms
        controls = self._controls.view(instant_ms)
        return Work(instant_ms, positions, positions, (), keys, watermarks, last, self._marks(), controls)

    def _marks(self) -> dict[str, str]:
        return {topic: floor_text(floor) for topic, floor in self._merge.floors().items()}

    def _following(self, instant_ms: int | None) -> int | None:
        """The first grid instant after `instant_ms` at which a fact or a due account may be met."""
        bound, due_ms = self._merge.bound(), self._due.peek()
        if bound is None:
            return None
        least = bound if due_ms is None else min(bound, due_ms)
        return self._grid.at_or_after(least if instant_ms is None else max(least, instant_ms + 1))

    def wait_s(self) -> float | None:
        return max(0.0, self._paced_until - time.monotonic()) if self._paced_until else None


def floor_text(floor_ms: int | None) -> str:
    """A replay floor as the metadata of a committed offset."""
    return "" if floor_ms is None else f"replay-floor={floor_ms}"


def floor_of(metadata: str) -> int | None:
    """The replay floor in the metadata of a committed offset."""
    name, _, value = metadata.partition("=")
    return int(value) if name == "replay-floor" and value.isdigit() else None
