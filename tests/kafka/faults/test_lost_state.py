"""A changelog that is not whole: noticed at restore, by the check and by the verifier, until a person accepts it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.structs import TopicPartition

from agents.verifier.state import LOST, verify_state
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.changelog import accept_loss, find_losses, read_extents
from streams.cluster.cluster import Cluster, ClusterError
from streams.cluster.whole_logs import lone_reader, to_the_end
from streams.settings import Settings
from streams.topics.topology import ERASABLE_CONFIGS
from tests.kafka.faults.test_closed_partitions import FREE, PAYMENTS, SHUT, START_S, Closing
from tests.kafka.rig import Rig, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]
WHY = ("u-7", "the bank said all of it again")
COMPACT = {"cleanup.policy": "compact", "message.timestamp.type": "LogAppendTime", **ERASABLE_CONFIGS}


@pytest.fixture
def settings(broker: Broker, namespace: str) -> Settings:
    return Settings(
        _env_file=None,
        bootstrap_servers=broker.bootstrap_servers,
        namespace=namespace,
        topic_prefix=f"{namespace}.",
        partitions=2,
    )


@pytest.fixture
async def closing(broker: Broker, tmp_path: Path) -> AsyncIterator[Closing]:
    rig = Rig(broker.bootstrap_servers, tmp_path, 2, 2, "tests.kafka.closing_app", static=False)
    await rig.create()
    try:
        yield Closing(rig)
    finally:
        rig.stop_workers()


class Topic:
    """A changelog in the hands of somebody who may do everything to it."""

    def __init__(self, servers: str, name: str) -> None:
        self._servers, self._name = servers, name

    async def configure(self, configs: Mapping[str, str]) -> None:
        async with self._client() as client:
            await client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, self._name, dict(configs))])

    async def cut(self, partition: int, before: int) -> None:
        """Kafka refuses it on a compacted topic, so `delete` is switched on for a moment."""
        await self.configure({**COMPACT, "cleanup.policy": "compact,delete"})
        async with self._client() as client:
            await client.delete_records({TopicPartition(self._name, partition): RecordsToDelete(before)})
        await self.configure(COMPACT)

    async def make_anew(self, partitions: int) -> None:
        async with self._client() as client:
            await client.delete_topics([self._name])

            async def made() -> bool:
                answer = await client.create_topics([NewTopic(self._name, partitions, 1, topic_configs=COMPACT)])
                return bool(answer.topic_errors[0][1] == 0)

            await until(made)

    async def say(self, partition: int, *keys: str, value: bytes = b'{"next_due_at":9999999999999}') -> None:
        async with AIOKafkaProducer(bootstrap_servers=self._servers) as producer:
            for key in keys:
                await producer.send_and_wait(self._name, value, key=key.encode(), partition=partition)

    def _client(self) -> "Client":
        return Client(self._servers)


class Client:
    def __init__(self, servers: str) -> None:
        self._client = AIOKafkaAdminClient(bootstrap_servers=servers)

    async def __aenter__(self) -> AIOKafkaAdminClient:
        await self._client.start()
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()


async def losses(settings: Settings) -> dict[int, str]:
    async with Cluster(settings) as cluster:
        return await find_losses(settings, await read_extents(settings, cluster, settings.partitions))


async def test_check_and_verifier_name_what_is_missing_until_it_is_accepted(settings: Settings) -> None:
    await admin.create(settings)
    topic = Topic(settings.bootstrap_servers[0], settings.topics[roles.ACCOUNTS_CHANGELOG])
    await topic.say(SHUT, *"abcdef")
    assert await admin.check(settings) == []
    with pytest.raises(ClusterError, match="nothing is missing in partition 0"):
        await accept_loss(settings, SHUT, *WHY)

    await topic.cut(SHUT, 4)
    (fault,) = (await admin.judge_start(settings)).closing
    assert "partition 0 is not whole, the log starts at 4: accounts may have been deleted" in fault
    assert (await verify_state(settings)).faults == {LOST: 1}

    assert await accept_loss(settings, SHUT, *WHY) == "the log starts at 4: accounts may have been deleted"
    assert await admin.check(settings) == []
    assert (await verify_state(settings)).clean

    await topic.cut(SHUT, 5)
    assert await losses(settings) == {SHUT: "the log starts at 5: accounts may have been deleted"}


async def shut(closing: Closing, words: str) -> None:
    """Told once, for the changelog, and the worker stays alive and ready."""

    async def said() -> bool:
        told = await closing.closed()
        return len(told) == 1 and f"partition {SHUT}" in told[0] and words in told[0]

    await until(said, START_S)
    gauge = f'tactful_partition_closed{{partition="{SHUT}",reason="LOST_STATE",topic="{closing.rig.changelog}"}} 1.0'
    assert gauge in (await closing.page("/metrics")).decode()
    await closing.page("/livez")  # raises unless 200
    assert closing.rig.log_of().count("LOST_STATE") == 1


@pytest.mark.parametrize("made_anew", [False, True])
async def test_a_worker_reads_nothing_onto_a_table_that_is_not_whole(closing: Closing, made_anew: bool) -> None:
    closing.start()
    for number in range(3):
        await closing.meet(b"known-%d" % number, SHUT)
        await closing.heard(b"known-%d" % number, b"fact", b"tick", within_s=START_S)
    assert closing.rig.stop_workers() == {"a": 0}
    topic = Topic(closing.rig.servers, closing.rig.changelog)
    if made_anew:
        await topic.make_anew(2)
    else:
        await topic.cut(SHUT, 5)

    closing.start()
    await closing.meet(b"waits", SHUT, PAYMENTS)
    await closing.meet(b"other", FREE)
    await closing.heard(b"other", b"fact", b"tick", within_s=START_S)
    await shut(closing, "was the topic made anew?" if made_anew else "the log starts at 5")
    assert await closing.told(b"waits") == []
    assert (await closing.rig.committed())[closing.payments, SHUT] == 0
    assert closing.rig.stop_workers() == {"a": 0}

    await accept_loss(settings_of(closing), SHUT, *WHY)
    closing.start()
    await closing.heard(b"waits", b"fact", b"tick", within_s=START_S)
    assert await closing.closed() == []
    assert closing.rig.stop_workers() == {"a": 0}
    assert await losses(settings_of(closing)) == {}


def settings_of(closing: Closing) -> Settings:
    return Settings(
        _env_file=None,
        namespace=closing.rig.namespace,
        topic_prefix=f"{closing.rig.namespace}.",
        bootstrap_servers=(closing.rig.servers,),
        partitions=2,
    )


@pytest.fixture
def tidy_broker() -> Iterator[Broker]:
    """Compacts and deletes at once, where a broker takes minutes."""
    properties = {"log.cleaner.backoff.ms": "100", "log.retention.check.interval.ms": "200"}
    with Broker(properties=properties) as running:
        yield running


@pytest.mark.slow
async def test_compaction_is_no_loss_and_a_moment_of_deletion_is(tidy_broker: Broker, namespace: str) -> None:
    settings = Settings(
        _env_file=None,
        bootstrap_servers=tidy_broker.bootstrap_servers,
        namespace=namespace,
        topic_prefix=f"{namespace}.",
        partitions=2,
    )
    await admin.create(settings)
    topic = Topic(tidy_broker.bootstrap_servers, settings.topics[roles.ACCOUNTS_CHANGELOG])
    eager = {
        "segment.bytes": "1048576",
        "segment.ms": "100",
        "min.cleanable.dirty.ratio": "0.001",
        "max.compaction.lag.ms": "1",
    }
    await topic.configure({**COMPACT, **eager})
    big = b'{"next_due_at":9999999999999,"x":"%s"}' % (b"x" * 100_000)

    async def compacted() -> bool:
        await topic.say(SHUT, "same", value=big)
        return await first_offset(settings) > 3

    await until(compacted, START_S)
    assert await losses(settings) == {}

    await topic.configure({**COMPACT, **eager, "cleanup.policy": "compact,delete", "retention.ms": "1"})

    async def lost() -> bool:
        await topic.say(SHUT, "same", value=big)
        return SHUT in await losses(settings)

    await until(lost, START_S)
    await topic.configure(COMPACT)
    assert list(await losses(settings)) == [SHUT]


async def first_offset(settings: Settings) -> int:
    """Of what is still there to be read."""
    tp = TopicPartition(settings.topics[roles.ACCOUNTS_CHANGELOG], SHUT)
    async with lone_reader(settings) as consumer:
        async for record in to_the_end(consumer, [tp]):
            return int(record.offset)
    return -1
