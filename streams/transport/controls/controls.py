"""The controls: a topic of one partition that every worker reads whole, outside the group, before any tick.

What the records mean is the application's: it folds them into a state, and each tick is given the state that stands.
By the time of day a tick waits until everything on the topic has been read, as lately as the broker told its end. In a
replay a control takes effect at the first tick at or after its record's timestamp.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

CONTROLS_MAX: Final = 100_000
"""Records on the topic: all of them are read at each start."""
UNREAD: Final = -1

Headers = tuple[tuple[str, bytes], ...]
Fold = Callable[[Any, int, bytes | None, bytes | None, Headers, int], Any]


class Folding(NamedTuple):
    """What the application makes of its controls: `fold(state, offset, key, value, headers, timestamp_ms)`.

    States are immutable: one may still be in the hands of a tick when the next one is made, in another thread.
    """

    start: Any
    fold: Fold


class ControlRecord(NamedTuple):
    """One record of the topic."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int


class View(NamedTuple):
    """What a tick is given: the state, and the offset up to which the controls were read."""

    state: Any
    offset: int


UNCONTROLLED: Final = View(None, UNREAD)
"""The view of an application without controls."""


class Reading(NamedTuple):
    """How far the reader is; `end` is what the broker answered when asked at `polled_ms`, open transactions too."""

    state: Any
    offset: int
    end: int | None
    polled_ms: int | None


class Controls:
    """What is known of the topic. Written by the reader in the consumer's thread, one whole reading at a time."""

    def __init__(self, topic: str, folding: Folding | None, max_age_ms: int) -> None:
        self.topic = topic
        self.folding = folding
        self.fault: str | None = None
        self._max_age_ms = max_age_ms
        self._log: Sequence[ControlRecord] = ()
        self._reading = Reading(None if folding is None else folding.start, UNREAD, None, None)

    @property
    def state(self) -> Any:
        """What the controls read so far amount to."""
        return self._reading.state

    @property
    def offset(self) -> int:
        """Up to which they were read; UNREAD before all that was there at the start has been."""
        return self._reading.offset

    @property
    def end(self) -> int | None:
        """The end of the topic as last told."""
        return self._reading.end

    @property
    def polled_ms(self) -> int | None:
        """When it was asked for, in epoch milliseconds."""
        return self._reading.polled_ms

    def take(self, reading: Reading) -> None:
        """The reader has come so far."""
        self._reading = reading

    def close(self, fault: str) -> None:
        """Nothing leaves by these controls any more, whatever is read."""
        self.fault = fault

    def view(self, now_ms: int) -> View | None:
        """What stands now; None while it is not known that everything on the topic has been read."""
        if self.folding is None:
            return UNCONTROLLED
        state, offset, end, polled_ms = self._reading
        if self.fault is not None or end is None or polled_ms is None:
            return None
        # Beyond the end we would stand in another topic of the same name.
        if offset != end or abs(now_ms - polled_ms) > self._max_age_ms:
            return None
        return View(state, offset)

    def lag(self) -> int | None:
        """How many records are not yet read; None while it is not known."""
        reading = self._reading
        return None if reading.end is None else max(0, reading.end - reading.offset)

    def record(self, records: Iterable[ControlRecord]) -> None:
        """All there is for a replay."""
        self._log = sorted(records, key=lambda record: (record.timestamp_ms, record.offset))

    def replay(self) -> "ReplayControls":
        """The controls from the beginning of simulated time, for one partition."""
        return ReplayControls(self._log, self.folding)


class ReplayControls:
    """Folds the controls as the ticks of one partition go by."""

    def __init__(self, log: Sequence[ControlRecord], folding: Folding | None) -> None:
        self._log = log
        self._folding = folding
        self._next = 0
        self._view = UNCONTROLLED if folding is None else View(folding.start, 0)

    def view(self, instant_ms: int) -> View:
        """What stands at a tick; instants come in order."""
        while self._next < len(self._log) and self._log[self._next].timestamp_ms <= instant_ms:
            assert self._folding is not None
            state, offset = self._view
            record = self._log[self._next]
            self._next += 1
            self._view = View(self._folding.fold(state, *record), max(offset, record.offset + 1))
        return self._view


def log_fault(topic: str, start: int, end: int, read_to: int = UNREAD) -> str | None:
    """What is wrong with the log: it must be whole, the same as before, and not endless."""
    if start > 0:
        return f"topic {topic} starts at offset {start}: controls were deleted, a pause among them would be lifted"
    if end < read_to:
        return f"topic {topic} ends at offset {end}, but was read up to {read_to}: was it made anew?"
    if end > CONTROLS_MAX:
        return f"topic {topic} holds {end} controls, more than {CONTROLS_MAX}: make it anew with what stands"
    return None
