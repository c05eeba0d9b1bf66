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
    ends = await consumer.end_offsets(partitions)
    # The end itself may be a control record, which is never delivered: only the position tells.
    while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
        for records in (await consumer.getmany(*partitions, timeout_ms=_POLL_MS)).values():
            for record in records:
                yield record
