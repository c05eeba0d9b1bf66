"""What one partition will commit together: output batches, changed table keys, offsets. Knows no network."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from streams.errors import InvariantBroken

Headers = Sequence[tuple[str, bytes]]


class Batch(Protocol):
    """The part of aiokafka's batch builder that we use."""

    def append(
        self, *, timestamp: int | None, key: bytes | None, value: bytes | None, headers: Headers
    ) -> object | None:
        """None when it is full."""


class Transaction:
    """Collects chunks until it is detached and committed; a later chunk goes into the next one."""

    def __init__(self, new_batch: Callable[[], Batch], record_max_bytes: int) -> None:
        self._new_batch = new_batch
        self._record_max_bytes = record_max_bytes
        self._batches: dict[tuple[str, int], list[Batch]] = {}
        self._dirty: dict[bytes, None] = {}
        self.unsent_bytes = 0
        self.has_outputs = False
        self.offsets: Mapping[str, int] = {}
        self.marks: Mapping[str, str] = {}
        self.facts = 0
        self.stands: list[Callable[[], bool]] = []
        """Asked of each tick in it before it is committed: whether it may still leave."""
        self.before: dict[bytes, bytes | None] = {}
        """What the table held where a tick has changed it, so that it can be undone."""

    @property
    def dirty_keys(self) -> int:
        return len(self._dirty)

    def __bool__(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self.has_outputs or self._dirty or self.offsets)

    def touch(self, key: bytes) -> None:
        """The table's value of `key` has to reach the changelog; once, however often it changed."""
        self._dirty[key] = None

    def append(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
        timestamp_ms: int | None,
    ) -> None:
        """Add one output record."""
        size = (len(key) if key else 0) + (len(value) if value else 0)
        if size > self._record_max_bytes:
            raise InvariantBroken(f"a record of {size} bytes for {topic} is larger than {self._record_max_bytes}")
        headers = list(headers)  # aiokafka takes nothing else
        batches = self._batches.setdefault((topic, partition), [])
        if not batches or batches[-1].append(timestamp=timestamp_ms, key=key, value=value, headers=headers) is None:
            batch = self._new_batch()
            if batch.append(timestamp=timestamp_ms, key=key, value=value, headers=headers) is None:
                raise InvariantBroken(f"a record of {size} bytes for {topic} does not fit an empty batch")
            batches.append(batch)
        self.has_outputs = True
        self.unsent_bytes += size

    def spill(self, changelog: str, partition: int, state: Mapping[bytes, bytes]) -> None:
        """Turn the changed keys into changelog records, a deleted one into a tombstone. Never inside a chunk."""
        for key in self._dirty:
            self.append(changelog, partition, key, state.get(key), (), None)
        self._dirty.clear()

    def take_batches(self) -> list[tuple[str, int, Batch]]:
        """Hand the batches over for sending."""
        taken = [(topic, part, batch) for (topic, part), batches in self._batches.items() for batch in batches]
        self._batches.clear()
        self.unsent_bytes = 0
        return taken

    def chunk_done(self, offsets: Mapping[str, int], marks: Mapping[str, str], facts: int) -> None:
        """A chunk ended; `offsets` is empty if it consumed nothing."""
        if offsets:
            self.offsets = offsets
        self.marks = marks
        self.facts += facts
