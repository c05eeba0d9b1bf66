"""What a visit to the consumer's thread tells the engine: records, and how far each input partition is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from streams.transport.events import Record

Input = tuple[str, int]  # topic, partition


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the consumer is in one input partition, and its end as last told by the broker."""

    position: int
    end: int | None
    polled_ms: int | None
    stable: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one visit to the consumer thread brought."""

    records: Mapping[Input, Sequence[Record]] = field(default_factory=dict)
    progress: Mapping[Input, Progress] = field(default_factory=dict)
    lost: Mapping[Input, str] = field(default_factory=dict)
    """Inputs whose next offset is no longer in the log, and the gap."""
