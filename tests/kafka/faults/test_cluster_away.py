"""The cluster goes away for half a minute and comes back: the worker says so, and goes on by itself."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from agents.offline.workers import free_port
from streams.broker.broker import Broker
from streams.clock import SystemClock
from streams.cluster.clients import running
from streams.transport.group.instances import EXIT_TAKEN_OVER
from tests.kafka.exactly_once.test_engine_crash import all_told, assert_exact, some_facts
from tests.kafka.rig import CONTROLLED_APP, DEAF_APP, GivenRecord, Rig, TopicHearing, until
from tests.kafka.start.test_worker_site import ask

pytestmark = pytest.mark.kafka
START_S = 60
BACK_S = 90
AWAY_S = 28.0
"""Longer than aiokafka tries by itself: the reader of the controls gives up meanwhile and begins anew."""


@pytest.fixture
def fragile() -> Iterator[Broker]:
    """A broker of the test's own, to be killed."""
    with Broker() as running:
        yield running


async def create_controls(rig: Rig) -> None:
    async with running(AIOKafkaAdminClient(bootstrap_servers=rig.servers)) as admin:
        await admin.create_topics([NewTopic(rig.topic("reminder-controls"), 1, 1)])


@pytest.mark.timeout(600)
async def test_a_worker_sends_again_after_the_cluster_was_away(fragile: Broker, tmp_path: Path) -> None:
    rig = Rig(
        fragile.bootstrap_servers,
        tmp_path,
        partitions=2,
        output_partitions=2,
        app=CONTROLLED_APP,
    )
    await rig.create()
    await create_controls(rig)
    hearing, port, clock = TopicHearing(rig, BACK_S), free_port(), SystemClock()

    async def closed() -> list[str]:
        answer = await ask(port, "/readyz")
        return [] if answer is None else list(answer[1]["closed"])

    async def meet(account: bytes) -> None:
        await rig.produce([GivenRecord(rig.inputs[0], n, account + b"%d" % n, b"{}", clock.now_ms()) for n in range(2)])

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
        assert await closed() == [f"partition {n} sends nothing: CLUSTER_AWAY (no broker answers)" for n in range(2)]

        async def is_over() -> bool:
            return time.monotonic() - gone > AWAY_S

        await until(is_over)
        fragile.start()
        await meet(b"after")
        for number in range(2):
            await hearing.heard(b"after%d" % number, b"fact", b"tick at 0: ")
        await until(is_open)
        assert (await ask(port, "/livez") or (0,))[0] == 200
        assert worker.poll() is None
        lines = rig.log_of().splitlines()
        (away,) = [n for n, line in enumerate(lines) if "the cluster is away: no broker has answered for" in line]
        (returned,) = [n for n, line in enumerate(lines) if "the cluster is back after" in line]
        assert lines[away + 1 : returned] == [], "one line says it"
        assert not [line for line in lines if "sends nothing" in line]
    finally:
        codes = rig.stop_workers()
    assert codes == {"a": 0}, rig.log_of()


@pytest.mark.chaos
async def test_what_the_cluster_has_given_up_is_done_again_by_the_same_worker(tmp_path: Path) -> None:
    """As after an outage longer than a transaction may be open: to the worker it looks like another owner."""
    hasty = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "200"}
    with Broker(properties=hasty) as broker:
        rig = Rig(broker.bootstrap_servers, tmp_path)
        await rig.create()
        given = some_facts(rig, 400)
        worker = rig.start_worker(
            COUNTING_DUE_MS="3600000",
            TACTFUL_BATCH_FLUSH_BYTES="1000",
            TACTFUL_COMMIT_INTERVAL_MS="15000",  # so that the cluster gives it up first
            TACTFUL_PRODUCER_REQUEST_TIMEOUT_MS="1000",
            TACTFUL_TRANSACTION_TIMEOUT_MS="2000",
        )
        try:
            await rig.produce(given[:8])  # committed at once, as nothing was before
            await until(lambda: all_told(rig, given[:8]), START_S)
            await rig.produce(given[8:])
            await until(lambda: all_told(rig, given))
            assert "the cluster has given up what it had not heard the end of for 2 s" in rig.log_of()
            assert worker.poll() is None
            assert rig.stop_workers() == {"a": 0}, rig.log_of()
            await assert_exact(rig, given)
        finally:
            rig.stop_workers()


async def test_a_worker_that_stops_by_itself_says_so_in_one_line(broker: Broker, tmp_path: Path) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, partitions=1, output_partitions=1, app=CONTROLLED_APP)
    await rig.create()
    await create_controls(rig)
    hearing, now_ms = TopicHearing(rig, BACK_S), SystemClock().now_ms()
    worker = rig.start_worker(TACTFUL_HEALTH_PORT="0")
    try:
        await rig.produce([GivenRecord(rig.inputs[0], 0, b"a", b"{}", now_ms)])
        await hearing.heard(b"a", b"fact", b"tick at 0: ", within_s=START_S)
        before = rig.log_of()
        async with AIOKafkaProducer(
            bootstrap_servers=rig.servers, transactional_id=f"{rig.namespace}-reminders-0"
        ) as other:
            await other.begin_transaction()
            await other.abort_transaction()
        await rig.produce([GivenRecord(rig.inputs[0], 0, b"b", b"{}", now_ms)])
        # Faust's own code, or ours where its stop takes longer than we wait for it.
        assert await asyncio.to_thread(worker.wait, START_S) in (1, EXIT_TAKEN_OVER)
    finally:
        rig.stop_workers()
    said = [line for line in rig.log_of()[len(before) :].splitlines() if line.strip("\x1b[?25hl ")]
    assert len(said) == 1, said
    assert "the worker stops: ProducerFenced: " in said[0]


async def test_a_worker_that_is_deaf_asks_to_be_replaced(broker: Broker, tmp_path: Path) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, partitions=1, output_partitions=1, app=DEAF_APP)
    await rig.create()
    await create_controls(rig)
    port = free_port()
    worker = rig.start_worker(TACTFUL_HEALTH_PORT=str(port))

    async def is_ready() -> bool:
        return (await ask(port, "/readyz") or (0,))[0] == 200

    async def wants_an_end() -> list[str]:
        live = await ask(port, "/livez")
        return [] if live is None or live[0] == 200 else list(live[1]["reasons"])

    try:
        await until(is_ready)
        (reason,) = await until(wants_an_end)
        assert reason.startswith(f"nothing has been heard of {rig.topic('reminder-controls')} partition 0 for ")
        assert worker.poll() is None, "it is for the supervisor to act"
        closed = (await ask(port, "/readyz") or (0, {"closed": []}))[1]["closed"]
        assert closed == [f"partition 0 sends nothing: {rig.topic('reminder-controls')} CONTROLS"]
    finally:
        codes = rig.stop_workers()
    assert codes == {"a": 0}, rig.log_of()
