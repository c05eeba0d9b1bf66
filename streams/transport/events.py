"""What the stream yields: a fact (one input record) or a tick (time passed for accounts that were due)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from schemas import envelope
from streams.transport.controls.controls import UNREAD


class Record(Protocol):
    """The part of a consumed Kafka record that the engine reads."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> tuple[tuple[str, bytes], ...]: ...


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One input record. `now` is the instant it is judged at, `positions` the next offsets before its chunk."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    now: datetime
    positions: Mapping[str, int]


class Tick(msgspec.Struct, frozen=True, gc=False):
    """Grid instant `now` has come for the accounts in `due`; `last` is false while the same instant has more.

    `controls` is the state that the application has folded its controls into, `controls_offset` up to where they were
    read; None and UNREAD in an application without controls.
    """

    partition: int
    now: datetime
    due: tuple[bytes, ...]
    positions: Mapping[str, int]
    watermarks: Mapping[str, int]
    last: bool
    controls: Any = None
    controls_offset: int = UNREAD


def is_mark(record: Record) -> bool:
    """A progress mark: its topic partition is complete up to the record's timestamp."""
    return envelope.is_mark(record.headers)
