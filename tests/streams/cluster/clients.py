"""Clients of Kafka that stop badly, as aiokafka's do while the cluster is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def _cancelled() -> None:
    """What aiokafka's fetcher does: it cancels a task that sleeps, and awaits it."""
    sleeping = asyncio.create_task(asyncio.sleep(3600))
    await asyncio.sleep(0)
    sleeping.cancel()
    await sleeping


async def _failing() -> None:
    raise OSError("the stop failed, too")


async def _hanging() -> None:
    await asyncio.Event().wait()


async def _orderly() -> None:
    return


CANCELLED, FAILING, HANGING, ORDERLY = _cancelled, _failing, _hanging, _orderly


class Connection:
    """Open until closed."""

    open = True

    def close(self) -> None:
        self.open = False


class Wire:
    """As aiokafka's own client: connections, and a task that asks for metadata."""

    def __init__(self) -> None:
        self.connection = Connection()
        self._conns = {1: self.connection}
        self._sync_task = asyncio.create_task(asyncio.Event().wait())


class BadlyStopped:
    """A consumer; `stops` is how."""

    def __init__(self, stops: Callable[[], Awaitable[None]]) -> None:
        self._client = self.wire = Wire()
        self._stops = stops
        self.beating = asyncio.create_task(asyncio.Event().wait())
        self._coordinator: Any = self
        self._heartbeat_task = self.beating

    async def start(self) -> None:
        return

    async def stop(self) -> None:
        await self._stops()

    async def left_open(self) -> bool:
        """Whether it still beats, or holds a connection."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return self.wire.connection.open or not self.beating.cancelled()
