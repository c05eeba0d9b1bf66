"""What keeps the ticks of a partition closed, and when that has lasted long enough to be told.

A tick that waits a moment for the newest records is normal life. What lasts is told twice, when it begins and when it
ends: in the log, as a gauge, and on /readyz as long as it lasts.
"""

import logging
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from streams.transport.observer import EngineObserver

log = logging.getLogger(__name__)

_WAITING_S: Final = 5.0
"""A tick that waits longer than this is behind, not just busy."""


class Reason(StrEnum):
    """Why ticks are closed. Whoever holds an input gives a reason of its own."""

    BEHIND = "BEHIND"
    OPEN_TRANSACTION = "OPEN_TRANSACTION"
    NO_WATERMARK = "NO_WATERMARK"
    LOST_OFFSET = "LOST_OFFSET"
    CONTROLS = "CONTROLS"
    CLOCK_SKEW = "CLOCK_SKEW"
    PARTITIONS_CHANGED = "PARTITIONS_CHANGED"
    PARTITIONS_UNKNOWN = "PARTITIONS_UNKNOWN"


class Closed(NamedTuple):
    """One cause in one partition. `stretch` tells one closing from the next by the same cause, where that matters."""

    topic: str
    reason: str
    detail: str = ""
    stretch: int = 0


Key = tuple[int, str, str, int]


class Closures:
    """Those of all partitions of a worker. Instants are monotonic seconds."""

    def __init__(self, observer: EngineObserver, open_transaction_alarm_s: float) -> None:
        self._observer = observer
        self._patience_s = {
            Reason.OPEN_TRANSACTION.value: open_transaction_alarm_s,
            Reason.BEHIND.value: _WAITING_S,
            Reason.NO_WATERMARK.value: _WAITING_S,
            Reason.CONTROLS.value: _WAITING_S,
            Reason.PARTITIONS_UNKNOWN.value: _WAITING_S,
        }
        self._since: dict[Key, float] = {}
        self._told: dict[Key, str] = {}

    @property
    def told(self) -> tuple[str, ...]:
        """What has been told and has not ended, a sentence each."""
        return tuple(self._told.values())

    def forget(self) -> None:
        """The partitions may be others now."""
        self._since.clear()
        self._told.clear()

    def look(self, found: Iterable[tuple[int, Closed]], now_s: float) -> None:
        """What closes which partition just now."""
        current = {(number, cause.topic, cause.reason, cause.stretch): cause for number, cause in found}
        for key in self._since.keys() - current.keys():
            del self._since[key]
            if (sentence := self._told.pop(key, None)) is not None:
                self._tell(key, closed=False)
                log.warning("no longer so: %s", sentence)
        for key, cause in current.items():
            lasted_s = now_s - self._since.setdefault(key, now_s)
            if key not in self._told and lasted_s >= self._patience_s.get(cause.reason, 0.0):
                detail = f" ({cause.detail})" if cause.detail else ""
                self._told[key] = f"partition {key[0]} sends nothing: {cause.topic} {cause.reason}{detail}"
                self._tell(key, closed=True)
                log.warning("%s", self._told[key])

    def _tell(self, key: Key, *, closed: bool) -> None:
        number, topic, reason, _ = key
        self._observer.partition_closed(number, topic, reason, closed)
