"""One source partition: its records in order, each to facts or a dead letter, committed together with the offset.

One transactional producer under a fixed name for each source partition: opening it fences whoever held the partition
before. Offsets, facts, dead letters and marks share its transaction, so a record counts once, wherever a crash comes.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from agents.intake.mappings.document import SourceRecord
from agents.intake.mappings.formats import SchemaMissing
from agents.intake.mappings.schema_sources import SchemaSource, SchemaUnavailable
from agents.intake.mappings.translate import Translated, Translator
from agents.intake.outgoing import Outbox, Outgoing
from agents.intake.progress import Pace, PartitionProgress, least, progress_text
from schemas.reading import ROLE_OF, Reason, UnusableInput
from streams.batches import unreadable_batch
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.partition.producer import PartitionProducer
from streams.transport.partition.transaction import Transaction

log = logging.getLogger(__name__)

_SCHEMAS_A_RECORD: Final = 8
"""A record names its own schema, its key's and those of its rules' payloads."""


class IntakeStopped(Exception):
    """The intake cannot go on by itself; the message says what to repair."""


class Reached(NamedTuple):
    """Where the consumer stands: the next offset it will bring, the end of the log, and when the broker said so."""

    position: int
    end: int
    asked_ms: int


class Desk(NamedTuple):
    """What the lanes of a process share."""

    settings: Settings
    topic: str
    translator: Translator
    schemas: SchemaSource
    outbox: Outbox
    metrics: Metrics
    mark_every_ms: int
    patience_s: float
    retry_s: float = 2.0


class Lane:
    """Takes records by `add` and handles them by `step`; nothing of a step counts before its commit."""

    def __init__(
        self, desk: Desk, partition: int, producer: PartitionProducer, offset: int, progress: PartitionProgress
    ) -> None:
        self.partition = partition
        self.waits_for: str | None = None
        """The schema that the first record in hand waits for, and why."""
        self._desk, self._producer, self._progress = desk, producer, progress
        self._offset = offset
        self._in_hand: deque[SourceRecord] = deque()
        self._told = Pace(desk.mark_every_ms)
        self._marked_ms: int | None = None
        self._waiting_since: float | None = None
        self._retry_at = 0.0

    @property
    def hungry(self) -> bool:
        """Whether it may be given more records."""
        return not self._in_hand

    @property
    def mark_due(self) -> bool:
        """Whether it is time for progress and marks."""
        return self._told.due(time.monotonic())

    def add(self, records: Iterable[SourceRecord]) -> None:
        """Take what was fetched."""
        self._in_hand.extend(records)

    async def step(self, reached: Reached, others: Mapping[int, int | None] | None) -> None:
        """Handle what is in hand and commit. With ``others``, what the other partitions have committed, make marks."""
        started = time.monotonic()
        transaction = Transaction(self._producer.new_batch, self._desk.settings.dead_letter_max_bytes)
        times_ms: list[int | None] = []
        while self._in_hand and (translated := await self._translated(self._in_hand[0])) is not None:
            self._write(transaction, self._in_hand.popleft(), translated)
            times_ms.append(translated.time_ms)
            if transaction.unsent_bytes >= self._desk.settings.batch_flush_bytes:
                await self._producer.send(transaction.take_batches())
        offset = self._in_hand[0].offset if self._in_hand else reached.position
        at_end = not self._in_hand and reached.position >= reached.end
        before_ms = self._progress.complete_to_ms
        self._progress.advance(times_ms, reached.asked_ms, at_end=at_end)
        tells = self.mark_due and self._progress.complete_to_ms != before_ms
        if others is not None:
            tells |= self._mark(transaction, others)
        if offset != self._offset or tells:
            await self._commit(transaction, offset, len(times_ms), started)
        self._desk.metrics.lag(self._desk.topic, self.partition, max(0, reached.end - offset))

    async def _translated(self, record: SourceRecord) -> Translated | None:
        """None while a schema cannot be had."""
        if time.monotonic() < self._retry_at:
            return None
        try:
            if (told := unreadable_batch(record.key, record.headers)) is not None:
                raise UnusableInput(Reason.UNREADABLE_BATCH, told)
            for _ in range(_SCHEMAS_A_RECORD):
                try:
                    translated = self._desk.translator.translate(record)
                except SchemaMissing as missing:
                    await self._desk.schemas.fetch(missing.schema_id)
                else:
                    self.waits_for = self._waiting_since = None
                    return translated
        except UnusableInput as fault:
            return self._desk.translator.refuse(record, fault)
        except SchemaUnavailable as reason:
            self._wait(reason, record)
            return None
        raise IntakeStopped(f"one record needs more than {_SCHEMAS_A_RECORD} schemas: {_place(record)}")

    def _wait(self, reason: SchemaUnavailable, record: SourceRecord) -> None:
        now = time.monotonic()
        if self._waiting_since is None:
            self._waiting_since = now
            log.warning("%s waits: %s", _place(record), reason)
        if now - self._waiting_since > self._desk.patience_s:
            raise IntakeStopped(f"{_place(record)} has waited {self._desk.patience_s:.0f} s: {reason}")
        self.waits_for, self._retry_at = str(reason), now + self._desk.retry_s

    def _write(self, transaction: Transaction, record: SourceRecord, translated: Translated) -> None:
        metrics, outbox = self._desk.metrics, self._desk.outbox
        if translated.refused is not None:
            _append(transaction, outbox.dead_letter(record, translated.refused))
            metrics.dead_letter(record.topic, translated.refused.fault.reason)
        for made in translated.facts:
            _append(transaction, outbox.fact(record, made))
            metrics.intake_fact(ROLE_OF[made.type], made.type)
        if not translated.facts and translated.refused is None:
            metrics.intake_passed_over()

    def _mark(self, transaction: Transaction, others: Mapping[int, int | None]) -> bool:
        complete_to_ms = least([self._progress.complete_to_ms, *others.values()])
        if complete_to_ms is None or (self._marked_ms is not None and complete_to_ms <= self._marked_ms):
            return False
        for mark in self._desk.outbox.marks(complete_to_ms):
            _append(transaction, mark)
        self._marked_ms = complete_to_ms
        return True

    async def _commit(self, transaction: Transaction, offset: int, records: int, started: float) -> None:
        desk, complete_to_ms = self._desk, self._progress.complete_to_ms
        await self._producer.send(transaction.take_batches())
        await self._producer.commit({desk.topic: offset}, {desk.topic: progress_text(complete_to_ms)})
        self._offset = offset
        if self.mark_due:
            self._told.done(time.monotonic())
        desk.metrics.chunk(self.partition, {desk.topic: records})
        desk.metrics.committed(self.partition, time.monotonic() - started, records)
        if complete_to_ms is not None:
            desk.metrics.intake_complete(self.partition, complete_to_ms)

    async def stop(self) -> None:
        """Let go of the producer; what was not committed will be read again."""
        await self._producer.stop()


def _append(transaction: Transaction, outgoing: Outgoing) -> None:
    transaction.append(
        outgoing.topic, outgoing.partition, outgoing.key, outgoing.value, outgoing.headers, outgoing.timestamp_ms
    )


def _place(record: SourceRecord) -> str:
    return f"{record.topic} partition {record.partition} offset {record.offset}"
