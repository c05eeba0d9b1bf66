"""What is wrong with a cluster's topics and offsets: pure, one clear sentence each, all of them at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from streams import roles
from streams.batches import READABLE_CODECS
from streams.settings import Settings
from streams.settings_faults import variable
from streams.topics.rights import Right
from streams.topics.topology import COMPACTION_LAG, DAY_MS, FOREVER_MS, HOUR_MS, TopicSpec

# The settings of a topic that are looked at.
CONFIGS = (
    "cleanup.policy",
    "retention.ms",
    "retention.bytes",
    "max.message.bytes",
    "message.timestamp.type",
    "compression.type",
    COMPACTION_LAG,
)
_ANY_COMPRESSION = "producer"


@dataclass(frozen=True, slots=True)
class ClusterTopic:
    """A topic as it is; `configs` is empty when we may not read them."""

    partitions: int
    configs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PartitionOffsets:
    """`committed` is None when the group has none."""

    committed: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClusterState:
    """What `admin` has read; keys are physical names."""

    topics: Mapping[str, ClusterTopic]
    offsets: Mapping[tuple[str, int], PartitionOffsets] = field(default_factory=dict)
    group_offsets_kept_ms: int | None = None
    missing_rights: Sequence[Right] = ()
    losses: Mapping[int, str] = field(default_factory=dict)
    """Partition -> what its changelog has lost and nobody has accepted."""
    unreadable_codecs: Sequence[str] = ()
    """Compressions that this process cannot read."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What a worker refuses to start on, what closes single partitions until a person decides, and what it works with
    all the same: that an erased person stays longer than planned.
    """

    refusing: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()

    @property
    def all(self) -> list[str]:
        """Of all kinds."""
        return [*self.refusing, *self.closing, *self.lasting]


def judge(settings: Settings, specs: Sequence[TopicSpec], cluster: ClusterState) -> Faults:
    """Every fault: rights, topics in the order of the contract, then what concerns several, then offsets."""
    faults = list(_rights_faults(cluster.missing_rights))
    refused = {right.name for right in cluster.missing_rights if right.kind == "topic"}
    for spec in specs:
        topic = cluster.topics.get(spec.name)
        if spec.optional and (topic is None or not topic.configs):
            continue
        if spec.name in refused and (topic is None or not topic.configs):
            continue  # what may not be seen is not known to be missing
        if topic is None:
            faults.append(f"topic {spec.name} is missing: run `tactful topics create`")
        else:
            faults += _partition_faults(spec, topic)
            faults += _config_faults(settings, spec, topic.configs)
            faults += _compression_faults(spec, topic.configs, cluster.unreadable_codecs)
    faults += _unequal_inputs(specs, cluster)
    faults += _dead_letter_faults(settings, specs, cluster)
    faults += _kept_offsets_faults(settings, cluster)
    lasting = tuple(_lasting_faults(specs, cluster))
    gaps = (*_offset_faults(settings, specs, cluster), *_state_faults(settings, cluster))
    if all(offsets.committed is None for offsets in cluster.offsets.values()):
        return Faults((*faults, *gaps), lasting=lasting)  # no group at all: there is nothing that could go on
    return Faults(tuple(faults), gaps, lasting)


def _lasting_faults(specs: Sequence[TopicSpec], cluster: ClusterState) -> Iterator[str]:
    """Compacted topics whose broker may leave for longer than planned what a tombstone or a newer record replaced."""
    for spec in specs:
        topic = cluster.topics.get(spec.name)
        told = None if topic is None else topic.configs.get(COMPACTION_LAG)
        planned = spec.extra_configs.get(COMPACTION_LAG)
        if spec.personal_data and told is not None and planned is not None and int(told) > int(planned):
            yield (
                f"topic {spec.name} has {COMPACTION_LAG}={told}, the plan says {planned} ({int(planned) // DAY_MS} "
                "days): an erased person may stay on it for longer; kafka-configs.sh sets it, workers go on meanwhile"
            )


def _rights_faults(missing: Sequence[Right]) -> Iterator[str]:
    operations: dict[str, list[str]] = {}
    for right in missing:
        operations.setdefault(right.resource, []).append(right.operation)
    for resource, names in operations.items():
        yield f"no right to {' and '.join(names)} on {resource}: see `tactful topics plan --format acls`"


def _partition_faults(spec: TopicSpec, topic: ClusterTopic) -> Iterator[str]:
    if topic.partitions != spec.partitions:
        reason = "must have exactly" if spec.role == roles.REMINDER_CONTROLS else f"{variable('partitions')} says"
        yield f"topic {spec.name} has {topic.partitions} partitions, {reason} {spec.partitions}"


def _config_faults(settings: Settings, spec: TopicSpec, configs: Mapping[str, str]) -> Iterator[str]:
    if not configs:
        yield f"topic {spec.name}: its configuration may not be read (needs the right to DescribeConfigs)"
        return
    policy = {part.strip() for part in configs["cleanup.policy"].split(",")}
    if spec.direction == "internal" and policy != {"compact"}:
        lost = "the state of quiet accounts" if spec.role == roles.ACCOUNTS_CHANGELOG else "what was offered already"
        yield (
            f"topic {spec.name} has cleanup.policy={configs['cleanup.policy']}, it must be compact only: "
            f"{lost} would be deleted"
        )
    if spec.timestamp_type == "LogAppendTime" != configs["message.timestamp.type"]:
        yield (
            f"topic {spec.name} has message.timestamp.type={configs['message.timestamp.type']}, it must be "
            "LogAppendTime: a worker compares its clock with the broker's by it, and sends nothing without"
        )
    if spec.direction != "in" or spec.optional:
        return
    if spec.cleanup_policy == "delete" and "compact" in policy:
        yield (
            f"topic {spec.name} has cleanup.policy={configs['cleanup.policy']}, it must be delete: "
            "of several facts about one account only the last would be kept"
        )
    if "delete" in policy:
        yield from _retention_faults(settings, spec, configs)
    if spec.in_group and settings.clock == "replay" and configs["message.timestamp.type"] != "CreateTime":
        yield (
            f"topic {spec.name} has message.timestamp.type={configs['message.timestamp.type']}: "
            "the replay clock needs the times its producer gave (CreateTime)"
        )


def _compression_faults(spec: TopicSpec, configs: Mapping[str, str], unreadable: Sequence[str]) -> Iterator[str]:
    """A topic whose producers choose may bring any compression."""
    codec = configs.get("compression.type", _ANY_COMPRESSION)
    if codec == _ANY_COMPRESSION and unreadable:
        yield (
            f"topic {spec.name} may bring records compressed with {', '.join(unreadable)}, which this installation "
            "cannot read: install the package cramjam"
        )
    elif codec not in {_ANY_COMPRESSION, "uncompressed", *READABLE_CODECS} or codec in unreadable:
        yield f"topic {spec.name} has compression.type={codec}, which this installation cannot read"


def _retention_faults(settings: Settings, spec: TopicSpec, configs: Mapping[str, str]) -> Iterator[str]:
    kept_ms, kept_bytes = int(configs["retention.ms"]), int(configs["retention.bytes"])
    if kept_ms != FOREVER_MS:
        shown = f"topic {spec.name} keeps its records for {kept_ms / HOUR_MS:.4g} h"
        if not spec.in_group:
            yield f"{shown}, it must keep them for ever: a pause that is deleted is a pause lifted by nobody"
        elif settings.clock == "replay":
            yield f"{shown}, the replay clock needs them for ever: they are old by the broker's clock"
        elif kept_ms < settings.retention_outage_hours * HOUR_MS:
            yield f"{shown}, shorter than the stated outage of {settings.retention_outage_hours} h"
    if kept_bytes != -1:
        yield (
            f"topic {spec.name} has retention.bytes={kept_bytes}: "
            "a busy day may delete facts before the stated outage ends"
        )


def _unequal_inputs(specs: Sequence[TopicSpec], cluster: ClusterState) -> Iterator[str]:
    counts = {
        spec.name: cluster.topics[spec.name].partitions
        for spec in specs
        if spec.in_group and spec.name in cluster.topics
    }
    if len(set(counts.values())) > 1:
        shown = ", ".join(f"{name} {count}" for name, count in counts.items())
        yield f"the inputs have unequal partition counts, so an account's facts would not meet: {shown}"


def _dead_letter_faults(settings: Settings, specs: Sequence[TopicSpec], cluster: ClusterState) -> Iterator[str]:
    by_role = {spec.role: spec for spec in specs}
    dead = cluster.topics.get(by_role[roles.REMINDER_DEAD_LETTERS].name)
    if dead is None or not dead.configs:
        return
    dead_name = by_role[roles.REMINDER_DEAD_LETTERS].name
    limit_bytes = int(dead.configs["max.message.bytes"])
    if limit_bytes < settings.dead_letter_max_bytes:
        yield (
            f"topic {dead_name} has max.message.bytes={limit_bytes}, "
            f"below {variable('dead_letter_max_bytes')}={settings.dead_letter_max_bytes}"
        )
    smaller_bytes = min(limit_bytes, settings.dead_letter_max_bytes)
    for spec in specs:
        topic = cluster.topics.get(spec.name)
        if not spec.in_group or topic is None or not topic.configs:
            continue
        input_bytes = int(topic.configs["max.message.bytes"])
        if input_bytes > smaller_bytes:
            yield (
                f"topic {spec.name} allows records of {input_bytes} bytes, dead letters only "
                f"{smaller_bytes}: raise {variable('dead_letter_max_bytes')} and the max.message.bytes of {dead_name}"
            )


def _kept_offsets_faults(settings: Settings, cluster: ClusterState) -> Iterator[str]:
    kept_ms = cluster.group_offsets_kept_ms
    if kept_ms is not None and kept_ms < settings.retention_outage_hours * HOUR_MS:
        yield (
            f"the cluster forgets the offsets of a stopped group after {kept_ms / HOUR_MS:.4g} h "
            f"(offsets.retention.minutes), before the stated outage of "
            f"{settings.retention_outage_hours} h ends"
        )


def _state_faults(settings: Settings, cluster: ClusterState) -> Iterator[str]:
    for partition, loss in sorted(cluster.losses.items()):
        yield (
            f"topic {settings.topics[roles.ACCOUNTS_CHANGELOG]} partition {partition} is not whole, {loss}; nothing of "
            "the partition is read until `tactful topics accept-loss`"
        )


def _offset_faults(settings: Settings, specs: Sequence[TopicSpec], cluster: ClusterState) -> Iterator[str]:
    group = settings.group_id
    names = {spec.name for spec in specs if spec.in_group}
    for (name, partition), offsets in sorted(cluster.offsets.items()):
        if name not in names:
            continue
        where = f"{name} partition {partition}"
        if offsets.committed is None:
            yield (
                f"group {group} has no committed offset for {where}: "
                "`tactful topics create` gives a new group its start, `tactful topics reset` one partition"
            )
        elif offsets.committed < offsets.start:
            lost = offsets.start - offsets.committed
            yield (
                f"group {group} stands at offset {offsets.committed} of {where}, but the log starts at "
                f"{offsets.start}: {lost} records were deleted unread"
            )
        elif offsets.committed > offsets.end:
            yield (
                f"group {group} stands at offset {offsets.committed} of {where}, but the log ends at "
                f"{offsets.end}: was the topic made anew?"
            )
