"""A reminder agent with the real core and tiny fakes of table and topics: facts and ticks in, what would leave out."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from agents.decisions.policy.controls import ControlState
from agents.decisions.policy.versions import Versions
from agents.policy.files.policy import load_rulebook
from agents.reminders.agent import ReminderAgent
from schemas.stored import accounts
from schemas.stored.gates import GATE_KEY, GateState, decode_gate
from schemas.values.instants import to_ms
from streams import roles
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.controls.controls import UNREAD
from streams.transport.events import InputRecord, Tick
from streams.transport.partitioner import partition_of
from tests.places import PLACES

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)  # noon in Shanghai
KEY = b"A-1"
PARTITION = partition_of(KEY, 4)
BOOK = load_rulebook(PLACES, "test")


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
    """The part of the app that the agent asks for."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self.topics: dict[str, FakeTopic] = {}

    def Table(self, name: str) -> FakeTable:  # noqa: N802 - Faust's name
        assert name == "accounts"
        return self.table

    def topic(self, name: str) -> FakeTopic:
        return self.topics.setdefault(name, FakeTopic())


class FakeSwitches:
    """What the engine would hold, and how far its time has come."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}
        self.rested_s: dict[str, float] = {}
        self.floor_ms = 0
        self.doubt = False
        self.number = 0

    def hold_input(self, partition: int, topic: str, reason: str) -> None:
        assert partition == PARTITION
        self.held[topic] = reason

    def release_input(self, partition: int, topic: str) -> None:
        assert partition == PARTITION
        del self.held[topic]

    def rest_input(self, partition: int, topic: str, rest_s: float) -> None:
        assert partition == PARTITION
        self.rested_s[topic] = self.rested_s.get(topic, 0.0) + rest_s

    def not_before(self, instant_ms: int) -> None:
        self.floor_ms = max(self.floor_ms, instant_ms)

    def tenure(self, partition: int) -> int:
        return self.number

    def clock_in_doubt(self) -> bool:
        return self.doubt


class Counter:
    """One agent with its fakes; each `chunk` gives its facts the positions of the chunk's beginning.

    Its sources need no progress marks unless a story says so.
    """

    def __init__(self, **settings: Any) -> None:
        self.app, self.metrics, self.switches = FakeApp(), Metrics(), FakeSwitches()
        self.settings = Settings(_env_file=None, **{"marked_inputs": (), **settings})
        self.agent = ReminderAgent(self.app, self.settings, Versions(BOOK), self.metrics, self.switches)
        self.positions = dict.fromkeys(roles.INPUTS, 0)

    def chunk(
        self, *records: tuple[str, Any], now: datetime = NOW, controls: ControlState | None = None, **changes: Any
    ) -> None:
        before = MappingProxyType(dict(self.positions))
        for role, body in records:
            self.agent.fact(self._fact(role, body, now, before, changes), controls)
            self.positions[role] += 1

    def _fact(
        self, role: str, body: Any, now: datetime, before: Mapping[str, int], changes: dict[str, Any]
    ) -> InputRecord:
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
        return InputRecord(**{**fields, **changes})

    def tick(self, now: datetime = NOW, keys: tuple[bytes, ...] = (KEY,), controls: ControlState | None = None) -> None:
        ends, positions = dict.fromkeys(roles.INPUTS, 100), MappingProxyType(dict(self.positions))
        offset = UNREAD if controls is None else controls.offset
        self.agent.tick(Tick(PARTITION, now, keys, positions, ends, True, controls, offset))

    def left(self, role: str) -> FakeTopic:
        return self.app.topic(role)

    @property
    def kept(self) -> dict[bytes, bytes]:
        """The accounts in the table, without the partition's own record."""
        return {key: raw for key, raw in self.app.table.items() if key != GATE_KEY}

    @property
    def gate(self) -> GateState:
        return decode_gate(self.app.table[GATE_KEY])

    @property
    def account(self) -> accounts.Account:
        return accounts.decode(self.app.table[KEY])

    def shown(self) -> str:
        return self.metrics.render().decode()
