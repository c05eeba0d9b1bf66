"""Makes the topics that are missing, says what is wrong with those that are there; changes nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from aiokafka.structs import TopicPartition

from streams.batches import missing_codecs
from streams.cluster.changelog import find_losses, read_extents
from streams.cluster.cluster import Cluster, ClusterError
from streams.roles import ACCOUNTS_CHANGELOG
from streams.settings import Settings
from streams.topics.faults import CONFIGS, ClusterState, ClusterTopic, Faults, PartitionOffsets, judge
from streams.topics.rights import Operation, Principal, Right, rights
from streams.topics.topology import TopicSpec, plan

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
        # One that is there after all is not made twice.
        existing = await cluster.partition_counts((spec.name for spec in specs), patience_s=0)
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
    """Every fault of the topics, of our rights and of the group's offsets; empty when all is as it should be."""
    return (await judge_start(settings)).all


async def judge_start(settings: Settings) -> Faults:
    """The same, told apart: what a worker refuses to start on, and what only closes partitions."""
    specs = plan(settings)
    async with Cluster(settings) as cluster:
        missing = await cluster.missing_rights(rights(settings, Principal.worker))
    offsets = not any(right.kind == "group" for right in missing)
    state = await read_cluster(settings, specs, offsets=offsets)
    return judge(settings, specs, replace(state, missing_rights=missing))


async def require(settings: Settings, wanted: Iterable[str], operation: Operation = "Read") -> None:
    """Raises ClusterError when topics of these roles or their partitions are missing, or the right to them.

    A client would ask for them until it gives up.
    """
    names = [settings.topics[role] for role in wanted]
    async with Cluster(settings) as cluster:
        refused = await cluster.missing_rights(Right("topic", name, operation) for name in names)
        counts = await cluster.partition_counts(names)
    if refused:
        raise ClusterError("; ".join(f"no right to {right}" for right in refused))
    missing = [name for name in names if name not in counts]
    if missing:
        raise ClusterError(f"no such topics: {', '.join(missing)} (run `tactful topics create`)")
    wrong = [
        f"topic {spec.name} has {counts[spec.name]} partitions, TACTFUL_PARTITIONS says {spec.partitions}"
        for spec in plan(settings)
        if spec.name in counts and counts[spec.name] < spec.partitions
    ]
    if wrong:
        raise ClusterError("; ".join(wrong))


async def read_cluster(settings: Settings, specs: Sequence[TopicSpec], *, offsets: bool = True) -> ClusterState:
    """The topics of `specs` as they are, and where the group stands on the inputs, if `offsets` may be asked for."""
    async with Cluster(settings) as cluster:
        counts = await cluster.partition_counts(spec.name for spec in specs)
        names = [spec.name for spec in specs if spec.name in counts]
        configs = await cluster.topic_configs(names, CONFIGS)
        kept_minutes = await cluster.broker_config(OFFSETS_KEPT)
        inputs = _input_partitions(specs, counts)
        places = {}
        if inputs and offsets:
            committed = await cluster.committed(inputs)
            starts, ends = await cluster.log_bounds(inputs)
            places = {
                (tp.topic, tp.partition): PartitionOffsets(committed.get(tp), starts[tp], ends[tp]) for tp in inputs
            }
        changelogs = counts.get(settings.topics[ACCOUNTS_CHANGELOG], 0)
        extents = await read_extents(settings, cluster, changelogs, counts) if offsets else {}
    losses = await find_losses(settings, extents)
    topics = {name: ClusterTopic(counts[name], configs.get(name, {})) for name in names}
    kept_ms = None if kept_minutes is None else int(kept_minutes) * MINUTE_MS
    return ClusterState(topics, places, kept_ms, losses=losses, unreadable_codecs=missing_codecs())


def _input_partitions(specs: Sequence[TopicSpec], counts: Mapping[str, int]) -> list[TopicPartition]:
    return [
        TopicPartition(spec.name, partition)
        for spec in specs
        if spec.in_group
        for partition in range(counts.get(spec.name, 0))
    ]
