"""Reads every partition to its end, ahead of the hand-over, for what takes a reminder back."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from agents.delivery.kafka.reading import read_head
from agents.delivery.rules.desk import Desk
from agents.delivery.timing import Time

SAMPLE_MAX_AGE_S: Final = 1.0


class Record(NamedTuple):
    """A committed record of ``reminders``."""

    topic: str
    partition: int
    offset: int
    value: bytes | None

    @property
    def where(self) -> str:
        """Its place, for an error."""
        return f"{self.topic} partition {self.partition} offset {self.offset}"


class AheadReader(Protocol):
    """The reader that runs ahead."""

    async def look(self) -> Sequence[Record]:
        """What can be read newly; nothing after a moment."""

    async def looked(self) -> None:
        """The records of the last ``look`` have been handled."""

    def end(self, partition: int) -> int | None:
        """The end of what can be read; None when the cluster has not told it lately."""

    def looked_to(self, partition: int) -> int:
        """The offset below which everything has been handled."""


class Lookout:
    """Runs beside the hand-over, which asks it before it takes on a record and before it offers one."""

    def __init__(self, reader: AheadReader, desk: Desk, clock: Time, taken_back: Callable[[], None]) -> None:
        self._reader = reader
        self._desk = desk
        self._clock = clock
        self._taken_back = taken_back
        self._looked = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            for record in await self._reader.look():
                reminder_id = read_head(record.value, record.where).takes_back
                if reminder_id is not None:
                    now = self._clock.now(record.partition)
                    self._desk.take_back(reminder_id, record.partition, record.offset, now)
                    self._taken_back()
            await self._reader.looked()
            self._looked.set()
            self._looked = asyncio.Event()

    async def at_end(self, partition: int) -> None:
        """Return when everything has been looked at that could be read in the partition at most a second ago.

        The end is sampled once and waited for: on a busy topic a newer one is always ahead.
        """
        end, sampled = self._reader.end(partition), time.monotonic()
        while end is None or self._reader.looked_to(partition) < end:
            await self._looked.wait()
            if end is None or time.monotonic() - sampled > SAMPLE_MAX_AGE_S:
                end, sampled = self._reader.end(partition), time.monotonic()
