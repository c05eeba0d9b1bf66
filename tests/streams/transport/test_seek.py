"""A fetch that outlasts a rebalance must not read from the new positions: what it brings is dropped."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka.structs import TopicPartition

from streams.transport.consumer_thread import EngineConsumerThread

TP = TopicPartition("facts", 0)


class FakeConsumer:
    """A log of ten records and a position; a fetch waits until there is something to bring."""

    def __init__(self) -> None:
        self.position = 0
        self.arrived = asyncio.Event()
        self._closed = False
        self._fetcher = self._subscription = self._coordinator = self
        self.subscription: Any = None

    def check_errors(self) -> None:
        """Nothing is wrong."""

    @contextmanager
    def fetch_context(self) -> Iterator[None]:
        yield

    async def fetched_records(self, wanted: list[TopicPartition], timeout_s: float) -> dict[TopicPartition, list[int]]:
        await self.arrived.wait()
        found = list(range(self.position, 10))
        self.position = 10
        return {TP: found}

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset({TP})

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self.position = offset

    def resume(self, *tps: TopicPartition) -> None:
        self.arrived.set()


async def test_positions_are_set_after_the_fetch_in_flight() -> None:
    consumer = FakeConsumer()
    thread: Any = object.__new__(EngineConsumerThread)
    thread._consumer, thread._reading = consumer, asyncio.Lock()
    in_flight = asyncio.create_task(thread._fetch([TP], 1.0))
    await asyncio.sleep(0)
    seek = asyncio.create_task(thread._start_at({TP: 4}, []))
    await asyncio.sleep(0)
    consumer.arrived.set()
    await asyncio.gather(in_flight, seek)
    assert consumer.position == 4, "the old fetch took records of the new position with it"
    assert (await thread._fetch([TP], 1.0)).records == {("facts", 0): [4, 5, 6, 7, 8, 9]}


async def test_an_input_is_set_back_after_the_fetch_in_flight_unless_it_was_taken_away() -> None:
    consumer = FakeConsumer()
    thread: Any = object.__new__(EngineConsumerThread)
    thread._consumer, thread._reading = consumer, asyncio.Lock()
    in_flight = asyncio.create_task(thread._fetch([TP], 1.0))
    await asyncio.sleep(0)
    back = asyncio.create_task(thread._go_back({TP: 4, TopicPartition("facts", 1): 2}))
    await asyncio.sleep(0)
    consumer.arrived.set()
    await asyncio.gather(in_flight, back)
    assert consumer.position == 4
