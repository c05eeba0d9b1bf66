"""Topics and starting offsets on a real Kafka: made once, never moved, and each fault found."""

from collections.abc import Mapping

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.cluster import Cluster, ClusterError
from streams.settings import Settings
from streams.topics.topology import plan

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(broker: Broker, namespace: str) -> Settings:
    return Settings(
        _env_file=None,
        bootstrap_servers=broker.bootstrap_servers,
        namespace=namespace,
        topic_prefix=f"{namespace}.",
        partitions=2,
    )


async def make(settings: Settings, name: str, partitions: int, configs: Mapping[str, str] | None = None) -> None:
    async with Cluster(settings) as cluster:
        assert await cluster.create_topic(name, partitions, 1, configs or {})


async def produce(settings: Settings, topic: str, count: int, partition: int = 0) -> None:
    async with AIOKafkaProducer(bootstrap_servers=list(settings.bootstrap_servers)) as producer:
        for _ in range(count):
            await producer.send_and_wait(topic, b"{}", partition=partition)


async def offsets_of_group(settings: Settings, topic: str) -> list[int | None]:
    async with AIOKafkaConsumer(
        bootstrap_servers=list(settings.bootstrap_servers), group_id=settings.group_id
    ) as consumer:
        return [await consumer.committed(TopicPartition(topic, p)) for p in range(settings.partitions)]


async def test_what_create_made_passes_the_check(settings: Settings) -> None:
    created = await admin.create(settings)
    assert len(created.topics) == len(roles.ROLES)
    assert len(created.starts) == len(roles.INPUTS) * 2
    assert set(created.starts.values()) == {0}
    assert await admin.check(settings) == []

    again = await admin.create(settings)
    assert (again.topics, again.starts) == ((), {})


async def test_the_topics_have_what_the_plan_says(settings: Settings) -> None:
    await admin.create(settings)
    specs = plan(settings)
    async with Cluster(settings) as cluster:
        counts = await cluster.partition_counts(spec.name for spec in specs)
        keys = {key for spec in specs for key in spec.configs()}
        real = await cluster.topic_configs([spec.name for spec in specs], keys)
    for spec in specs:
        assert counts[spec.name] == spec.partitions
        assert {key: real[spec.name][key] for key in spec.configs()} == spec.configs()


async def test_a_replay_plan_is_accepted_and_passes(broker: Broker, namespace: str) -> None:
    settings = Settings(
        _env_file=None,
        bootstrap_servers=broker.bootstrap_servers,
        namespace=namespace,
        topic_prefix=f"{namespace}.",
        clock="replay",
    )
    await admin.create(settings)
    assert await admin.check(settings) == []
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers) as producer:
        topic = settings.topics[roles.REPAYMENT_MISSED]
        for timestamp_ms in (1_112_313_600_000, 4_102_444_800_000):  # 2005 and 2100
            await producer.send_and_wait(topic, b"{}", partition=0, timestamp_ms=timestamp_ms)


@pytest.mark.parametrize(("start", "expected"), [("earliest", [0, 0]), ("latest", [3, 0])])
async def test_a_new_group_starts_where_it_is_told(settings: Settings, start: admin.Start, expected: list[int]) -> None:
    topic = settings.topics[roles.PAYMENT_RECEIVED]
    await make(settings, topic, 2)
    await produce(settings, topic, 3)
    await admin.create(settings, start=start)
    assert await offsets_of_group(settings, topic) == expected


async def test_existing_offsets_never_move_and_gaps_stay_gaps(settings: Settings) -> None:
    payments, cases = settings.topics[roles.PAYMENT_RECEIVED], settings.topics[roles.CASE_UPDATED]
    await make(settings, payments, 2)
    await produce(settings, payments, 3)
    async with Cluster(settings) as cluster:
        await cluster.commit({TopicPartition(payments, 0): 2})

    created = await admin.create(settings, start="latest")

    assert created.starts == {}
    assert await offsets_of_group(settings, payments) == [2, None]
    assert await offsets_of_group(settings, cases) == [None, None]
    faults = await admin.check(settings)
    assert len(faults) == len(roles.INPUTS) * 2 - 1
    assert all("has no committed offset" in fault for fault in faults)


