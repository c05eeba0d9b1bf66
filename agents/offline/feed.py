"""Facts from files to their topics, keyed by account, with progress marks in every partition.

A mark says that its topic partition is complete up to an instant, so it is written after everything that was said
until then. The Kafka timestamp of each record is the fact's own time: that is what a replay goes by.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaProducer

from agents.offline.fact_files import Line
from agents.offline.marking import marks
from streams import roles
from streams.cluster.clients import stop_client
from streams.settings import Settings

_IN_FLIGHT: Final = 5_000
"""Records between two waits for the cluster: the bound of what lies in memory."""


class Fed(NamedTuple):
    """What was written."""

    facts: int
    marks: int
    complete_to_ms: int


class Feeder:
    """Writes lines in their order; `async with` it. A record that the cluster refuses ends it with a KafkaError."""

    def __init__(self, settings: Settings, mark_every_ms: int, producer: Any = None) -> None:
        self._settings = settings
        self._mark_every_ms = mark_every_ms
        self._producer = producer or AIOKafkaProducer(
            bootstrap_servers=list(settings.bootstrap_servers),
            enable_idempotence=True,
            acks="all",
            linger_ms=5,
            max_batch_size=262_144,
            **settings.kafka_security_kwargs(),
        )
        self._facts = self._marks = 0
        self._unacknowledged: list[asyncio.Future[Any]] = []

    async def __aenter__(self) -> "Feeder":
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await stop_client(self._producer)

    async def feed(
        self, lines: Iterable[Line], complete_to_ms: int | None, progress: Callable[[int], None] | None = None
    ) -> Fed:
        """Write everything, then a last mark at ``complete_to_ms`` (default: the last fact's time)."""
        marked_ms: int | None = None
        latest_ms = 0
        for line in lines:
            boundary_ms = line.time_ms - line.time_ms % self._mark_every_ms - 1
            if marked_ms is not None and boundary_ms > marked_ms:
                await self._mark(boundary_ms)
            marked_ms = boundary_ms if marked_ms is None else max(marked_ms, boundary_ms)
            latest_ms = line.time_ms
            await self._send(
                line.role, value=line.value, key=line.key, timestamp_ms=line.time_ms, headers=list(line.headers)
            )
            self._facts += 1
            if progress is not None and self._facts % _IN_FLIGHT == 0:
                progress(self._facts)
        end_ms = latest_ms if complete_to_ms is None else max(complete_to_ms, latest_ms)
        await self._mark(end_ms)
        await self._settle()
        return Fed(self._facts, self._marks, end_ms)

    async def _send(self, role: str, **record: Any) -> None:
        self._unacknowledged.append(await self._producer.send(self._settings.topics[role], **record))
        if len(self._unacknowledged) >= _IN_FLIGHT:
            await self._settle()

    async def _settle(self) -> None:
        """Wait for the cluster's word on all that was sent: a flush alone says nothing of what was refused."""
        unacknowledged, self._unacknowledged = self._unacknowledged, []
        await asyncio.gather(*unacknowledged)

    async def _mark(self, complete_to_ms: int) -> None:
        for mark in marks("feed", complete_to_ms, roles.INPUTS, self._settings.partitions):
            await self._send(
                mark.role,
                value=mark.value,
                key=mark.key,
                partition=mark.partition,
                timestamp_ms=complete_to_ms,
                headers=list(mark.headers),
            )
            self._marks += 1
