"""Every error of the table in docs/operations.md, told in place of a real answer at each step of a transaction."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka import errors
from aiokafka.client import AIOKafkaClient
from aiokafka.cluster import ClusterMetadata
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    InitProducerIdRequest,
    TxnOffsetCommitRequest,
)
from aiokafka.structs import TopicPartition

from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.clients import running
from streams.cluster.whole_logs import lone_reader, to_the_end
from streams.settings import Settings
from streams.transport.outages.patience import TREATMENTS, Reaction, passes
from streams.transport.partition.producer import PartitionProducer
from tests.kafka.faults import partial_answers as answers
from tests.kafka.faults.partial_answers import Spoiler
from tests.kafka.rig import until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]

STEPS = (
    FindCoordinatorRequest,
    InitProducerIdRequest,
    AddPartitionsToTxnRequest,
    ProduceRequest,
    AddOffsetsToTxnRequest,
    TxnOffsetCommitRequest,
    EndTxnRequest,
)
NEVER_TOLD = {
    ProduceRequest: (
        # Kafka tells a producer of this age NotEnoughReplicas instead, or never tells these to one.
        errors.ReplicaNotAvailableError,
        errors.BrokerNotAvailableError,
        errors.StaleLeaderEpochCodeError,
        errors.ConcurrentTransactions,
    )
}
GROUP_ONLY = (errors.RebalanceInProgressError, errors.IllegalGenerationError, errors.UnknownMemberIdError)
"""Told to members; a transaction names none."""
RIGHTS = (
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.TransactionalIdAuthorizationFailed,
    errors.ClusterAuthorizationFailedError,
)
"""Told by a cluster that refuses them, in test_rights.py."""
TWICE = 2


def codes(fate: Reaction, step: type) -> list[type[errors.BrokerResponseError]]:
    """What a broker can tell by a number."""
    left_out = (*GROUP_ONLY, *RIGHTS, *NEVER_TOLD.get(step, ()))
    told = [error for treatment in TREATMENTS if treatment.fate is fate for error in treatment.errors]
    return [error for error in told if issubclass(error, errors.BrokerResponseError) and error not in left_out]


@pytest.fixture
def spoiler() -> Iterator[Spoiler]:
    made, send = Spoiler(), AIOKafkaClient.send
    made.install()
    yield made
    AIOKafkaClient.send = send


@pytest.fixture
async def settings(broker: Broker, namespace: str) -> Settings:
    made = Settings(
        _env_file=None,
        bootstrap_servers=broker.bootstrap_servers,
        namespace=namespace,
        topic_prefix=f"{namespace}.",
        partitions=1,
        producer_request_timeout_ms=1_000,
    )
    await admin.create(made)
    return made


async def send(producer: PartitionProducer, settings: Settings, value: bytes) -> None:
    batch = producer.new_batch()
    batch.append(timestamp=None, key=b"account", value=value, headers=[])
    await producer.send([(settings.topics[roles.REMINDERS], 0, batch)])


async def commit(settings: Settings, value: bytes) -> None:
    """One record and one offset in a transaction of a producer of its own."""
    producer = PartitionProducer(settings, 0)
    try:
        await producer.start()
        await send(producer, settings, value)
        await producer.commit({settings.topics[roles.PAYMENT_RECEIVED]: 0}, {})
    finally:
        await producer.stop()


async def committed(settings: Settings) -> list[bytes]:
    """What a reader of committed records sees."""
    async with running(lone_reader(settings)) as reader:
        places = [TopicPartition(settings.topics[roles.REMINDERS], 0)]
        return [record.value async for record in to_the_end(reader, places)]


@pytest.mark.parametrize("step", STEPS)
async def test_what_passes_is_asked_again_and_written_once(settings: Settings, spoiler: Spoiler, step: type) -> None:
    values = []
    for error in codes(Reaction.RETRIED, step):
        spoiler.expect(step, answers.telling(error), TWICE)
        values.append(error.__name__.encode())
        await commit(settings, values[-1])
        assert spoiler.spoilt[step.__name__] == TWICE, error
        spoiler.spoilt.clear()
    assert await committed(settings) == values


@pytest.mark.parametrize("step", STEPS)
async def test_what_does_not_pass_ends_the_worker_under_its_own_name(
    settings: Settings, spoiler: Spoiler, step: type
) -> None:
    for error in codes(Reaction.GIVEN_UP, step):
        spoiler.expect(step, answers.telling(error), answers.ALWAYS)
        with pytest.raises(errors.KafkaError) as raised:
            await commit(settings, b"never")
        assert not passes(raised.value), error
        assert type(raised.value) is not errors.KafkaError, "it names no error"
    spoiler.expect(step, answers.telling(errors.UnknownError), times=0)
    await commit(settings, b"the next worker")
    assert (await committed(settings))[-1] == b"the next worker"


async def test_a_record_waits_for_a_leader_as_long_as_it_takes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With two of three brokers dead a partition has none, and aiokafka drops what has waited for a request's time."""
    update = ClusterMetadata.update_metadata

    def leaderless(cluster: ClusterMetadata, answer: Any) -> None:
        answers.leaderless(answer)
        update(cluster, answer)

    producer = PartitionProducer(settings, 0)
    try:
        await producer.start()
        await producer.partition_count(settings.topics[roles.REMINDERS])
        with monkeypatch.context() as dead:
            dead.setattr(ClusterMetadata, "update_metadata", leaderless)
            await producer._producer.client.force_metadata_update()
            began_s = time.monotonic()

            async def outwaited() -> bool:
                return time.monotonic() - began_s > 2 * settings.producer_request_timeout_ms / 1000

            await send(producer, settings, b"first")
            await until(outwaited)
        await send(producer, settings, b"second")
        await producer.commit({settings.topics[roles.PAYMENT_RECEIVED]: 0}, {})
    finally:
        await producer.stop()
    assert await committed(settings) == [b"first", b"second"]