async def test_each_fault_of_the_topics_is_found_and_all_are_told(settings: Settings) -> None:
    names = settings.topics
    await make(settings, names[roles.ACCOUNTS_CHANGELOG], 2, {"cleanup.policy": "delete"})  # and CreateTime
    await make(settings, names[roles.REPAYMENT_MISSED], 3, {"retention.ms": "3600000"})
    await make(settings, names[roles.CASE_UPDATED], 2, {"max.message.bytes": "1300000"})
    await make(settings, names[roles.PAYMENT_RECEIVED], 2, {"cleanup.policy": "compact"})
    await admin.create(settings)
    async with Cluster(settings) as cluster:
        await delete_topic(settings, names[roles.REMINDERS])
        assert await cluster.partition_counts([names[roles.REMINDERS]]) == {}

    faults = await admin.check(settings)

    told = "\n".join(faults)
    assert len(faults) == 9
    assert f"topic {names[roles.ACCOUNTS_CHANGELOG]} has max.compaction.lag.ms=" in told
    assert f"topic {names[roles.REPAYMENT_MISSED]} has 3 partitions, TACTFUL_PARTITIONS says 2" in told
    assert f"topic {names[roles.REPAYMENT_MISSED]} keeps its records for 1 h, shorter" in told
    assert f"topic {names[roles.PAYMENT_RECEIVED]} has cleanup.policy=compact, it must be delete" in told
    assert f"topic {names[roles.REMINDERS]} is missing" in told
    assert f"topic {names[roles.ACCOUNTS_CHANGELOG]} has cleanup.policy=delete, it must be compact only" in told
    assert f"topic {names[roles.ACCOUNTS_CHANGELOG]} has message.timestamp.type=CreateTime" in told
    assert "the inputs have unequal partition counts" in told
    assert f"topic {names[roles.CASE_UPDATED]} allows records of 1300000 bytes" in told


async def test_a_dead_letter_topic_that_is_too_narrow_is_found(settings: Settings) -> None:
    await make(settings, settings.topics[roles.REMINDER_DEAD_LETTERS], 2, {"max.message.bytes": "50000"})
    await admin.create(settings)
    faults = await admin.check(settings)
    assert len(faults) == 1 + len(roles.INPUTS)
    assert "has max.message.bytes=50000, below TACTFUL_DEAD_LETTER_MAX_BYTES=1200000" in faults[0]


async def test_an_offset_below_the_logs_start_or_beyond_its_end_is_found(settings: Settings) -> None:
    await admin.create(settings)
    payments, cases = settings.topics[roles.PAYMENT_RECEIVED], settings.topics[roles.CASE_UPDATED]
    await produce(settings, payments, 5)
    await delete_records_before(settings, TopicPartition(payments, 0), 4)
    async with Cluster(settings) as cluster:
        await cluster.commit({TopicPartition(cases, 1): 7})

    faults = await admin.check(settings)

    assert faults == [
        f"group {settings.group_id} stands at offset 7 of {cases} partition 1, but the log ends at 0: "
        "was the topic made anew?",
        f"group {settings.group_id} stands at offset 0 of {payments} partition 0, but the log starts at 4: "
        "4 records were deleted unread",
    ]


async def test_a_group_at_work_keeps_its_offsets(settings: Settings) -> None:
    await admin.create(settings)
    topic = settings.topics[roles.PAYMENT_RECEIVED]
    async with AIOKafkaConsumer(
        topic,
        bootstrap_servers=list(settings.bootstrap_servers),
        group_id=settings.group_id,
        enable_auto_commit=False,
        auto_offset_reset="none",
    ) as consumer:
        assert consumer.assignment()
        assert await admin.check(settings) == []
        with pytest.raises(ClusterError, match="the cluster refused"):
            async with Cluster(settings) as cluster:
                await cluster.commit({TopicPartition(topic, 0): 1})


async def test_a_cluster_that_does_not_answer_is_one_clear_line() -> None:
    settings = Settings(_env_file=None, bootstrap_servers="127.0.0.1:1")
    with pytest.raises(ClusterError, match=r"no Kafka cluster answers at 127\.0\.0\.1:1"):
        await admin.check(settings)


async def delete_topic(settings: Settings, name: str) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=list(settings.bootstrap_servers))
    await client.start()
    await client.delete_topics([name])
    await client.close()


async def delete_records_before(settings: Settings, partition: TopicPartition, offset: int) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=list(settings.bootstrap_servers))
    await client.start()
    await client.delete_records({partition: RecordsToDelete(offset)})
    await client.close()
