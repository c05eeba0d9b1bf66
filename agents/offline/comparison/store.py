"""Both outputs, sorted by account on disk: an output is in the order of time, and may be larger than memory."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from types import TracebackType
from typing import Final, NamedTuple, Self

import msgspec

from agents.offline.comparison.lines import Entered, Entry

_BATCH: Final = 5_000
_CACHE_KIB: Final = 16_384
"""Of SQLite's pages and of its sorting; what is more goes to a file that has no name and ends with the process."""

BEFORE: Final = 0
NOW: Final = 1

_encode: Final = msgspec.msgpack.Encoder().encode
_decoder: Final = msgspec.msgpack.Decoder(Entry)


class BothRuns(NamedTuple):
    """What one account heard and what was decided about it, in the order of each output."""

    account_id: str
    before: list[Entry]
    now: list[Entry]


class Store:
    """`with Store() as store`; entries of either run in, accounts out."""

    def __enter__(self) -> Self:
        self._batch: list[tuple[str, int, bytes]] = []
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE entries (account TEXT, run INTEGER, entry BLOB)")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, run: int, entered: Entered) -> None:
        """One entry of a run, after the ones that came before it."""
        self._batch.append((entered.account_id, run, _encode(entered.entry)))
        if len(self._batch) >= _BATCH:
            self._flush()

    def accounts(self) -> Iterator[BothRuns]:
        """Each account with its entries of both runs, in the order of the ids."""
        self._flush()
        rows = self._database.execute("SELECT account, run, entry FROM entries ORDER BY account, rowid")
        for account_id, of_account in groupby(rows, key=lambda row: row[0]):
            both: tuple[list[Entry], list[Entry]] = ([], [])
            for _, run, entry in of_account:
                both[run].append(_decoder.decode(entry))
            yield BothRuns(account_id, both[BEFORE], both[NOW])

    def _flush(self) -> None:
        with self._database:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT INTO entries VALUES (?, ?, ?)", self._batch)
            self._database.execute("COMMIT")
        self._batch.clear()
