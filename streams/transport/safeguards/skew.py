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

    @property
    def offset_ms(self) -> float:
        """What a time of this machine less its count of seconds (in milliseconds) is to be added to, for what it is
        ahead."""
        return (self.ahead_ms or 0) - self.machine_ms + self.taken_s * 1000


def ahead_ms(sent_ms: int, received_ms: int, append_ms: int) -> int:
    """How far our clock is at least ahead of the one that said `append_ms`; negative where it is behind."""
    if append_ms < sent_ms:
        return sent_ms - append_ms
    return min(0, received_ms - append_ms)


def _ahead(seen: Comparison, machine_ms: int) -> int:
    """By now: a clock that was set since then shows against the one that only counts seconds."""
    return round(seen.offset_ms + machine_ms - time.monotonic() * 1000)


class ClockWatch:
    """One for each worker."""

    def __init__(self, topic: str, clock: SystemClock, max_ms: int, observer: EngineObserver) -> None:
        self.topic = topic
        self._clock = clock
        self._max_ms = max_ms
        self._observer = observer
        self._seen: dict[int, Comparison] = {}
        self._asked_s: dict[int, float] = {}
        self._bounds: tuple[float, float, float] | None = None
        """The least and the greatest offset and the oldest comparison, if there is one and the broker's time in all."""
        clock.judge_by(self.wrong_by_ms)

    def owns(self, partitions: Iterable[int]) -> None:
        """Forget what other partitions' brokers said."""
        owned = set(partitions)
        self._seen = {number: seen for number, seen in self._seen.items() if number in owned}
        self._asked_s = {number: at for number, at in self._asked_s.items() if number in owned}
        self._bind()

    def _bind(self) -> None:
        offsets = [seen.offset_ms for seen in self._seen.values() if seen.ahead_ms is not None]
        whole = offsets and len(offsets) == len(self._seen)
        oldest_s = min((seen.taken_s for seen in self._seen.values()), default=0.0)
        self._bounds = (min(offsets), max(offsets), oldest_s) if whole else None

    def sending(self, partition: int) -> Callable[[asyncio.Future[Any]], None]:
        """To be called before a batch is handed over; what it returns, when the batch has been acknowledged."""
        sent_ms, sent_s = self._clock.machine_ms(), time.monotonic()

        def acknowledged(done: asyncio.Future[Any]) -> None:
            if not done.cancelled() and done.exception() is None:
                said = done.result()
                known = said.timestamp_type == _LOG_APPEND_TIME
                # By the count of seconds: a clock that was set meanwhile would make the two ends worthless.
                received_ms = sent_ms + round((time.monotonic() - sent_s) * 1000)
                self.compare(partition, sent_ms, received_ms, said.timestamp if known else None)

        return acknowledged

    def compare(self, partition: int, sent_ms: int, received_ms: int, append_ms: int | None) -> None:
        """`append_ms` is None where the topic does not have the broker's time."""
        ahead = None if append_ms is None else ahead_ms(sent_ms, received_ms, append_ms)
        self._seen[partition] = Comparison(ahead, received_ms, time.monotonic())
        self._bind()
        if ahead is not None:
            self._observer.clock_skew(max((_ahead(seen, received_ms) for seen in self._seen.values()), key=abs) / 1000)

    def fault(self) -> str | None:
        """Why nothing should leave by this clock; None when it may be trusted."""
        machine_ms = self._clock.machine_ms()
        for number, seen in self._seen.items():
            if (told := self._fault_of(number, seen, machine_ms)) is not None:
                return told
        behind_ms = self._clock.behind_ms()
        if behind_ms > self._max_ms:
            return f"this machine's clock is {behind_ms / 1000:.0f} s behind what an earlier worker has lived through"
        return None

    def _fault_of(self, number: int, seen: Comparison, machine_ms: int) -> str | None:
        if seen.ahead_ms is None:
            return f"the changelog does not tell the broker's time in partition {number}: see `tactful topics check`"
        if abs(ahead := _ahead(seen, machine_ms)) > self._max_ms:
            side = "ahead of" if ahead > 0 else "behind"
            return f"this machine's clock is {abs(ahead) / 1000:.0f} s {side} the broker's in partition {number}"
        age_s = time.monotonic() - seen.taken_s
        if age_s > STALE_S:
            return f"this machine's clock has not been compared with the broker's for {age_s:.0f} s"
        return None

    def wrong_by_ms(self, machine_ms: int) -> int | None:
        """How far a time of this machine is off, as far as it is known; None when the clock may be trusted.

        Where brokers disagree, the one nearest to us is believed: two clocks against one.
        """
        if self._bounds is not None:
            least_ms, greatest_ms, oldest_s = self._bounds
            now_s = time.monotonic()
            passed_ms = machine_ms - now_s * 1000
            near = max(greatest_ms + passed_ms, -least_ms - passed_ms) <= self._max_ms
            if near and now_s - oldest_s <= STALE_S:
                return None
        return min((_ahead(seen, machine_ms) for seen in self._seen.values()), key=abs, default=0)

    def in_doubt(self) -> bool:
        """Whether the time may be another than what we take it for: facts may be planned by it wrongly."""
        machine_ms = self._clock.machine_ms()
        return any(
            seen.ahead_ms is None or abs(_ahead(seen, machine_ms)) > self._max_ms for seen in self._seen.values()
        )

    def ask(self, partition: int) -> bool:
        """Whether to make a comparison by a commit of its own: the last one is old, or says that we are wrong."""
        now_s = time.monotonic()
        seen = self._seen.get(partition)
        since_s = now_s - max(self._asked_s.get(partition, 0.0), seen.taken_s if seen else 0.0)
        if since_s < (_AGAIN_S if self.fault() else FRESH_S):
            return False
        self._asked_s[partition] = now_s
        return True
