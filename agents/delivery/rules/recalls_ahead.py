"""Take-backs that can be read already although the hand-over has not come to their reminder: they win.

One reader goes through each partition to its end, far ahead of the submits; it remembers only what takes back.
"""

from collections import deque


class TooManyTakenBack(RuntimeError):
    """More take-backs wait for their reminders than may be remembered; going on would send one of them."""


class Ahead:
    """What was taken back, until the hand-over has passed the place where that was said."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._said_at: dict[str, int] = {}
        """Reminder -> offset of the last record that takes it back."""
        self._in_order: dict[int, deque[tuple[int, str]]] = {}

    def __len__(self) -> int:
        return len(self._said_at)

    def __contains__(self, reminder_id: str) -> bool:
        return reminder_id in self._said_at

    def note(self, partition: int, offset: int, reminder_id: str) -> None:
        """Remember one. Raises TooManyTakenBack above the limit."""
        if len(self._said_at) >= self._limit and reminder_id not in self._said_at:
            raise TooManyTakenBack(f"more than {self._limit} recalls wait for their reminders: raise taken_back_max")
        self._said_at[reminder_id] = offset
        self._in_order.setdefault(partition, deque()).append((offset, reminder_id))

    def passed(self, partition: int, position: int) -> None:
        """Everything below ``position`` has been taken on: its reminders stand in the journal now."""
        waiting = self._in_order.setdefault(partition, deque())
        while waiting and waiting[0][0] < position:
            offset, reminder_id = waiting.popleft()
            if self._said_at.get(reminder_id) == offset:
                del self._said_at[reminder_id]
