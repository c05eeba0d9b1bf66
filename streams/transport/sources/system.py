"""The source of a partition by the time of day: facts as they come, ticks of the grid behind the barrier."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from streams.clock import Grid, SystemClock
from streams.transport.controls.controls import Controls, View
from streams.transport.events import Record
from streams.transport.safeguards.barrier import Barrier
from streams.transport.safeguards.closures import Closed, Reason
from streams.transport.safeguards.holds import Holds
from streams.transport.sources.due import DueIndex
from streams.transport.sources.lane import SystemLane
from streams.transport.sources.source import Work

_TELL_CLOSED_MS = 1000


class Trust(Protocol):
    """Judges this machine's clock."""

    @property
    def topic(self) -> str:
        """By which topic it judges."""

    def fault(self) -> str | None:
        """Why nothing should leave by the clock; None when it may be trusted."""


class SystemSource:
    """Production: facts as they come, ticks by the time of day behind the barrier."""

    def __init__(
        self,
        lane: SystemLane,
        due: DueIndex,
        barrier: Barrier,
        controls: Controls,
        clock: SystemClock,
        trust: Trust,
        grid: Grid,
        holds: Holds,
        *,
        chunk_records: int,
        tick_accounts: int,
        on_closed: Callable[[str, str], None],
        counts: Callable[[], Closed | None] = lambda: None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lane, self._due, self._barrier, self._controls = lane, due, barrier, controls
        self._clock, self._trust, self._grid = clock, trust, grid
        self.holds = holds
        self._chunk_records, self._tick_accounts = chunk_records, tick_accounts
        self._on_closed = on_closed
        self._counts = counts  # why the inputs may not be all there is
        self._monotonic_s = monotonic_s
        self._rests_until_s: dict[str, float] = {}
        self._instant_ms: int | None = None  # of the tick that waits for its barrier or has more to come
        self._told_ms = 0

    def add(self, topic: str, records: Sequence[Record], position: int) -> None:
        if topic not in self.holds:
            self._lane.add(topic, records, position)

    def wants(self, topic: str) -> bool:
        return topic not in self.holds and topic not in self._rests() and self._lane.wants(topic)

    def positions(self) -> Mapping[str, int]:
        return self._lane.positions()

    def floors(self) -> Mapping[str, int | None]:
        return {}

    def next_tick_ms(self) -> int | None:
        return self._due.peek() if self._instant_ms is None else self._instant_ms

    def hold(self, topic: str, reason: str) -> None:
        if self.holds.hold(topic, reason):
            self._lane.drop(topic)

    def lose(self, topic: str, gap: str) -> None:
        self.holds.lose(topic, gap)

    def release(self, topic: str) -> None:
        self.holds.release(topic)

    def rest(self, topic: str, rest_s: float) -> None:
        self._rests_until_s[topic] = rest_s + max(self._rests_until_s.get(topic, 0.0), self._monotonic_s())

    def _rests(self) -> Mapping[str, float]:
        """Inputs that rest, and until when."""
        if self._rests_until_s:
            now_s = self._monotonic_s()
            self._rests_until_s = {topic: until for topic, until in self._rests_until_s.items() if until > now_s}
        return self._rests_until_s

    def astray(self) -> Mapping[str, int]:
        positions = self._lane.positions()
        return {topic: positions[topic] for topic in self.holds.astray}

    def found(self, topic: str) -> None:
        self.holds.found(topic)

    def closed(self) -> Sequence[Closed]:
        causes = [*self.holds.held.values(), *self._barrier.undecided(self._lane.positions())]
        if (fault := self._trust.fault()) is not None:
            causes.append(Closed(self._trust.topic, Reason.CLOCK_SKEW, fault))
        if (changed := self._counts()) is not None and changed.reason == Reason.PARTITIONS_CHANGED:
            causes.append(changed)
        causes += self._unheard()
        waits_for = self._barrier.closed_by
        if waits_for is not None and all(waits_for[:2] != cause[:2] for cause in causes):
            causes.append(waits_for)
        return causes

    def _unheard(self) -> Iterator[Closed]:
        """Nothing need be due for it: what is due next would not leave."""
        now_ms = self._clock.machine_ms()
        # An input that is not asked for, as its buffer is full, tells nothing and is only behind.
        yield from self._barrier.unknown(now_ms, [topic for topic in self._lane.positions() if self.wants(topic)])
        if self._controls.view(now_ms) is None:
            yield Closed(self._controls.topic, Reason.CONTROLS, stretch=self._barrier.delivered)

    def next(self, *, facts: bool = True, ticks: bool = True) -> Work | None:
        now_ms = self._clock.now_ms()
        work = self._tick(now_ms) if ticks else None
        return self._facts(now_ms) if work is None and facts else work

    def judge_anew(self) -> None:
        self._instant_ms = None

    def _facts(self, now_ms: int) -> Work | None:
        if not self._lane:
            return None
        before = self._lane.positions()
        records = self._lane.take(self._chunk_records, self._rests())
        if not records:
            return None
        return Work(now_ms, before, self._lane.positions(), records)

    def _tick(self, now_ms: int) -> Work | None:
        due_ms = self._due.peek()
        if self._instant_ms is None:
            instant_ms = self._grid.at_or_before(now_ms)
            if due_ms is None or due_ms > instant_ms:
                return None
            self._instant_ms = instant_ms
        positions = self._lane.positions()
        if not self._open(now_ms, positions) or (controls := self._what_stands()) is None:
            return None
        instant_ms = self._instant_ms
        keys = self._due.pop(instant_ms, self._tick_accounts)
        watermarks, asked_s = self._barrier.sample or {}, self._barrier.asked_s
        self._barrier.reset()
        due_ms = self._due.peek()
        last = due_ms is None or due_ms > instant_ms
        if last:
            self._instant_ms = None
        if not keys:  # a fact moved all of them while the barrier was closed
            return None

        def stands() -> bool:
            return self._barrier.counts(asked_s) and self._trust.fault() is None

        return Work(instant_ms, positions, positions, (), keys, watermarks, last, controls=controls, stands=stands)

    def _open(self, now_ms: int, positions: Mapping[str, int]) -> bool:
        barrier = self._barrier
        if barrier.closed_by is not None and barrier.expired:
            # Waiting made the instant old; a message must not leave by the permitted hours of a past instant.
            self._instant_ms = self._grid.at_or_before(now_ms)
            self._tell_closed()
        if self._forbidden():
            return False
        if barrier.expired and not barrier.take(self._clock.machine_ms()):
            self._tell_closed()
            return False
        if (changed := self._counts()) is not None:
            barrier.close(changed.topic, changed.reason)
            self._tell_closed()
            return False
        return barrier.passed(positions)

    def _forbidden(self) -> bool:
        """Whether nothing may leave, however far the inputs have been applied."""
        held = next(iter(self.holds.held.values()), None)
        if held is not None:
            self._barrier.close(held.topic, held.reason)
        elif self._trust.fault() is not None:
            self._barrier.close(self._trust.topic, Reason.CLOCK_SKEW)
        else:
            return False
        self._barrier.sample = None
        return True

    def _what_stands(self) -> View | None:
        """The controls, if all of them have been read; else they keep the barrier closed as an input would."""
        controls = self._controls.view(self._clock.machine_ms())
        if controls is None:
            self._barrier.close(self._controls.topic, Reason.CONTROLS)
        return controls

    def _tell_closed(self) -> None:
        """Once a second at most: passing a sample normally takes a moment and is not worth telling."""
        now_ms, cause = self._clock.machine_ms(), self._barrier.closed_by
        if cause is not None and abs(now_ms - self._told_ms) >= _TELL_CLOSED_MS:
            self._told_ms = now_ms
            self._on_closed(cause.topic, cause.reason)

    def wait_s(self) -> float | None:
        waits = [until - self._monotonic_s() for until in self._rests().values()]
        if (tick_s := self._tick_wait_s()) is not None:
            waits.append(tick_s)
        return max(0.0, min(waits)) if waits else None

    def _tick_wait_s(self) -> float | None:
        due_ms = self._due.peek()
        if due_ms is None or self._instant_ms is not None:
            return None  # a closed barrier opens with what is fetched
        now_ms = self._clock.now_ms()
        return max(0, self._grid.at_or_after(max(due_ms, now_ms)) - now_ms) / 1000
