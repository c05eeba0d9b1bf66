"""Commits what the deliveries collected, one transaction at a time; who asks while one is under way shares the next."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from agents.delivery.incoming.hearing import Hearing
from agents.delivery.rules.deliveries import Deliveries, Flush
from agents.delivery.rules.receipts import Receipt


class TransactionWriter(Protocol):
    """Where it goes: journal, receipts and positions in one transaction."""

    async def write(self, flush: Flush, positions: Mapping[int, int]) -> None:
        """All of it, or an error that ends the hand-over."""


class Commits:
    """``positions`` are the hand-over's own: partition -> the offset behind the last record that was taken on."""

    def __init__(
        self,
        deliveries: Deliveries,
        positions: Mapping[int, int],
        writer: TransactionWriter,
        told: Callable[[Receipt], None],
        hearing: Hearing | None = None,
    ) -> None:
        self._hearing = hearing
        self._deliveries = deliveries
        self._positions = positions
        self._writer = writer
        self._told = told
        self._asked = asyncio.Event()
        self._next: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._written: dict[int, int] = dict(positions)

    def ask(self) -> None:
        """Commit soon."""
        self._asked.set()

    def renew(self) -> None:
        """Commit the positions again although they have not moved: whoever was fenced learns it."""
        self._written.clear()
        self.ask()

    async def committed(self) -> None:
        """Return when everything that the deliveries hold now is committed."""
        self.ask()
        await asyncio.shield(self._next)

    async def run(self) -> None:
        """Until cancelled, or until the cluster refuses."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            done, self._next = self._next, asyncio.get_running_loop().create_future()
            await self._write()
            done.set_result(None)

    async def _write(self) -> None:
        flush = self._deliveries.flush()
        if self._hearing is not None:
            flush = flush._replace(heard=tuple(self._hearing.flush()))
        moved = {partition: at for partition, at in self._positions.items() if self._written.get(partition) != at}
        if moved or flush.journal or flush.receipts or flush.heard:
            await self._writer.write(flush, moved)
            self._written |= moved
        for receipt in flush.receipts:
            self._told(receipt)
