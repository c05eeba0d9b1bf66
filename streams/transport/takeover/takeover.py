"""How partitions come to this worker: fence, restore, offsets, position, live; in this order and no other.

Fencing aborts or completes what the last owner left open; only then are changelog and committed offsets final.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streams.cluster.changelog import loss_of
from streams.cluster.floors import claim_of, floor_of
from streams.errors import StartRefused
from streams.transport.engine import Engine
from streams.transport.partition.live import LivePartition
from streams.transport.partition.producer import PartitionProducer
from streams.transport.partition.shard import Shard
from streams.transport.safeguards.barrier import Barrier
from streams.transport.safeguards.holds import Holds, gap_of
from streams.transport.sources.fetched import Input
from streams.transport.sources.lane import SystemLane
from streams.transport.sources.merge import ReplayMerge
from streams.transport.sources.replay import ReplaySource
from streams.transport.sources.source import Source
from streams.transport.sources.system import SystemSource
from streams.transport.takeover.restore import ChangelogRead, restore

log = logging.getLogger(__name__)

StartPositions = Mapping[str, tuple[int, int | None]]  # topic -> position, replay floor


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a partition begins: the inputs that have a position, and those that are not to be read."""

    places: StartPositions
    holds: Holds
    claimed: int = 0
    """How far the changelog had come when the offsets were committed."""


def partitions_of(assigned: Iterable[Input]) -> dict[int, list[str]]:
    """Partition number -> input topics; refused if the inputs are not partitioned alike."""
    topics: dict[int, list[str]] = {}
    for topic, number in sorted(assigned):
        topics.setdefault(number, []).append(topic)
    if len({tuple(names) for names in topics.values()}) > 1:
        raise StartRefused(f"the input topics differ in their number of partitions: {topics}")
    return topics


async def take_over(
    engine: Engine, thread: Any, assigned: Iterable[Input], shards: dict[int, Shard], *, retain: bool
) -> None:
    """Make the assigned partitions live. With `retain` those held before go on with what they have in memory."""
    topics = partitions_of(assigned)
    kept = {n: part for n, part in engine.parts.items() if retain and n in topics and part.alive}
    await asyncio.gather(*(part.stop() for n, part in engine.parts.items() if n not in kept))
    engine.parts = dict(kept)
    fresh = {n: PartitionProducer(engine.settings, n, engine.skew) for n in topics if n not in kept}
    if not engine.counts.begun_with and engine.settings.clock == "system":
        engine.counts.begun_with = {topic: count for topic, count in (await thread.subscribed()).items() if count}
    try:
        await asyncio.gather(*(producer.start() for producer in fresh.values()))
        # By the time of day a topic that grows later closes the ticks and ends nobody.
        if fresh and (not engine.input_partitions or engine.settings.clock == "replay"):
            await _check_topics(engine, next(iter(fresh.values())), next(iter(topics.values())))
        new_shards = {number: Shard() for number in fresh}
        read = await restore(engine.settings, new_shards, engine.observer)
        standings = await _committed(thread, {n: topics[n] for n in fresh})
        _find_losses(engine, read, standings)
        _admit(engine, new_shards, standings)
        await asyncio.gather(*(producer.probe(engine.changelog) for producer in fresh.values()))
        if engine.settings.clock == "replay":
            await thread.controls_read()
    except BaseException:
        await asyncio.gather(*(producer.stop() for producer in fresh.values()))
        raise
    for number, part in kept.items():
        floors = part.source.floors()
        places = {topic: (at, floors.get(topic)) for topic, at in part.source.positions().items()}
        standings[number] = Standing(places, Holds(part.source.holds.held))
    shards.clear()
    for number in topics:
        shard = kept[number].shard if number in kept else new_shards[number]
        shards[number] = shard
        source = _source(engine, number, shard, topics[number], standings[number])
        if number in kept:
            kept[number].restart(source)
        else:
            part = LivePartition(
                number, shard, source, fresh[number], engine.settings, engine.observer, engine.broken, engine.wake
            )
            part.start()
            engine.parts[number] = part
    await _start(thread, standings)
    engine.observer.taken_over(len(fresh))
    engine.go_live()
    log.info("live: partitions %s, of which kept in memory: %s", sorted(topics), sorted(kept))


