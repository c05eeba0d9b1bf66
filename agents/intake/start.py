"""Where a mapping's group begins, and whether an intake may run: every fault of its topics and offsets at once."""

from typing import Literal

from aiokafka.structs import TopicPartition

from agents.intake.mappings.mapping import Mapping
from agents.intake.process import settings_for
from schemas.reading import ROLE_OF
from streams import roles
from streams.cluster.cluster import Cluster, ClusterError
from streams.settings import Settings

Start = Literal["earliest", "latest"]


async def begin(settings: Settings, mapping: Mapping, start: Start) -> dict[int, int]:
    """Commit the starting offsets of a NEW group; returns those by partition.

    A group that has offsets keeps them. A partition that the source got later begins at its first record, if that
    is still there: else it is a gap, which `check` names.
    """
    async with Cluster(settings_for(settings, mapping.id)) as cluster:
        tps = _partitions(mapping, await cluster.partition_counts([mapping.input.topic]))
        committed = await cluster.committed(tps)
        first, following = await cluster.log_bounds(tps)
        chosen = first if start == "earliest" or committed else following
        starts = {tp: chosen[tp] for tp in tps if tp not in committed and not (committed and first[tp])}
        if starts:
            await cluster.commit(starts)
    return {tp.partition: offset for tp, offset in sorted(starts.items())}


async def faults(settings: Settings, mapping: Mapping) -> list[str]:
    """What keeps an intake from running; empty when nothing does."""
    found = []
    async with Cluster(settings_for(settings, mapping.id)) as cluster:
        outputs = (*sorted({ROLE_OF[rule.type] for rule in mapping.facts}), roles.REMINDER_DEAD_LETTERS)
        counts = await cluster.partition_counts([mapping.input.topic, *(settings.topics[role] for role in outputs)])
        for role in outputs:
            topic = settings.topics[role]
            if topic not in counts:
                found.append(f"topic {topic} is missing: run `tactful topics create`")
            elif counts[topic] != settings.partitions:
                found.append(
                    f"topic {topic} has {counts[topic]} partitions, TACTFUL_PARTITIONS says {settings.partitions}"
                )
        if mapping.input.topic not in counts:
            return [*found, f"the source topic {mapping.input.topic} is missing, or may not be read"]
        tps = _partitions(mapping, counts)
        committed = await cluster.committed(tps)
        first, following = await cluster.log_bounds(tps)
    for tp in tps:
        at = committed.get(tp)
        where = f"{tp.topic} partition {tp.partition}"
        if at is None:
            found.append(f"{where} has no committed offset: run `tactful intake begin`")
        elif at < first[tp]:
            found.append(f"{where} is at {at}, but its log starts at {first[tp]}: records were deleted unread")
        elif at > following[tp]:
            found.append(f"{where} is at {at}, but its log ends at {following[tp]}: was the topic made anew?")
    return found


def _partitions(mapping: Mapping, counts: dict[str, int]) -> list[TopicPartition]:
    topic = mapping.input.topic
    if topic not in counts:
        raise ClusterError(f"the source topic {topic} is missing, or may not be read")
    return [TopicPartition(topic, number) for number in range(counts[topic])]
