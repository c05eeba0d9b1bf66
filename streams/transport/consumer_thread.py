"""The consumer: aiokafka in its own thread, so that heartbeats go on while the agent computes.

Offsets are committed with the transactions, never here; positions are set explicitly when partitions go live.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from aiokafka.errors import ConsumerStoppedError, OffsetOutOfRangeError, TopicAuthorizationFailedError
from aiokafka.structs import TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

from streams.batches import UnreadableBatch, forgive
from streams.cluster.asking import Untold, every_offset
from streams.cluster.clients import stop_client
from streams.errors import StartRefused
from streams.roles import INPUTS
from streams.tasks import TaskLost, end_task, endless, guarded
from streams.transport.controls.reader import ControlsReader
from streams.transport.engine import Engine, engine_of
from streams.transport.group.instances import give_way
from streams.transport.group.members import ask_for_untold, group_member, member_offsets
from streams.transport.outages.reach import AWAY_S, LOOK_S, hear
from streams.transport.outages.refusals import naming_rights
from streams.transport.outages.timeouts import date_by_question, outlast_coordinator, pace_fetches
from streams.transport.safeguards.counts import CountsWatch
from streams.transport.safeguards.holds import gap_of
from streams.transport.sources.fetched import Fetched, Input, InputProgress

log = logging.getLogger(__name__)

T = TypeVar("T")

_REPLAY_PACING_MS = 10  # its inputs wait for each other, so each has to come soon
REPLAY_POLL_S = 0.5  # nothing depends on how fresh a watermark is, so an idle replay may sleep


class EngineConsumerThread(AIOKafkaConsumerThread):
    """Everything that touches the aiokafka consumer runs in this thread's loop."""

    _reader: asyncio.Task[None] | None = None
    _watch: asyncio.Task[None] | None = None
    _counter: asyncio.Task[None] | None = None

    def _create_worker_consumer(self, transport: Any) -> Any:
        return group_member(engine_of(self.app).settings, partition_assignment_strategy=[self.app.assignor])

    async def on_start(self) -> None:
        settings = engine_of(self.app).settings
        self._assignor = self.app.assignor
        self._reading = asyncio.Lock()
        await super().on_start()
        replay = settings.clock == "replay"
        wait_ms = round(REPLAY_POLL_S * 1000) if replay else settings.fetch_wait_ms
        pacing_ms = _REPLAY_PACING_MS if replay else settings.fetch_pacing_ms
        pace_fetches(self._consumer, wait_ms=wait_ms, pacing_ms=pacing_ms)
        give_way(self._consumer, settings)
        rejoin = self._ensure_consumer()._coordinator.request_rejoin
        engine_of(self.app).rejoin = lambda: self.thread_loop.call_soon_threadsafe(rejoin)
        date_by_question(self._consumer, engine_of(self.app).clock.machine_ms)
        outlast_coordinator(self._consumer, settings.session_timeout_ms / 1000)
        hear(self._ensure_consumer()._client, engine_of(self.app).reach)
        forgive(self._consumer, {settings.topics[role] for role in INPUTS})
        self._read_controls()
        self._watch = asyncio.create_task(self._endless(self._look_on, "the watch over the cluster"))
        if not replay:
            counting = CountsWatch(settings, engine_of(self.app).counts, engine_of(self.app).reach)
            self._counter = asyncio.create_task(self._endless(counting.run, "the watch over partition counts"))

    def _fail(self, error: BaseException) -> None:
        self.parent_loop.call_soon_threadsafe(engine_of(self.app).fail, error)

    async def _endless(self, work: Callable[[], Awaitable[Any]], name: str) -> None:
        try:
            await endless(work, name)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody else would tell it
            self._fail(error)

    async def _look_on(self) -> None:
        engine = engine_of(self.app)
        while True:
            await asyncio.sleep(LOOK_S)
            engine.reach.look(time.monotonic(), self._leaders(), self._patience_s(engine))

    def _patience_s(self, engine: Engine) -> float | None:
        if self._reader is not None and not self._reader.done():
            return AWAY_S
        # With full buffers only heartbeats go out; while the group is rebalancing the answer to a join takes its time.
        return None if engine.rebalancing else AWAY_S + engine.settings.heartbeat_interval_ms / 1000

    def _leaders(self) -> dict[Input, int]:
        consumer = self._ensure_consumer()
        leader_of = consumer._client.cluster.leader_for_partition
        leaders = {(tp.topic, tp.partition): leader_of(tp) for tp in consumer.assignment()}
        leaders[engine_of(self.app).controls.topic, 0] = self._controls.leader()
        return {place: leader for place, leader in leaders.items() if leader is not None}

    def _read_controls(self) -> None:
        engine = engine_of(self.app)
        self._controls = ControlsReader(engine.settings, engine.controls, engine.reach, self._fail)
        if engine.controls.folding is not None:
            self._reader = asyncio.create_task(self._controls.run(engine.controls.folding), name="controls")

    async def controls_read(self) -> None:
        """Wait until the controls that were there at the start have been read, if the application has any."""
        if self._reader is not None:
            await self.call(self._controls.read)

    async def on_thread_stop(self) -> None:
        for task in (self._watch, self._reader, self._counter):
            if task is not None:
                await end_task(task)
        # Past Faust's own, which awaits the consumer's stop bare: the queue of orders first, then the consumer.
        await super(AIOKafkaConsumerThread, self).on_thread_stop()
        if self._consumer is not None:
            await stop_client(self._consumer)

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        """Nothing is fetched before the partition is restored and its position set."""
        self._ensure_consumer().pause(*(TopicPartition(tp.topic, tp.partition) for tp in assigned))
        await super().on_partitions_assigned(assigned, generation_id)

    async def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """Await something in this thread's loop, from the main one."""

        async def run() -> T:
            with naming_rights(engine_of(self.app).settings, "Read"):
                try:
                    return await guarded(work, "what the consumer's thread was asked for")
                except Untold as error:
                    raise StartRefused(str(error)) from error

        self.check_alive()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), self.thread_loop))

    def on_crash(self, msg: str, *fmt: Any, **kwargs: Any) -> None:
        """Faust writes a stack to standard error; that the worker stops, and why, is told by the engine."""
        log.debug(msg.format(*fmt), exc_info=True)

    def check_alive(self) -> None:
        """Raises TaskLost when the thread has ended: what it was asked for would never be answered."""
        if self._thread is None or not self._thread.is_alive():
            raise TaskLost("the consumer's thread has ended")

    async def check_allowed(self) -> None:
        """Raises what has befallen the group's work, RightMissing when the group or an input is refused to us."""
        await self.call(self._check_allowed)

    async def _check_allowed(self) -> None:
        consumer = self._consumer
        if consumer is None or consumer._coordinator is None:
            return
        consumer._coordinator.check_errors()
        if refused := consumer._client.cluster.unauthorized_topics & consumer.subscription():
            raise TopicAuthorizationFailedError(refused)
        ask_for_untold(consumer)

    async def subscribed(self) -> dict[str, int]:
        """Subscribed topic -> how many partitions the cluster has told of."""
        consumer = self._ensure_consumer()
        partitions_for = consumer._client.cluster.partitions_for_topic
        return {topic: len(partitions_for(topic) or ()) for topic in consumer.subscription()}

    async def fetch(self, wanted: Iterable[Input], timeout_s: float) -> Fetched:
        """Records of the wanted input partitions, and how far all assigned ones are."""
        return await self.call(lambda: self._fetch([TopicPartition(*tp) for tp in wanted], timeout_s))

    async def _fetch(self, wanted: list[TopicPartition], timeout_s: float) -> Fetched:
        consumer = self._ensure_consumer()
        fetcher = consumer._fetcher
        if consumer._closed:
            raise ConsumerStoppedError
        consumer._coordinator.check_errors()
        records: Mapping[TopicPartition, list[Any]] = {}
        lost: Mapping[Input, str] = {}
        async with self._reading:
            with consumer._subscription.fetch_context():
                try:
                    if wanted:
                        records = await fetcher.fetched_records(wanted, timeout_s)
                except OffsetOutOfRangeError as error:
                    lost = await self._lose(error.args[0])
                except UnreadableBatch as error:
                    consumer.pause(error.partition)
                    lost = {(error.partition.topic, error.partition.partition): error.told}
            return Fetched({(tp.topic, tp.partition): part for tp, part in records.items()}, self._progress(), lost)

    async def _lose(self, positions: Mapping[TopicPartition, int]) -> dict[Input, str]:
        """Retention has overtaken us, or the topic was made anew: ask for these no more."""
        bounds = await self._bounds(list(positions))
        self._ensure_consumer().pause(*positions)
        return {(tp.topic, tp.partition): gap_of(at, *bounds[tp.topic, tp.partition]) for tp, at in positions.items()}

    def _progress(self) -> dict[Input, InputProgress]:
        subscription = self._ensure_consumer()._subscription.subscription
        if subscription is None or subscription.assignment is None:
            return {}
        assignment = subscription.assignment
        states = {tp: assignment.state_value(tp) for tp in assignment.tps}
        return {
            (tp.topic, tp.partition): InputProgress(state.position, state.highwater, state.timestamp, state.lso)
            for tp, state in states.items()
            if state.has_valid_position
        }

    async def committed(self, inputs: Iterable[Input]) -> dict[Input, tuple[int, str] | None]:
        """Committed offset and metadata of each input partition; None where there is none."""
        return await self.call(lambda: self._committed([TopicPartition(*tp) for tp in inputs]))

    async def _committed(self, tps: list[TopicPartition]) -> dict[Input, tuple[int, str] | None]:
        found = await member_offsets(self._ensure_consumer(), tps)
        return {(*tp,): None if at is None else (at.offset, at.metadata) for tp, at in found.items()}

    async def bounds(self, inputs: Iterable[Input]) -> dict[Input, tuple[int, int]]:
        """Start and end offset of each input partition's log."""
        return await self.call(lambda: self._bounds([TopicPartition(*tp) for tp in inputs]))

    async def _bounds(self, tps: list[TopicPartition]) -> dict[Input, tuple[int, int]]:
        consumer = self._ensure_consumer()
        starts = await every_offset(consumer.beginning_offsets, tps)
        ends = await every_offset(consumer.end_offsets, tps)
        return {(tp.topic, tp.partition): (starts[tp], ends[tp]) for tp in tps}

    async def start_at(self, positions: Mapping[Input, int], aside: Iterable[Input]) -> None:
        """Set positions and begin to fetch. A zero counts, too: Faust's own seek leaves it out.

        Inputs set aside are not fetched at all.
        """
        places = {TopicPartition(*tp): offset for tp, offset in positions.items()}
        await self.call(lambda: self._start_at(places, [TopicPartition(*tp) for tp in aside]))

    async def _start_at(self, positions: Mapping[TopicPartition, int], aside: Iterable[TopicPartition]) -> None:
        consumer = self._ensure_consumer()
        # A fetch that began before the rebalance may outlast it. What it brings is dropped, so the positions must be
        # set after it: were it to read on from them, the records would be gone and nobody would know.
        async with self._reading:
            for tp, offset in positions.items():
                consumer.seek(tp, offset)
            for tp in aside:
                consumer.seek(tp, 0)  # without a position aiokafka would look for one and fail
                consumer.pause(tp)
            consumer.resume(*positions)

    async def go_back(self, positions: Mapping[Input, int]) -> None:
        """Fetch some of the assigned inputs again from an earlier position."""
        await self.call(lambda: self._go_back({TopicPartition(*tp): offset for tp, offset in positions.items()}))

    async def _go_back(self, positions: Mapping[TopicPartition, int]) -> None:
        consumer = self._ensure_consumer()
        async with self._reading:
            for tp in consumer.assignment() & positions.keys():  # a rebalance may have taken it meanwhile
                consumer.seek(tp, positions[tp])
