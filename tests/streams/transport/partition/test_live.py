"""A partition commits whole chunks only, and never after something broke."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from schemas.stored.accounts import NEVER_MS
from streams.errors import InvariantBroken
from streams.settings import Settings
from streams.transport.observer import EngineObserver
from streams.transport.partition.live import LivePartition
from streams.transport.partition.shard import Shard
from streams.transport.sources.source import Work
from tests.streams.records import FakeRecord


class LiveBatch(list[tuple[Any, Any]]):
    def append(self, *, timestamp: Any, key: Any, value: Any, headers: Any) -> bool:  # type: ignore[override]
        super().append((key, value))
        return True


class LiveProducer:
    """Keeps what was sent; `hold` lets a test stand inside a commit."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, list[Any]]] = []
        self.commits: list[tuple[dict[str, int], list[tuple[str, int, list[Any]]]]] = []
        self.aborted = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.error: Exception | None = None

    def new_batch(self) -> Any:
        return LiveBatch()

    async def send(self, batches: Sequence[tuple[str, int, Any]]) -> None:
        self.sent.extend((topic, partition, list(batch)) for topic, partition, batch in batches)

    async def commit(self, offsets: Mapping[str, int], marks: Mapping[str, str]) -> None:
        await self.hold.wait()
        if self.error is not None:
            raise self.error
        self.commits.append((dict(offsets), self.sent))
        self.sent = []

    async def acknowledged(self) -> None:
        await self.hold.wait()

    async def abort(self) -> None:
        self.aborted += 1
        self.sent = []

    async def stop(self) -> None:
        """Nothing to close."""


class FakeSource:
    """Gives out prepared work."""

    def __init__(self) -> None:
        self.work: list[Work] = []
        self.reached_ms: int | None = None
        self.anew = 0

    def next(self, *, facts: bool = True, ticks: bool = True) -> Work | None:
        if not self.work or not (ticks if self.work[0].is_tick else facts):
            return None
        return self.work.pop(0)

    def judge_anew(self) -> None:
        self.anew += 1

    def next_tick_ms(self) -> int | None:
        return self.reached_ms


class LiveWorld:
    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(_env_file=None, commit_interval_ms=1, **settings)
        self.producer = LiveProducer()
        self.source = FakeSource()
        self.failures: list[BaseException] = []
        self.part = LivePartition(
            3,
            Shard(),
            self.source,  # type: ignore[arg-type]  # no more of it is asked
            self.producer,  # type: ignore[arg-type]
            self.settings,
            EngineObserver(),
            self.failures.append,
            lambda: None,
        )
        self.part.start()

    def chunk(self, work: Work) -> Work:
        self.source.work.append(work)
        chunk = self.part.next_work()
        assert chunk is not None
        return chunk


@pytest.fixture
async def world() -> AsyncIterator[LiveWorld]:
    made = LiveWorld()
    yield made
    await made.part.stop()


async def settle() -> None:
    """Let the committer do whatever it would: ten of its intervals."""
    await asyncio.sleep(0.01)


def facts(first: int, end: int) -> Work:
    records = [FakeRecord("in", offset, 0) for offset in range(first, end)]
    return Work(1000, {"in": first}, {"in": end}, records)


def stored(due_ms: int) -> bytes:
    return b'{"next_due_at":%013d,' % due_ms


async def test_output_state_and_offsets_travel_together(world: LiveWorld) -> None:
    chunk = world.chunk(facts(0, 5))
    world.part.emit("out", 3, b"k", b"v", [], None)
    world.part.put(b"k", stored(5))
    world.part.put(b"k", stored(6))
    world.part.finish(chunk)
    await world.part.drain()
    changelog = world.settings.topics["accounts-changelog"]
    assert world.producer.commits == [
        ({"in": 5}, [("out", 3, [(b"k", b"v")]), (changelog, 3, [(b"k", stored(6))])]),
    ]


async def test_small_chunks_share_a_transaction(world: LiveWorld) -> None:
    for first in range(4):
        world.part.finish(world.chunk(facts(first, first + 1)))
    await world.part.drain()
    assert world.producer.commits == [({"in": 4}, [])]


