"""A lane commits what it has handled, tells at its pace how far it is, and waits for a schema in its place."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from agents.intake.lane import IntakeStopped, Lane, LaneTools, Reached
from agents.intake.mappings.document import SourceRecord
from agents.intake.mappings.formats import Reader
from agents.intake.mappings.schema_sources import SchemaUnavailable
from agents.intake.mappings.translate import Translator
from agents.intake.outgoing import Outbox
from agents.intake.progress import PartitionProgress
from schemas.reading import Reason, UnusableInput
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.partition.producer import PartitionProducer
from tests.agents.intake.avro_bytes import PAYMENT_SCHEMA, registry_frame
from tests.agents.intake.mappings.samples import PAYMENT, PAYMENTS, TIME_MS, TOPIC, loaded, record
from tests.agents.intake.test_avro import RAW, with_avro

NOW_MS = TIME_MS + 60_000
SETTINGS = Settings(_env_file=None)


class LaneBatch:
    """Never full."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def append(self, **record: Any) -> bool:
        self.records.append(record)
        return True


class LaneProducer:
    """Keeps what each transaction holds; `commit` makes it count."""

    def __init__(self) -> None:
        self.commits: list[tuple[list[tuple[str, int, Any]], Mapping[str, int], Mapping[str, str]]] = []
        self._sent: list[tuple[str, int, Any]] = []

    def new_batch(self) -> LaneBatch:
        return LaneBatch()

    async def send(self, batches: Sequence[tuple[str, int, LaneBatch]]) -> None:
        self._sent += [(topic, partition, one) for topic, partition, batch in batches for one in batch.records]

    async def commit(self, offsets: Mapping[str, int], marks: Mapping[str, str]) -> None:
        self.commits.append((self._sent, offsets, marks))
        self._sent = []


class FakeSchemas:
    """Answers as it is told."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.answer: Exception | None = SchemaUnavailable("away")

    async def fetch(self, schema_id: str) -> None:
        if self.answer is not None:
            raise self.answer
        self.known[schema_id] = PAYMENT_SCHEMA

    async def close(self) -> None: ...


class Bench:
    """One lane with its fakes."""

    def __init__(
        self, folder: Path, text: str = PAYMENTS, patience_s: float = 900, mark_every_ms: int = 3_600_000
    ) -> None:
        mapping = loaded(folder, text)
        self.schemas, self.producer = FakeSchemas(), LaneProducer()
        translator = Translator(mapping.mapping, Reader(mapping.mapping, self.schemas.known), 65_536)
        outbox = Outbox(SETTINGS, mapping)
        self.tools = LaneTools(
            SETTINGS, TOPIC, translator, self.schemas, outbox, Metrics(), mark_every_ms, patience_s, retry_s=0
        )
        self.lane = Lane(self.tools, 1, cast("PartitionProducer", self.producer), 5, PartitionProgress(0))

    def waits(self) -> str | None:
        return self.lane.waits_for

    async def step(
        self, *records: SourceRecord, position: int, end: int = 99, others: Mapping[int, int | None] | None = None
    ) -> None:
        self.lane.add(records)
        await self.lane.step(Reached(position, end, NOW_MS), others)


def payment(offset: int, **changes: Any) -> SourceRecord:
    return record({**PAYMENT, **changes}, offset=offset)


async def test_offset_fact_and_dead_letter_share_a_commit(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    await bench.step(payment(5), payment(6, amount="x"), position=8)
    ((sent, offsets, marks),) = bench.producer.commits
    assert [topic for topic, _, _ in sent] == ["payment-received", "reminder-dead-letters"]
    assert offsets == {TOPIC: 8}, "the position, which lies behind what the log holds besides records"
    assert marks == {TOPIC: f"complete-to={TIME_MS - 1}"}


async def test_nothing_new_is_not_committed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    await bench.step(position=5, end=6)
    assert bench.producer.commits == []


async def test_an_idle_partition_tells_at_its_pace(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    await bench.step(position=5, end=5)
    await bench.lane.step(Reached(5, 5, NOW_MS + 500), None)
    ((sent, offsets, marks),) = bench.producer.commits
    assert (sent, offsets, marks) == ([], {TOPIC: 5}, {TOPIC: f"complete-to={NOW_MS}"})


async def test_marks_say_the_least_once_all_have_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path, mark_every_ms=1)
    await bench.step(position=5, end=5, others={0: None, 2: NOW_MS})
    await bench.step(position=5, end=5, others={0: NOW_MS - 7, 2: NOW_MS})
    await bench.step(position=5, end=5, others={0: NOW_MS - 7, 2: NOW_MS})
    written = [sent for sent, _, _ in bench.producer.commits if sent]
    assert len(written) == 1, "the same mark is not said twice"
    assert [(topic, partition) for topic, partition, _ in written[0]] == [("payment-received", n) for n in range(4)]
    assert {one["timestamp"] for _, _, one in written[0]} == {NOW_MS - 7}


async def test_a_schema_that_cannot_be_had_keeps_the_place(tmp_path: Path) -> None:
    bench = Bench(tmp_path, with_avro('registry = "http://127.0.0.1:1"'))
    framed = SourceRecord(TOPIC, 1, 6, TIME_MS, None, registry_frame(7, RAW))
    await bench.step(SourceRecord(TOPIC, 1, 5, TIME_MS, None, b"no frame"), framed, position=7, end=7)
    assert bench.waits() == "away"
    assert not bench.lane.hungry
    assert bench.producer.commits[0][1:] == ({TOPIC: 6}, {TOPIC: f"complete-to={TIME_MS - 1}"})
    bench.schemas.answer = None
    await bench.step(position=7, end=7)
    assert bench.waits() is None
    assert bench.producer.commits[1][1] == {TOPIC: 7}
    bench.schemas.answer = UnusableInput(Reason.UNKNOWN_SCHEMA, "none")
    await bench.step(SourceRecord(TOPIC, 1, 7, TIME_MS, None, registry_frame(8, RAW)), position=8)
    assert [topic for topic, _, _ in bench.producer.commits[2][0]] == ["reminder-dead-letters"]


async def test_patience_ends(tmp_path: Path) -> None:
    bench = Bench(tmp_path, with_avro('registry = "http://127.0.0.1:1"'), patience_s=0)
    framed = SourceRecord(TOPIC, 1, 5, TIME_MS, None, registry_frame(7, RAW))
    await bench.step(framed, position=6)
    with pytest.raises(IntakeStopped, match=r"bank\.payments partition 1 offset 5 has waited 0 s: away"):
        await bench.step(position=6)
    assert bench.producer.commits == []
