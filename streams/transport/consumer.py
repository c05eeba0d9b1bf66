"""Faust's consumer service on the engine: it asks the consumer's thread for records and hands them to the engine."""

import asyncio
from typing import Any

from aiokafka.errors import ConsumerStoppedError
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from mode import Service

from streams.tasks import TaskLost, guarded
from streams.transport.consumer_thread import REPLAY_POLL_S, EngineConsumerThread
from streams.transport.engine import engine_of
from streams.transport.outages.reach import LOOK_S

_POLL_S = 0.1
_REFUSALS_S = 1.0
_PARTIAL_POLL_S = 0.05


class EngineConsumer(FaustConsumer):
    """Faust's consumer service with the engine's fetch loop in place of its own."""

    def _new_consumer_thread(self) -> EngineConsumerThread:
        return EngineConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _drain_messages(self, fetcher: Any) -> None:
        engine = engine_of(self.app)
        try:
            await guarded(lambda: self._fetch_on(fetcher), "the fetching of inputs")
        except asyncio.CancelledError:
            # Faust takes it for a fault while partitions move, and a worker that is stopped then would end with code 1.
            if not self.app.should_stop:
                raise
        except Exception as error:  # noqa: BLE001 - a worker that cannot fetch has to say so and stop
            if not (self.app.should_stop and isinstance(error, ConsumerStoppedError | TaskLost)):
                engine.fail(error)

    async def _fetch_on(self, fetcher: Any) -> None:
        engine = engine_of(self.app)
        poll_s = _POLL_S if engine.settings.clock == "system" else REPLAY_POLL_S
        thread: Any = self._thread
        while not (self.should_stop or fetcher.should_stop or engine.failure):
            engine.pulse.beat()
            epoch = engine.epoch
            if astray := engine.astray():
                await thread.go_back(astray)
                if epoch == engine.epoch:
                    engine.found(astray)
            wanted = engine.wanted()
            # What is left out now may be wanted again soon, and only a new visit asks for it.
            timeout_s = poll_s if len(wanted) == engine.inputs else _PARTIAL_POLL_S
            fetched = await thread.fetch(wanted, timeout_s)
            if epoch == engine.epoch:
                engine.deliver(fetched)
            if not wanted:
                await engine.room(poll_s)

    @Service.task
    async def _report(self) -> None:
        engine = engine_of(self.app)
        while not self.should_stop and engine.failure is None:
            await self.sleep(LOOK_S)
            try:
                engine.report()
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody else would tell it
                engine.fail(error)

    @Service.task
    async def _watch_thread(self) -> None:
        try:
            await guarded(self._watch_on, "the watch over the consumer's thread")
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody else would tell it
            if not self.should_stop:
                engine_of(self.app).fail(error)

    async def _watch_on(self) -> None:
        """Until a partition is live nobody fetches, so nobody hears of a refusal, and aiokafka asks again for ever."""
        thread: Any = self._thread
        while not self.should_stop:
            await self.sleep(_REFUSALS_S)
            asked = asyncio.ensure_future(thread.check_allowed())
            while not (await asyncio.wait({asked}, timeout=_REFUSALS_S))[0]:
                thread.check_alive()
            await asked

    async def wait_empty(self) -> None:
        """Called by Faust when partitions are revoked and when the worker stops."""
        await engine_of(self.app).drain()

    async def commit(
        self,
        topics: Any = None,
        start_new_transaction: bool = True,  # noqa: FBT001, FBT002 - called by Faust
    ) -> bool:
        """Offsets travel with the transactions."""
        return False

    @Service.task
    async def _commit_handler(self) -> None:
        """Faust's commit timer has nothing to do."""

    @Service.task
    async def _commit_livelock_detector(self) -> None:
        """Faust's detector looks at acknowledgements that we do not make."""

    async def on_stop(self) -> None:
        engine = engine_of(self.app)
        await engine.drain()
        for part in engine.parts.values():
            await part.stop()
        await super().on_stop()
