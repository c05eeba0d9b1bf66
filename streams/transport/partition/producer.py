"""The transactional producer of one partition: opening it fences every earlier owner of the partition."""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidTxnState, KafkaConnectionError, KafkaTimeoutError
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.cluster.clients import shuffled_servers, stop_client
from streams.cluster.floors import claim_text
from streams.errors import StartRefused
from streams.roles import ACCOUNTS_CHANGELOG
from streams.settings import Settings
from streams.transport.outages.patience import bound_answers
from streams.transport.outages.refusals import first_cause, naming_rights
from streams.transport.outages.timeouts import retry_coordinator_lookup, retry_unknown_end
from streams.transport.partition.transaction import Batch
from streams.transport.safeguards.skew import PROBE_KEY, ClockWatch

_START_ATTEMPTS = 5
_START_BACKOFF_S = 1.0
_METADATA_PATIENCE_S = 10.0


class PartitionProducer:
    """Typed face of one AIOKafkaProducer; all errors of a running transaction are fatal to the worker."""

    def __init__(self, settings: Settings, partition: int, clock: ClockWatch | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._partition = partition
        self._begun = False
        self._changelog_end: int | None = None
        self._unacknowledged: list[asyncio.Future[Any]] = []
        self._producer: Any = None

    def _new(self) -> Any:
        settings = self._settings
        producer = AIOKafkaProducer(
            bootstrap_servers=shuffled_servers(settings),
            client_id=f"{settings.namespace}-{settings.subtopology}-{self._partition}",
            transactional_id=f"{settings.namespace}-{settings.subtopology}-{self._partition}",
            transaction_timeout_ms=settings.transaction_timeout_ms,
            request_timeout_ms=settings.producer_request_timeout_ms,
            max_batch_size=settings.batch_flush_bytes,
            **settings.kafka_security_kwargs(),
        )
        bound_answers(producer.client)
        retry_coordinator_lookup(producer)
        retry_unknown_end(producer)
        return producer

    async def start(self) -> None:
        """Fence: from here on nobody else can commit for this partition. Retried, as nothing was sent yet."""
        for attempt in range(1, _START_ATTEMPTS + 1):
            self._producer = self._new()
            try:
                with naming_rights(self._settings, "Write"):
                    await self._producer.start()
                return
            except KafkaConnectionError:
                await stop_client(self._producer)
                if attempt == _START_ATTEMPTS:
                    raise
                await asyncio.sleep(_START_BACKOFF_S)

    async def stop(self) -> None:
        """Close the connections; an open transaction is aborted by the next owner or by its timeout."""
        if self._producer is not None:
            await stop_client(self._producer)

    async def partition_count(self, topic: str) -> int:
        """How many partitions `topic` has; refused if there is no such topic."""
        try:
            with naming_rights(self._settings):
                return len(await asyncio.wait_for(self._producer.partitions_for(topic), _METADATA_PATIENCE_S))
        except TimeoutError:
            raise StartRefused(f"topic {topic} does not exist or may not be read") from None

    def new_batch(self) -> Batch:
        """An empty batch of this producer."""
        batch: Batch = self._producer.create_batch()
        return batch

    async def send(self, batches: Sequence[tuple[str, int, Batch]]) -> None:
        """Queue the batches within the transaction; `commit` waits for their acknowledgement."""
        if not self._begun:
            await self._producer.begin_transaction()
            self._begun = True
        with naming_rights(self._settings, "Write"):
            for topic, partition, batch in batches:
                clock = self._clock if self._clock is not None and topic == self._clock.topic else None
                acknowledged = None if clock is None else clock.sending(partition)
                queued = await self._queue(topic, partition, batch)
                if acknowledged is not None:
                    queued.add_done_callback(acknowledged)
                self._unacknowledged.append(queued)

    async def probe(self, topic: str) -> None:
        """Commit a tombstone: whoever cannot do this must not go live, and its acknowledgement tells the time."""
        batch = self.new_batch()
        batch.append(timestamp=None, key=PROBE_KEY, value=None, headers=[])
        await self.send([(topic, self._partition, batch)])
        await self.commit({}, {})

    async def _queue(self, topic: str, partition: int, batch: Batch) -> asyncio.Future[Any]:
        """A broker that hangs keeps the earlier batch waiting; worth its patience as long as the transaction lives."""
        give_up = time.monotonic() + self._settings.transaction_timeout_ms / 1000
        while True:
            try:
                queued: asyncio.Future[Any] = await self._producer.send_batch(batch, topic, partition=partition)
                return queued
            except KafkaTimeoutError:
                if time.monotonic() > give_up:
                    raise

    async def commit(self, offsets: Mapping[str, int], marks: Mapping[str, str]) -> None:
        """Batches acknowledged, then offsets, then the end; in that order, else the broker sends some of them back."""
        await self._plainly(self._commit(offsets, marks))

    async def acknowledged(self) -> None:
        """Wait until the cluster has everything that was sent; what is left is to commit it, or to abort it."""
        await self._plainly(self._acknowledged())

    async def abort(self) -> None:
        """Nothing that was sent since the last commit counts."""
        if self._begun:
            await self._plainly(self._producer.abort_transaction())
            self._begun = False

    async def _plainly(self, work: Awaitable[None]) -> None:
        with naming_rights(self._settings, "Write"):
            try:
                await work
            except InvalidTxnState as error:
                raise first_cause(self._producer, error) from error

    async def _acknowledged(self) -> None:
        waiting, self._unacknowledged = self._unacknowledged, []
        for future in waiting:
            self._note_end(await future)

    async def _commit(self, offsets: Mapping[str, int], marks: Mapping[str, str]) -> None:
        if not self._begun:
            await self.send(())
        await self._acknowledged()
        if offsets:
            await self._producer.send_offsets_to_transaction(
                {
                    TopicPartition(topic, self._partition): OffsetAndMetadata(
                        offset, claim_text(marks.get(topic, ""), self._changelog_end)
                    )
                    for topic, offset in offsets.items()
                },
                self._settings.group_id,
            )
        await self._producer.commit_transaction()
        self._begun = False

    def _note_end(self, batch: Any) -> None:
        """The log is at least as long as the beginning of this batch says; with the commit, that is told for good."""
        if batch.topic == self._settings.topics[ACCOUNTS_CHANGELOG]:
            self._changelog_end = max(self._changelog_end or 0, batch.offset + 1)