def _find_losses(engine: Engine, read: Mapping[int, ChangelogRead], standings: Mapping[int, Standing]) -> None:
    """Read nothing of a partition whose table is not whole: a forgotten account would be chased or not recalled."""
    for number, (extent, accepted) in read.items():
        standing = standings[number]
        loss = loss_of(extent._replace(claimed=standing.claimed), accepted)
        if loss is not None:
            standing.holds.lose_state(standing.places, engine.changelog, loss)
        elif accepted is not None:
            log.warning("partition %d: a loss of its changelog was accepted: %s", number, accepted.decode())


def _admit(engine: Engine, shards: Mapping[int, Shard], standings: Mapping[int, Standing]) -> None:
    """Leave a partition alone that the application cannot work on: nothing of it is read, and it says why."""
    for number, shard in shards.items():
        reason = engine.admit(shard.state.values())
        if reason is not None:
            for topic in standings[number].places:
                standings[number].holds.hold(topic, reason)


async def _check_topics(engine: Engine, producer: PartitionProducer, inputs: Sequence[str]) -> None:
    for topic in sorted(engine.topics | {engine.changelog}):
        engine.partition_counts[topic] = await producer.partition_count(topic)
    found = {topic: engine.partition_counts[topic] for topic in (*inputs, engine.changelog)}
    counts = {topic: engine.counts.begun_with.get(topic, count) for topic, count in found.items()}
    if len(set(counts.values())) > 1:
        raise StartRefused(f"inputs and changelog must have the same number of partitions: {counts}")
    engine.input_partitions = counts[engine.changelog]
    controls = {} if engine.controls.folding is None else {engine.controls.topic: 1}
    engine.counts.expect({**counts, **controls})


async def _committed(thread: Any, topics: Mapping[int, Sequence[str]]) -> dict[int, Standing]:
    """Where to begin. There is no automatic reset: a gap in the log closes its partition and is told."""
    inputs = [(topic, number) for number, names in topics.items() for topic in names]
    if not inputs:
        return {}
    committed = await thread.committed(inputs)
    bounds = await thread.bounds(inputs)
    standings: dict[int, Standing] = {}
    for number, names in topics.items():
        places: dict[str, tuple[int, int | None]] = {}
        holds = Holds()
        claimed = 0
        for topic in names:
            start, end = bounds[topic, number]
            found = committed[topic, number]
            if found is not None:
                places[topic] = (found[0], floor_of(found[1]))
                claimed = max(claimed, claim_of(found[1]))
            if found is None or not start <= found[0] <= end:
                holds.lose(topic, gap_of(None if found is None else found[0], start, end))
        standings[number] = Standing(places, holds, claimed)
    return standings


async def _start(thread: Any, standings: Mapping[int, Standing]) -> None:
    await thread.start_at(
        {
            (topic, number): at
            for number, standing in standings.items()
            for topic, (at, _) in standing.places.items()
            if topic not in standing.holds.lost
        },
        [(topic, number) for number, standing in standings.items() for topic in standing.holds.lost],
    )


def _source(engine: Engine, number: int, shard: Shard, topics: Sequence[str], standing: Standing) -> Source:
    settings = engine.settings

    def watermark(topic: str) -> Any:
        return engine.watermark(topic, number)

    if settings.clock == "replay":
        # Without a floor time waits for the input; its position is not committed, as nothing can happen.
        places = {topic: standing.places.get(topic, (0, None)) for topic in topics}
        merge = ReplayMerge(
            {topic: position for topic, (position, _) in places.items()},
            {topic: floor for topic, (_, floor) in places.items()},
            settings.buffer_max_bytes,
            engine.order,
        )
        return ReplaySource(
            merge,
            shard.due,
            watermark,
            engine.controls.replay(),
            engine.grid,
            engine.pace,
            standing.holds,
            chunk_records=settings.chunk_max_records,
            tick_accounts=settings.tick_max_accounts,
        )
    return SystemSource(
        SystemLane({topic: position for topic, (position, _) in standing.places.items()}, settings.buffer_max_bytes),
        shard.due,
        Barrier(engine.silencing(topics), watermark, settings.barrier_sample_max_age_ms, engine.pulse),
        engine.controls,
        engine.clock,
        engine.skew,
        engine.grid,
        standing.holds,
        chunk_records=settings.chunk_max_records,
        tick_accounts=settings.tick_max_accounts,
        on_closed=lambda topic, reason: engine.observer.barrier_closed(topic, number, reason),
        counts=engine.counts.closed,
    )
