"""The agent's side: chunk after chunk, event by event. A chunk counts only when the agent has asked for more."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import MappingProxyType
from typing import Any

import faust

from schemas.values.instants import to_utc
from streams.transport.engine import engine_of
from streams.transport.events import InputRecord, Tick
from streams.transport.partition.chunk import Chunk

_BREATHE_EVENTS = 1000


class ChunkStream(faust.Stream[Any]):
    """Yields `InputRecord` and `Tick`; the agent's writes and sends meanwhile belong to the chunk's transaction."""

    def __aiter__(self) -> AsyncIterator[Any]:
        return self.events()

    async def events(self) -> AsyncIterator[Any]:
        engine = engine_of(self.app)
        engine.attach(self)
        await self.maybe_start()
        while not self.should_stop:
            chunk = await engine.next_chunk()
            whole = False
            chunk.enter()
            try:
                for handled, event in enumerate(_events(chunk), 1):
                    yield event
                    if handled % _BREATHE_EVENTS == 0:
                        chunk.part.breathe()
                        await asyncio.sleep(0)
                whole = True
            finally:
                chunk.leave()
                if not whole:
                    engine.abandon(chunk, stopping=self.app.should_stop)
            self.events_total += len(chunk.work.records)
            engine.finish(chunk)


def _events(chunk: Chunk) -> Iterator[InputRecord | Tick]:
    work = chunk.work
    now = to_utc(work.now_ms)
    positions = MappingProxyType(work.before)
    if work.is_tick:
        ends = MappingProxyType(work.watermarks)
        state, read_to = work.controls
        yield Tick(chunk.part.number, now, work.due, positions, ends, work.last, state, read_to)
        return
    for record in work.records:
        yield InputRecord(
            record.topic,
            record.partition,
            record.offset,
            record.timestamp,
            record.key,
            record.value,
            record.headers,
            now,
            positions,
        )
