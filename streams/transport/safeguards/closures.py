"""What keeps the ticks of a partition closed, and when that has lasted long enough to be told.

A tick that waits a moment for the newest records is normal life. What lasts is told twice, when it begins and when it
ends: in the log, as a gauge, and on /readyz as long as it lasts.
"""

import logging
import math
from collections.abc import Container, Iterable, Iterator, Sequence
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
    LOST_STATE = "LOST_STATE"
    CONTROLS = "CONTROLS"
    CLOCK_SKEW = "CLOCK_SKEW"
    PARTITIONS_CHANGED = "PARTITIONS_CHANGED"
    PARTITIONS_UNKNOWN = "PARTITIONS_UNKNOWN"
    CLUSTER_AWAY = "CLUSTER_AWAY"


_UNHEARD: Final = frozenset(
    {Reason.BEHIND.value, Reason.NO_WATERMARK.value, Reason.CONTROLS.value, Reason.PARTITIONS_UNKNOWN.value}
)
"""What a cluster that is away brings about."""
_LOGGED_ELSEWHERE: Final = frozenset({Reason.CLUSTER_AWAY.value})
"""One line for the cluster says it for all partitions."""


class Closed(NamedTuple):
    """One cause in one partition. `stretch` tells one closing from the next by the same cause, where that matters."""

    topic: str
    reason: str
    detail: str = ""
    stretch: int = 0


Key = tuple[int, str, str, int]


def closing(found: Iterable[tuple[int, Sequence[Closed]]], *, away: bool) -> Iterator[tuple[int, Closed]]:
    """What closes which partition. While the cluster is away, that is named in place of what it brings about."""
    for number, causes in found:
        if away:
            yield number, Closed("", Reason.CLUSTER_AWAY, "no broker answers")
        yield from ((number, cause) for cause in causes if not (away and cause.reason in _UNHEARD))


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
        self._settled_s = -math.inf  # until then after a rebalance, what was told counts as lasting

    @property
    def told(self) -> tuple[str, ...]:
        """What has been told and has not ended, a sentence each."""
        return tuple(self._told.values())

    def rebalanced(self, owned: Iterable[int], now_s: float) -> None:
        """Partitions that stay begin their reading anew: what closes them is not seen for a moment, and not over."""
        kept = set(owned)
        self._told = {key: sentence for key, sentence in self._told.items() if key[0] in kept}
        self._since = {key: self._since[key] for key in self._told}
        self._settled_s = now_s + _WAITING_S
        for key in self._told:
            self._tell(key, closed=True)

    def look(self, found: Iterable[tuple[int, Closed]], now_s: float) -> None:
        """What closes which partition just now."""
        current = {(number, cause.topic, cause.reason, cause.stretch): cause for number, cause in found}
        settling = now_s < self._settled_s
        if settling:
            for key in current.keys() - self._since.keys():
                self._continue(key, current)
        for key in self._since.keys() - current.keys():
            if settling and key in self._told:
                continue
            del self._since[key]
            if (sentence := self._told.pop(key, None)) is not None:
                self._tell(key, closed=False)
                self._log("no longer so: %s", key, sentence)
        for key, cause in current.items():
            lasted_s = now_s - self._since.setdefault(key, now_s)
            if key not in self._told and lasted_s < self._patience_s.get(cause.reason, 0.0):
                continue
            detail = f" ({cause.detail})" if cause.detail else ""
            what = f"{cause.topic} {cause.reason}".strip()
            sentence = f"partition {key[0]} sends nothing: {what}{detail}"
            if key not in self._told:
                self._tell(key, closed=True)
                self._log("%s", key, sentence)
            self._told[key] = sentence  # the figures of now

    def _continue(self, key: Key, current: Container[Key]) -> None:
        """What was told before a rebalance goes on under a new stretch."""
        for earlier in self._told:
            if earlier[:3] == key[:3] and earlier not in current:
                self._told[key], self._since[key] = self._told.pop(earlier), self._since.pop(earlier)
                return

    def _log(self, line: str, key: Key, sentence: str) -> None:
        if key[2] not in _LOGGED_ELSEWHERE:
            log.warning(line, sentence)

    def _tell(self, key: Key, *, closed: bool) -> None:
        number, topic, reason, _ = key
        self._observer.partition_closed(number, topic, reason, closed)
