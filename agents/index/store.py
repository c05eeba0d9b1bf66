"""The index as a file: one SQLite database that only its owner may read."""

import fcntl
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self

from agents.index.rows import ERASED, INDEXED, IndexRow, Kind, packed, unpacked
from streams import roles

SCHEMA: Final = 2
"""Of the file; one of another schema is built anew."""
OWNER_ONLY: Final = 0o600
_ACCOUNTS_REMEMBERED: Final = 100_000
"""Numbers of accounts that are kept in memory."""
FORGETTING: Final = frozenset({roles.PROFILE_UPDATED})
"""Compacted topics: there a null value ends what stood under its key. On any other it is a record like the rest."""
_OURS: Final = frozenset({"about", "positions", "kinds", "accounts", "records"})
_TABLES: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE positions (
    role TEXT, part INTEGER, next_offset INTEGER NOT NULL, PRIMARY KEY (role, part)
) WITHOUT ROWID;
CREATE TABLE kinds (
    id INTEGER PRIMARY KEY, role TEXT, type TEXT, stage TEXT, outcome TEXT, code TEXT,
    UNIQUE (role, type, stage, outcome, code)
);
CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE records (
    topic INTEGER, part INTEGER, record_offset INTEGER, account INTEGER, kind INTEGER NOT NULL,
    at_ms INTEGER NOT NULL, reminder BLOB, PRIMARY KEY (topic, part, record_offset)
) WITHOUT ROWID;
CREATE INDEX of_account ON records (account);
CREATE INDEX of_reminder ON records (reminder) WHERE reminder IS NOT NULL;
"""


class IndexUnusable(Exception):
    """The file is no index, or none that this version reads; the message says what to do."""


class Indexed(NamedTuple):
    """Where one record of an account lies, and what it is."""

    kind: Kind
    partition: int
    offset: int
    at_ms: int
    reminder_id: str | None


class IndexStore:
    """One index. Writing is for one process at a time; others may read meanwhile."""

    def __init__(self, path: Path, about: Mapping[str, str]) -> None:
        """Open it, or make an empty one. ``about`` names the cluster and its topics; of others it is emptied.

        Raises IndexUnusable when the file is not an index.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self._handle = _own(path)
        self._about = {**about, "schema": str(SCHEMA)}
        self._db = sqlite3.connect(path)
        try:
            self._begin()
        except sqlite3.DatabaseError as error:
            self.__exit__()
            raise IndexUnusable(f"{path} is no index ({error}); remove it and say `tactful index update`") from None
        self._kinds = {Kind(*row[1:]): row[0] for row in self._db.execute("SELECT * FROM kinds")}
        self._accounts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        os.close(self._handle)

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Be the only command that adds to the file. Raises IndexUnusable while another one does."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexUnusable(f"another command is filling {self.path}; say it again when that is done") from None
        try:
            yield
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def _begin(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables - _OURS:
            raise sqlite3.DatabaseError("it is a database of something else")
        if "about" in tables and dict(self._db.execute("SELECT name, value FROM about")) == self._about:
            return
        self.clear()

    def clear(self) -> None:
        """Empty it, and write down what it is of."""
        with self._db:
            for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                self._db.execute(f'DROP TABLE "{name}"')  # a name out of the file's own list
        self._db.executescript(_TABLES)
        with self._db:
            self._db.executemany("INSERT INTO about VALUES (?, ?)", self._about.items())
        self._kinds, self._accounts = {}, {}

    def positions(self) -> dict[tuple[str, int], int]:
        """Role and partition -> the offset up to which it is indexed, exclusive."""
        return {(role, part): at for role, part, at in self._db.execute("SELECT * FROM positions")}

    def add(self, rows: Iterable[IndexRow], positions: Mapping[tuple[str, int], int]) -> None:
        """Add records and how far that goes, in one transaction."""
        with self._db:
            for many in _runs(rows):
                self._add(many)
            self._db.executemany(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)",
                [(role, part, at) for (role, part), at in positions.items()],
            )

    def _add(self, rows: list[IndexRow]) -> None:
        first = rows[0]
        if first.kind.type == ERASED and first.account is not None and first.kind.role in FORGETTING:
            self._forget(first.kind.role, first.account)
        values = [
            (
                INDEXED.index(row.kind.role),
                row.partition,
                row.offset,
                None if row.account is None else self._account(row.account),
                self._kind(row.kind),
                row.at_ms,
                None if row.reminder_id is None else packed(row.reminder_id),
            )
            for row in rows
        ]
        self._db.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def _forget(self, role: str, account: str) -> None:
        """What a null value ends under its key."""
        self._db.execute(
            "DELETE FROM records WHERE account = ? AND kind IN (SELECT id FROM kinds WHERE role = ?)",
            (self._account(account), role),
        )

    def _kind(self, kind: Kind) -> int:
        found = self._kinds.get(kind)
        if found is None:
            found = self._db.execute("INSERT INTO kinds VALUES (NULL, ?, ?, ?, ?, ?)", kind).lastrowid
            assert found is not None
            self._kinds[kind] = found
        return found

    def _account(self, name: str) -> int:
        found = self._accounts.get(name)
        if found is None:
            if len(self._accounts) >= _ACCOUNTS_REMEMBERED:
                self._accounts.clear()
            self._db.execute("INSERT OR IGNORE INTO accounts VALUES (NULL, ?)", (name,))
            (found,) = self._db.execute("SELECT id FROM accounts WHERE name = ?", (name,)).fetchone()
            self._accounts[name] = found
        return int(found)

    def of_account(self, account_id: str) -> list[Indexed]:
        """Every record of an account, by topic and offset."""
        return self._found("account = (SELECT id FROM accounts WHERE name = ?)", account_id)

    def of_reminder(self, reminder_id: str) -> list[Indexed]:
        """Every record that names a reminder."""
        return self._found("reminder = ?", packed(reminder_id))

    def account_of_reminder(self, reminder_id: str) -> str | None:
        """Whose reminder it is; None when no record names it."""
        found = self._db.execute(
            "SELECT name FROM records JOIN accounts ON accounts.id = account WHERE reminder = ?", (packed(reminder_id),)
        ).fetchone()
        return None if found is None else str(found[0])

    def _found(self, where: str, value: str | bytes) -> list[Indexed]:
        rows = self._db.execute(
            "SELECT role, type, stage, outcome, code, part, record_offset, at_ms, reminder "  # noqa: S608 - ours
            f"FROM records JOIN kinds ON kinds.id = kind WHERE {where} ORDER BY role, part, record_offset",
            (value,),
        )
        return [
            Indexed(Kind(*row[:5]), row[5], row[6], row[7], None if row[8] is None else unpacked(row[8]))
            for row in rows
        ]

    def counts(self) -> dict[str, int]:
        """Records by role."""
        found = self._db.execute("SELECT role, count(*) FROM records JOIN kinds ON kinds.id = kind GROUP BY role")
        counted = dict(found)
        return {role: counted.get(role, 0) for role in (*roles.INPUTS, *roles.OUTPUTS)}


def _own(path: Path) -> int:
    """The file, open, and for nobody else to read. Raises IndexUnusable for a link, or the file of somebody else."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, OWNER_ONLY)
    except OSError as error:
        raise IndexUnusable(f"{path} cannot be the index: {error.strerror}") from None
    told = os.fstat(handle)
    if not stat.S_ISREG(told.st_mode) or told.st_uid != os.geteuid():
        os.close(handle)
        raise IndexUnusable(f"{path} cannot be the index: it is no file of the user who runs this")
    os.fchmod(handle, OWNER_ONLY)
    return handle


def _runs(rows: Iterable[IndexRow]) -> Iterator[list[IndexRow]]:
    """The rows in their order, parted before and after each that ends something."""
    run: list[IndexRow] = []
    for row in rows:
        if row.kind.type == ERASED:
            if run:
                yield run
            yield [row]
            run = []
        else:
            run.append(row)
    if run:
        yield run


def drop(path: Path) -> bool:
    """Remove the file and what SQLite keeps beside it; whether there was one."""
    there = path.exists()
    for one in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        one.unlink(missing_ok=True)
    return there
