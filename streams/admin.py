"""Makes the topics that are missing, says what is wrong with those that are there; changes nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aiokafka.structs import TopicPartition

from streams.cluster import Cluster, ClusterError
from streams.settings import Settings
from streams.topology import TopicSpec, plan
from streams.topology_faults import CONFIGS, ClusterState, ClusterTopic, PartitionOffsets, find_faults

OFFSETS_KEPT = "offsets.retention.minutes"
MINUTE_MS = 60_000

Start = Literal["earliest", "latest"]


@dataclass(frozen=True, slots=True)
class Created:
    """What `create` has changed: topics made, and where a new group starts."""

    topics: tuple[str, ...]
    starts: Mapping[tuple[str, int], int]


async def create(settings: Settings, *, start: Start = "earliest") -> Created:
    """Make missing topics and commit a NEW group's starting offsets.

    A group that has an offset on any input keeps all of them as they are, gaps included: a gap that closed
    itself would be facts skipped without anybody knowing.
    """
    specs = plan(settings)
    async with Cluster(settings) as cluster:
        existing = await cluster.partition_counts()
        made = [
            spec.name
            for spec in specs
            if spec.name not in existing
            and await cluster.create_topic(spec.name, spec.partitions, settings.replication_factor, spec.configs())
        ]
        inputs = _input_partitions(specs, await cluster.partition_counts_of(spec.name for spec in specs))
        starts: dict[TopicPartition, int] = {}
        if not await cluster.committed(inputs):
            first, following = await cluster.log_bounds(inputs)
            starts = first if start == "earliest" else following
            await cluster.commit(starts)
    return Created(tuple(made), {(tp.topic, tp.partition): offset for tp, offset in sorted(starts.items())})


async def check(settings: Settings) -> list[str]:
    """Every fault of the topics and of the group's offsets; empty when a worker may start."""
    specs = plan(settings)
    return find_faults(settings, specs, await read_cluster(settings, specs))


async def require(settings: Settings, wanted: Iterable[str]) -> None:
    """Raises ClusterError when topics of these roles are missing: a client would ask for them until it gives up."""
    async with Cluster(settings) as cluster:
        counts = await cluster.partition_counts()
    missing = [settings.topics[role] for role in wanted if settings.topics[role] not in counts]
    if missing:
        raise ClusterError(f"no such topics: {', '.join(missing)} (run `tactful topics create`)")


async def read_cluster(settings: Settings, specs: Sequence[TopicSpec]) -> ClusterState:
    """The topics of `specs` as they are, and where the group stands on the inputs."""
    async with Cluster(settings) as cluster:
        counts = await cluster.partition_counts()
        names = [spec.name for spec in specs if spec.name in counts]
        configs = await cluster.topic_configs(names, CONFIGS)
        kept_minutes = await cluster.broker_config(OFFSETS_KEPT)
        inputs = _input_partitions(specs, counts)
        offsets = {}
        if inputs:
            committed = await cluster.committed(inputs)
            starts, ends = await cluster.log_bounds(inputs)
            offsets = {
                (tp.topic, tp.partition): PartitionOffsets(committed.get(tp), starts[tp], ends[tp]) for tp in inputs
            }
    topics = {name: ClusterTopic(counts[name], configs.get(name, {})) for name in names}
    kept_ms = None if kept_minutes is None else int(kept_minutes) * MINUTE_MS
    return ClusterState(topics, offsets, kept_ms)


def _input_partitions(specs: Sequence[TopicSpec], counts: Mapping[str, int]) -> list[TopicPartition]:
    return [
        TopicPartition(spec.name, partition)
        for spec in specs
        if spec.in_group
        for partition in range(counts.get(spec.name, 0))
    ]
