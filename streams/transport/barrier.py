"""The barrier of a tick: it is delivered only when everything that was on the bus when it was sampled has been applied.

A sample is the end of every input that can silence, open transactions included, as the last fetch response told it.
A sample that is missing or old counts as closed; one that was not passed within its age is taken again, so that the
instant of delivery is never far from the instant of sampling.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Watermark(NamedTuple):
    """The end of an input partition and when the broker said so (epoch milliseconds)."""

    offset: int
    polled_ms: int


Watermarks = Callable[[str], Watermark | None]


class Barrier:
    """The barrier of one partition."""

    def __init__(self, topics: Sequence[str], watermarks: Watermarks, max_age_ms: int) -> None:
        self._topics = tuple(topics)
        self._watermarks = watermarks
        self._max_age_ms = max_age_ms
        self._taken = 0.0
        self.sample: dict[str, int] | None = None
        self.closed_by: str | None = None  # the input that keeps it closed

    def reset(self) -> None:
        """The tick was delivered: the next one takes its own sample."""
        self.sample = self.closed_by = None

    def close(self, topic: str) -> None:
        """Whatever was sampled, `topic` does not let the tick pass."""
        self.sample, self.closed_by = None, topic

    @property
    def expired(self) -> bool:
        """Whether a sample has to be taken (again)."""
        return self.sample is None or (time.monotonic() - self._taken) * 1000 > self._max_age_ms

    def take(self, now_ms: int) -> bool:
        """Sample all inputs; false if one of them has no fresh watermark."""
        self.sample = None
        sample: dict[str, int] = {}
        for topic in self._topics:
            mark = self._watermarks(topic)
            if mark is None or now_ms - mark.polled_ms > self._max_age_ms:
                self.closed_by = topic
                return False
            sample[topic] = mark.offset
        self.sample, self._taken = sample, time.monotonic()
        return True

    def passed(self, positions: Mapping[str, int]) -> bool:
        """Whether every position has reached its sample."""
        if self.sample is None:
            return False
        for topic, offset in self.sample.items():
            if positions[topic] < offset:
                self.closed_by = topic
                return False
        self.closed_by = None
        return True
