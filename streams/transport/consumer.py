"""The consumer: aiokafka in its own thread, so that heartbeats go on while the agent computes.

Offsets are committed with the transactions, never here; positions are set explicitly when partitions go live.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, TypeVar

from aiokafka.errors import ConsumerStoppedError, OffsetOutOfRangeError, TopicAuthorizationFailedError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from mode import Service

from streams.transport.controls_reader import ControlsReader
from streams.transport.engine import Fetched, Input, Progress, engine_of
from streams.transport.holds import gap_of
from streams.transport.members import group_member
from streams.transport.refusals import naming_rights
from streams.transport.timeouts import bound_heartbeat, pace_fetches

T = TypeVar("T")

_POLL_S = 0.1
_REFUSALS_S = 1.0
_PARTIAL_POLL_S = 0.05
_REPLAY_PACING_MS = 10  # its inputs wait for each other, so each has to come soon
_REPLAY_POLL_S = 0.5  # nothing depends on how fresh a watermark is, so an idle replay may sleep


class EngineConsumerThread(AIOKafkaConsumerThread):
    """Everything that touches the aiokafka consumer runs in this thread's loop."""

    _reader: asyncio.Task[None] | None = None

    def _create_worker_consumer(self, transport: Any) -> Any:
        return group_member(engine_of(self.app).settings, partition_assignment_strategy=[self.app.assignor])

    async def on_start(self) -> None:
        settings = engine_of(self.app).settings
        self._assignor = self.app.assignor
        self._reading = asyncio.Lock()
        await super().on_start()
        replay = settings.clock == "replay"
        wait_ms = round(_REPLAY_POLL_S * 1000) if replay else settings.fetch_wait_ms
        pace_fetches(
            self._consumer, wait_ms=wait_ms, pacing_ms=_REPLAY_PACING_MS if replay else settings.fetch_pacing_ms
        )
        bound_heartbeat(self._consumer, settings.session_timeout_ms / 1000)
        self._read_controls()

    def _read_controls(self) -> None:
        engine = engine_of(self.app)

        def fail(error: BaseException) -> None:
            self.parent_loop.call_soon_threadsafe(engine.fail, error)

        self._controls = ControlsReader(engine.settings, engine.controls, fail)
        if engine.controls.folding is not None:
            self._reader = asyncio.create_task(self._controls.run(engine.controls.folding), name="controls")

    async def controls_read(self) -> None:
        """Wait until the controls that were there at the start have been read, if the application has any."""
        if self._reader is not None:
            await self.call(self._controls.read())

    async def on_thread_stop(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        await super().on_thread_stop()

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        """Nothing is fetched before the partition is restored and its position set."""
        self._ensure_consumer().pause(*(TopicPartition(tp.topic, tp.partition) for tp in assigned))
        await super().on_partitions_assigned(assigned, generation_id)

    async def call(self, work: Awaitable[T]) -> T:
        """Await something in this thread's loop, from the main one."""

        async def run() -> T:
            with naming_rights(engine_of(self.app).settings, "Read"):
                return await work

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), self.thread_loop))

    async def check_allowed(self) -> None:
        """Raises what has befallen the group's work, RightMissing when the group or an input is refused to us."""
        await self.call(self._check_allowed())

    async def _check_allowed(self) -> None:
        consumer = self._consumer
        if consumer is None or consumer._coordinator is None:
            return
        consumer._coordinator.check_errors()
        if refused := consumer._client.cluster.unauthorized_topics & consumer.subscription():
            raise TopicAuthorizationFailedError(refused)

    async def fetch(self, wanted: Iterable[Input], timeout_s: float) -> Fetched:
        """Records of the wanted input partitions, and how far all assigned ones are."""
        return await self.call(self._fetch([TopicPartition(*tp) for tp in wanted], timeout_s))

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
            return Fetched({(tp.topic, tp.partition): part for tp, part in records.items()}, self._progress(), lost)

    async def _lose(self, positions: Mapping[TopicPartition, int]) -> dict[Input, str]:
        """Retention has overtaken us, or the topic was made anew: ask for these no more."""
        bounds = await self._bounds(list(positions))
        self._ensure_consumer().pause(*positions)
        return {(tp.topic, tp.partition): gap_of(at, *bounds[tp.topic, tp.partition]) for tp, at in positions.items()}

    def _progress(self) -> dict[Input, Progress]:
        subscription = self._ensure_consumer()._subscription.subscription
        if subscription is None or subscription.assignment is None:
            return {}
        assignment = subscription.assignment
        states = {tp: assignment.state_value(tp) for tp in assignment.tps}
        return {
            (tp.topic, tp.partition): Progress(state.position, state.highwater, state.timestamp, state.lso)
            for tp, state in states.items()
            if state.has_valid_position
        }

    async def committed(self, inputs: Iterable[Input]) -> dict[Input, tuple[int, str] | None]:
        """Committed offset and metadata of each input partition; None where there is none."""
        return await self.call(self._committed([TopicPartition(*tp) for tp in inputs]))

    async def _committed(self, tps: list[TopicPartition]) -> dict[Input, tuple[int, str] | None]:
        found: Mapping[TopicPartition, OffsetAndMetadata]
        found = await self._ensure_consumer()._coordinator.fetch_committed_offsets(tps)
        return {
            (tp.topic, tp.partition): (found[tp].offset, found[tp].metadata)
            if tp in found and found[tp].offset >= 0
            else None
            for tp in tps
        }

    async def bounds(self, inputs: Iterable[Input]) -> dict[Input, tuple[int, int]]:
        """Start and end offset of each input partition's log."""
        return await self.call(self._bounds([TopicPartition(*tp) for tp in inputs]))

    async def _bounds(self, tps: list[TopicPartition]) -> dict[Input, tuple[int, int]]:
        consumer = self._ensure_consumer()
        starts, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
        return {(tp.topic, tp.partition): (starts[tp], ends[tp]) for tp in tps}

    async def start_at(self, positions: Mapping[Input, int], aside: Iterable[Input]) -> None:
        """Set positions and begin to fetch. A zero counts, too: Faust's own seek leaves it out.

        Inputs set aside are not fetched at all.
        """
        places = {TopicPartition(*tp): offset for tp, offset in positions.items()}
        await self.call(self._start_at(places, [TopicPartition(*tp) for tp in aside]))

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
        await self.call(self._go_back({TopicPartition(*tp): offset for tp, offset in positions.items()}))

    async def _go_back(self, positions: Mapping[TopicPartition, int]) -> None:
        consumer = self._ensure_consumer()
        async with self._reading:
            for tp in consumer.assignment() & positions.keys():  # a rebalance may have taken it meanwhile
                consumer.seek(tp, positions[tp])