async def test_nothing_commits_inside_a_chunk(world: LiveWorld) -> None:
    world.part.finish(world.chunk(facts(0, 1)))
    chunk = world.chunk(facts(1, 2))
    world.part.emit("out", 3, b"k", b"half", [], None)
    await settle()
    assert world.producer.commits == []
    world.part.finish(chunk)
    await world.part.drain()
    assert [offsets for offsets, _ in world.producer.commits] == [{"in": 2}]


async def test_chunks_go_on_during_a_commit_and_join_the_next_one(world: LiveWorld) -> None:
    world.producer.hold.clear()
    world.part.finish(world.chunk(facts(0, 1)))
    await settle()
    chunk = world.chunk(facts(1, 2))
    world.part.emit("out", 3, b"k", b"later", [], None)
    world.part.finish(chunk)
    world.producer.hold.set()
    await world.part.drain()
    assert world.producer.commits == [({"in": 1}, []), ({"in": 2}, [("out", 3, [(b"k", b"later")])])]


async def test_the_next_tick_is_told_once_what_lies_before_it_is_committed(world: LiveWorld) -> None:
    world.producer.hold.clear()
    world.part.finish(world.chunk(facts(0, 1)))
    world.source.reached_ms = 5000
    await settle()
    assert world.part.next_tick_ms() is None
    world.producer.hold.set()
    await world.part.drain()
    assert world.part.next_tick_ms() == 5000


async def test_a_chunk_left_half_done_is_never_committed(world: LiveWorld) -> None:
    world.part.finish(world.chunk(facts(0, 1)))
    world.chunk(facts(1, 2))
    world.part.emit("out", 3, b"k", b"half", [], None)
    world.part.abandon()
    await asyncio.wait_for(world.part.drain(), 1)
    await settle()
    assert world.producer.commits == []
    assert world.part.next_work() is None


async def test_a_commit_that_fails_is_the_end(world: LiveWorld) -> None:
    world.producer.error = RuntimeError("fenced")
    world.part.finish(world.chunk(facts(0, 1)))
    await asyncio.wait_for(world.part.drain(), 1)
    assert [str(error) for error in world.failures] == ["fenced"]
    assert not world.part.alive


async def test_a_tick_must_move_the_accounts_it_was_given(world: LiveWorld) -> None:
    chunk = world.chunk(Work(1000, {"in": 0}, {"in": 0}, due=(b"k",)))
    world.part.put(b"k", stored(1000))
    with pytest.raises(InvariantBroken):
        world.part.finish(chunk)


async def test_a_tick_that_changed_nothing_needs_no_transaction(world: LiveWorld) -> None:
    world.part.finish(world.chunk(Work(1000, {"in": 7}, {"in": 7}, due=(b"gone",))))
    await world.part.drain()
    assert world.producer.commits == []


async def test_a_deleted_account_leaves_as_a_tombstone(world: LiveWorld) -> None:
    chunk = world.chunk(facts(0, 1))
    world.part.put(b"k", stored(NEVER_MS))
    world.part.put(b"k", None)
    world.part.finish(chunk)
    await world.part.drain()
    assert world.producer.commits[0][1] == [(world.settings.topics["accounts-changelog"], 3, [(b"k", None)])]


async def test_a_partition_pauses_while_too_much_is_unsent() -> None:
    world = LiveWorld(batch_flush_bytes=100)
    world.producer.hold.clear()
    world.part.finish(world.chunk(facts(0, 1)))
    await settle()  # the committer stands inside its commit
    chunk = world.chunk(facts(1, 2))
    for _ in range(10):
        world.part.emit("out", 3, b"k", b"v" * 100, [], None)
    world.part.finish(chunk)
    world.source.work.append(facts(2, 3))
    assert world.part.next_work() is None
    world.producer.hold.set()
    await world.part.drain()
    await world.part.stop()


async def test_a_question_for_the_time_commits_a_tombstone_of_no_account(world: LiveWorld) -> None:
    world.part.touch_changelog(b"\x00clock")
    await world.part.drain()
    changelog = world.settings.topics["accounts-changelog"]
    assert world.producer.commits == [({}, [(changelog, 3, [(b"\x00clock", None)])])]


async def test_no_question_is_asked_by_a_partition_that_leaves(world: LiveWorld) -> None:
    await world.part.drain()
    world.part.touch_changelog(b"\x00clock")
    await settle()
    assert world.producer.commits == []


def tick(*due: bytes, stands: bool) -> Work:
    return Work(1000, {"in": 0}, {"in": 0}, due=due, stands=lambda: stands)


