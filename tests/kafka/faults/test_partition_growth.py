"""An input that grows under running workers: nobody is chased, nobody ends, and a start is refused in clear lines."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from streams import roles
from streams.broker.broker import Broker
from streams.transport.partitioner import partition_of
from tests.kafka.live import Live, account_in, missed, paid
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

PARTITIONS, GROWN = 2, 4
SOON_S = 240


@pytest.fixture(scope="module")
def live(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("growth")
    with Live(broker.bootstrap_servers, "growth", folder, {"TACTFUL_PARTITIONS": str(PARTITIONS)}) as running:
        running.workers.add()
        yield running


async def joined(live: Live, members: int) -> None:
    """Wait until so many workers are in the group, and each partition has one."""
    client = AIOKafkaAdminClient(bootstrap_servers=list(live.settings.bootstrap_servers))
    await client.start()

    async def told() -> bool:
        live.workers.check_alive()
        (response,) = await client.describe_consumer_groups([live.settings.group_id])
        found = response.groups[0][5]
        owned = [live.workers.owned(number) for number in range(members)]
        return len(found) == members and sum(map(len, owned)) == PARTITIONS

    await until(told, SOON_S)
    await client.close()


async def grow(live: Live, role: str) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=list(live.settings.bootstrap_servers))
    await client.start()
    await client.create_partitions({live.topic(role): NewPartitions(GROWN)})
    await client.close()


async def pay(live: Live, account: str) -> int:
    """As a source does that knows nothing of us: where Kafka's partitioner puts it."""
    key = account.encode()
    async with live.producer() as producer:
        sent = await producer.send_and_wait(
            live.topic(roles.PAYMENT_RECEIVED), json.dumps(paid(account)).encode(), key=key
        )
    partition: int = sent.partition
    return partition


async def closed(live: Live, partitions: int = PARTITIONS) -> None:
    async def told() -> bool:
        live.workers.check_alive()
        reason = {"reason": "PARTITIONS_CHANGED", "topic": live.topic(roles.PAYMENT_RECEIVED)}
        return live.metric("tactful_partition_closed", **reason) == partitions

    await until(told, SOON_S)


async def test_a_payer_whose_payment_lies_in_a_new_partition_is_not_reminded(live: Live) -> None:
    early = [account_in(partition, PARTITIONS, "early") for partition in range(PARTITIONS)]
    payers = [f"payer-{n}" for n in range(40) if partition_of(f"payer-{n}".encode(), GROWN) >= PARTITIONS][:4]
    await live.introduce(*early, *payers)
    await live.tell(roles.REPAYMENT_MISSED, *(missed(account) for account in early))
    for account in early:
        await live.heard(account, "reminder.issued", SOON_S)
    await joined(live, 3)
    await grow(live, roles.PAYMENT_RECEIVED)
    for payer in payers:
        assert await pay(live, payer) >= PARTITIONS
    await closed(live)
    await live.tell(roles.REPAYMENT_MISSED, *(missed(payer) for payer in payers))
    # What is known goes on: a payment that can be read takes its reminder back.
    for account in early:
        await live.tell(roles.PAYMENT_RECEIVED, paid(account))
        await live.heard(account, "reminder.cancelled", SOON_S)
    # Workers that leave give their partitions to one that had none before, which takes them, closed as well.
    idle = next(number for number in range(3) if not live.workers.owned(number))
    leaving = [number for number in range(3) if number != idle]
    for number in leaving:
        assert live.workers.stop(number) == 0

    async def taken() -> bool:
        live.workers.check_alive()
        return live.workers.owned(idle) == set(range(PARTITIONS))

    await until(taken, SOON_S)
    await closed(live)
    # A start is refused: with these settings nobody reads the new partitions.
    live.workers.restart(leaving[0])
    assert await asyncio.to_thread(live.workers.ended, leaving[0], SOON_S) == 1
    log = live.workers.log_of(leaving[0])
    assert (
        f"topic {live.topic(roles.PAYMENT_RECEIVED)} has {GROWN} partitions, TACTFUL_PARTITIONS says {PARTITIONS}"
        in log
    )
    assert "Traceback" not in log
    live.workers.check_alive()
    assert [body for payer in payers for body in await live.said(payer)] == []
