"""Input records for tests that need no Kafka."""

from dataclasses import dataclass

from schemas.envelope import MARK_TYPE, TYPE_HEADER


@dataclass(frozen=True)
class FakeRecord:
    """What the engine reads of a consumed record."""

    topic: str
    offset: int
    timestamp: int
    key: bytes | None = b"k"
    value: bytes | None = b"v"
    partition: int = 0
    headers: tuple[tuple[str, bytes], ...] = ()


def mark(topic: str, offset: int, timestamp: int) -> FakeRecord:
    return FakeRecord(topic, offset, timestamp, key=None, headers=((TYPE_HEADER, MARK_TYPE),))
