"""Faust's table manager with our takeover in place of its recovery.

The changelog is not subscribed to: whoever holds partition p of the inputs holds partition p of the table.
"""

import asyncio
import logging
import time
from typing import Any

from faust.tables.manager import TableManager
from mode.utils.locks import Event

from streams.errors import InvariantBroken, TransactionGivenUp
from streams.tasks import end_task, guarded
from streams.transport.engine import Engine
from streams.transport.outages.logs import quieten
from streams.transport.outages.patience import TAKEOVER_S, passes
from streams.transport.partition.shard import Shard
from streams.transport.takeover.takeover import take_over

log = logging.getLogger(__name__)

_NO_GENERATION = -1
_AGAIN_S = 1.0


class EngineTables(TableManager):
    """Holds the one table of the app; called by Faust around rebalances."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self._engine: Engine = app.engine
        self._takeover: asyncio.Task[None] | None = None
        self._generation = _NO_GENERATION
        self._live = Event()

    def add(self, table: Any) -> Any:
        """One table: what is due is asked of it."""
        if len(self):
            raise InvariantBroken("an app of this engine has one table")
        return super().add(table)

    async def on_start(self) -> None:
        self._tables_finalized.set()
        self._tables_registered.set()

    async def on_stop(self) -> None:
        await self.app._fetcher.stop()  # type: ignore[attr-defined]  # Faust's own code does the same
        await self._cancel_takeover()

    def on_partitions_revoked(self, revoked: Any) -> None:
        self._engine.revoke()
        if self._takeover is not None and not self._takeover.done():
            # Half taken over is not held: what another worker changes meanwhile must be read again.
            self._generation = _NO_GENERATION
            self._takeover.cancel()

    async def on_rebalance(self, assigned: Any, revoked: Any, newly_assigned: Any, generation_id: int = 0) -> None:
        """Heartbeats rest during this callback, so the long work happens in a task of its own."""
        await self._cancel_takeover()
        # Thrown out and let in again, we may hold what somebody else has changed meanwhile.
        retain = generation_id == self._generation + 1
        self._generation = generation_id
        inputs = [(tp.topic, tp.partition) for tp in assigned]
        self._takeover = asyncio.create_task(self._take_over(inputs, retain=retain), name="takeover")

    async def _take_over(self, inputs: list[tuple[str, int]], *, retain: bool) -> None:
        app: Any = self.app
        tables: list[Any] = list(self.values())
        shards: dict[int, Shard] = tables[0].shards if tables else {}
        give_up_s = time.monotonic() + TAKEOVER_S
        while True:
            try:
                subscribed = await app.consumer._thread.subscribed()
                if inputs and (left_out := subscribed.keys() - {topic for topic, _ in inputs}):
                    # Whoever leads the group knew too little. By what is there somebody could be chased who has paid.
                    missing = ", ".join(sorted(left_out))
                    log.warning("partitions came without %s: nothing is read until they do", missing)
                    self._generation = _NO_GENERATION
                    return
                await guarded(
                    lambda: take_over(self._engine, app.consumer._thread, inputs, shards, retain=retain),
                    "taking partitions over",
                )
                break
            except TransactionGivenUp as error:
                self._engine.broken(error)
                return
            except Exception as error:  # noqa: BLE001 - nothing to go on with; the reason must not be lost
                if not passes(error) or time.monotonic() > give_up_s:
                    self._engine.fail(error)
                    return
                log.warning("the takeover begins anew: %s: %s", type(error).__name__, error)
            await asyncio.sleep(_AGAIN_S)
        quieten()
        app.on_rebalance_end()
        self.on_actives_ready()
        self.on_standbys_ready()
        self._live.set()
        await app._fetcher.maybe_start()

    async def _cancel_takeover(self) -> None:
        task, self._takeover = self._takeover, None
        if task is not None:
            await end_task(task)

    async def wait_until_recovery_completed(self) -> bool:
        return await self.wait_for_stopped(self._live)
