"""The hand-over's side of Kafka: two readers of ``reminders``, and one transaction for journal, receipts, positions."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import ProducerFenced
from aiokafka.structs import TopicPartition

from agents.delivery.incoming.hearing import HeardRecord
from agents.delivery.kafka.lookout import ReminderRecord
from agents.delivery.kafka.positions import Bounds, DeliveryRefused, starting_points
from agents.delivery.rules.deliveries import Flush
from agents.delivery.rules.journal import JournalEntry, decode
from agents.delivery.rules.receipts import Receipt, written
from streams import roles
from streams.clock import SystemClock
from streams.cluster.asking import every_offset
from streams.cluster.clients import running, shuffled_servers, stop_client
from streams.cluster.whole_logs import to_the_end
from streams.settings import Settings
from streams.topics.rights import delivery_id
from streams.transport.group.members import member_offsets
from streams.transport.outages.timeouts import date_by_question, outlast_faults
from streams.transport.partitioner import partition_of

POLL_MS: Final = 100
LOOK_RECORDS_MAX: Final = 5_000


class TakenOver(RuntimeError):
    """Another hand-over has started; this one may do nothing more."""


class KafkaBus:
    """``async with`` it, then ``open``. It reads committed records only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = SystemClock()
        topic = settings.topics[roles.REMINDERS]
        self._partitions = [TopicPartition(topic, number) for number in range(settings.partitions)]
        self._taking = self._consumer(group_id=delivery_id(settings))
        self._looking = self._consumer()
        self._producer: Any = AIOKafkaProducer(
            bootstrap_servers=shuffled_servers(settings),
            client_id=delivery_id(settings),
            transactional_id=delivery_id(settings),
            transaction_timeout_ms=settings.transaction_timeout_ms,
            request_timeout_ms=settings.producer_request_timeout_ms,
            **settings.kafka_security_kwargs(),
        )
        self._looked_to: dict[int, int] = {}

    def _consumer(self, **more: Any) -> Any:
        return AIOKafkaConsumer(
            bootstrap_servers=shuffled_servers(self._settings),
            isolation_level="read_committed",
            enable_auto_commit=False,
            # A position that the log no longer has is an error, never another position.
            auto_offset_reset="none",
            fetch_max_wait_ms=self._settings.fetch_wait_ms,
            request_timeout_ms=self._settings.consumer_request_timeout_ms,
            **self._settings.kafka_security_kwargs(),
            **more,
        )

    async def __aenter__(self) -> "KafkaBus":
        outlast_faults(self._producer)
        try:
            await self._producer.start()
            await self._taking.start()
            await self._looking.start()
            date_by_question(self._looking, self._clock.machine_ms)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        for client in (self._looking, self._taking, self._producer):
            await stop_client(client)

    async def open(self, *, step_over_gaps: bool = False) -> tuple[list[JournalEntry], dict[int, int]]:
        """The journal, and where to go on in each partition.

        The producer has fenced every other hand-over before, so both are final. Raises DeliveryRefused when records
        were lost, unless they are to be stepped over.
        """
        for role in (roles.REMINDER_RECEIPTS, roles.DELIVERY_JOURNAL):
            found = len(await self._producer.partitions_for(self._settings.topics[role]))
            if found != self._settings.partitions:
                told = f"topic {self._settings.topics[role]} has {found} partitions"
                raise DeliveryRefused(f"{told}, TACTFUL_PARTITIONS says {self._settings.partitions}")
        entries = await self._read_journal()
        self._taking.assign(self._partitions)
        taken_to = await member_offsets(self._taking, self._partitions)
        starts = await every_offset(self._taking.beginning_offsets, self._partitions)
        ends = await every_offset(self._taking.end_offsets, self._partitions)
        bounds = {
            tp.partition: Bounds(None if at is None else at.offset, starts[tp], ends[tp]) for tp, at in taken_to.items()
        }
        positions = starting_points(bounds, {entry.partition for entry in entries}, step_over_gaps=step_over_gaps)
        self._looking.assign(self._partitions)
        for tp in self._partitions:
            self._taking.seek(tp, positions[tp.partition])
            self._looking.seek(tp, positions[tp.partition])
        return entries, positions

    async def _read_journal(self) -> list[JournalEntry]:
        topic = self._settings.topics[roles.DELIVERY_JOURNAL]
        partitions = [TopicPartition(topic, number) for number in range(self._settings.partitions)]
        values: dict[bytes, bytes | None] = {}
        async with running(self._consumer()) as consumer:
            async for record in to_the_end(consumer, partitions):
                values[record.key] = record.value
        return [decode(value) for value in values.values() if value is not None]

    async def look(self) -> Sequence[ReminderRecord]:
        """See AheadReader."""
        return _records(await self._looking.getmany(timeout_ms=POLL_MS, max_records=LOOK_RECORDS_MAX))

    async def looked(self) -> None:
        """See AheadReader."""
        self._looked_to = {tp.partition: await self._looking.position(tp) for tp in self._partitions}

    def end(self, partition: int) -> int | None:
        """See AheadReader."""
        tp = self._partitions[partition]
        polled_ms, stable = self._looking.last_poll_timestamp(tp), self._looking.last_stable_offset(tp)
        if not polled_ms or abs(self._clock.machine_ms() - polled_ms) > self._settings.barrier_sample_max_age_ms:
            return None
        return None if stable is None or stable < 0 else int(stable)

    def looked_to(self, partition: int) -> int:
        """See AheadReader."""
        return self._looked_to.get(partition, -1)

    async def take(self, limit: int) -> Sequence[ReminderRecord]:
        """See Bus."""
        return _records(await self._taking.getmany(timeout_ms=POLL_MS, max_records=limit))

    def hold(self, record: ReminderRecord) -> None:
        """See Bus."""
        tp = self._partitions[record.partition]
        self._taking.pause(tp)
        self._taking.seek(tp, record.offset)

    def release(self, partition: int) -> None:
        """See Bus."""
        self._taking.resume(self._partitions[partition])

    async def write(self, flush: Flush, positions: Mapping[int, int]) -> None:
        """See Writer. Raises TakenOver when another hand-over has fenced this one."""
        try:
            async with self._producer.transaction():
                for sent in [await self._send_journal(*record) for record in flush.journal]:
                    await sent
                for sent in [await self._send_receipt(receipt) for receipt in flush.receipts]:
                    await sent
                for sent in [await self._send_heard(record) for record in flush.heard]:
                    await sent
                if positions:
                    offsets = {self._partitions[number]: offset for number, offset in positions.items()}
                    await self._producer.send_offsets_to_transaction(offsets, delivery_id(self._settings))
        except ProducerFenced as error:
            raise TakenOver("another hand-over has taken over; this one stops") from error

    async def _send_journal(self, partition: int, reminder_id: str, value: bytes | None) -> Any:
        topic = self._settings.topics[roles.DELIVERY_JOURNAL]
        return await self._producer.send(topic, value, key=reminder_id.encode(), partition=partition)

    async def _send_receipt(self, receipt: Receipt) -> Any:
        record = written(receipt, self._settings.namespace)
        return await self._producer.send(
            self._settings.topics[roles.REMINDER_RECEIPTS],
            record.value,
            key=receipt.account_id.encode(),
            partition=receipt.partition,
            headers=list(record.headers),
            timestamp_ms=record.timestamp_ms,
        )

    async def _send_heard(self, record: HeardRecord) -> Any:
        return await self._producer.send(
            self._settings.topics[roles.BORROWER_REPLIES],
            record.value,
            key=record.key,
            partition=partition_of(record.key, self._settings.partitions),
            headers=list(record.headers),
            timestamp_ms=record.timestamp_ms,
        )


def _records(fetched: Mapping[TopicPartition, Sequence[Any]]) -> list[ReminderRecord]:
    return [ReminderRecord(r.topic, r.partition, r.offset, r.value) for records in fetched.values() for r in records]
