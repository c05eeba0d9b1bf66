"""What an undecided transaction leaves visible: records beyond what a reader of committed ones sees."""

import asyncio
import time
from contextlib import AsyncExitStack

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.offline.workers import Workers
from streams import roles
from streams.cluster import admin
from streams.settings import Settings
from streams.topics.topology import plan

TIMEOUT_S = 600.0


async def open_transactions(settings: Settings, role: str = roles.ACCOUNTS_CHANGELOG) -> set[int]:
    """Partitions of a topic that hold records of a transaction which is not decided."""
    partitions = [TopicPartition(settings.topics[role], number) for number in range(settings.partitions)]
    async with AsyncExitStack() as stack:
        everything, decided = [
            await stack.enter_async_context(
                AIOKafkaConsumer(bootstrap_servers=list(settings.bootstrap_servers), isolation_level=isolation)
            )
            for isolation in ("read_uncommitted", "read_committed")
        ]
        # Both are connected before either is asked: a transaction that is decided in between is not seen.
        ends = [await everything.end_offsets(partitions), await decided.end_offsets(partitions)]
    return {partition.partition for partition in partitions if ends[0][partition] > ends[1][partition]}


async def until_open_transaction(
    workers: Workers, settings: Settings, number: int, role: str = roles.ACCOUNTS_CHANGELOG
) -> int:
    """A partition of this worker's with an open transaction that holds data."""
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        workers.check_alive()
        if found := await open_transactions(settings, role) & workers.owned(number):
            return min(found)
        await asyncio.sleep(0)
    raise AssertionError(f"worker {number} had no open transaction with data for {TIMEOUT_S:.0f} s")


async def work_left(settings: Settings) -> int:
    """Input records, marks among them, beyond the committed offsets."""
    state = await admin.read_cluster(settings, plan(settings))
    return sum(at.end - (at.committed or 0) for at in state.offsets.values())