class EngineConsumer(FaustConsumer):
    """Faust's consumer service with the engine's fetch loop in place of its own."""

    def _new_consumer_thread(self) -> EngineConsumerThread:
        return EngineConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _drain_messages(self, fetcher: Any) -> None:
        engine = engine_of(self.app)
        poll_s = _POLL_S if engine.settings.clock == "system" else _REPLAY_POLL_S
        thread: Any = self._thread
        try:
            while not (self.should_stop or fetcher.should_stop or engine.failure):
                epoch = engine.epoch
                if astray := engine.astray():
                    await thread.go_back(astray)
                    if epoch == engine.epoch:
                        engine.found(astray)
                wanted = engine.wanted()
                # What is left out now may be wanted again soon, and only a new visit asks for it.
                timeout_s = poll_s if len(wanted) == engine.inputs else _PARTIAL_POLL_S
                fetched = await thread.fetch(wanted, timeout_s)
                if epoch == engine.epoch:
                    engine.deliver(fetched)
                if not wanted:
                    await engine.room(poll_s)
        except ConsumerStoppedError:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - a worker that cannot fetch has to say so and stop
            engine.fail(error)

    @Service.task
    async def _watch_refusals(self) -> None:
        """Until a partition is live nobody fetches, so nobody hears of a refusal, and aiokafka asks again for ever."""
        thread: Any = self._thread
        while not self.should_stop:
            await self.sleep(_REFUSALS_S)
            try:
                await thread.check_allowed()
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody else would tell it
                if not self.should_stop:
                    engine_of(self.app).fail(error)

    async def wait_empty(self) -> None:
        """Called by Faust when partitions are revoked and when the worker stops."""
        await engine_of(self.app).drain()

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Offsets travel with the transactions."""
        return False

    @Service.task
    async def _commit_handler(self) -> None:
        """Faust's commit timer has nothing to do."""

    @Service.task
    async def _commit_livelock_detector(self) -> None:
        """Faust's detector looks at acknowledgements that we do not make."""

    async def on_stop(self) -> None:
        engine = engine_of(self.app)
        await engine.drain()
        for part in engine.parts.values():
            await part.stop()
        await super().on_stop()
