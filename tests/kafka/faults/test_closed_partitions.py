"""A partition whose input cannot be trusted to be complete sends nothing and says why; the others go on."""

import asyncio
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.structs import TopicPartition

from agents.offline.workers import free_port
from streams.broker.broker import Broker
from streams.clock import SystemClock
from streams.cluster.cluster import ClusterError
from streams.cluster.resetting import reset
from streams.settings import Settings
from tests.kafka.rig import GivenRecord, Rig, TopicHearing, until

pytestmark = pytest.mark.kafka
START_S = 300
SOON_S = 300
MISSES, PAYMENTS = 0, 1
SHUT, FREE = 0, 1


class Closing(TopicHearing):
    """Two partitions and one worker."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig, SOON_S)
        self.port = free_port()
        self.payments = rig.inputs[PAYMENTS]

    def start(self) -> None:
        # Not static: offsets can be reset as soon as it has left.
        self.rig.start_worker(TACTFUL_HEALTH_PORT=str(self.port), TACTFUL_OPEN_TRANSACTION_ALARM_S="2")

    async def meet(self, account: bytes, partition: int, topic: int = MISSES) -> None:
        now_ms = SystemClock().now_ms()
        await self.rig.produce([GivenRecord(self.rig.inputs[topic], partition, account, b"{}", now_ms)])

    async def page(self, path: str) -> bytes:
        def get() -> bytes:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                body: bytes = answer.read()
                return body

        return await asyncio.to_thread(get)

    async def closed(self) -> list[str]:
        body: dict[str, Any] = msgspec.json.decode(await self.page("/readyz"))
        assert body["ready"]
        found: list[str] = body["closed"]
        return found

    async def shut(self, *words: str) -> None:
        """The worker says of one partition that it is closed, in these words, and says it as a metric, too."""

        async def said() -> bool:
            told = await self.closed()
            return len(told) == 1 and all(word in told[0] for word in (f"partition {SHUT}", self.payments, *words))

        await until(said, SOON_S)
        gauge = f'tactful_partition_closed{{partition="{SHUT}",reason="{words[0]}",topic="{self.payments}"}} 1.0'
        assert gauge in (await self.page("/metrics")).decode()

    async def delete(self, before: int) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.rig.servers)
        await admin.start()
        try:
            await admin.delete_records({TopicPartition(self.payments, SHUT): RecordsToDelete(before_offset=before)})
        finally:
            await admin.close()

    def settings(self) -> Settings:
        return Settings(
            _env_file=None,
            namespace=self.rig.namespace,
            topic_prefix=f"{self.rig.namespace}.",
            bootstrap_servers=(self.rig.servers,),
        )


@pytest.fixture
async def closing(broker: Broker, tmp_path: Path) -> AsyncIterator[Closing]:
    rig = Rig(
        broker.bootstrap_servers,
        tmp_path,
        partitions=2,
        output_partitions=2,
        app="tests.kafka.closing_app",
        static=False,
    )
    running = Closing(rig)
    await rig.create()
    try:
        yield running
    finally:
        rig.stop_workers()


async def test_a_foreign_transaction_that_hangs_closes_its_partition_until_it_is_aborted(closing: Closing) -> None:
    closing.start()
    await closing.meet(b"first", SHUT)
    await closing.heard(b"first", b"fact", b"tick", within_s=START_S)
    async with AIOKafkaProducer(
        bootstrap_servers=closing.rig.servers, transactional_id=f"{closing.rig.namespace}-bank"
    ) as bank:
        await bank.begin_transaction()
        await bank.send_and_wait(closing.payments, b"{}", key=b"hidden", partition=SHUT)
        await closing.meet(b"waits", SHUT)
        await closing.meet(b"other", FREE)
        await closing.heard(b"other", b"fact", b"tick")
        await closing.shut("OPEN_TRANSACTION", "a transaction is open from offset 0 on")
        assert await closing.told(b"waits") == [b"fact"]
        await bank.abort_transaction()
    await closing.heard(b"waits", b"fact", b"tick")
    await until(lambda: _nothing(closing), SOON_S)
    assert await closing.told(b"hidden") == []
    skews = [line for line in (await closing.page("/metrics")).decode().splitlines() if "tactful_clock_skew_s" in line]
    assert skews[-1].startswith("tactful_clock_skew_seconds ")
    assert abs(float(skews[-1].split()[1])) < 1


async def _nothing(closing: Closing) -> bool:
    return not await closing.closed()


async def test_lost_offsets_close_their_partition_until_a_person_resets_them(closing: Closing) -> None:
    for number in range(4):
        await closing.meet(b"lost-%d" % number, SHUT, PAYMENTS)
    await closing.delete(before=3)
    closing.start()
    await closing.meet(b"waits", SHUT)
    await closing.meet(b"other", FREE, PAYMENTS)
    await closing.heard(b"other", b"fact", b"tick", within_s=START_S)
    await closing.heard(b"waits", b"fact")
    await closing.shut("LOST_OFFSET", "offset 0, log 3 to 4")
    assert closing.rig.log_of().count("LOST_OFFSET") == 1

    settings, why = closing.settings(), ("u-7", "the bank says nothing was in them")
    with pytest.raises(ClusterError, match="has members"):
        await reset(settings, "payment-received", SHUT, None, *why)
    assert closing.rig.stop_workers() == {"a": 0}
    assert await closing.told(b"waits") == [b"fact"]
    with pytest.raises(ClusterError, match=r"offset 2 is not in the log of .* partition 0: 3 to 4"):
        await reset(settings, "payment-received", SHUT, 2, *why)
    done = await reset(settings, "payment-received", SHUT, None, *why)
    assert (done.before, done.after) == (0, 3)

    closing.start()
    await closing.heard(b"lost-3", b"fact", b"tick", within_s=START_S)
    await closing.heard(b"waits", b"fact", b"tick")
    assert await closing.closed() == []


async def test_retention_that_overtakes_a_running_worker_closes_the_partition(closing: Closing) -> None:
    """A pause keeps the input where it is, as a slow worker would; what is not yet read is deleted meanwhile."""
    await closing.meet(b"first", SHUT, PAYMENTS)
    closing.rig.env["CLOSING_PAUSES"] = "first"
    closing.start()
    await closing.heard(b"first", b"fact", within_s=START_S)
    await closing.shut("BAD_SHARE")
    for number in range(3):
        await closing.meet(b"late-%d" % number, SHUT, PAYMENTS)
    await closing.delete(before=3)
    await closing.meet(b"release", SHUT)
    await closing.heard(b"release", b"fact")
    await closing.shut("LOST_OFFSET", "offset 1, log 3 to 4")
    await closing.meet(b"other", FREE, PAYMENTS)
    await closing.heard(b"other", b"fact", b"tick")
