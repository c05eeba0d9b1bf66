"""Whether a partition's changelog still tells its whole table, and a person's word that what is gone is given up.

Compaction keeps the last record of every key and never moves the start of the log. Only deletion does: by a policy of
`delete`, for a moment is enough, or by delete-records. So a log that does not start at 0 may have lost accounts, and
nothing tells which. Each commit tells beside its offsets how far the changelog had come: a log that ends before that
was made anew, or has lost its end.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.structs import TopicPartition

from schemas.stored.accounts import NEVER_MS
from streams.cluster.clients import running
from streams.cluster.cluster import Cluster, ClusterError
from streams.cluster.floors import claim_of
from streams.cluster.whole_logs import lone_reader, to_the_end
from streams.roles import ACCOUNTS_CHANGELOG, INPUTS
from streams.settings import Settings

ACCEPTED_KEY: Final = b"\x00accepted-loss"


class Extent(NamedTuple):
    """A changelog partition's bounds, and the end that some commit has told."""

    start: int
    end: int
    claimed: int = 0


class AcceptedLoss(msgspec.Struct, frozen=True):
    """A record of the changelog under ACCEPTED_KEY. It begins as every stored value does."""

    next_due_at: int
    start: int
    claimed: int
    by: str
    reason: str


def loss_of(extent: Extent, accepted: bytes | None = None) -> str | None:
    """What is missing, if something is that nobody has accepted."""
    given_up = None if accepted is None else msgspec.json.decode(accepted, type=AcceptedLoss)
    if extent.start > (given_up.start if given_up else 0):
        return f"the log starts at {extent.start}: accounts may have been deleted"
    if extent.end < extent.claimed and not (given_up and extent.claimed <= given_up.claimed):
        return f"the log ends at {extent.end}, but {extent.claimed} was committed: was the topic made anew?"
    return None


async def read_extents(
    settings: Settings, cluster: Cluster, partitions: int, visible: Container[str] | None = None
) -> dict[int, Extent]:
    """Of every partition. The claims first: by the time that the ends are read the logs have come as far.

    ``visible``: the topics that may be asked for, where that is known to be fewer than all.
    """
    topics = [settings.topics[role] for role in INPUTS]
    asked = [topic for topic in topics if visible is None or topic in visible]
    inputs = [TopicPartition(topic, number) for topic in asked for number in range(partitions)]
    claims = dict.fromkeys(range(partitions), 0)
    for tp, at in (await cluster.offsets(inputs)).items():
        claims[tp.partition] = max(claims[tp.partition], 0 if at is None else claim_of(at.metadata))
    logs = [TopicPartition(settings.topics[ACCOUNTS_CHANGELOG], number) for number in range(partitions)]
    starts, ends = await cluster.log_bounds(logs)
    return {tp.partition: Extent(starts[tp], ends[tp], claims[tp.partition]) for tp in logs}


async def find_losses(settings: Settings, extents: Mapping[int, Extent]) -> dict[int, str]:
    """Partition -> what is missing. Only where something may be, the log is read for a person's word."""
    doubtful = {number: extent for number, extent in extents.items() if loss_of(extent)}
    accepted = await _accepted(settings, sorted(doubtful)) if doubtful else {}
    found = {number: loss_of(extent, accepted.get(number)) for number, extent in doubtful.items()}
    return {number: loss for number, loss in found.items() if loss is not None}


async def _accepted(settings: Settings, numbers: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    partitions = [TopicPartition(settings.topics[ACCOUNTS_CHANGELOG], number) for number in numbers]
    try:
        async with running(lone_reader(settings)) as consumer:
            async for record in to_the_end(consumer, partitions):
                if record.key == ACCEPTED_KEY and record.value is not None:
                    found[record.partition] = record.value
    except TopicAuthorizationFailedError:
        return {}  # the check names the right that is missing
    return found


async def accept_loss(settings: Settings, partition: int, by: str, reason: str) -> str:
    """Write down that a person gives up what a partition's changelog has lost. Returns what that is.

    Raises ClusterError when nothing is missing there.
    """
    async with Cluster(settings) as cluster:
        extents = await read_extents(settings, cluster, settings.partitions)
    topic = settings.topics[ACCOUNTS_CHANGELOG]
    loss = (await find_losses(settings, extents)).get(partition)
    if loss is None:
        raise ClusterError(f"nothing is missing in partition {partition} of topic {topic}")
    extent = extents[partition]
    value = msgspec.json.encode(AcceptedLoss(NEVER_MS, extent.start, extent.claimed, by, reason))
    async with _producer(settings) as producer:
        await producer.send_and_wait(topic, value, key=ACCEPTED_KEY, partition=partition)
    return loss


def _producer(settings: Settings) -> Any:
    return AIOKafkaProducer(
        bootstrap_servers=list(settings.bootstrap_servers),
        enable_idempotence=True,
        acks="all",
        **settings.kafka_security_kwargs(),
    )
