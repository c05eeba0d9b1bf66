"""The source of a partition in a replay: time is what the facts and their progress marks say."""

import time
from collections.abc import Mapping, Sequence

from streams.clock import Grid, ReplayPace
from streams.cluster.floors import floor_text
from streams.errors import InvariantBroken
from streams.transport.controls.controls import ReplayControls
from streams.transport.events import Record
from streams.transport.safeguards.barrier import Watermarks
from streams.transport.safeguards.closures import Closed
from streams.transport.safeguards.holds import Holds
from streams.transport.sources.due import DueIndex
from streams.transport.sources.merge import ReplayMerge
from streams.transport.sources.source import Work


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
        holds: Holds,
        *,
        chunk_records: int,
        tick_accounts: int,
    ) -> None:
        self._merge, self._due, self._grid, self._pace = merge, due, grid, pace
        self._watermarks, self._controls = watermarks, controls
        self._chunk_records, self._tick_accounts = chunk_records, tick_accounts
        self._instant_ms: int | None = None  # the next tick
        self.holds = holds
        self._paced_until = 0.0

    def add(self, topic: str, records: Sequence[Record], position: int) -> None:
        self._merge.add(topic, records, position)

    def wants(self, topic: str) -> bool:
        return topic not in self.holds and self._merge.wants(topic, self._instant_ms)

    def positions(self) -> Mapping[str, int]:
        return self._merge.positions()

    def judge_anew(self) -> None:
        raise InvariantBroken("nothing grows old in a replay, its ticks are never undone")

    def floors(self) -> Mapping[str, int | None]:
        return self._merge.floors()

    def next_tick_ms(self) -> int | None:
        return self._instant_ms

    def hold(self, topic: str, reason: str) -> None:
        """Time comes as far as the input had been read and waits for it there."""
        self.holds.hold(topic, reason)

    def lose(self, topic: str, gap: str) -> None:
        self.holds.lose(topic, gap)

    def release(self, topic: str) -> None:
        self.holds.release(topic)
        self.holds.found(topic)  # nothing was forgotten

    def rest(self, topic: str, rest_s: float) -> None:
        """Time stands still meanwhile: its inputs wait for each other, so none may be passed over."""

    def astray(self) -> Mapping[str, int]:
        return {}

    def found(self, topic: str) -> None:
        self.holds.found(topic)

    def closed(self) -> Sequence[Closed]:
        return tuple(self.holds.held.values())

    def next(self, *, facts: bool = True, ticks: bool = True) -> Work | None:
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
