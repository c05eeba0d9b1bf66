"""How partitions come to this worker: fence, restore, offsets, position, live; in this order and no other.

Fencing aborts or completes what the last owner left open; only then are changelog and committed offsets final.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from streams.transport.barrier import Barrier
from streams.transport.engine import Engine, Input
from streams.transport.errors import StartRefused
from streams.transport.lane import SystemLane
from streams.transport.merge import ReplayMerge
from streams.transport.part import Part
from streams.transport.producer import PartitionProducer
from streams.transport.restore import restore
from streams.transport.source import ReplaySource, Source, SystemSource, floor_of
from streams.transport.table import Shard

log = logging.getLogger(__name__)

Places = Mapping[str, tuple[int, int | None]]  # topic -> position, replay floor


def partitions_of(assigned: Iterable[Input]) -> dict[int, list[str]]:
    """Partition number -> input topics; refused if the inputs are not partitioned alike."""
    topics: dict[int, list[str]] = {}
    for topic, number in sorted(assigned):
        topics.setdefault(number, []).append(topic)
    if len({tuple(names) for names in topics.values()}) > 1:
        raise StartRefused(f"the input topics differ in their number of partitions: {topics}")
    return topics


async def take_over(
    engine: Engine, thread: Any, assigned: Iterable[Input], retain: bool, shards: dict[int, Shard]
) -> None:
    """Make the assigned partitions live. With `retain` those held before go on with what they have in memory."""
    topics = partitions_of(assigned)
    kept = {n: part for n, part in engine.parts.items() if retain and n in topics and part.alive}
    await asyncio.gather(*(part.stop() for n, part in engine.parts.items() if n not in kept))
    engine.parts = dict(kept)
    fresh = {n: PartitionProducer(engine.settings, n) for n in topics if n not in kept}
    try:
        await asyncio.gather(*(producer.start() for producer in fresh.values()))
        if fresh:
            await _check_topics(engine, next(iter(fresh.values())), next(iter(topics.values())))
        new_shards = {number: Shard() for number in fresh}
        await restore(engine.settings, new_shards, engine.observer)
        places = await _committed(thread, [(topic, n) for n in fresh for topic in topics[n]])
        if engine.settings.clock == "replay":
            await thread.controls_read()
    except BaseException:
        await asyncio.gather(*(producer.stop() for producer in fresh.values()))
        raise
    for number, part in kept.items():
        floors = part.source.floors()
        places[number] = {topic: (at, floors.get(topic)) for topic, at in part.source.positions().items()}
    shards.clear()
    for number in topics:
        shard = kept[number].shard if number in kept else new_shards[number]
        shards[number] = shard
        source = _source(engine, number, shard, places[number])
        if number in kept:
            for topic, reason in kept[number].source.held().items():
                source.hold(topic, reason)
            kept[number].restart(source)
        else:
            part = Part(
                number, shard, source, fresh[number], engine.settings, engine.observer, engine.fail, engine.wake
            )
            part.start()
            engine.parts[number] = part
    await thread.start_at({(topic, n): at for n, place in places.items() for topic, (at, _) in place.items()})
    engine.go_live()
    log.info("live: partitions %s, of which kept in memory: %s", sorted(topics), sorted(kept))


async def _check_topics(engine: Engine, producer: PartitionProducer, inputs: Sequence[str]) -> None:
    for topic in sorted(engine.topics | {engine.changelog}):
        engine.partition_counts[topic] = await producer.partition_count(topic)
    counts = {topic: engine.partition_counts[topic] for topic in (*inputs, engine.changelog)}
    if len(set(counts.values())) > 1:
        raise StartRefused(f"inputs and changelog must have the same number of partitions: {counts}")
    engine.input_partitions = counts[engine.changelog]


async def _committed(thread: Any, inputs: list[Input]) -> dict[int, dict[str, tuple[int, int | None]]]:
    """Where to begin. There is no automatic reset: a gap in the log is told, not stepped over."""
    if not inputs:
        return {}
    committed = await thread.committed(inputs)
    bounds = await thread.bounds(inputs)
    places: dict[int, dict[str, tuple[int, int | None]]] = {}
    faults = []
    for topic, number in inputs:
        start, end = bounds[topic, number]
        found = committed[topic, number]
        if found is None:
            faults.append(f"{topic} partition {number} has no committed offset (log {start} to {end})")
        elif not start <= found[0]:
            faults.append(f"{topic} partition {number} is committed at {found[0]}, but its log starts at {start}")
        else:
            places.setdefault(number, {})[topic] = (found[0], floor_of(found[1]))
    if faults:
        raise StartRefused("; ".join(faults))
    return places


def _source(engine: Engine, number: int, shard: Shard, places: Places) -> Source:
    settings = engine.settings
    positions = {topic: position for topic, (position, _) in places.items()}

    def watermark(topic: str) -> Any:
        return engine.watermark(topic, number)

    if settings.clock == "replay":
        merge = ReplayMerge(
            positions, {topic: floor for topic, (_, floor) in places.items()}, settings.buffer_max_bytes, engine.order
        )
        return ReplaySource(
            merge,
            shard.due,
            watermark,
            engine.controls.replay(),
            engine.grid,
            engine.pace,
            chunk_records=settings.chunk_max_records,
            tick_accounts=settings.tick_max_accounts,
        )
    barrier = Barrier(engine.silencing(positions), watermark, settings.barrier_sample_max_age_ms)
    return SystemSource(
        SystemLane(positions, settings.buffer_max_bytes),
        shard.due,
        barrier,
        engine.controls,
        engine.clock,
        engine.grid,
        chunk_records=settings.chunk_max_records,
        tick_accounts=settings.tick_max_accounts,
        on_closed=lambda topic: engine.observer.barrier_closed(topic, number),
    )
