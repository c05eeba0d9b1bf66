"""A partition's source by the time of day, with a clock that stands still and inputs that a test fills."""

from collections.abc import Callable

from streams.clock import Grid
from streams.transport.controls.controls import Controls, Folding
from streams.transport.safeguards.barrier import Barrier, Pulse, Watermark
from streams.transport.safeguards.closures import Closed
from streams.transport.safeguards.holds import Holds
from streams.transport.sources.due import DueIndex
from streams.transport.sources.lane import SystemLane
from streams.transport.sources.system import SystemSource
from tests.streams.records import FakeRecord


class FakeClock:
    def __init__(self) -> None:
        self.at_ms = 100_500

    def now_ms(self) -> int:
        return self.at_ms

    def machine_ms(self) -> int:
        return self.at_ms


class FakeTrust:
    """A machine's clock that is right until a test says otherwise."""

    topic = "changelog"

    def __init__(self) -> None:
        self.said: str | None = None

    def fault(self) -> str | None:
        return self.said


class World:
    def __init__(
        self,
        tick_accounts: int = 10,
        folding: Folding | None = None,
        counts: Callable[[], Closed | None] = lambda: None,
    ) -> None:
        self.clock = FakeClock()
        self.monotonic_s = 10.0
        self.state: dict[bytes, bytes] = {}
        self.due = DueIndex(self.state)
        self.ends: dict[str, Watermark | None] = {"a": Watermark(0, 100_500), "b": Watermark(0, 100_500)}
        self.closed: list[tuple[str, str]] = []
        self.trust = FakeTrust()
        self.lane = SystemLane({"a": 0, "b": 0}, 1_000_000)
        self.pulse = Pulse(500)
        self.barrier = Barrier(("a", "b"), lambda topic: self.ends[topic], 1000, self.pulse)
        self.controls = Controls("controls", folding, 1000)
        self.source = SystemSource(
            self.lane,
            self.due,
            self.barrier,
            self.controls,
            self.clock,  # type: ignore[arg-type]  # a clock that stands still
            self.trust,
            Grid(1),
            Holds(),
            chunk_records=2,
            tick_accounts=tick_accounts,
            on_closed=lambda topic, reason: self.closed.append((topic, reason)),
            counts=counts,
            monotonic_s=lambda: self.monotonic_s,
        )

    def store(self, key: bytes, due_ms: int) -> None:
        old = self.state.get(key)
        self.state[key] = b'{"next_due_at":%013d,' % due_ms
        self.due.written(key, old, self.state[key])

    def fetch(self, topic: str, offsets: range, position: int | None = None) -> None:
        records = [FakeRecord(topic, offset, 0) for offset in offsets]
        self.source.add(topic, records, offsets.stop if position is None else position)
