"""One intake process: a member of the mapping's group, a lane for each partition that the group gives it.

The order of a takeover is that of the engine: fence, then committed offsets, then positions, then live. There is no
automatic offset reset: a partition without an offset, or with one that its log has lost, is told by name.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.structs import TopicPartition

from agents.intake.lane import Desk, IntakeStopped, Lane, Reached
from agents.intake.mappings.document import SourceRecord
from agents.intake.mappings.files import LoadedMapping
from agents.intake.mappings.formats import Reader
from agents.intake.mappings.schema_sources import schema_source
from agents.intake.mappings.translate import Translator
from agents.intake.outgoing import Outbox
from agents.intake.progress import PartitionProgress, progress_in
from streams.batches import forgive
from streams.cluster.asking import every_offset
from streams.cluster.clients import stop_client
from streams.metrics import Metrics
from streams.settings import Settings
from streams.tasks import guarded
from streams.transport.group.instances import give_way
from streams.transport.group.members import ask_for_untold, group_member, member_offsets
from streams.transport.observer import EngineStatus
from streams.transport.outages.timeouts import bound_heartbeat, pace_fetches
from streams.transport.partition.producer import PartitionProducer

log = logging.getLogger(__name__)

_POLL_S: Final = 0.2


def settings_for(settings: Settings, mapping_id: str) -> Settings:
    """The cluster's settings with a group and transactional ids of this mapping's own."""
    names = {"subtopology": f"intake-{mapping_id}", "group_id": f"{settings.namespace}-intake-{mapping_id}"}
    return settings.model_copy(update=names)


class Intake(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """`await run()` until `stop()`; whatever it raises, nothing uncommitted counts."""

    def __init__(self, settings: Settings, loaded: LoadedMapping, metrics: Metrics) -> None:
        mapping = loaded.mapping
        self._settings = settings_for(settings, mapping.id)
        self._topic, self._progress = mapping.input.topic, mapping.progress
        self._metrics = metrics
        self._schemas = schema_source(loaded)
        reader = Reader(mapping, self._schemas.known)
        self._desk = Desk(
            self._settings,
            self._topic,
            Translator(mapping, reader, settings.input_max_bytes),
            self._schemas,
            Outbox(self._settings, loaded),
            metrics,
            mapping.progress.mark_every_ms,
            mapping.avro.unreachable_limit_s if mapping.avro else 0,
        )
        self._lanes: dict[int, Lane] = {}
        self._assigned: tuple[TopicPartition, ...] = ()
        self._numbers: set[int] = set()  # partitions of the topic that were ever told
        self._generation = self._live_generation = 0
        self._rebalancing = True
        self._working = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._failed: str | None = None
        self._consumer: Any = None

    def stop(self) -> None:
        """Finish what is in hand and end."""
        self._stopping.set()

    def status(self) -> EngineStatus:
        """What health and readiness are judged by."""
        waits = [f"partition {lane.partition}: {lane.waits_for}" for lane in self._lanes.values() if lane.waits_for]
        return EngineStatus(
            assigned=tuple(tp.partition for tp in self._assigned),
            restored=self._generation == self._live_generation,
            rebalancing=self._rebalancing,
            failed=self._failed,
            hindered=tuple(waits),
        )

    async def run(self) -> None:
        """Raises IntakeStopped or a KafkaError when it cannot go on."""
        settings = self._settings
        self._consumer = group_member(settings)
        try:
            await self._consumer.start()
            pace_fetches(self._consumer, wait_ms=settings.fetch_wait_ms, pacing_ms=settings.fetch_pacing_ms)
            give_way(self._consumer, settings)
            bound_heartbeat(self._consumer, settings.session_timeout_ms / 1000)
            forgive(self._consumer, {self._topic})
            self._consumer.subscribe([self._topic], listener=self)
            await guarded(self._turn_on, "the intake")
        except Exception as error:
            self._failed = f"{type(error).__name__}: {error}"
            self._metrics.failed(self._failed)
            raise
        finally:
            await self._stop_lanes()
            await stop_client(self._consumer)
            await self._schemas.close()

    async def _turn_on(self) -> None:
        while not self._stopping.is_set():
            await self._turn()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> Any:
        """What is in hand is finished and committed before the group goes on.

        From here until the next assignment nothing may be taken over: what was assigned may be another's by then.
        """
        self._assigned, self._rebalancing = (), True
        self._generation += 1
        return self._let_go()

    async def _let_go(self) -> None:
        async with self._working:
            await self._stop_lanes()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing is fetched before the partitions are fenced and their positions set; the next turn does it."""
        self._assigned, self._rebalancing = tuple(sorted(assigned)), False
        self._consumer.pause(*self._assigned)
        self._generation += 1

    async def _stop_lanes(self) -> None:
        lanes, self._lanes = self._lanes, {}
        await asyncio.gather(*(lane.stop() for lane in lanes.values()))

    async def _turn(self) -> None:
        ask_for_untold(self._consumer)
        generation = self._generation
        if self._live_generation != generation:
            async with self._working:
                await self._take_over()
        hungry = [TopicPartition(self._topic, number) for number, lane in self._lanes.items() if lane.hungry]
        fetched = await self._fetch(hungry)
        async with self._working:
            if generation != self._generation:
                return  # a rebalance came between: whoever owns these records now reads them from the committed offset
            for tp, records in fetched.items():
                self._lanes[tp.partition].add(_source_record(record) for record in records)
            await self._work()

    async def _fetch(self, hungry: list[TopicPartition]) -> Mapping[TopicPartition, list[Any]]:
        consumer = self._consumer
        if not hungry:
            consumer._coordinator.check_errors()
            # A lane that waits for a schema is still alive: without a visit the group would take it for stuck.
            with consumer._subscription.fetch_context():
                await asyncio.sleep(_POLL_S)
            return {}
        found: Mapping[TopicPartition, list[Any]] = await consumer.getmany(
            *hungry, timeout_ms=round(_POLL_S * 1000), max_records=self._settings.chunk_max_records
        )
        return found

    async def _work(self) -> None:
        reached = {number: found for number in self._lanes if (found := self._reached(number)) is not None}
        maker = self._lanes.get(0)
        others = None
        if maker is not None and maker.mark_due:
            others = {number: progress for number, (_, progress) in (await self._committed()).items() if number}
        await asyncio.gather(
            *(self._lanes[number].step(at, others if number == 0 else None) for number, at in reached.items())
        )

    def _reached(self, number: int) -> Reached | None:
        """None before the broker's first answer about the partition."""
        assignment = self._consumer._subscription.subscription.assignment
        state = assignment.state_value(TopicPartition(self._topic, number))
        if not state.has_valid_position or state.highwater is None:
            return None
        return Reached(state.position, state.highwater, state.timestamp)

    async def _committed(self) -> dict[int, tuple[int | None, int | None]]:
        """Of every partition of the topic, whoever owns it: the committed offset, and how far it is complete."""
        # A topic that the metadata leaves out for a moment has not lost its partitions: a mark waits for all of them.
        self._numbers |= self._consumer.partitions_for_topic(self._topic) or set()
        self._numbers |= {tp.partition for tp in self._assigned}
        found = await member_offsets(self._consumer, [TopicPartition(self._topic, n) for n in sorted(self._numbers)])
        return {
            tp.partition: (None, None) if at is None else (at.offset, progress_in(at.metadata))
            for tp, at in found.items()
        }

    async def _take_over(self) -> None:
        generation, assigned = self._generation, self._assigned
        producers = {tp.partition: PartitionProducer(self._settings, tp.partition) for tp in assigned}
        try:
            await asyncio.gather(*(producer.start() for producer in producers.values()))
            committed = await self._committed()
            offsets = await self._offsets(assigned, committed)
            for tp in assigned:
                self._consumer.seek(tp, offsets[tp.partition])
            self._consumer.resume(*assigned)
        except BaseException:
            await asyncio.gather(*(producer.stop() for producer in producers.values()))
            raise
        for number, producer in producers.items():
            progress = PartitionProgress(self._progress.settle_ms, committed[number][1])
            self._lanes[number] = Lane(self._desk, number, producer, offsets[number], progress)
        self._live_generation = generation
        self._metrics.live(len(self._lanes))
        log.info("intake of %s: partitions %s", self._topic, sorted(self._lanes))

    async def _offsets(
        self, assigned: Iterable[TopicPartition], committed: Mapping[int, tuple[int | None, int | None]]
    ) -> dict[int, int]:
        starts = await every_offset(self._consumer.beginning_offsets, list(assigned))
        offsets: dict[int, int] = {}
        faults = []
        for tp in assigned:
            offset = committed[tp.partition][0]
            if offset is None:
                faults.append(
                    f"{tp.topic} partition {tp.partition} has no committed offset: run `tactful intake begin`"
                )
            elif offset < starts[tp]:
                faults.append(f"{tp.topic} partition {tp.partition} is at {offset}, but its log starts at {starts[tp]}")
            else:
                offsets[tp.partition] = offset
        if faults:
            raise IntakeStopped("; ".join(faults))
        return offsets


def _source_record(record: Any) -> SourceRecord:
    return SourceRecord(
        record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, tuple(record.headers)
    )
