"""A worker that is told to stop ends without a fault, whatever its group does at that moment."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.consumer import Fetcher

from streams.transport.consumer import EngineConsumer


class WaitingConsumer(EngineConsumer):
    """Nothing is there to be fetched."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.fetching = asyncio.Event()

    async def _fetch_on(self, fetcher: Any) -> None:
        self.fetching.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize("stopping", [True, False])
async def test_only_the_end_of_the_worker_ends_the_fetching_without_a_word(stopping: bool) -> None:
    app: Any = SimpleNamespace(rebalancing=True, should_stop=False, engine=None)
    app.consumer = WaitingConsumer(app)
    fetcher: Any = Fetcher(app)
    fetcher.supervisor = SimpleNamespace(wakeup=lambda: None)
    await fetcher.start()
    await app.consumer.fetching.wait()
    app.should_stop = stopping
    await fetcher.stop()
    assert (fetcher.crash_reason is None) is stopping