async def test_a_tick_that_stands_is_committed_by_itself(world: LiveWorld) -> None:
    world.producer.hold.clear()
    world.part.finish(world.chunk(facts(0, 1)))
    world.part.finish(world.chunk(facts(1, 2)))
    chunk = world.chunk(tick(b"k", stands=True))  # at once, whatever is still to be committed
    await settle()
    world.part.put(b"k", stored(2000))
    world.part.finish(chunk)
    world.source.work.append(facts(2, 3))
    assert world.part.next_work() is None, "nothing is done on top of a tick"
    await settle()
    world.producer.hold.set()
    await settle()
    world.part.finish(world.part.next_work() or pytest.fail("facts wait for ever"))
    await world.part.drain()
    changelog = world.settings.topics["accounts-changelog"]
    assert world.producer.commits == [
        ({"in": 2}, []),
        ({}, [(changelog, 3, [(b"k", stored(2000))])]),
        ({"in": 3}, []),
    ]


async def test_a_tick_after_sealed_facts_is_not_told_before_its_own_commit(world: LiveWorld) -> None:
    world.part.finish(world.chunk(facts(0, 1)))
    chunk = world.chunk(tick(b"k", stands=True))
    world.source.reached_ms = 5000  # as soon as it was handed out
    await settle()
    assert world.producer.commits == [({"in": 1}, [])]
    assert world.part.next_tick_ms() is None
    world.part.put(b"k", stored(2000))
    world.part.finish(chunk)
    await world.part.drain()
    assert world.part.next_tick_ms() == 5000


async def test_nothing_is_done_while_a_tick_is_being_committed(world: LiveWorld) -> None:
    world.producer.hold.clear()
    chunk = world.chunk(tick(b"k", stands=True))
    world.part.put(b"k", stored(2000))
    world.part.finish(chunk)
    await settle()
    world.source.work.append(facts(0, 1))
    assert world.part.next_work() is None
    world.producer.hold.set()
    await settle()
    assert world.part.next_work() is not None


async def test_of_facts_and_ticks_by_turns_nothing_is_lost(world: LiveWorld) -> None:
    """A tick of which nothing comes leaves room for facts while those before it are still to be committed."""
    world.producer.hold.clear()
    world.source.work = [w for n in range(6) for w in (facts(n, n + 1), tick(b"gone", stands=True))]
    while world.source.work:
        chunk = world.part.next_work()
        if chunk is None:
            world.producer.hold.set()
            await settle()
        else:
            world.part.finish(chunk)
    await world.part.drain()
    ends = [offsets["in"] for offsets, _ in world.producer.commits]
    assert ends == sorted(set(ends))
    assert ends[-1] == 6


async def test_a_tick_that_no_longer_stands_is_undone(world: LiveWorld) -> None:
    for key, due_ms in ((b"moved", 900), (b"ended", 950), (b"spilt", 980)):
        world.part.shard.put(key, stored(due_ms))
    before, tenure = dict(world.part.shard.state), world.part.tenure
    due = world.part.shard.due.pop(1000, 9)
    chunk = world.chunk(tick(*due, stands=False))
    world.part.emit("out", 3, b"moved", b"reminder", [], None)
    world.part.put(b"moved", stored(2000))
    world.part.put(b"moved", stored(3000))
    world.part.put(b"ended", None)
    world.part.put(b"spilt", stored(NEVER_MS))
    world.part.put(b"new", stored(4000))
    world.part.finish(chunk)
    await settle()
    assert (world.producer.commits, world.producer.aborted, world.source.anew) == ([], 1, 1)
    assert world.part.shard.state == before
    assert world.part.shard.due.pop(1000, 9) == due == (b"moved", b"ended", b"spilt")
    assert world.part.tenure != tenure
    assert world.failures == []
    world.part.finish(world.chunk(facts(0, 1)))
    await world.part.drain()
    assert world.producer.commits == [({"in": 1}, [])]


async def test_a_tick_of_which_nothing_came_keeps_no_facts_waiting(world: LiveWorld) -> None:
    world.part.finish(world.chunk(tick(b"gone", stands=True)))
    world.part.finish(world.chunk(facts(0, 1)))
    await world.part.drain()
    assert world.producer.commits == [({"in": 1}, [])]
