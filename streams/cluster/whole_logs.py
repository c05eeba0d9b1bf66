"""Reading partitions whole, outside any group: what is committed, from the beginning to the end of now."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final, NamedTuple

import jiter
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams import roles
from streams.batches import forgive
from streams.cluster.clients import running
from streams.settings import Settings

_POLL_MS: Final = 200
_LOG_APPEND_TIME: Final = 1


class LoggedRecord(NamedTuple):
    """One record as it lies on a topic."""

    role: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    by_broker: bool = False
    """Its time is when the broker appended it; else what its producer says."""

    @property
    def is_mark(self) -> bool:
        """A progress mark is no fact."""
        return ("ce_type", b"source.progress") in self.headers

    def body(self) -> dict[str, Any]:
        """The JSON object; empty when it is none."""
        try:
            body = jiter.from_json(self.value or b"")
        except ValueError:
            body = None
        return body if isinstance(body, dict) else {}


def lone_reader(settings: Settings, **options: Any) -> Any:
    """A consumer without a group, not yet started; it reads committed records and commits nothing."""
    return AIOKafkaConsumer(
        bootstrap_servers=list(settings.bootstrap_servers),
        isolation_level="read_committed",
        enable_auto_commit=False,
        **settings.kafka_security_kwargs(),
        **options,
    )


async def to_the_end(consumer: Any, partitions: Sequence[TopicPartition]) -> AsyncIterator[Any]:
    """Every record of the partitions up to their present ends, each in its own order."""
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    async for record in _up_to_now(consumer, partitions):
        yield record


async def from_time_to_the_end(consumer: Any, partitions: Sequence[TopicPartition], from_ms: int) -> AsyncIterator[Any]:
    """The same, from the first record of each partition whose Kafka time is ``from_ms`` (epoch ms) or later."""
    consumer.assign(partitions)
    found = await consumer.offsets_for_times(dict.fromkeys(partitions, from_ms))
    ends = await consumer.end_offsets(partitions)
    for partition in partitions:
        at = found.get(partition)
        consumer.seek(partition, ends[partition] if at is None else at.offset)
    async for record in _up_to_now(consumer, partitions):
        yield record


async def _up_to_now(consumer: Any, partitions: Sequence[TopicPartition]) -> AsyncIterator[Any]:
    ends = await consumer.end_offsets(partitions)
    # The end itself may be a control record, which is never delivered: only the position tells.
    while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
        for records in (await consumer.getmany(*partitions, timeout_ms=_POLL_MS)).values():
            for record in records:
                yield record


async def last_value(settings: Settings, role: str, partition: int, key: bytes) -> bytes | None:
    """What a partition of a compacted topic holds under a key; None when it holds nothing."""
    found: bytes | None = None
    async with running(lone_reader(settings)) as consumer:
        async for record in to_the_end(consumer, [TopicPartition(settings.topics[role], partition)]):
            if record.key == key:
                found = record.value
    return found


async def read_topics(settings: Settings, wanted: Iterable[str]) -> list[LoggedRecord]:
    """Every committed record of the topics with these roles, partition by partition, up to their present end."""
    by_topic = {settings.topics[role]: role for role in wanted}
    partitions = [TopicPartition(topic, number) for topic in by_topic for number in range(settings.partitions)]
    async with running(lone_reader(settings)) as consumer:
        forgive(consumer, {topic for topic, role in by_topic.items() if role in roles.INPUTS})
        return [_kept(by_topic[r.topic], r) async for r in to_the_end(consumer, partitions)]


async def each_record(settings: Settings, wanted: Sequence[str]) -> AsyncIterator[LoggedRecord]:
    """The same one by one, so that whoever reads keeps what they need: all topics of a partition, then of the next."""
    by_topic = {settings.topics[role]: role for role in wanted}
    async with running(lone_reader(settings)) as consumer:
        forgive(consumer, {topic for topic, role in by_topic.items() if role in roles.INPUTS})
        for number in range(settings.partitions):
            held = [TopicPartition(topic, number) for topic, role in by_topic.items() if _has(role, number)]
            async for record in to_the_end(consumer, held):
                yield _kept(by_topic[record.topic], record)


async def deleted_below(settings: Settings, wanted: Sequence[str]) -> dict[tuple[str, int], int]:
    """Role and partition -> the first offset that is left, where the log does not begin at 0."""
    by_topic = {settings.topics[role]: role for role in wanted}
    partitions = [
        TopicPartition(topic, number)
        for topic, role in by_topic.items()
        for number in range(settings.partitions)
        if _has(role, number)
    ]
    async with running(lone_reader(settings)) as consumer:
        starts = await consumer.beginning_offsets(partitions)
    return {(by_topic[at.topic], at.partition): start for at, start in starts.items() if start > 0}


def _has(role: str, number: int) -> bool:
    return number == 0 or role != roles.REMINDER_CONTROLS


def _kept(role: str, r: Any) -> LoggedRecord:
    by_broker = r.timestamp_type == _LOG_APPEND_TIME
    return LoggedRecord(role, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers), by_broker)
