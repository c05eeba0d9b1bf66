"""What an app of the engine is told when it writes or sends where no transaction is."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from streams.app import EngineApp, create_app
from streams.errors import InvariantBroken
from streams.settings import Settings
from streams.transport.partition.chunk import Chunk
from streams.transport.partition.shard import Shard
from streams.transport.sources.source import Work

VALUE = b'{"next_due_at":9999999999999,'


class FakePart:
    """The part of a partition that tables and topics write to."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.shard = Shard()
        self.emitted: list[tuple[str, int, bytes | None]] = []

    def put(self, key: bytes, value: bytes | None) -> None:
        self.shard.put(key, value)

    def emit(self, topic: str, partition: int, key: bytes | None, *_: Any) -> None:
        self.emitted.append((topic, partition, key))


@pytest.fixture
def app() -> EngineApp:
    return create_app(Settings(_env_file=None))


def chunk_of(part: FakePart) -> Chunk:
    return Chunk(part, Work(0, {}, {}))  # type: ignore[arg-type]


def test_nothing_is_written_or_sent_outside_of_a_chunk(app: EngineApp) -> None:
    accounts, out = app.Table("accounts"), app.topic("out")
    with pytest.raises(InvariantBroken):
        accounts[b"k"] = VALUE
    with pytest.raises(InvariantBroken):
        del accounts[b"k"]
    with pytest.raises(InvariantBroken):
        out.emit(key=b"k", value=b"v")


def test_the_table_shows_the_partition_of_the_chunk_and_all_of_them_outside(app: EngineApp) -> None:
    accounts = app.Table("accounts")
    first, second = FakePart(0), FakePart(1)
    accounts.shards = {0: first.shard, 1: second.shard}
    chunk = chunk_of(first)
    chunk.enter()
    accounts[b"a"] = VALUE
    second.shard.put(b"b", VALUE)
    assert (accounts.get(b"a"), accounts.get(b"b"), list(accounts)) == (VALUE, None, [b"a"])
    chunk.leave()
    assert (accounts[b"a"], accounts[b"b"], len(accounts)) == (VALUE, VALUE, 2)
    chunk = chunk_of(first)
    chunk.enter()
    del accounts[b"a"]
    assert b"a" not in accounts
    with pytest.raises(KeyError):
        del accounts[b"a"]
    chunk.leave()


async def test_a_task_that_outlives_its_chunk_cannot_write_any_more(app: EngineApp) -> None:
    accounts = app.Table("accounts")
    chunk = chunk_of(FakePart(0))
    chunk.enter()

    async def late() -> None:
        accounts[b"k"] = VALUE

    task = asyncio.create_task(late())
    chunk.leave()
    with pytest.raises(InvariantBroken):
        await task


@pytest.mark.parametrize(
    ("count", "key", "partition"),
    [(4, b"k", 3), (4, None, 3), (2, None, 1), (3, b"foobar", (-790332482 & 0x7FFFFFFF) % 3)],
)
async def test_where_a_record_goes(app: EngineApp, count: int, key: bytes | None, partition: int) -> None:
    app.engine.input_partitions, app.engine.partition_counts = 4, {"out": count}
    out, part = app.topic("out"), FakePart(3)
    chunk = chunk_of(part)
    chunk.enter()
    out.emit(key=key, value=b"v")
    await out.send(key=key, value=b"v")
    chunk.leave()
    assert part.emitted == [("out", partition, key)] * 2


def test_one_table_and_one_reading_agent(app: EngineApp) -> None:
    app.Table("accounts")
    with pytest.raises(InvariantBroken):
        app.Table("more")
    app.engine.attach(SimpleNamespace(should_stop=False))
    with pytest.raises(InvariantBroken):
        app.engine.attach(SimpleNamespace(should_stop=False))
