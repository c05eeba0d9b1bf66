"""Reads every partition to its end, ahead of the hand-over, for what takes a reminder back."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from agents.delivery.desk import Desk
from agents.delivery.reading import read_head
from agents.delivery.timing import Time


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

    def at_end(self, partition: int) -> bool:
        """Whether all that was readable a moment ago has been handled; False when the cluster has not said lately."""


class Lookout:
    """Runs beside the hand-over, which asks it before it takes on a record and before it offers one."""

    def __init__(self, reader: AheadReader, desk: Desk, time: Time, taken_back: Callable[[], None]) -> None:
        self._reader = reader
        self._desk = desk
        self._time = time
        self._taken_back = taken_back
        self._looked = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            for record in await self._reader.look():
                reminder_id = read_head(record.value, record.where).takes_back
                if reminder_id is not None:
                    now = self._time.now(record.partition)
                    self._desk.take_back(reminder_id, record.partition, record.offset, now)
                    self._taken_back()
            await self._reader.looked()
            self._looked.set()
            self._looked = asyncio.Event()

    async def at_end(self, partition: int) -> None:
        """Return when everything that can be read in the partition has been looked at."""
        while not self._reader.at_end(partition):
            await self._looked.wait()
