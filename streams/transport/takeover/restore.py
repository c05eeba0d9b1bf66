"""Reads the table back from its changelog, up to the last stable offset, without decoding values."""

import asyncio
import gc
import logging
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError
from aiokafka.structs import TopicPartition

from streams.batches import CodecMissing, UnreadableBatch
from streams.cluster.asking import every_offset
from streams.cluster.changelog import ACCEPTED_KEY, Extent
from streams.cluster.clients import shuffled_servers, stop_client
from streams.errors import StartRefused
from streams.settings import Settings
from streams.transport.observer import EngineObserver
from streams.transport.outages.patience import bound_answers
from streams.transport.outages.refusals import naming_rights
from streams.transport.partition.shard import Shard

log = logging.getLogger(__name__)

_ATTEMPTS = 5
_BACKOFF_S = 1.0
_FETCH_BYTES = 4 * 1_048_576
_POLL_MS = 100
_GC_THRESHOLDS = (100_000, 50, 1000)


class ChangelogRead(NamedTuple):
    """What was read of one partition's changelog, and what a person has accepted there."""

    extent: Extent
    accepted: bytes | None = None


async def restore(
    settings: Settings, shards: Mapping[int, Shard], observer: EngineObserver
) -> dict[int, ChangelogRead]:
    """Fill the shards. To be called when their partitions are fenced: the changelog no longer grows."""
    if not shards:
        return {}
    # A million values make the collector walk for seconds and free nothing.
    gc.disable()
    try:
        consumer = await _connect(settings)
        try:
            with naming_rights(settings, "Read"):
                read = await _replay(consumer, settings.topics["accounts-changelog"], shards, observer)
        except (UnreadableBatch, CodecMissing) as error:
            raise StartRefused(f"the accounts cannot be read back: {error}") from error
        finally:
            await stop_client(consumer)
        for shard in shards.values():
            shard.due.rebuild()
    finally:
        gc.enable()
    gc.set_threshold(*_GC_THRESHOLDS)
    gc.collect()
    gc.freeze()
    return read


async def _connect(settings: Settings) -> Any:
    for attempt in range(1, _ATTEMPTS + 1):
        consumer = AIOKafkaConsumer(
            bootstrap_servers=shuffled_servers(settings),
            client_id=f"{settings.namespace}-restore",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_partition_fetch_bytes=_FETCH_BYTES,
            fetch_max_wait_ms=_POLL_MS,
            request_timeout_ms=settings.consumer_request_timeout_ms,
            **settings.kafka_security_kwargs(),
        )
        bound_answers(consumer._client)
        try:
            await consumer.start()
        except KafkaConnectionError:
            await stop_client(consumer)
            if attempt == _ATTEMPTS:
                raise
            await asyncio.sleep(_BACKOFF_S)
        else:
            break
    return consumer


async def _replay(
    consumer: Any, topic: str, shards: Mapping[int, Shard], observer: EngineObserver
) -> dict[int, ChangelogRead]:
    started = time.monotonic()
    tps = [TopicPartition(topic, number) for number in shards]
    consumer.assign(tps)
    await consumer.seek_to_beginning(*tps)
    starts = await every_offset(consumer.beginning_offsets, tps)
    ends = await every_offset(consumer.end_offsets, tps)  # read committed: the last stable offset
    counts = dict.fromkeys(shards, 0)
    left = set(tps)
    while left:
        # The end itself may be a control record, which is never delivered: only the position tells.
        for tp in [tp for tp in left if await consumer.position(tp) >= ends[tp]]:
            left.discard(tp)
            consumer.pause(tp)
            observer.restored(tp.partition, counts[tp.partition], time.monotonic() - started)
        if not left:
            break
        for tp, records in (await consumer.getmany(*left, timeout_ms=_POLL_MS)).items():
            state = shards[tp.partition].state
            counts[tp.partition] += len(records)
            for record in records:
                if record.value is None:
                    state.pop(record.key, None)
                else:
                    state[record.key] = record.value
    log.info("restored %d records in %.1f s", sum(counts.values()), time.monotonic() - started)
    return {
        number: ChangelogRead(Extent(starts[tp], ends[tp]), shard.state.pop(ACCEPTED_KEY, None))
        for tp, (number, shard) in zip(tps, shards.items(), strict=True)
    }
