"""Both workers stand still for seconds while payments come: what they were told before the standstill has grown old.

As when a virtual machine is paused or moved. Nobody may be written to by what was known before it.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition

from streams import roles
from streams.broker.broker import Broker
from streams.cluster.whole_logs import lone_reader
from tests.kafka.live import Live, missed, paid, profile
from tests.kafka.rig import until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]
ROUNDS = 3
FROZEN_S = 4.0
FRESH_S = 1.5
"""More than a sample's greatest age: a payment so shortly before the thaw may be missed."""
_GAP_S = 0.1
_DELAYS_S = (1.0, 3.0, 5.0, 7.0)
_PATIENCE_S = 280


class FrozenStandstill(NamedTuple):
    """Nothing left between `since_s` and `until_s`; what left before lies below the ends."""

    since_s: float
    until_s: float
    ends: Mapping[int, int]


class Traffic:
    """People who miss a payment and make it some seconds later."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self.paid_s: dict[str, float] = {}
        """Account -> when the cluster had acknowledged its payment."""

    async def flows(self) -> None:
        async with self._live.producer() as producer, asyncio.TaskGroup() as people:
            for number in count():
                people.create_task(self._person(producer, f"frozen-{number}", _DELAYS_S[number % len(_DELAYS_S)]))
                await asyncio.sleep(_GAP_S)

    async def _person(self, producer: Any, account: str, delay_s: float) -> None:
        await self._live.send(producer, roles.PROFILE_UPDATED, profile(account))
        await self._live.send(producer, roles.REPAYMENT_MISSED, missed(account))
        await asyncio.sleep(delay_s)
        await self._live.send(producer, roles.PAYMENT_RECEIVED, paid(account))
        self.paid_s[account] = time.monotonic()


@pytest.fixture
def live(broker: Broker, namespace: str, tmp_path: Path) -> Iterator[Live]:
    with Live(broker.bootstrap_servers, namespace, tmp_path) as running:
        yield running


@contextlib.asynccontextmanager
async def under_way(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def stand_still(live: Live) -> FrozenStandstill:
    async with lone_reader(live.settings) as reader:
        topic = live.topic(roles.REMINDERS)
        partitions = [TopicPartition(topic, number) for number in range(live.partitions)]
        for worker in (0, 1):
            live.workers.pause(worker)
        await asyncio.sleep(0.3)  # what is on its way to the broker arrives
        ends = await reader.end_offsets(partitions)
        since_s = time.monotonic()
        await asyncio.sleep(FROZEN_S)
        until_s = time.monotonic()
        for worker in (0, 1):
            live.workers.resume(worker)
    return FrozenStandstill(since_s, until_s, {tp.partition: end for tp, end in ends.items()})


async def sends(live: Live, more: int) -> None:
    def sent() -> float:
        live.workers.check_alive()
        return live.metric("tactful_messages_total", type="reminder.issued")

    before = sent()

    async def enough() -> bool:
        return sent() >= before + more

    await until(enough, _PATIENCE_S)


async def test_nobody_is_written_to_by_what_was_known_before_a_standstill(live: Live) -> None:
    traffic, standstills = Traffic(live), []
    await live.introduce("first")
    await live.tell(roles.REPAYMENT_MISSED, missed("first"))
    await live.heard("first", "reminder.issued", within_s=_PATIENCE_S)
    async with under_way(traffic.flows()):
        for _ in range(ROUNDS):
            await sends(live, more=10)
            standstills.append(await stand_still(live))
        await sends(live, more=10)
    issued = [record for record in await live.kept(roles.REMINDERS) if record.body()["type"] == "reminder.issued"]
    for still in standstills:
        settled = {
            account for account, at_s in traffic.paid_s.items() if still.since_s < at_s < still.until_s - FRESH_S
        }
        assert settled
        later = {(k.key or b"").decode() for k in issued if k.offset >= still.ends[k.partition]}
        assert not settled & later, f"{len(settled & later)} of {len(settled)} who had paid"
    live.workers.check_alive()
