"""How far a source is complete, and which mark is due. Pure: times and ends are told, nothing is asked.

A source partition is complete up to T when no record older than T can come from it any more. Of the record last read
that is true up to its own time; of a partition that was read to its end, up to the moment when the broker said where
the end was; in both cases less the time that the source may need to settle. A mark may say T only when every source
partition has committed as much.
"""

from collections.abc import Iterable
from typing import Final

_NAME: Final = "complete-to"


class PartitionProgress:
    """How far one source partition is complete (epoch milliseconds); never goes back, not even over a restart."""

    def __init__(self, settle_ms: int, complete_to_ms: int | None = None) -> None:
        self._settle_ms = settle_ms
        self.complete_to_ms = complete_to_ms

    def advance(self, times_ms: Iterable[int | None], asked_ms: int, *, at_end: bool) -> None:
        """Records of these times were read from what the broker sent at ``asked_ms``; perhaps all that there was.

        A record's time in the future proves nothing: what the broker has not yet sent may be older.
        """
        found = [min(time_ms, asked_ms) - 1 for time_ms in times_ms if time_ms is not None]
        if at_end:
            found.append(asked_ms)
        if found:
            reached_ms = max(found) - self._settle_ms
            self.complete_to_ms = reached_ms if self.complete_to_ms is None else max(self.complete_to_ms, reached_ms)


def least(complete_to_ms: Iterable[int | None]) -> int | None:
    """How far all of them are complete; None while one has not told."""
    told = list(complete_to_ms)
    return None if None in told or not told else min(each for each in told if each is not None)


class MarkInterval:
    """At most one in so many milliseconds of a monotonic clock."""

    def __init__(self, every_ms: int) -> None:
        self._every_s = every_ms / 1000
        self._last_s: float | None = None

    def due(self, now_s: float) -> bool:
        """Whether enough time has gone since the last one."""
        return self._last_s is None or now_s - self._last_s >= self._every_s

    def done(self, now_s: float) -> None:
        """One has happened."""
        self._last_s = now_s


def progress_text(complete_to_ms: int | None) -> str:
    """Progress as the metadata of a committed offset: it commits with the facts that it covers."""
    return "" if complete_to_ms is None else f"{_NAME}={complete_to_ms}"


def progress_in(metadata: str) -> int | None:
    """Progress from the metadata of a committed offset."""
    name, _, value = metadata.partition("=")
    return int(value) if name == _NAME and value.isdigit() else None
