"""Sets the offset of one input partition by hand: the one way to reopen a partition whose offset is lost.

What lies between the old offset and the new one is never read, so it is done by a named person, for a reason, and only
while nobody works. Both stand beside the offset until the first commit, and in the log.
"""

import logging
from dataclasses import dataclass

from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.cluster.cluster import Cluster, ClusterError
from streams.cluster.floors import floor_of, reset_text
from streams.settings import Settings

log = logging.getLogger(__name__)

REASON_MAX_CHARS = 500


@dataclass(frozen=True, slots=True)
class Reset:
    """What was done: `before` is None where there was no offset."""

    topic: str
    partition: int
    before: int | None
    after: int
    start: int
    end: int


async def reset(
    settings: Settings, role: str, partition: int, to: int | None, by: str, reason: str, group: str | None = None
) -> Reset:
    """Commit offset `to`, or with None the start of the log.

    Raises ClusterError while the group has members, when there is no such partition, and when `to` is not in its log.
    """
    group_id = group or settings.group_id
    place = TopicPartition(settings.topics[role], partition)
    async with Cluster(settings) as cluster:
        counts = await cluster.partition_counts([place.topic])
        if not 0 <= partition < counts.get(place.topic, 0):
            raise ClusterError(f"there is no partition {partition} of topic {place.topic}")
        if not await cluster.group_is_empty(group_id):
            raise ClusterError(
                f"group {group_id} has members: stop its workers first (a static one leaves after its session timeout)"
            )
        starts, ends = await cluster.log_bounds([place])
        start, end = starts[place], ends[place]
        after = start if to is None else to
        if not start <= after <= end:
            raise ClusterError(
                f"offset {after} is not in the log of {place.topic} partition {partition}: {start} to {end}"
            )
        found = (await cluster.offsets([place], group_id))[place]
        # What a replay had read up to an offset tells the least time of all that follows, not of what precedes it.
        floor_ms = floor_of(found.metadata) if found is not None and found.offset <= after else None
        await cluster.commit({place: OffsetAndMetadata(after, reset_text(floor_ms, by, reason))}, group_id)
    done = Reset(place.topic, partition, None if found is None else found.offset, after, start, end)
    log.warning("offset of %s partition %d: %s set to %d by %s: %s", *place, done.before, after, by, reason)
    return done
