"""The count of partitions is as at the start, or nothing is sent; and the group is assigned as if nobody had grown."""

from typing import Any

import pytest
from aiokafka.cluster import ClusterMetadata
from aiokafka.protocol.metadata import MetadataResponse_v1

from streams.transport.group.assignor import Alike
from streams.transport.safeguards import counts
from streams.transport.safeguards.closures import Closed, Reason
from streams.transport.safeguards.counts import FRESH_S, Answer, PartitionCounts
from tests.streams.transport.sources.system_world import World


class Seconds:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    seconds = Seconds()
    monkeypatch.setattr(counts, "time", seconds)
    return seconds


def told(**topics: int) -> dict[str, int]:
    return dict(topics)


def test_an_answer_counts_for_two_seconds_and_another_count_until_it_is_right(clock: Seconds) -> None:
    known = PartitionCounts()
    assert known.closed() is None, "nothing has begun"
    known.expect(told(missed=2, payments=2))
    assert known.closed() == Closed("missed", Reason.PARTITIONS_UNKNOWN)
    known.take(Answer(told(missed=2, payments=2), clock.now_s))
    assert known.closed() is None
    clock.now_s += FRESH_S + 0.1
    assert known.closed() == Closed("missed", Reason.PARTITIONS_UNKNOWN)
    known.take(Answer(told(missed=2, payments=4), clock.now_s))
    changed = Closed("payments", Reason.PARTITIONS_CHANGED, "it has 4 partitions, we read 2")
    assert known.closed() == changed
    clock.now_s += 60
    assert known.closed() == changed, "an old answer says why, too"
    known.take(Answer(told(missed=2, payments=2), clock.now_s))
    assert known.closed() is None


def test_a_tick_waits_for_the_count_and_facts_do_not() -> None:
    why: list[Closed | None] = [Closed("a", Reason.PARTITIONS_CHANGED, "it has 4 partitions, we read 2")]
    world = World(counts=lambda: why[0])
    world.store(b"x", 98_000)
    assert world.source.next() is None
    assert world.source.closed() == [why[0]]
    world.fetch("a", range(1))
    work = world.source.next()
    assert work is not None
    assert [record.offset for record in work.records] == [0]
    why[0] = Closed("a", Reason.PARTITIONS_UNKNOWN)
    assert world.source.next() is None
    assert [cause[:2] for cause in world.source.closed()] == [("a", Reason.PARTITIONS_UNKNOWN)]
    why[0] = None
    work = world.source.next()
    assert work is not None
    assert work.due == (b"x",)


def cluster(**topics: int) -> Any:
    """As a broker tells it."""
    metadata = ClusterMetadata()
    partitions = {name: [(0, number, 1, [1], [1]) for number in range(count)] for name, count in topics.items()}
    metadata.update_metadata(
        MetadataResponse_v1(
            [(1, "localhost", 9092, None)], 1, [(0, name, False, told) for name, told in partitions.items()]
        )
    )
    return metadata


@pytest.mark.parametrize(
    ("topics", "begun_with", "seen"),
    [
        ({"missed": 2, "payments": 4}, 2, 2),
        ({"missed": 2, "payments": 4}, 0, 2),  # before it has begun itself
        ({"missed": 4, "payments": 4}, 2, 2),  # all have grown: keys lie elsewhere, the accounts do not
        ({"missed": 4, "payments": 4}, 4, 4),
    ],
)
def test_the_group_is_assigned_what_every_topic_had(topics: dict[str, int], begun_with: int, seen: int) -> None:
    alike = Alike(cluster(**topics), topics, begun_with)
    assert [alike.partitions_for_topic(topic) for topic in topics] == [set(range(seen))] * len(topics)
    assert alike.partitions_for_topic("missing") == set()
