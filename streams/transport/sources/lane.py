"""The fetched, undelivered records of one partition in system mode: in fetched order, bounded in bytes."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence

from streams.transport.events import Record

_RECORD_OVERHEAD_BYTES = 200


def size_of(records: Sequence[Record]) -> int:
    """About what the records occupy in memory."""
    return sum(
        _RECORD_OVERHEAD_BYTES + (len(r.value) if r.value else 0) + (len(r.key) if r.key else 0) for r in records
    )


class SystemLane:
    """First in, first out over all inputs; each input keeps its own log order."""

    def __init__(self, positions: Mapping[str, int], max_bytes: int) -> None:
        self._fetched = dict(positions)
        self._queues: dict[str, deque[Record]] = {topic: deque() for topic in positions}
        self._turns: deque[tuple[str, int, int]] = deque()  # topic, records, bytes
        self._max_bytes = max_bytes
        self.buffered_bytes = 0

    def __bool__(self) -> bool:
        return bool(self._turns)

    def add(self, topic: str, records: Sequence[Record], position: int) -> None:
        """Take in what was fetched; `position` is where the consumer stands now (beyond control records, too)."""
        self._fetched[topic] = position
        if records:
            self._queues[topic].extend(records)
            size = size_of(records)
            self._turns.append((topic, len(records), size))
            self.buffered_bytes += size

    def take(self, limit: int, resting: Collection[str] = ()) -> list[Record]:
        """The next at most `limit` records; inputs that rest keep their turns."""
        taken: list[Record] = []
        passed_over: list[tuple[str, int, int]] = []
        while self._turns and len(taken) < limit:
            topic, count, size = self._turns.popleft()
            if topic in resting:
                passed_over.append((topic, count, size))
                continue
            part = min(count, limit - len(taken))
            queue = self._queues[topic]
            taken.extend(queue.popleft() for _ in range(part))
            part_bytes = size * part // count
            self.buffered_bytes -= part_bytes
            if part < count:
                self._turns.appendleft((topic, count - part, size - part_bytes))
        self._turns.extendleft(reversed(passed_over))
        return taken

    def positions(self) -> dict[str, int]:
        """Per input the first offset not yet taken."""
        return {topic: queue[0].offset if queue else self._fetched[topic] for topic, queue in self._queues.items()}

    def wants(self, topic: str) -> bool:
        """Whether `topic` may be fetched now."""
        return topic in self._queues and self.buffered_bytes < self._max_bytes

    def drop(self, topic: str) -> None:
        """Forget what is buffered of `topic`; it is to be fetched again from its position."""
        self._fetched[topic] = self.positions()[topic]
        self._queues[topic].clear()
        self.buffered_bytes -= sum(size for name, _, size in self._turns if name == topic)
        self._turns = deque(turn for turn in self._turns if turn[0] != topic)
