"""The barrier of a tick: it is delivered only when everything that was on the bus when it was sampled has been applied.

A sample is the end of every input that can silence, open transactions included, as the last fetch response told it.
A sample is as old as the question that it answers. One that is missing or too old counts as closed; one that was not
passed before it became so is taken again, so that the instant of delivery is never far from the instant of sampling.
"""

import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from streams.transport.safeguards.closures import Closed, Reason


class Watermark(NamedTuple):
    """The end of an input partition and when the broker was asked for it (epoch milliseconds).

    `stable` is how far a reader of committed records may read: the first offset of the oldest open transaction.
    """

    offset: int
    polled_ms: int
    stable: int | None = None


class Pulse:
    """Tells whether this process stood still: frozen, without a processor, or kept from everything by one thing.

    A commit for which the cluster takes long is none: the process goes on meanwhile.
    """

    def __init__(self, still_ms: float) -> None:
        self._still_s = still_ms / 1000
        self._last_s = time.monotonic()
        self._thawed_s = 0.0

    def beat(self) -> None:
        """Several times in each span that would count as standing still."""
        now_s = time.monotonic()
        if now_s - self._last_s > self._still_s:
            self._thawed_s = now_s
        self._last_s = now_s

    def missed_since(self, at_s: float) -> bool:
        """Whether it has stood still since then."""
        self.beat()
        return self._thawed_s >= at_s


Watermarks = Callable[[str], Watermark | None]


class Barrier:
    """The barrier of one partition."""

    def __init__(self, topics: Sequence[str], watermarks: Watermarks, max_age_ms: int, pulse: Pulse) -> None:
        self._topics = tuple(topics)
        self._watermarks = watermarks
        self._max_age_ms = max_age_ms
        self._pulse = pulse
        self.asked_s = 0.0
        """When the oldest part of the sample was asked for, in monotonic seconds."""
        self.sample: dict[str, int] | None = None
        self.closed_by: Closed | None = None
        self.delivered = 0

    def reset(self) -> None:
        """The tick was delivered: the next one takes its own sample."""
        self.sample = self.closed_by = None
        self.delivered += 1

    def close(self, topic: str, reason: str) -> None:
        """Something else than the sample does not let the tick pass."""
        self.closed_by = Closed(topic, reason, stretch=self.delivered)

    def counts(self, asked_s: float) -> bool:
        """Whether a tick by a sample asked for then may be committed: not if the process stood still since."""
        return not self._old(asked_s) or not self._pulse.missed_since(asked_s)

    def _old(self, asked_s: float) -> bool:
        return (time.monotonic() - asked_s) * 1000 > self._max_age_ms

    @property
    def expired(self) -> bool:
        """Whether a sample has to be taken (again)."""
        return self.sample is None or self._old(self.asked_s)

    def take(self, now_ms: int) -> bool:
        """Sample all inputs at `now_ms` by the machine's clock; false if one of them has no fresh watermark."""
        self.sample = None
        sample: dict[str, int] = {}
        oldest_ms = 0
        for topic in self._topics:
            mark = self._watermarks(topic)
            if mark is None or not self._is_fresh(mark, now_ms):
                self.close(topic, Reason.NO_WATERMARK)
                return False
            sample[topic] = mark.offset
            oldest_ms = max(oldest_ms, abs(now_ms - mark.polled_ms))
        self.sample, self.asked_s = sample, time.monotonic() - oldest_ms / 1000
        return True

    def passed(self, positions: Mapping[str, int]) -> bool:
        """Whether every position has reached its sample."""
        if self.sample is None:
            return False
        for topic, offset in self.sample.items():
            if positions[topic] < offset:
                open_at = self._open_transaction(topic, positions[topic])
                self.close(topic, Reason.BEHIND if open_at is None else Reason.OPEN_TRANSACTION)
                return False
        self.closed_by = None
        return True

    def undecided(self, positions: Mapping[str, int]) -> Iterator[Closed]:
        """The inputs of which everything readable has been applied while an open transaction hides the rest."""
        for topic in self._topics:
            if topic in positions and (at := self._open_transaction(topic, positions[topic])) is not None:
                detail = f"a transaction is open from offset {at} on, nothing behind it can be read"
                yield Closed(topic, Reason.OPEN_TRANSACTION, detail, stretch=at)

    def unknown(self, now_ms: int, topics: Container[str]) -> Iterator[Closed]:
        """Those of the inputs whose end nobody has told lately, whether or not anything is due."""
        for topic in self._topics:
            if topic in topics and not self._is_fresh(self._watermarks(topic), now_ms):
                yield Closed(topic, Reason.NO_WATERMARK, stretch=self.delivered)

    def _is_fresh(self, mark: Watermark | None, now_ms: int) -> bool:
        # A watermark of the future is one from before the clock was set back: nobody knows how old it is.
        return mark is not None and abs(now_ms - mark.polled_ms) <= self._max_age_ms

    def _open_transaction(self, topic: str, position: int) -> int | None:
        mark = self._watermarks(topic)
        if mark is None or mark.stable is None or not mark.stable <= position < mark.offset:
            return None
        return mark.stable
