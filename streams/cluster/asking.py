"""Questions to a cluster that may be starting: an answer that leaves out what was asked for is no answer.

In the seconds after a broker's start, and while a group's coordinator moves, Kafka answers with fewer topics, without
brokers, or with an error at the top and nothing below it. aiokafka's own readers take that for "there is none".
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from aiokafka.errors import KafkaError, TopicAuthorizationFailedError, for_code
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.structs import OffsetAndMetadata, TopicPartition

T = TypeVar("T")

# A new cluster makes its offsets topic at the first question about a group; a large one takes a while to load.
ANSWER_PATIENCE_S: Final = 30.0
ANSWER_RETRY_S: Final = 0.2

Offsets = dict[TopicPartition, OffsetAndMetadata | None]


class Untold(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """The cluster has left out what it was asked for."""

    retriable = True

    def __str__(self) -> str:
        return str(self.args[0])


async def until_told(ask: Callable[[], Awaitable[T]], what: str) -> T:
    """Ask until there is an answer; raises Untold when none comes in time, and at once what no patience mends."""
    deadline = time.monotonic() + ANSWER_PATIENCE_S
    while True:
        try:
            return await ask()
        except KafkaError as error:
            if not error.retriable:
                raise
            if time.monotonic() > deadline:
                reason = str(error) if isinstance(error, Untold) else type(error).__name__
                raise Untold(f"the cluster has not told within {ANSWER_PATIENCE_S:g} s {what}: {reason}") from error
        await asyncio.sleep(ANSWER_RETRY_S)


async def group_offsets(
    ask: Callable[[OffsetFetchRequest], Awaitable[Any]], group_id: str, partitions: Sequence[TopicPartition]
) -> Offsets:
    """Where a group stands in each of the partitions; None only where its coordinator says that there is no offset.

    `ask` sends the request to the coordinator, wherever that is by now.
    """
    if not partitions:
        return {}
    by_topic: dict[str, list[int]] = defaultdict(list)
    for topic, partition in partitions:
        by_topic[topic].append(partition)
    request = OffsetFetchRequest(group_id, list(by_topic.items()))

    async def once() -> Offsets:
        return offsets_told(await ask(request), group_id, partitions)

    return await until_told(once, f"where group {group_id} stands")


def offsets_told(answer: Any, group_id: str, partitions: Sequence[TopicPartition]) -> Offsets:
    """What an answer tells of the partitions; raises its error, or Untold when it does not name all of them."""
    if code := getattr(answer, "error_code", 0):
        raise for_code(code)(group_id)
    told: Offsets = {}
    for topic, entries in answer.topics:
        for partition, offset, metadata, code in entries:
            if code == TopicAuthorizationFailedError.errno:
                raise TopicAuthorizationFailedError({topic})
            if code:
                raise for_code(code)(f"{topic} partition {partition}")
            told[TopicPartition(topic, partition)] = OffsetAndMetadata(offset, metadata) if offset >= 0 else None
    left_out = [tp for tp in partitions if tp not in told]
    if left_out:
        raise Untold(f"nothing of {left_out[0].topic} partition {left_out[0].partition}, {len(left_out)} in all")
    return told


async def every_offset(
    ask: Callable[[Sequence[TopicPartition]], Awaitable[dict[TopicPartition, int]]],
    partitions: Sequence[TopicPartition],
) -> dict[TopicPartition, int]:
    """First or next offsets of the logs, of every one of the partitions."""

    async def once() -> dict[TopicPartition, int]:
        found = await ask(partitions)
        if left_out := [tp for tp in partitions if tp not in found]:
            raise Untold(f"nothing of {left_out[0].topic} partition {left_out[0].partition}, {len(left_out)} in all")
        return found

    return await until_told(once, "where the logs begin and end")
