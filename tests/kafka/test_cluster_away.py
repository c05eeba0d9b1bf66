"""The cluster goes away for half a minute and comes back: the worker says so, and goes on by itself."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from agents.replaying import free_port
from streams.broker import Broker
from streams.clock import SystemClock
from tests.kafka.rig import Given, Hearing, Rig, until
from tests.kafka.test_worker_site import ask

pytestmark = pytest.mark.kafka
START_S = 60
BACK_S = 90
AWAY_S = 28.0
"""Longer than aiokafka tries by itself: the reader of the controls gives up meanwhile and begins anew."""
OURS = re.compile(r"^\[.*?\] \[\d+\] \[\^?-*(?!aiokafka)", re.MULTILINE)


@pytest.fixture
def fragile() -> Iterator[Broker]:
    """A broker of the test's own, to be killed."""
    with Broker() as running:
        yield running


async def test_a_worker_sends_again_after_the_cluster_was_away(fragile: Broker, tmp_path: Path) -> None:
    rig = Rig(fragile.bootstrap_servers, tmp_path, partitions=2, output_partitions=2, app="tests.kafka.controlled_app")
    await rig.create()
    admin = AIOKafkaAdminClient(bootstrap_servers=rig.servers)
    await admin.start()
    await admin.create_topics([NewTopic(rig.topic("reminder-controls"), 1, 1)])
    await admin.close()
    hearing, port, clock = Hearing(rig, BACK_S), free_port(), SystemClock()

    async def closed() -> list[str]:
        answer = await ask(port, "/readyz")
        return [] if answer is None else list(answer[1]["closed"])

    async def meet(account: bytes) -> None:
        await rig.produce([Given(rig.inputs[0], n, account + b"%d" % n, b"{}", clock.now_ms()) for n in range(2)])

    async def is_told() -> bool:
        return len(await closed()) == 2

    async def is_open() -> bool:
        return not await closed()

    worker = rig.start_worker(TACTFUL_HEALTH_PORT=str(port))
    try:
        await meet(b"before")
        await hearing.heard(b"before0", b"fact", b"tick at 0: ", within_s=START_S)
        await until(is_open)
        fragile.kill()
        gone = time.monotonic()
        await until(is_told)  # although nothing is due
        print("told after", time.monotonic() - gone)
        assert await closed() == [f"partition {n} sends nothing: CLUSTER_AWAY (no broker answers)" for n in range(2)]

        async def is_over() -> bool:
            return time.monotonic() - gone > AWAY_S

        await until(is_over)
        fragile.start()
        back = time.monotonic()
        await meet(b"after")
        for number in range(2):
            await hearing.heard(b"after%d" % number, b"fact", b"tick at 0: ")
        print("caught up after", time.monotonic() - back)
        await until(is_open)
        print("open after", time.monotonic() - back)
        assert (await ask(port, "/livez") or (0,))[0] == 200
        assert worker.poll() is None
        log = rig.log_of()
        print(log)
    finally:
        rig.stop_workers()
