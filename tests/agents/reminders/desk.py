"""A desk with the real core and tiny fakes of table and topics: facts and ticks in, what would leave out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from agents.reminders.agent import Desk
from agents.reminders.policy_files import load_book
from schemas import accounts
from streams import roles
from streams.clock import to_ms
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.events import Fact, Tick
from streams.transport.partitioner import partition_of

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)  # noon in Shanghai
KEY = b"A-1"
PARTITION = partition_of(KEY, 4)
BOOK = load_book(None, None, "test")


class FakeTopic:
    """Keeps what would leave."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def emit(self, **record: Any) -> None:
        self.sent.append(record)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(record["value"]) for record in self.sent]


class FakeTable(dict[bytes, bytes]):
    """Counts its writes: each one is a record on the changelog."""

    writes = 0

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self.writes += 1
        super().__setitem__(key, value)


class FakeApp:
    """The part of the app that the desk asks for."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self.topics: dict[str, FakeTopic] = {}

    def Table(self, name: str) -> FakeTable:  # noqa: N802 - Faust's name
        assert name == "accounts"
        return self.table

    def topic(self, name: str) -> FakeTopic:
        return self.topics.setdefault(name, FakeTopic())


class Counter:
    """One desk with its fakes; each `chunk` gives its facts the positions of the chunk's beginning."""

    def __init__(self) -> None:
        self.app, self.metrics = FakeApp(), Metrics()
        self.settings = Settings(_env_file=None)
        self.desk = Desk(self.app, self.settings, BOOK, self.metrics)
        self.positions = dict.fromkeys(roles.INPUTS, 0)

    def chunk(self, *records: tuple[str, Any], now: datetime = NOW, **changes: Any) -> None:
        before = MappingProxyType(dict(self.positions))
        for role, body in records:
            self.desk.fact(self._fact(role, body, now, before, changes))
            self.positions[role] += 1

    def _fact(self, role: str, body: Any, now: datetime, before: Mapping[str, int], changes: dict[str, Any]) -> Fact:
        fields: dict[str, Any] = {
            "topic": role,
            "partition": PARTITION,
            "offset": self.positions[role],
            "timestamp_ms": to_ms(now),
            "key": KEY,
            "value": json.dumps(body).encode() if isinstance(body, dict) else body,
            "headers": (),
            "now": now,
            "positions": before,
        }
        return Fact(**{**fields, **changes})

    def tick(self, now: datetime = NOW, keys: tuple[bytes, ...] = (KEY,)) -> None:
        ends = dict.fromkeys(roles.INPUTS, 100)
        self.desk.tick(Tick(PARTITION, now, keys, MappingProxyType(dict(self.positions)), ends, last=True))

    def left(self, role: str) -> FakeTopic:
        return self.app.topic(role)

    @property
    def account(self) -> accounts.Account:
        return accounts.decode(self.app.table[KEY])

    def shown(self) -> str:
        return self.metrics.render().decode()
