"""One of three brokers is frozen and stays so: every partition sends again, by the brokers elected in its place."""

import asyncio
from collections.abc import Iterator

import pytest

from streams import roles
from streams.broker_cluster import BrokerCluster
from tests.kafka.live import Live, account_in, missed
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

# A client that waits for an answer of the frozen one for as long as it may comes too late.
PATIENT = {"TACTFUL_CONSUMER_REQUEST_TIMEOUT_MS": "400000"}
GUARD_S = 150


@pytest.fixture
def cluster() -> Iterator[BrokerCluster]:
    with BrokerCluster() as running:
        yield running


@pytest.fixture
def live(cluster: BrokerCluster, namespace: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with Live(cluster.bootstrap_servers, namespace, tmp_path_factory.mktemp(namespace), PATIENT) as running:
        yield running


@pytest.mark.timeout(600)
async def test_every_partition_sends_while_a_broker_stays_frozen(cluster: BrokerCluster, live: Live) -> None:
    def new(name: str) -> list[str]:
        return [account_in(partition, live.partitions, name) for partition in range(live.partitions)]

    async def answered(accounts: list[str]) -> bool:
        live.workers.check_alive()
        told = await live.kept(roles.REMINDERS)
        return set(accounts) <= {record.key.decode() for record in told if record.key is not None}

    before, after = new("before"), new("after")
    await live.introduce(*before, *after)
    await live.tell(roles.REPAYMENT_MISSED, *map(missed, before))
    await until(lambda: answered(before), 120)
    frozen = cluster.nodes[0]
    frozen.freeze()
    try:
        async with asyncio.timeout(GUARD_S):
            await live.tell(roles.REPAYMENT_MISSED, *map(missed, after))
            await until(lambda: answered(after), GUARD_S)
    finally:
        frozen.thaw()
    live.workers.check_alive()
