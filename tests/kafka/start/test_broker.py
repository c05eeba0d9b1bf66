"""The embedded Kafka serves, survives a crash with its data, and dies with its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import TopicPartition

from agents.offline.demo import while_alive
from streams.broker.broker import Broker, BrokerError
from tests.kafka.command import TACTFUL

pytestmark = pytest.mark.kafka

PARENT = """
import sys, time
from streams.broker.broker import Broker
with Broker() as broker:
    print(broker.pid, broker.log_path.parent, flush=True)
    time.sleep(600)
"""


async def test_data_survive_a_crash_of_the_broker() -> None:
    with Broker() as broker:
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
        await admin.start()
        await admin.create_topics([NewTopic("kept", 1, 1)])
        await admin.close()
        async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers) as producer:
            await producer.send_and_wait("kept", b"before the crash")
        address = broker.bootstrap_servers

        broker.kill()
        with pytest.raises(BrokerError, match="not running"):
            broker.check_alive()
        broker.start()

        assert broker.bootstrap_servers == address
        async with AIOKafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest") as consumer:
            consumer.assign([TopicPartition("kept", 0)])
            record = await consumer.getone()
        assert record.value == b"before the crash"


def test_the_broker_dies_with_a_parent_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid_text, folder = parent.stdout.readline().split()
        parent.kill()
    deadline = time.monotonic() + 300
    while is_running(int(pid_text)) or Path(folder).exists():
        assert time.monotonic() < deadline, "the broker outlived its parent"
        time.sleep(0.1)


def test_a_broker_that_died_says_so(broker: Broker) -> None:
    broker.check_alive()
    with Broker(properties={"broker.rack": "one"}) as doomed:
        os.kill(doomed.pid, signal.SIGKILL)
        os.waitid(os.P_PID, doomed.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(BrokerError, match=r"^Kafka has died \(exit -9\); .+$"):
            doomed.check_alive()


def test_whoever_runs_a_broker_is_told_that_it_died() -> None:
    with subprocess.Popen(
        (*TACTFUL, "broker", "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert "Kafka is up" in running.stdout.readline()
        (broker,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        os.kill(int(broker), signal.SIGKILL)
        _, said = running.communicate(timeout=60)
    assert len(said.splitlines()) == 1
    assert said.startswith("tactful: Kafka has died (exit -9); ")
    assert running.returncode == 2


async def test_what_needs_a_broker_ends_when_it_dies() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with Broker() as doomed:
        os.kill(doomed.pid, signal.SIGKILL)
        with pytest.raises(BrokerError, match="Kafka has died"):
            await while_alive(doomed, work())
    assert ended.is_set()


def is_running(pid: int) -> bool:
    """Not even as a zombie that nobody has waited for yet."""
    run = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(run.stdout.strip()) and not run.stdout.startswith("Z")
