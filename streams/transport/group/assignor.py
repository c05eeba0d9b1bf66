"""Faust's assignor, to which all inputs look partitioned alike.

When an input grows, Kafka has the group assign anew. Left to itself Faust would then give the partitions of the grown
topic to other workers than those of the rest, and no worker could go on.
"""

from collections.abc import Iterable
from typing import Any, cast

from faust.assignor.partition_assignor import PartitionAssignor

from streams.transport.engine import engine_of


class Alike:
    """The cluster's metadata, cut to what every topic has, and to what this worker has begun with."""

    def __init__(self, cluster: Any, topics: Iterable[str], begun_with: int) -> None:
        self._cluster = cluster
        counts = [len(cluster.partitions_for_topic(topic) or ()) for topic in topics]
        self._least = min((count for count in (*counts, begun_with) if count), default=0)

    def partitions_for_topic(self, topic: str) -> set[int]:
        """As the assignor asks for them."""
        return {number for number in self._cluster.partitions_for_topic(topic) or () if number < self._least}


class EngineAssignor(PartitionAssignor):
    """In a replay an input of another size is refused, as nothing would tell that it is incomplete."""

    def _perform_assignment(self, cluster: Any, member_metadata: Any) -> Any:
        engine = engine_of(self.app)
        if engine.settings.clock == "system":
            topics = {topic for member in member_metadata.values() for topic in member.subscription}
            cluster = cast("Any", Alike(cluster, topics, engine.input_partitions))
        return super()._perform_assignment(cluster, member_metadata)
