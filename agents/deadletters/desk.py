"""The desk's eyes on Kafka: dead letters read as a stream, and what became of them looked for."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.deadletters.letters import Coordinates, Filter, Letter, read_letter
from agents.deadletters.outcomes import Outcomes, Span
from streams import roles
from streams.cluster.clients import running
from streams.cluster.cluster import ClusterError
from streams.cluster.whole_logs import Kept
from streams.settings import Settings

LOOKED_AT_MAX: Final = 2_000_000
"""Records of the inputs that are read to find what became of dead letters."""
SILENCE_MAX_S: Final = 30.0
"""How long a cluster may tell nothing of records that it has."""
SKEW_MS: Final = 3_600_000
"""How far the clocks of those who write may lie apart."""

_POLL_MS = 500
_POLL_RECORDS = 500
_TOLD_EVERY = 10_000


async def letters(settings: Settings, wanted: Filter) -> AsyncGenerator[Letter]:
    """The dead letters that are meant, partition by partition, up to the end of each as it is now."""
    topic_roles = {settings.topics[role]: role for role in roles.INPUTS}
    async with _consumer(settings) as consumer:
        partitions = _partitions(settings, wanted)
        spans = [Span(roles.REMINDER_DEAD_LETTERS, number, None, wanted.since_ms) for number in partitions]
        async for record in _records(settings, consumer, spans):
            letter = read_letter(record, topic_roles)
            if letter is not None and wanted.matches(letter):
                yield letter


def _partitions(settings: Settings, wanted: Filter) -> Sequence[int]:
    """A worker puts a record aside in the partition of the same number; of foreign ones nothing is known."""
    numbers = {at.partition for at in wanted.named if at.role in roles.INPUTS}
    if wanted.named and all(at.role in roles.INPUTS for at in wanted.named):
        return sorted(numbers & set(range(settings.partitions)))
    return range(settings.partitions)


async def find(settings: Settings, named: frozenset[Coordinates]) -> dict[Coordinates, Letter]:
    """The letters with these coordinates, as far as they are there."""
    found: dict[Coordinates, Letter] = {}
    async with aclosing(letters(settings, Filter(named=named))) as them:
        async for letter in them:
            found[letter.at] = letter
            if len(found) == len(named):
                break
    return found


async def look_up(settings: Settings, wanted: Filter, progress: Callable[[str], None]) -> tuple[Outcomes, bool]:
    """What became of the letters that are meant.

    False stands beside it when more was written since than may be read, so that some may be settled after all.
    """
    outcomes = Outcomes()
    async with aclosing(letters(settings, wanted)) as them:
        async for letter in them:
            outcomes.expect(letter)
    looked_at = 0
    spans = _spans(settings, outcomes)
    async with _consumer(settings) as consumer, aclosing(_records(settings, consumer, spans)) as records:
        async for record in records:
            outcomes.see(record)
            looked_at += 1
            if looked_at % _TOLD_EVERY == 0:
                progress(f"{looked_at:,} records")
            if outcomes.all_settled or looked_at >= LOOKED_AT_MAX:
                break
    return outcomes, outcomes.all_settled or looked_at < LOOKED_AT_MAX


async def end_of(settings: Settings, role: str, partition: int, until_ms: int | None) -> int:
    """The offset behind what an input holds now, or behind what it was told before an instant."""
    place = TopicPartition(settings.topics[role], partition)
    async with _consumer(settings, isolation="read_uncommitted") as consumer:
        if until_ms is not None and (later := (await consumer.offsets_for_times({place: until_ms}))[place]):
            return int(later.offset)
        return int((await consumer.end_offsets([place]))[place])


def _spans(settings: Settings, outcomes: Outcomes) -> list[Span]:
    """By the time of day nobody dismisses a letter before it is written; in a replay times tell nothing of that."""
    replay = settings.clock == "replay"
    return [
        span if span.since_ms is None else span._replace(since_ms=0 if replay else max(0, span.since_ms - SKEW_MS))
        for span in outcomes.spans()
    ]


@asynccontextmanager
async def _consumer(settings: Settings, isolation: str = "read_committed") -> AsyncIterator[Any]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=list(settings.bootstrap_servers),
        isolation_level=isolation,
        enable_auto_commit=False,
        # Retention may take the place where we begin; then the log begins later, and so do we.
        auto_offset_reset="earliest",
        **settings.kafka_security_kwargs(),
    )
    async with running(consumer):
        yield consumer


async def _records(settings: Settings, consumer: Any, spans: Sequence[Span]) -> AsyncGenerator[Kept]:
    """Committed records of the spans, one span after the other, up to the ends of now."""
    by_span = {span: TopicPartition(settings.topics[span.role], span.partition) for span in spans}
    ends = await consumer.end_offsets(list(by_span.values()))
    for span, partition in by_span.items():
        start = await _start(consumer, partition, span)
        if start is None or start >= ends[partition]:
            continue
        consumer.assign([partition])
        consumer.seek(partition, start)
        give_up = time.monotonic() + SILENCE_MAX_S
        while (before := await consumer.position(partition)) < ends[partition]:
            fetched = await consumer.getmany(partition, timeout_ms=_POLL_MS, max_records=_POLL_RECORDS)
            for r in fetched.get(partition, ()):
                if r.offset < ends[partition]:
                    yield Kept(span.role, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers))
            if await consumer.position(partition) > before:
                give_up = time.monotonic() + SILENCE_MAX_S
            elif time.monotonic() > give_up:
                raise ClusterError(f"{partition.topic}[{partition.partition}] tells nothing for {SILENCE_MAX_S:g} s")


async def _start(consumer: Any, partition: TopicPartition, span: Span) -> int | None:
    """The first offset of a span; None when nothing is that young."""
    if span.since_ms is None:
        return span.offset or 0
    found = (await consumer.offsets_for_times({partition: span.since_ms}))[partition]
    starts = [start for start in (found and found.offset, span.offset) if start is not None]
    return min(starts, default=None)
