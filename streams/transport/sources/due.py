"""Which accounts are due: a heap beside the stored values, so that a tick costs what is due, not what exists.

A value begins with `{"next_due_at":` and 13 digits of epoch milliseconds; the value is the truth and the heap only
points at it: an entry that no longer agrees with its value is skipped when it surfaces.
"""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush

from schemas.stored.accounts import NEVER_MS
from streams.errors import InvariantBroken

DUE_PREFIX = b'{"next_due_at":'
_DIGITS = slice(len(DUE_PREFIX), len(DUE_PREFIX) + 13)
_STALE_FLOOR = 1024


def due_of(value: bytes) -> int:
    """The due time of a stored value in epoch milliseconds, without decoding anything else."""
    if not value.startswith(DUE_PREFIX):
        raise InvariantBroken("a stored value does not begin with its due time")
    return int(value[_DIGITS])


class DueIndex:
    """The due times of one partition's accounts, oldest first."""

    def __init__(self, state: Mapping[bytes, bytes]) -> None:
        self._state = state
        self._heap: list[tuple[int, bytes]] = []

    def __len__(self) -> int:
        return len(self._heap)

    def rebuild(self) -> None:
        """Start over from the stored values."""
        self._heap = [(due, key) for key, value in self._state.items() if (due := due_of(value)) != NEVER_MS]
        heapify(self._heap)

    def written(self, key: bytes, old: bytes | None, new: bytes) -> None:
        """Note that `key` now holds `new` (the state already does)."""
        due = due_of(new)
        if due == NEVER_MS or (old is not None and due_of(old) == due):
            return
        heappush(self._heap, (due, key))
        # The heap's size is bounded by what lives: without this an account rewritten for ever would leak entries.
        if len(self._heap) > 2 * len(self._state) + _STALE_FLOOR:
            self.rebuild()

    def peek(self) -> int | None:
        """The smallest due time, or None."""
        while self._heap:
            due, key = self._heap[0]
            value = self._state.get(key)
            if value is not None and due_of(value) == due:
                return due
            heappop(self._heap)
        return None

    def pop(self, now_ms: int, limit: int) -> tuple[bytes, ...]:
        """Remove and return at most `limit` keys with due <= `now_ms`, oldest first."""
        keys: dict[bytes, None] = {}
        while len(keys) < limit and (due := self.peek()) is not None and due <= now_ms:
            keys[heappop(self._heap)[1]] = None
        return tuple(keys)
