"""What the engine tells about itself; an observer turns it into metrics. The default one listens to nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class EngineObserver:
    """Called once for each chunk, commit, tick or restore; never for each record."""

    def chunk(self, partition: int, facts: Mapping[str, int]) -> None:
        """A chunk of facts was handled: how many of each topic."""

    def tick(self, partition: int, accounts: int, late_s: float) -> None:
        """A tick chunk was handled, so many seconds after its instant (system clock; 0 in replay)."""

    def committed(self, partition: int, seconds: float, facts: int) -> None:
        """A transaction was committed."""

    def barrier_closed(self, topic: str, partition: int, reason: str) -> None:
        """A tick had to wait because of `topic`."""

    def partition_closed(self, partition: int, topic: str, reason: str, *, closed: bool) -> None:
        """Ticks of a partition are closed by a cause that lasts, or no longer are."""

    def clock_skew(self, seconds: float) -> None:
        """How far this machine's clock is at least ahead of a broker's; negative where it is behind."""

    def lag(self, topic: str, partition: int, records: int) -> None:
        """How far the applied position is behind the end of the input."""

    def next_tick(self, partition: int, instant_ms: int) -> None:
        """Every tick of the partition before this instant has been handled and committed."""

    def restored(self, partition: int, records: int, seconds: float) -> None:
        """A partition's table was read back."""

    def taken_over(self, partitions: int) -> None:
        """So many partitions that others had, or nobody, are this worker's now."""

    def live(self, partitions: int) -> None:
        """How many partitions are being worked on."""

    def failed(self, reason: str) -> None:
        """The worker is about to stop."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What health and readiness are judged by. Monotonic times are of this process."""

    assigned: tuple[int, ...] = ()
    restored: bool = False
    rebalancing: bool = True
    failed: str | None = None
    hindered: tuple[str, ...] = ()
    """What it waits for from outside, a sentence each."""
    closed: tuple[str, ...] = ()
    """Partitions that send nothing for a cause that lasts, a sentence each."""
    stuck: tuple[str, ...] = ()
    """What stands still in this process alone, a sentence each: a new one may repair it."""
    last_commit_monotonic: float | None = None
    last_loop_monotonic: float | None = None
    lag: Mapping[tuple[str, int], int] = field(default_factory=dict)
