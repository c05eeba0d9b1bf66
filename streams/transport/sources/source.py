"""What a partition does next: a chunk of facts or a tick. One source for each clock mode, both without any I/O."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from streams.transport.controls.controls import UNCONTROLLED, View
from streams.transport.events import Record
from streams.transport.safeguards.closures import Closed
from streams.transport.safeguards.holds import Holds


@dataclass(frozen=True, slots=True)
class Work:
    """One chunk: facts (records) or a tick (due). The positions are next offsets per input topic."""

    now_ms: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    records: Sequence[Record] = ()
    due: tuple[bytes, ...] = ()
    watermarks: Mapping[str, int] = field(default_factory=dict)
    last: bool = True
    marks: Mapping[str, str] = field(default_factory=dict)  # kept with the committed offsets
    controls: View = UNCONTROLLED
    stands: Callable[[], bool] | None = None
    """Asked before the commit: whether what this tick was judged by still counts. None where it always does."""

    @property
    def is_tick(self) -> bool:
        return bool(self.due)


class Source(Protocol):
    """The part of a partition that decides what comes next."""

    def add(self, topic: str, records: Sequence[Record], position: int) -> None:
        """Take in what was fetched."""

    def wants(self, topic: str) -> bool:
        """Whether `topic` may be fetched now."""

    def next(self, *, facts: bool = True, ticks: bool = True) -> Work | None:
        """The next chunk, or None if it has to wait; of the kinds that may come just now.

        Only a source whose ticks are judged once more before they are committed minds them.
        """

    def judge_anew(self) -> None:
        """A tick was undone: it comes again, at an instant of its own."""

    def wait_s(self) -> float | None:
        """Seconds until `next` may have something without anything fetched; None if it never will."""

    def positions(self) -> Mapping[str, int]:
        """Per input the next offset to be applied."""

    def floors(self) -> Mapping[str, int | None]:
        """Per input the replay floor at `positions`; empty in system mode."""

    def next_tick_ms(self) -> int | None:
        """The instant before which every tick has been handled; None while it is not known."""

    @property
    def holds(self) -> Holds:
        """The inputs that are not read for now."""

    def hold(self, topic: str, reason: str) -> None:
        """Read no more of an input and deliver no tick, until it is released; its position stays."""

    def lose(self, topic: str, gap: str) -> None:
        """As `hold`, for good: its offset is not in the log. What has been fetched is still applied."""

    def release(self, topic: str) -> None:
        """Go on with a held input where it stands; a lost one stays closed."""

    def rest(self, topic: str, rest_s: float) -> None:
        """Take nothing of an input for so long, from the end of the rest that it has; what waits is kept."""

    def astray(self) -> Mapping[str, int]:
        """Inputs that were released and the position from which they have to be fetched again."""

    def found(self, topic: str) -> None:
        """The consumer has been set to that position."""

    def closed(self) -> Sequence[Closed]:
        """What keeps ticks from coming just now."""
