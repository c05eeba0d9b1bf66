"""Carries out recalls that a person has given: through all accounts of a partition, a part of them at a time."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from agents.reminders.decisions.standing import Recall, Standing

SLICE: Final = 5_000
"""Accounts looked at in one go: about a tenth of a second, in which nothing else happens."""

_HAS_SENT: Final = b'"sent":['
"""In the stored bytes of every account to which something left."""


class Recalling:
    """What is left to look at, by partition. Kept in memory: begun anew after a restart, it recalls nothing twice."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[int, deque[bytes]]] = {}

    def due(self, partition: int, standing: Standing, recalled_to: int) -> Sequence[Recall]:
        """The recalls that the partition has not carried out yet."""
        found = [recall for recall in standing.recalls if recall.offset >= recalled_to]
        if not found:
            self._left.pop(partition, None)
        return found

    def slice(self, partition: int, upto: int, accounts: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
        """The next accounts to look at; a recall that has come meanwhile begins anew."""
        known = self._left.get(partition)
        if known is None or known[0] != upto:
            known = (upto, deque(key for key, raw in accounts if _HAS_SENT in raw))
            self._left[partition] = known
        left = known[1]
        for _ in range(min(SLICE, len(left))):
            yield left.popleft()

    def done(self, partition: int) -> bool:
        """Whether every account of the partition has been looked at."""
        known = self._left.get(partition)
        if known is None or known[1]:
            return False
        del self._left[partition]
        return True
