"""Reads the controls topic in the consumer's thread, from its beginning at each start, by a consumer of its own.

Whatever keeps it from reading closes the ticks by itself: what it told last grows old.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError
from aiokafka.structs import TopicPartition

from streams.batches import CodecMissing, UnreadableBatch
from streams.clock import SystemClock
from streams.cluster.clients import running, shuffled_servers
from streams.errors import StartRefused
from streams.settings import Settings
from streams.tasks import TaskLost, guarded
from streams.transport.controls.controls import (
    ControlRecord,
    Controls,
    Folding,
    Reading,
    log_fault,
)
from streams.transport.outages.logs import RepeatFilter
from streams.transport.outages.patience import bound_answers
from streams.transport.outages.reach import Reach, hear
from streams.transport.outages.timeouts import date_by_question

log = logging.getLogger(__name__)
log.addFilter(RepeatFilter())

_POLL_MS: Final = 100
_BATCH_RECORDS: Final = 500  # folded in one go; heartbeats of the group go on in between
_RETRY_S: Final = 1.0
_LOOK_S: Final = 10.0  # between two looks at where the log begins
_METADATA_PATIENCE_S: Final = 5.0
_METADATA_RETRY_S: Final = 0.2
_REPLAY_MAX_BYTES: Final = 64 * 1_048_576


class ControlsReader:
    """`run` until cancelled; in a replay it ends when everything is read. `fail` is called if it must not start."""

    def __init__(
        self, settings: Settings, controls: Controls, reach: Reach, fail: Callable[[BaseException], None]
    ) -> None:
        self._settings = settings
        self._reach = reach
        self._cluster: Any = None
        self._controls = controls
        self._fail = fail
        self._tp = TopicPartition(controls.topic, 0)
        self._caught_up = asyncio.Event()

    async def read(self) -> None:
        """Wait until everything that was there at the start has been read."""
        await self._caught_up.wait()

    async def run(self, folding: Folding) -> None:
        """Read, again and again where the cluster cannot be reached."""
        try:
            while True:
                if await self._tried(folding):
                    return
                await asyncio.sleep(_RETRY_S)
        except StartRefused as refused:
            if not self._caught_up.is_set():
                self._fail(refused)
                return
            # Facts go on to be applied, and what they take back leaves.
            self._controls.close(str(refused))
            log.critical("nothing is sent any more: %s", refused)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody could stop this worker's messages any more
            self._fail(error)

    async def _tried(self, folding: Folding) -> bool:
        """Whether there is nothing more to read."""
        try:
            await guarded(lambda: self._visit(folding), "the reader of the controls")
        except (UnreadableBatch, CodecMissing) as error:
            raise StartRefused(f"the controls cannot be read: {error}") from error
        except (KafkaError, OSError, TaskLost) as error:
            if isinstance(error, TopicAuthorizationFailedError) and not self._caught_up.is_set():
                raise StartRefused(f"no right to Read on topic {self._controls.topic}") from error
            level = logging.DEBUG if self._reach.away else logging.ERROR  # that the cluster is away has been told
            log.log(
                level, "the controls cannot be read, nothing is sent meanwhile: %s: %s", type(error).__name__, error
            )
            return False
        return True

    async def _visit(self, folding: Folding) -> None:
        async with running(self._consumer()) as consumer:
            date_by_question(consumer, SystemClock().machine_ms)
            if not self._caught_up.is_set():
                await self._find(consumer)
            await self._look(consumer)
            consumer.assign([self._tp])
            consumer.seek(self._tp, 0)
            if self._settings.clock == "replay":
                await self._record(consumer)
            else:
                await self._follow(consumer, folding)

    def _consumer(self) -> Any:
        settings = self._settings
        consumer = AIOKafkaConsumer(
            bootstrap_servers=shuffled_servers(settings),
            client_id=f"{settings.namespace}-controls",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            fetch_max_wait_ms=settings.fetch_wait_ms,
            request_timeout_ms=settings.consumer_request_timeout_ms,
            **settings.kafka_security_kwargs(),
        )
        hear(consumer._client, self._reach)
        bound_answers(consumer._client)
        self._cluster = consumer._client.cluster
        return consumer

    def leader(self) -> int | None:
        """Who leads the topic's partition, -1 if nobody does, as far as the cluster has told."""
        leader: int | None = None if self._cluster is None else self._cluster.leader_for_partition(self._tp)
        return leader

    async def _find(self, consumer: Any) -> None:
        """The topic has one partition. It is looked for among all: named, a missing one might be created."""
        deadline = time.monotonic() + _METADATA_PATIENCE_S
        topic = self._controls.topic
        while not (found := (await consumer._client.fetch_all_metadata()).partitions_for_topic(topic)):
            if time.monotonic() > deadline:
                raise StartRefused(f"topic {topic} does not exist or may not be read")
            await asyncio.sleep(_METADATA_RETRY_S)
        if len(found) != 1:
            raise StartRefused(f"topic {topic} has {len(found)} partitions, must have exactly 1")

    async def _look(self, consumer: Any) -> None:
        starts, ends = await consumer.beginning_offsets([self._tp]), await consumer.end_offsets([self._tp])
        fault = log_fault(self._controls.topic, starts[self._tp], ends[self._tp], self._controls.offset)
        if fault is not None:
            raise StartRefused(fault)

    async def _follow(self, consumer: Any, folding: Folding) -> None:
        state, tp, look_at = folding.start, self._tp, time.monotonic() + _LOOK_S
        behind = True
        while True:
            for record in await self._batch(consumer):
                state = folding.fold(state, *record)
            offset = await consumer.position(tp)
            reading = Reading(state, offset, consumer.highwater(tp), consumer.last_poll_timestamp(tp))
            behind = behind and (reading.end is None or offset < reading.end)
            # Read anew after a lost connection, the state is not told before it is whole again.
            if not behind:
                self._controls.take(reading)
                self._tell_caught_up(offset)
            if time.monotonic() >= look_at:
                await self._look(consumer)
                look_at = time.monotonic() + _LOOK_S

    def _tell_caught_up(self, offset: int) -> None:
        if not self._caught_up.is_set():
            self._caught_up.set()
            log.info("controls read up to offset %d", offset)

    async def _record(self, consumer: Any) -> None:
        """Read once to the end; a replay knows no later controls."""
        end = (await consumer.end_offsets([self._tp]))[self._tp]
        records: list[ControlRecord] = []
        size = 0
        while await consumer.position(self._tp) < end:
            batch = await self._batch(consumer)
            size += sum(len(record.value or b"") for record in batch)
            if size > _REPLAY_MAX_BYTES:
                raise StartRefused(
                    f"topic {self._controls.topic} holds more than {_REPLAY_MAX_BYTES} bytes of controls"
                )
            records += batch
        self._controls.record(records)
        self._tell_caught_up(end)

    async def _batch(self, consumer: Any) -> list[ControlRecord]:
        await asyncio.sleep(0)
        fetched = await consumer.getmany(self._tp, timeout_ms=_POLL_MS, max_records=_BATCH_RECORDS)
        return [
            ControlRecord(record.offset, record.key, record.value, record.headers, record.timestamp)
            for record in fetched.get(self._tp, ())
        ]
