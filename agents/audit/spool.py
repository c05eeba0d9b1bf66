"""Records put together by account, in nameless files: memory holds the accounts of one file, whatever they all hold.

The files lie in the system's temporary folder for this user alone, have no name from the start, and are gone with the
process. A record stands there as long as the audit runs, and in memory until its account was judged.
"""

import json
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Final, Self
from zlib import crc32

from agents.audit.evidence import FoundRecord

BUCKETS: Final = 64
"""Files; each holds the accounts of one 64th of the names."""


class Spool:
    """Records by account."""

    def __init__(self) -> None:
        self._files: list[IO[bytes]] = []
        self.records = 0

    def __enter__(self) -> Self:
        self._files = [tempfile.TemporaryFile() for _ in range(BUCKETS)]  # noqa: SIM115 - closed at our own end
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in self._files:
            file.close()

    def add(self, account_id: str, record: FoundRecord) -> None:
        """Keep a record of an account."""
        value, key = record.value, record.key
        head = (
            account_id,
            record.role,
            record.partition,
            record.offset,
            record.time_ms,
            None if key is None else key.hex(),
            record.replay_of,
            -1 if value is None else len(value),
        )
        file = self._files[crc32(account_id.encode()) % BUCKETS]
        file.write(json.dumps(head).encode() + b"\n")
        file.write(value or b"")
        self.records += 1

    def accounts(self) -> Iterator[tuple[str, list[FoundRecord]]]:
        """Each account with its records, in the order in which they were added."""
        for file in self._files:
            file.seek(0)
            found: dict[str, list[FoundRecord]] = {}
            while line := file.readline():
                account_id, role, partition, offset, time_ms, key, replay_of, length = json.loads(line)
                value = None if length < 0 else file.read(length)
                raw = None if key is None else bytes.fromhex(key)
                found.setdefault(account_id, []).append(
                    FoundRecord(role, partition, offset, time_ms, raw, value, replay_of)
                )
            while found:
                yield found.popitem()
