"""The index and the topics: catching up with them, and reading what an index row points at."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from aiokafka.structs import TopicPartition

from agents.index.rows import INDEXED, IndexRow, row_of
from agents.index.store import Indexed, IndexStore
from streams import roles
from streams.batches import forgive
from streams.cluster.clients import running
from streams.cluster.cluster import Cluster
from streams.cluster.whole_logs import LoggedRecord, lone_reader
from streams.settings import Settings

POLL_MS: Final = 200
RECORDS_MAX: Final = 5_000
"""Of one poll, and of one transaction of the file."""
_FETCH_BYTES: Final = 64 * 1024
"""Of a partition at once, where single records are read: Kafka gives at least one batch."""
_NEAR: Final = 50
"""Records so near behind each other are read through, not sought."""


class Caught(NamedTuple):
    """What an update did."""

    records: int
    """Read."""
    anew: bool
    """Whether the index was begun anew: the topics are not those that it was of."""


def index_file(settings: Settings) -> Path:
    """Where the index of an installation lies."""
    return settings.data_dir / f"{settings.namespace}-index.sqlite"


async def about(settings: Settings) -> dict[str, str]:
    """What an index is of: the cluster, and the names of the topics and their partitions."""
    async with Cluster(settings) as cluster:
        cluster_id = await cluster.cluster_id()
    named = ",".join(f"{role}={settings.topics[role]}" for role in INDEXED)
    return {"cluster": cluster_id, "topics": named, "partitions": str(settings.partitions)}


async def update(settings: Settings, store: IndexStore, told: Callable[[str], None]) -> Caught:
    """Read on to the present end of every topic. Where a log is shorter than what was read of it, all begins anew.

    Raises IndexUnusable while another command fills the file.
    """
    with store.filling():
        return await _fill(settings, store, told)


async def _fill(settings: Settings, store: IndexStore, told: Callable[[str], None]) -> Caught:
    by_topic = {settings.topics[role]: role for role in INDEXED}
    partitions = [TopicPartition(topic, number) for topic in by_topic for number in range(settings.partitions)]
    async with running(lone_reader(settings)) as consumer:
        forgive(consumer, {topic for topic, role in by_topic.items() if role in roles.INPUTS})
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        begins = await consumer.beginning_offsets(partitions)
        known = store.positions()
        anew = any(known.get((by_topic[p.topic], p.partition), 0) > ends[p] for p in partitions)
        if anew:
            store.clear()
            known = {}
        for partition in partitions:
            at = known.get((by_topic[partition.topic], partition.partition), 0)
            consumer.seek(partition, max(at, begins[partition]))
        count = 0
        async for batch, positions in _batches(consumer, partitions, ends, by_topic):
            store.add(batch, positions)
            count += len(batch)
            told(f"{count:,} records")
    return Caught(count, anew)


async def _batches(
    consumer: Any, partitions: Sequence[TopicPartition], ends: dict[TopicPartition, int], by_topic: dict[str, str]
) -> AsyncIterator[tuple[list[IndexRow], dict[tuple[str, int], int]]]:
    open_ = list(partitions)
    while open_:
        found = await consumer.getmany(*open_, timeout_ms=POLL_MS, max_records=RECORDS_MAX)
        rows: list[IndexRow] = []
        for partition, records in found.items():
            role = by_topic[partition.topic]
            read = (row_of(_logged(role, record)) for record in records)
            rows += [row for row in read if row is not None]
        positions = {partition: await consumer.position(partition) for partition in open_}
        yield rows, {(by_topic[p.topic], p.partition): at for p, at in positions.items()}
        open_ = [partition for partition in open_ if positions[partition] < ends[partition]]


def _logged(role: str, r: Any) -> LoggedRecord:
    return LoggedRecord(role, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers))


async def read_at(settings: Settings, wanted: Iterable[Indexed]) -> dict[tuple[str, int, int], LoggedRecord]:
    """The records at these places, by role, partition and offset; what the topics no longer hold is missing."""
    by_topic = {settings.topics[role]: role for role in INDEXED}
    places: dict[TopicPartition, list[int]] = {}
    for one in wanted:
        place = TopicPartition(settings.topics[one.kind.role], one.partition)
        places.setdefault(place, []).append(one.offset)
    found: dict[tuple[str, int, int], LoggedRecord] = {}
    if not places:
        return found
    async with running(lone_reader(settings, max_partition_fetch_bytes=_FETCH_BYTES)) as consumer:
        forgive(consumer, {topic for topic, role in by_topic.items() if role in roles.INPUTS})
        consumer.assign(list(places))
        begins, ends = await consumer.beginning_offsets(list(places)), await consumer.end_offsets(list(places))
        left = {p: sorted(o for o in offsets if begins[p] <= o < ends[p]) for p, offsets in places.items()}
        async for record in _sought(consumer, {p: offsets for p, offsets in left.items() if offsets}):
            role = by_topic[record.topic]
            found[role, record.partition, record.offset] = _logged(role, record)
    return found


async def _sought(consumer: Any, left: dict[TopicPartition, list[int]]) -> AsyncIterator[Any]:
    """The records at these offsets, ascending in each partition: those of all partitions are fetched together."""
    for partition, offsets in left.items():
        consumer.seek(partition, offsets[0])
    consumer.pause(*(consumer.assignment() - left.keys()))
    while left:
        for partition, records in (await consumer.getmany(*left, timeout_ms=POLL_MS)).items():
            offsets = left[partition]
            wanted = set(offsets)
            for record in records:
                if record.offset in wanted:
                    yield record
            at = await consumer.position(partition)
            rest = [offset for offset in offsets if offset >= at]
            if not rest:
                del left[partition]
                consumer.pause(partition)
                continue
            left[partition] = rest
            if rest[0] - at > _NEAR:
                consumer.seek(partition, rest[0])
