"""The controls topic on a real Kafka: no tick before all of it is read, and none any more when it lost something."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.structs import TopicPartition

from streams.broker.broker import Broker
from streams.clock import SystemClock
from tests.kafka.rig import CONTROLLED_APP, GivenRecord, Rig, TopicHearing, until

pytestmark = pytest.mark.kafka
START_S = 300
SOON_S = 300
WITHOUT_A_TICK_MS = 2_500
MINUTE_MS = 60_000


class Controlled(TopicHearing):
    """One worker of the app, with its controls."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig, SOON_S)
        self.topic = rig.topic("reminder-controls")

    async def create(self) -> None:
        await self.rig.create()
        async with self.admin() as admin:
            await admin.create_topics([NewTopic(self.topic, 1, 1, topic_configs={"retention.ms": "-1"})])

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.rig.servers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    def producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        return AIOKafkaProducer(bootstrap_servers=self.rig.servers, transactional_id=transactional_id)

    async def say(self, value: bytes, timestamp_ms: int | None = None) -> None:
        async with self.producer() as producer:
            await producer.send_and_wait(self.topic, value, timestamp_ms=timestamp_ms)

    async def meet(self, account: bytes) -> None:
        """A fact of the account."""
        now_ms = SystemClock().now_ms()
        await self.rig.produce([GivenRecord(self.rig.inputs[0], 0, account, b"{}", now_ms)])

    async def only_facts(self, account: bytes) -> list[bytes]:
        """Facts of the account, for longer than its tick would take to come, and nothing else is said of it."""
        said: list[bytes] = []
        clock = SystemClock()
        until_ms = clock.now_ms() + WITHOUT_A_TICK_MS
        while clock.now_ms() < until_ms:
            said.append(b"fact")
            await self.meet(account)
            await self.heard(account, *said)
        return said


@pytest.fixture
async def controlled(broker: Broker, tmp_path: Path) -> AsyncIterator[Controlled]:
    rig = Rig(broker.bootstrap_servers, tmp_path, partitions=1, output_partitions=1, app=CONTROLLED_APP)
    running = Controlled(rig)
    await running.create()
    try:
        yield running
    finally:
        rig.stop_workers()


async def test_ticks_wait_for_the_controls_and_end_when_some_are_deleted(controlled: Controlled) -> None:
    rig = controlled.rig
    await controlled.say(b"pause")
    rig.start_worker()
    await controlled.meet(b"a")
    await controlled.heard(b"a", b"fact", b"tick at 1: pause", within_s=START_S)

    # An open transaction is a control that nobody can read yet.
    async with controlled.producer("operator") as operator:
        await operator.begin_transaction()
        await operator.send_and_wait(controlled.topic, b"resume")
        facts = await controlled.only_facts(b"b")
        await operator.commit_transaction()
    await controlled.heard(b"b", *facts, b"tick at 3: pause resume")

    async with controlled.admin() as admin:
        await admin.delete_records({TopicPartition(controlled.topic, 0): RecordsToDelete(before_offset=1)})

    async def said_so() -> bool:
        return "nothing is sent any more" in rig.log_of()

    await until(said_so, START_S)
    await controlled.only_facts(b"c")
    rig.stop_workers()

    worker = rig.start_worker("b")
    assert worker.wait(START_S) != 0
    assert "controls were deleted" in rig.log_of("b")


async def test_in_a_replay_a_control_counts_from_the_first_tick_at_or_after_its_time(controlled: Controlled) -> None:
    rig = controlled.rig
    start_ms = SystemClock().now_ms() // MINUTE_MS * MINUTE_MS - 60 * MINUTE_MS
    await controlled.say(b"later", start_ms + 150_000)
    await controlled.say(b"pause", start_ms + MINUTE_MS)
    facts = [GivenRecord(rig.inputs[0], 0, b"a", b"{}", start_ms + second * 1000) for second in (30, 90, 170)]
    marks = [GivenRecord(topic, 0, None, b"{}", start_ms + 10 * MINUTE_MS, mark=True) for topic in rig.inputs]
    await rig.produce([*facts, *marks])
    rig.start_worker(TACTFUL_CLOCK="replay", TACTFUL_TICK_PERIOD_S="60")
    said = (b"fact", b"tick at 2: pause", b"fact", b"tick at 2: pause", b"fact", b"tick at 2: pause later")
    await controlled.heard(b"a", *said, within_s=START_S)


async def test_a_worker_does_not_start_without_its_controls_topic(broker: Broker, tmp_path: Path) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, partitions=1, app=CONTROLLED_APP)
    await rig.create()
    try:
        assert rig.start_worker().wait(START_S) != 0
        assert f"topic {rig.topic('reminder-controls')} does not exist" in rig.log_of()
    finally:
        rig.stop_workers()
