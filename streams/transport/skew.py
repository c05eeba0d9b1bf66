"""This machine's clock against the brokers': permitted hours are not worth much by a clock that is wrong.

The changelog is stamped by the broker when it appends, so each commit tells the broker's time. Where that lies outside
of what our clock said when the batch was handed over and when its acknowledgement came, our clock is off by at least
the distance. A clock that cannot be compared is not trusted either.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from streams.clock import SystemClock
from streams.transport.observer import EngineObserver

PROBE_KEY: Final = b"\x00clock"
"""A tombstone of this key on the changelog asks for the time; no account id begins with a control character."""
FRESH_S: Final = 60.0
"""A comparison older than this is made anew."""
STALE_S: Final = 90.0
"""One older than this is worth nothing."""
_AGAIN_S: Final = 10.0
_LOG_APPEND_TIME: Final = 1


class Comparison(NamedTuple):
    """With the broker of one partition's changelog. `ahead_ms` is negative where our clock is behind."""

    ahead_ms: int | None
    machine_ms: int
    taken_s: float


def ahead_ms(sent_ms: int, received_ms: int, append_ms: int) -> int:
    """How far our clock is at least ahead of the one that said `append_ms`; negative where it is behind."""
    if append_ms < sent_ms:
        return sent_ms - append_ms
    return min(0, received_ms - append_ms)


class ClockWatch:
    """One for each worker."""

    def __init__(self, topic: str, clock: SystemClock, max_ms: int, observer: EngineObserver) -> None:
        self.topic = topic
        self._clock = clock
        self._max_ms = max_ms
        self._observer = observer
        self._seen: dict[int, Comparison] = {}
        self._asked_s: dict[int, float] = {}

    def owns(self, partitions: Iterable[int]) -> None:
        """Forget what other partitions' brokers said."""
        owned = set(partitions)
        self._seen = {number: seen for number, seen in self._seen.items() if number in owned}
        self._asked_s = {number: at for number, at in self._asked_s.items() if number in owned}

    def sending(self, partition: int) -> Callable[[asyncio.Future[Any]], None]:
        """To be called before a batch is handed over; what it returns, when the batch has been acknowledged."""
        sent_ms = self._clock.machine_ms()

        def acknowledged(done: asyncio.Future[Any]) -> None:
            if not done.cancelled() and done.exception() is None:
                said = done.result()
                known = said.timestamp_type == _LOG_APPEND_TIME
                self.compare(partition, sent_ms, self._clock.machine_ms(), said.timestamp if known else None)

        return acknowledged

    def compare(self, partition: int, sent_ms: int, received_ms: int, append_ms: int | None) -> None:
        """`append_ms` is None where the topic does not have the broker's time."""
        ahead = None if append_ms is None else ahead_ms(sent_ms, received_ms, append_ms)
        self._seen[partition] = Comparison(ahead, received_ms, time.monotonic())
        if ahead is not None:
            self._observer.clock_skew(max((self._ahead(seen) for seen in self._seen.values()), key=abs) / 1000)

    def fault(self) -> str | None:
        """Why nothing should leave by this clock; None when it may be trusted."""
        lag_ms = self._clock.now_ms() - self._clock.machine_ms()
        if lag_ms > self._max_ms:
            return f"this machine's clock is {lag_ms / 1000:.0f} s behind what an earlier worker has lived through"
        for number, seen in self._seen.items():
            if seen.ahead_ms is None:
                return (
                    f"the changelog does not tell the broker's time in partition {number}: see `tactful topics check`"
                )
            age_s = time.monotonic() - seen.taken_s
            if age_s > STALE_S:
                return f"this machine's clock has not been compared with the broker's for {age_s:.0f} s"
            if abs(ahead := self._ahead(seen)) > self._max_ms:
                side = "ahead of" if ahead > 0 else "behind"
                return f"this machine's clock is {abs(ahead) / 1000:.0f} s {side} the broker's in partition {number}"
        return None

    def _ahead(self, seen: Comparison) -> int:
        """By now: a clock that was set since then shows against the one that only counts seconds."""
        passed_ms = round((time.monotonic() - seen.taken_s) * 1000)
        return (seen.ahead_ms or 0) + self._clock.machine_ms() - seen.machine_ms - passed_ms

    def ask(self, partition: int) -> bool:
        """Whether to make a comparison by a commit of its own: the last one is old, or says that we are wrong."""
        now_s = time.monotonic()
        seen = self._seen.get(partition)
        since_s = now_s - max(self._asked_s.get(partition, 0.0), seen.taken_s if seen else 0.0)
        if since_s < (_AGAIN_S if self.fault() else FRESH_S):
            return False
        self._asked_s[partition] = now_s
        return True
