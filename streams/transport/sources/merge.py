"""The fetched, undelivered records of one partition in replay mode, merged over all inputs by time.

Each input gets a running *effective time*: a record's timestamp, never less than that of the record before it, and
after a progress mark always later than the mark. So an input has a floor, below which it can bring nothing more, and
the order of delivery depends on the logs alone, never on how they were fetched. Records of one effective time are
delivered together, sorted by (timestamp, order of the application, topic, offset): a chunk is always a prefix of
every input, and the offset to commit is the first one not delivered.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from streams.transport.events import Record, is_mark
from streams.transport.sources.lane import size_of

Order = Callable[[str, bytes | None, bytes | None], tuple[object, ...]]


def no_order(_topic: str, _key: bytes | None, _value: bytes | None) -> tuple[object, ...]:
    """The order of an application that has no wish."""
    return ()


class _Input:
    """One input: what is buffered, how far it was fetched, how far in time it was taken."""

    __slots__ = ("buffered_bytes", "entries", "fetched", "floor", "taken_floor")

    def __init__(self, position: int, floor: int | None) -> None:
        self.entries: deque[tuple[int, Record]] = deque()
        self.fetched = position
        self.floor = floor  # of what is not yet fetched
        self.taken_floor = floor  # of what is not yet taken
        self.buffered_bytes = 0

    def add(self, records: Sequence[Record], position: int) -> None:
        for record in records:
            effective_ms = record.timestamp if self.floor is None else max(self.floor, record.timestamp)
            self.entries.append((effective_ms, record))
            self.floor = max(effective_ms, record.timestamp + is_mark(record))
        self.fetched = position
        self.buffered_bytes += size_of(records)
        self._skip_marks()

    def pop(self) -> Record:
        self.taken_floor, record = self.entries.popleft()
        self.buffered_bytes -= size_of((record,))
        self._skip_marks()
        return record

    def _skip_marks(self) -> None:
        while self.entries and is_mark(self.entries[0][1]):
            effective_ms, mark = self.entries.popleft()
            self.taken_floor = max(effective_ms, mark.timestamp + 1)
            self.buffered_bytes -= size_of((mark,))

    def bound(self) -> int | None:
        """The earliest effective time that may still come from this input, buffered or not."""
        return self.entries[0][0] if self.entries else self.floor

    def position(self) -> int:
        return self.entries[0][1].offset if self.entries else self.fetched


class ReplayMerge:
    """All inputs of one partition."""

    def __init__(
        self,
        positions: Mapping[str, int],
        floors: Mapping[str, int | None],
        max_bytes: int,
        order: Order = no_order,
    ) -> None:
        self._inputs = {topic: _Input(position, floors.get(topic)) for topic, position in positions.items()}
        self._max_bytes = max_bytes
        self._order = order

    @property
    def buffered_bytes(self) -> int:
        return sum(source.buffered_bytes for source in self._inputs.values())

    def add(self, topic: str, records: Sequence[Record], position: int) -> None:
        """Take in what was fetched; `position` is where the consumer stands now."""
        self._inputs[topic].add(records, position)

    def positions(self) -> dict[str, int]:
        """Per input the first offset not yet taken."""
        return {topic: source.position() for topic, source in self._inputs.items()}

    def floors(self) -> dict[str, int | None]:
        """Per input the floor at `positions()`; kept with the committed offsets, so that a restart goes on alike."""
        return {topic: source.taken_floor for topic, source in self._inputs.items()}

    def bound(self) -> int | None:
        """The earliest effective time that may still come; None while an input has told nothing yet."""
        return _least(source.bound() for source in self._inputs.values())

    def take(self, until_ms: int, limit: int) -> list[Record]:
        """Records up to `until_ms` that nothing can precede any more: about `limit`, in whole effective times."""
        horizon = _least(source.floor for source in self._inputs.values())
        taken: list[Record] = []
        while horizon is not None and len(taken) < limit:
            first = _first(self._inputs.values())
            if first is None or first > until_ms or first >= horizon:
                break
            together: list[Record] = []
            for source in self._inputs.values():
                while source.entries and source.entries[0][0] == first:
                    together.append(source.pop())
            taken.extend(sorted(together, key=self._key) if len(together) > 1 else together)
        return taken

    def _key(self, record: Record) -> tuple[object, ...]:
        order = self._order(record.topic, record.key, record.value)
        return (record.timestamp, order, record.topic, record.offset)

    def wants(self, topic: str, until_ms: int | None) -> bool:
        """Whether `topic` may be fetched now: while there is room, and beyond it when all the others wait for it."""
        source = self._inputs.get(topic)
        if source is None:
            return False
        if source.floor is None or self.buffered_bytes < self._max_bytes:
            return True
        horizon = _least(other.floor for other in self._inputs.values())
        if horizon is None or until_ms is None or horizon > until_ms or source.floor > horizon:
            return False
        first = _first(self._inputs.values())
        return first is None or first >= horizon


def _first(inputs: Iterable[_Input]) -> int | None:
    return min((source.entries[0][0] for source in inputs if source.entries), default=None)


def _least(values: Iterable[int | None]) -> int | None:
    least: int | None = None
    for value in values:
        if value is None:
            return None
        least = value if least is None else min(least, value)
    return least
