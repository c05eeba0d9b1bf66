"""The hub between the consumer, the partitions and the agent: who has work next, and what stops everything."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from aiokafka.errors import KafkaError

from streams.clock import Grid, ReplayPace, SystemClock
from streams.errors import EngineError, InvariantBroken, TransactionGivenUp
from streams.roles import REMINDER_CONTROLS
from streams.settings import Settings
from streams.transport.controls.controls import Controls, Folding
from streams.transport.observer import EngineObserver, EngineStatus
from streams.transport.outages.reach import Reach, Standstill
from streams.transport.partition.chunk import Chunk
from streams.transport.partition.live import LivePartition
from streams.transport.safeguards.barrier import Pulse, Watermark
from streams.transport.safeguards.closures import Closures, closing
from streams.transport.safeguards.counts import PartitionCounts
from streams.transport.safeguards.skew import PROBE_KEY, ClockWatch
from streams.transport.sources.fetched import Fetched, Input, InputProgress
from streams.transport.sources.merge import Order

log = logging.getLogger(__name__)


class Engine:
    """One for each app."""

    def __init__(
        self, settings: Settings, order: Order, observer: EngineObserver, folding: Folding | None = None
    ) -> None:
        self.settings = settings
        self.order = order
        self.observer = observer
        self.clock = SystemClock()
        self.grid = Grid(settings.tick_period_s, settings.tick_offset_s, settings.tick_zone)
        self.pace = ReplayPace(settings.replay_speed)
        self.controls = Controls(settings.topics[REMINDER_CONTROLS], folding, settings.barrier_sample_max_age_ms)
        self.pulse = Pulse(settings.barrier_sample_max_age_ms / 2)
        self.changelog = settings.topics["accounts-changelog"]
        self.skew = ClockWatch(self.changelog, self.clock, settings.clock_skew_max_ms, observer)
        self.reach = Reach()
        self.standstill = Standstill(self.reach.answers)
        self.parts: dict[int, LivePartition] = {}
        self.topics: set[str] = set()  # every topic the application has named
        self.partition_counts: dict[str, int] = {}
        self.input_partitions = 0
        self.counts = PartitionCounts()
        self.epoch = 0  # changes with every revocation; what was fetched in another one is dropped
        self.failure: BaseException | None = None
        self.crash: Callable[[BaseException], None] = lambda _error: None
        self.rejoin: Callable[[], object] = lambda: None
        """Ask the group anew which partitions are ours."""
        self.admit: Callable[[Iterable[bytes]], str | None] = lambda _values: None
        """Asked of the restored values of a partition: a reason why this worker cannot work on it, if there is one."""
        self._ends: dict[Input, InputProgress] = {}
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._turn = 0
        self._restored = False
        self.rebalancing = True
        self._stream: object | None = None
        self._loop_at: float | None = None
        self._closures = Closures(observer, settings.open_transaction_alarm_s)

    # What the application declares

    def declare(self, topics: Iterable[str]) -> None:
        """Note topics whose partition counts are needed when the worker goes live."""
        self.topics.update(topics)

    def attach(self, stream: object) -> None:
        """One stream handles all chunks: two would tear a partition's order apart."""
        if self._stream is not None and self._stream is not stream and not getattr(self._stream, "should_stop", False):
            raise InvariantBroken("only one agent may read the input topics of an app")
        self._stream = stream

    # The agent's side

    async def next_chunk(self) -> Chunk:
        """Wait for a partition that has something to do; partitions take turns."""
        while True:
            await asyncio.sleep(0)  # committers and fetches run between chunks, however busy we are
            self._loop_at = time.monotonic()
            if (chunk := self._find_chunk()) is not None:
                return chunk
            self._wake.clear()
            timer = self._timer()
            await self._wake.wait()
            if timer is not None:
                timer.cancel()

    def _find_chunk(self) -> Chunk | None:
        if self.rebalancing or self.failure is not None:
            return None
        parts = list(self.parts.values())
        for step in range(len(parts)):
            part = parts[(self._turn + step) % len(parts)]
            if (work := part.next_work()) is not None:
                self._turn = (self._turn + step + 1) % len(parts)
                return Chunk(part, work)
        return None

    def _timer(self) -> asyncio.TimerHandle | None:
        waits = [wait for part in self.parts.values() if (wait := part.source.wait_s()) is not None]
        # A tick that is due in years needs no timer; the event loop's clock would not take it either.
        return asyncio.get_running_loop().call_later(min(*waits, 3600.0), self._wake.set) if waits else None

    def finish(self, chunk: Chunk) -> None:
        """The agent handled the whole chunk."""
        chunk.part.finish(chunk.work)
        self._room.set()
        self._observe(chunk)

    def _observe(self, chunk: Chunk) -> None:
        work, number = chunk.work, chunk.part.number
        if work.is_tick:
            replay = self.settings.clock == "replay"
            late_s = 0.0 if replay else max(0, self.clock.now_ms() - work.now_ms) / 1000
            self.observer.tick(number, len(work.due), late_s)
            return
        counts: dict[str, int] = {}
        for record in work.records:
            counts[record.topic] = counts.get(record.topic, 0) + 1
        self.observer.chunk(number, counts)

    def abandon(self, chunk: Chunk, *, stopping: bool) -> None:
        """The agent left the chunk half done: by an exception, which is told elsewhere, or for no good reason."""
        chunk.part.abandon()
        if not stopping:
            self.fail(InvariantBroken(f"the agent left a chunk of partition {chunk.part.number} half done"))

    def hold_input(self, partition: int, topic: str, reason: str) -> None:
        """Read no more of `topic` in a partition of ours and close its ticks, from the next chunk on."""
        self.parts[partition].source.hold(topic, reason)

    def release_input(self, partition: int, topic: str) -> None:
        """Go on with an input that was held; one that is not held stays as it is."""
        self.parts[partition].source.release(topic)
        self.wake()

    def rest_input(self, partition: int, topic: str, rest_s: float) -> None:
        """Apply nothing of `topic` in a partition of ours for so long, added to the rest that it already has."""
        self.parts[partition].source.rest(topic, rest_s)

    def not_before(self, instant_ms: int) -> None:
        """An earlier worker has judged things at that instant: no earlier one comes any more."""
        self.clock.not_before(instant_ms)

    def tenure(self, partition: int) -> int:
        """Another number as soon as the state of the partition is not what this application has made of it last."""
        return self.parts[partition].tenure

    def clock_in_doubt(self) -> bool:
        """Whether what is planned now may be planned by a wrong time."""
        return self.skew.in_doubt()

    # The consumer's side

    def wanted(self) -> list[Input]:
        """The input partitions that may be fetched now."""
        self._room.clear()
        if self.rebalancing or self.failure is not None:
            return []
        return [
            (topic, part.number)
            for part in self.parts.values()
            for topic in part.source.positions()
            if part.source.wants(topic)
        ]

    async def room(self, timeout_s: float) -> None:
        """Wait until something has changed since `wanted` was asked."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._room.wait()

    @property
    def inputs(self) -> int:
        """How many input partitions there are to be read."""
        sources = [part.source for part in self.parts.values()]
        return sum(1 for source in sources for topic in source.positions() if topic not in source.holds)

    def astray(self) -> dict[Input, int]:
        """Where input partitions have to be fetched from again before they are wanted."""
        return {
            (topic, part.number): position
            for part in self.parts.values()
            for topic, position in part.source.astray().items()
        }

    def found(self, inputs: Iterable[Input]) -> None:
        """The consumer stands there, and no fetch is under way."""
        for topic, number in inputs:
            if (part := self.parts.get(number)) is not None:
                part.source.found(topic)

    def deliver(self, fetched: Fetched) -> None:
        """Take in what was fetched in this epoch."""
        self._ends.update(fetched.progress)
        for (topic, number), progress in fetched.progress.items():
            records = fetched.records.get((topic, number), ())
            if (part := self.parts.get(number)) is not None:
                part.source.add(topic, records, progress.position)
        for (topic, number), gap in fetched.lost.items():
            self.parts[number].source.lose(topic, gap)
        self._wake.set()

    def report(self) -> None:
        """Say how everything stands: to be called once a second, whether or not anything is fetched."""
        now_s = time.monotonic()
        self.standstill.look(now_s, self._awaited())
        if self.reach.away or not self.rebalancing:
            self._closures.look(
                closing(((part.number, part.source.closed()) for part in self.parts.values()), away=self.reach.away),
                now_s,
            )
        if not self.rebalancing:
            self._report_parts()

    def _awaited(self) -> dict[Input, int | None]:
        """What is to be read just now, and when its end was told last."""
        if self.rebalancing or self.settings.clock == "replay":
            return {}
        awaited = {
            (topic, part.number): None
            if (progress := self._ends.get((topic, part.number))) is None
            else progress.polled_ms
            for part in self.parts.values()
            for topic in part.source.positions()
            if part.source.wants(topic)
        }
        # A control that is missing, or still in an open transaction, does not come back with another process.
        if self.controls.folding is not None and self.controls.fault is None:
            awaited[self.controls.topic, 0] = self.controls.polled_ms
        return awaited

    def _report_parts(self) -> None:
        for (topic, number), records_behind in self._lag().items():
            self.observer.lag(topic, number, records_behind)
        if (unread := self.controls.lag()) is not None:
            self.observer.lag(self.controls.topic, 0, unread)
        for part in self.parts.values():
            if (instant_ms := part.next_tick_ms()) is not None:
                self.observer.next_tick(part.number, instant_ms)
            if self.settings.clock == "system" and self.skew.ask(part.number):
                part.touch_changelog(PROBE_KEY)

    def watermark(self, topic: str, number: int) -> Watermark | None:
        """The end of an input partition as last told, if it was."""
        progress = self._ends.get((topic, number))
        if progress is None or progress.end is None or progress.polled_ms is None:
            return None
        return Watermark(progress.end, progress.polled_ms, progress.stable)

    def _lag(self) -> dict[Input, int]:
        return {
            (topic, part.number): max(0, progress.end - position)
            for part in self.parts.values()
            for topic, position in part.source.positions().items()
            if (progress := self._ends.get((topic, part.number))) is not None and progress.end is not None
        }

    def silencing(self, inputs: Iterable[str]) -> list[str]:
        """Those of the inputs that a tick has to wait for."""
        roles = self.settings.silencing_inputs
        names = None if roles is None else {self.settings.topics[role] for role in roles}
        return [topic for topic in inputs if names is None or topic in names]

    # The group's side

    def revoke(self) -> None:
        """Partitions are being taken away, perhaps only to be given back: nothing new starts."""
        self.rebalancing = True
        self.epoch += 1

    async def drain(self) -> None:
        """Commit all that was done; an agent that does not come to the end of its chunk stops the worker."""
        if self.failure is not None:
            return
        try:
            await asyncio.gather(*(part.drain() for part in self.parts.values()))
        except InvariantBroken as error:
            self.fail(error)

    def go_live(self) -> None:
        """The partitions are restored and positioned."""
        self.epoch += 1
        self._ends.clear()
        self.skew.owns(self.parts)
        self._restored, self.rebalancing = True, False
        self.observer.live(len(self.parts))
        self._closures.rebalanced(self.parts, time.monotonic())
        self._wake.set()
        self._room.set()

    def wake(self) -> None:
        """Something may have become possible."""
        self._wake.set()
        self._room.set()

    def broken(self, error: BaseException) -> None:
        """A partition cannot commit any more, and only a takeover helps: here if the group still gives it to us."""
        if isinstance(error, TransactionGivenUp) and self.failure is None:
            log.warning("%s; it is taken over anew", error)
            self.rejoin()
        else:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Stop the worker: nothing commits from here on, and the process ends with an exit code other than 0."""
        if self.failure is not None:
            return
        self.failure = error
        # Ours, the cluster's and the machine's say what is wrong by themselves; whatever else it is needs its stack.
        known = isinstance(error, EngineError | KafkaError | OSError)
        log.critical("the worker stops: %s: %s", type(error).__name__, error, exc_info=None if known else error)
        log.debug("where that came from", exc_info=error)
        self.observer.failed(f"{type(error).__name__}: {error}")
        for part in self.parts.values():
            part.abandon()
        self.crash(error)

    def status(self) -> EngineStatus:
        """For health and readiness."""
        commits = [part.last_commit for part in self.parts.values() if part.last_commit is not None]
        return EngineStatus(
            assigned=tuple(sorted(self.parts)),
            restored=self._restored,
            rebalancing=self.rebalancing,
            hindered=("the cluster does not answer",) if self.reach.away and self.rebalancing else (),
            failed=None if self.failure is None else f"{type(self.failure).__name__}: {self.failure}",
            last_commit_monotonic=max(commits, default=None),
            last_loop_monotonic=self._loop_at,
            lag=self._lag(),
            closed=self._closures.told,
            stuck=self.standstill.told,
        )


def engine_of(app: Any) -> Engine:
    """The engine of an app; Faust's types know nothing of it."""
    engine: Engine = app.engine
    return engine
