"""The embedded Kafka serves, survives a crash with its data, and dies with its parent."""

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

from streams.broker import Broker, BrokerError

pytestmark = pytest.mark.kafka

PARENT = """
import sys, time
from streams.broker import Broker
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
        with pytest.raises(BrokerError, match=r"(?s)Kafka died \(exit -9\).*Kafka Server started"):
            doomed.check_alive()


def is_running(pid: int) -> bool:
    """Not even as a zombie that nobody has waited for yet."""
    run = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(run.stdout.strip()) and not run.stdout.startswith("Z")
