"""`tactful topics create` again and again while the only broker is killed and comes back: it moves no offset."""

import asyncio
import random

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition

from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.cluster import Cluster, ClusterError
from streams.settings import Settings

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(900)]
SEED = 16
ROUNDS = 4
ANSWERS = 20
ASKED_EVERY_S = 0.02


async def test_a_broker_that_restarts_makes_no_group_new(namespace: str) -> None:
    dice = random.Random(SEED)
    with Broker() as broker:
        settings = Settings(
            _env_file=None,
            bootstrap_servers=broker.bootstrap_servers,
            namespace=namespace,
            topic_prefix=f"{namespace}.",
        )
        await admin.create(settings)
        places = [
            TopicPartition(settings.topics[role], number)
            for role in roles.INPUTS
            for number in range(settings.partitions)
        ]
        async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers) as producer:
            for topic, partition in places * 4:
                await producer.send_and_wait(topic, b"{}", key=b"account", partition=partition)
        async with Cluster(settings) as cluster:
            await cluster.commit({place: dice.randrange(1, 4) for place in places})
            before = await cluster.committed(places)
        assert len(before) == len(places)
        for _ in range(ROUNDS):
            broker.kill()
            starting = asyncio.create_task(asyncio.to_thread(broker.start))
            await created_again_and_again(settings, dice)
            await starting
            async with Cluster(settings) as cluster:
                assert await cluster.committed(places) == before


async def created_again_and_again(settings: Settings, dice: random.Random) -> None:
    """From the kill on, until so many have been answered."""
    answered = 0
    while answered < ANSWERS:
        try:
            made = await admin.create(settings, start=dice.choice(("earliest", "latest")))
        except ClusterError:
            pass
        else:
            assert made.starts == {}
            assert made.topics == ()
            answered += 1
        await asyncio.sleep(ASKED_EVERY_S)
