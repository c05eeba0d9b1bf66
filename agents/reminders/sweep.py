"""Goes through all accounts of a partition, a part at a time: to recall, or to plan by another policy version."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from agents.decisions import ControlState, Recall

SLICE: Final = 5_000
"""Accounts looked at in one go: about a tenth of a second, in which nothing else happens."""

_HAS_SENT: Final = b'"sent":['
"""In the stored bytes of every account to which something left."""


class Sweep:
    """What is left to look at, by partition. Kept in memory: begun anew after a restart, it does nothing twice."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[object, deque[bytes]]] = {}

    def forget(self, partition: int) -> None:
        """There is nothing to do in the partition."""
        self._left.pop(partition, None)

    def slice(self, partition: int, purpose: object, keys: Iterable[bytes]) -> Iterator[bytes]:
        """The next accounts to look at; another purpose begins anew."""
        known = self._left.get(partition)
        if known is None or known[0] != purpose:
            known = (purpose, deque(keys))
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


def recalls_due(controls: ControlState, recalled_to: int) -> Sequence[Recall]:
    """The recalls that a partition has not carried out yet."""
    return [recall for recall in controls.recalls if recall.offset >= recalled_to]


def those_meant(recalls: Sequence[Recall], table: Mapping[bytes, bytes]) -> Iterator[bytes]:
    """The stored accounts that recalls may mean: those that they name, or else all to which anything ever left."""
    named = {recall.control.scope.account for recall in recalls}
    if None in named:
        return (key for key in table if _HAS_SENT in table[key])
    return (key for key in (str(account).encode() for account in sorted(filter(None, named))) if key in table)
