"""Three real brokers on loopback: each is killed, frozen and started by itself, and none outlives its parent."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.broker.broker import BrokerError
from streams.broker.cluster import BrokerCluster
from tests.kafka.start.test_broker import is_running

pytestmark = pytest.mark.kafka

PARENT = """
import time
from streams.broker.cluster import BrokerCluster
with BrokerCluster(nodes=2) as cluster:
    cluster.nodes[1].freeze()
    print(*(node.pid for node in cluster.nodes), flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[BrokerCluster]:
    with BrokerCluster() as running:
        yield running


async def _write(cluster: BrokerCluster, value: bytes) -> None:
    async with asyncio.timeout(120), AIOKafkaProducer(bootstrap_servers=cluster.bootstrap_servers) as producer:
        await producer.send_and_wait("kept", value, partition=0)


async def test_two_of_three_take_what_one_that_is_away_or_frozen_cannot(cluster: BrokerCluster) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 3)])
    await admin.close()
    node = cluster.nodes[0]
    node.kill()
    with pytest.raises(BrokerError, match="not running"):
        node.check_alive()
    await _write(cluster, b"with one away")
    node.start()
    node.freeze()
    await _write(cluster, b"with one frozen")
    node.thaw()


def test_all_are_lost_at_once_and_come_back_on_their_ports(cluster: BrokerCluster) -> None:
    servers = cluster.bootstrap_servers
    cluster.kill()
    cluster.start_nodes(range(3))
    assert cluster.bootstrap_servers == servers
    for node in cluster.nodes:
        node.check_alive()


def test_all_die_with_a_parent_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) == 2
    deadline = time.monotonic() + 60
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline, "a broker outlived its parent"
        time.sleep(0.1)
