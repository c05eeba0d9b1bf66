"""Events of several partitions, sorted by time: the order of delivery depends on the logs alone.

Within a partition nothing is turned round: a record that tells an earlier time than the one before it counts as told
together with that one. Held at once are a batch of each partition and what was told in one millisecond.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from typing import Final, NamedTuple

from agents.experiments.events import (
    AccountOver,
    Complained,
    Cured,
    DeliveryTold,
    Event,
    OptOutEvent,
    PersonAsked,
    StageDecided,
    Touched,
)

RANKS: Final[dict[type[Event], int]] = {
    Touched: 0,
    StageDecided: 0,
    DeliveryTold: 1,
    Complained: 1,
    OptOutEvent: 1,
    PersonAsked: 1,
    Cured: 2,
    AccountOver: 2,
}
"""What was sent stands before what answers it in the same millisecond."""


class TimedEvent(NamedTuple):
    """A record: when it was told, in epoch milliseconds, and what it says, if that matters here."""

    at_ms: int
    event: Event | None


class _Lane:
    def __init__(self) -> None:
        self.waiting: deque[tuple[int, Event]] = deque()
        self.floor_ms = -1
        """Nothing earlier can come."""

    def add(self, told: Iterable[TimedEvent]) -> None:
        for at_ms, event in told:
            self.floor_ms = max(self.floor_ms, at_ms)
            if event is not None:
                self.waiting.append((self.floor_ms, event))


class Merge:
    """One reading of some partitions, each from somewhere to where it is closed."""

    def __init__(self, names: Iterable[Hashable]) -> None:
        self._lanes = {name: _Lane() for name in names}
        self._open = set(self._lanes)

    @property
    def wanted(self) -> list[Hashable]:
        """The partitions for which all others wait; empty when every one is closed."""
        horizon = self._horizon()
        return [name for name in self._lanes if name in self._open and self._lanes[name].floor_ms == horizon]

    def add(self, name: Hashable, told: Iterable[TimedEvent]) -> None:
        """Take in what was read of a partition, in its order."""
        self._lanes[name].add(told)

    def close(self, name: Hashable) -> None:
        """Nothing more comes from this partition."""
        self._open.discard(name)

    def take(self) -> Iterator[Event]:
        """Every event that nothing can precede any more."""
        horizon = self._horizon()
        while True:
            waiting = [lane.waiting for lane in self._lanes.values() if lane.waiting]
            first = min((events[0][0] for events in waiting), default=None)
            if first is None or (horizon is not None and first >= horizon):
                return
            together: list[Event] = []
            for events in waiting:
                while events and events[0][0] == first:
                    together.append(events.popleft()[1])
            # All of one account is on one partition of each topic, so ties are settled by the logs.
            yield from sorted(together, key=lambda event: (RANKS[type(event)], event.at_ms))

    def _horizon(self) -> int | None:
        return min((self._lanes[name].floor_ms for name in self._open), default=None)
