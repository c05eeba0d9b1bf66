"""Reading partitions whole, outside any group: what is committed, from the beginning to the end of now."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.settings import Settings

_POLL_MS: Final = 200


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
