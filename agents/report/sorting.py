"""Events of a portfolio, sorted by account on disk: they come in the order of time, and may be more than memory holds.

Each event is kept with 100 to 300 bytes in a file of SQLite's that has no name and ends with the process.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from types import TracebackType
from typing import Final, Self

import msgspec

from agents.experiments.events import Event
from agents.experiments.merging import RANKS

_BATCH: Final = 5_000
_CACHE_KIB: Final = 16_384
_KINDS: Final = tuple(RANKS)
_NUMBERS: Final = {kind: number for number, kind in enumerate(_KINDS)}
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list).decode


class SortedEvents:
    """`with SortedEvents() as events`; events in, accounts out."""

    def __enter__(self) -> Self:
        self.first_ms: int | None = None
        self.last_ms = 0
        """The latest instant that any event tells."""
        self._batch: list[tuple[str, int, int, int, bytes]] = []
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE events (account TEXT, at INTEGER, rank INTEGER, kind INTEGER, body BLOB)")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, event: Event) -> None:
        """One event; of one account and instant, what was sent stands before what answers it."""
        self.first_ms = event.at_ms if self.first_ms is None else min(self.first_ms, event.at_ms)
        self.last_ms = max(self.last_ms, event.at_ms)
        kind = type(event)
        self._batch.append((event.account_id, event.at_ms, RANKS[kind], _NUMBERS[kind], _encode(tuple(event))))
        if len(self._batch) >= _BATCH:
            self._flush()

    def accounts(self) -> Iterator[list[Event]]:
        """The events of each account in the order of time."""
        self._flush()
        rows = self._database.execute("SELECT account, kind, body FROM events ORDER BY account, at, rank, rowid")
        for _, of_account in groupby(rows, key=lambda row: row[0]):
            yield [_KINDS[kind](*_decode(body)) for _, kind, body in of_account]

    def _flush(self) -> None:
        with self._database:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", self._batch)
            self._database.execute("COMMIT")
        self._batch.clear()
