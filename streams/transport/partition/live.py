"""One owned partition: its state, what it does next, and the transaction its chunks share.

Chunks of a partition run one at a time and write into the open transaction. A committer detaches it between two
chunks and commits it while later chunks fill the next one: at once after a quiet time, else a commit interval after
the commit before, so that a lone fact does not wait and a stream of them shares its transactions.

Ticks whose sample may grow old have transactions of their own, and nothing is done on top of one before it is
committed: should the process have stood still meanwhile, it is undone and judged anew.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from itertools import count

from streams.errors import InvariantBroken
from streams.settings import Settings
from streams.tasks import end_task, endless
from streams.transport.observer import EngineObserver
from streams.transport.partition.producer import PartitionProducer
from streams.transport.partition.shard import Shard
from streams.transport.partition.transaction import Headers, Transaction
from streams.transport.sources.due import due_of
from streams.transport.sources.source import Source, Work

log = logging.getLogger(__name__)

_TENURES = count(1)
_SPILL_KEYS = 256
_UNSENT_FACTOR = 8  # times the flush size: beyond it the partition pauses until its committer has caught up


class LivePartition:
    """Live from `start` to `stop`; `fail` is called once with whatever broke it."""

    def __init__(
        self,
        number: int,
        shard: Shard,
        source: Source,
        producer: PartitionProducer,
        settings: Settings,
        observer: EngineObserver,
        fail: Callable[[BaseException], None],
        woken: Callable[[], None],
    ) -> None:
        self.number = number
        self.shard = shard
        self.source = source
        self.producer = producer
        self.tenure = next(_TENURES)
        self.last_commit: float | None = None
        self._reached_ms: int | None = None
        self._settings = settings
        self._observer = observer
        self._fail = fail
        self._woken = woken
        self._changelog = settings.topics["accounts-changelog"]
        self._transaction = self._new_transaction()
        self._sealed: Transaction | None = None
        """Facts that have to be committed before the ticks in the open transaction."""
        self._commit_from = 0.0  # monotonic: the earliest instant of the next commit
        self._busy = False
        self._judging = False
        self._draining = False
        self._dead = False
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None

    def _new_transaction(self) -> Transaction:
        return Transaction(self.producer.new_batch, self._settings.dead_letter_max_bytes)

    def start(self) -> None:
        """Begin to commit."""
        self._task = asyncio.create_task(self._run(), name=f"committer-{self.number}")

    async def stop(self) -> None:
        """Stop without committing; `drain` first to keep what was done."""
        self._dead = True
        if self._task is not None:
            await end_task(self._task)
        await self.producer.stop()

    def next_work(self) -> Work | None:
        """The work of the next chunk, or None if there is none or the committer has to catch up first."""
        full = self._transaction.unsent_bytes > _UNSENT_FACTOR * self._settings.batch_flush_bytes
        if self._dead or self._draining or self._judging or full:
            return None
        transaction = self._transaction
        work = self.source.next(facts=not transaction.stands, ticks=self._sealed is None or not transaction.offsets)
        if work is None:
            return None
        if work.stands is not None:
            if transaction.offsets:
                self._seal()
            self._transaction.stands.append(work.stands)
        self._busy = True
        self._idle.clear()
        return work

    def _seal(self) -> None:
        transaction, self._transaction = self._transaction, self._new_transaction()
        transaction.spill(self._changelog, self.number, self.shard.state)
        self._sealed = transaction
        self._changed.set()

    def emit(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
        timestamp_ms: int | None,
    ) -> None:
        """Add an output record to the open transaction."""
        self._transaction.append(topic, partition, key, value, headers, timestamp_ms)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Write the table; None deletes."""
        if self._transaction.stands:
            self._transaction.before.setdefault(key, self.shard.state.get(key))
        self.shard.put(key, value)
        self._transaction.touch(key)

    def breathe(self) -> None:
        """Called now and then inside a long chunk, so that its outputs leave meanwhile."""
        if self._transaction.unsent_bytes >= self._settings.batch_flush_bytes:
            self._changed.set()

    def finish(self, work: Work) -> None:
        """The agent has handled the whole chunk with this work."""
        for key in work.due:
            value = self.shard.state.get(key)
            if value is not None and due_of(value) <= work.now_ms:
                raise InvariantBroken(f"partition {self.number}: a tick left an account due at or before it")
        self._busy = False
        moved = work.after if work.after != work.before else {}
        transaction = self._transaction
        transaction.chunk_done(moved, work.marks, len(work.records))
        if transaction.dirty_keys >= _SPILL_KEYS:
            transaction.spill(self._changelog, self.number, self.shard.state)
        if not transaction:
            transaction.stands.clear()  # nothing to commit, so nothing to wait for
        self._changed.set()

    def touch_changelog(self, key: bytes) -> None:
        """Commit a tombstone of a key that no account has, with whatever else is to be committed."""
        if self._dead or self._draining:
            return
        self._idle.clear()
        self._transaction.append(self._changelog, self.number, key, None, (), None)
        self._changed.set()

    def abandon(self) -> None:
        """The agent left a chunk half done: the open transaction holds a part of it and must never be committed."""
        self._dead = True
        self._idle.set()
        if self._task is not None:
            self._task.cancel()

    async def drain(self) -> None:
        """Wait until the chunk in hand has ended and every chunk is committed; no further one starts."""
        self._draining = True
        self._changed.set()
        await self._idle.wait()

    def restart(self, source: Source) -> None:
        """Go on after a rebalance that gave the partition back: state stays, buffers are fetched again."""
        self.source = source
        self._draining = False

    @property
    def alive(self) -> bool:
        """Whether it may still commit."""
        return not self._dead

    def next_tick_ms(self) -> int | None:
        """The instant before which every tick has been handled and committed; None while it is not known."""
        if self._idle.is_set():
            self._reached_ms = self.source.next_tick_ms()
        return self._reached_ms

    async def _run(self) -> None:
        try:
            await endless(self._commit_on, f"the committer of partition {self.number}")
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing more may be committed
            self._dead = True
            self._idle.set()
            self._fail(error)

    async def _commit_on(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._sealed or self._transaction:
                await self._gather()
                await self._commit()
            if self._sealed or self._transaction:
                self._changed.set()
            elif not self._busy:
                self._idle.set()

    async def _gather(self) -> None:
        """Let the transaction grow until the interval since the last one is over and no chunk is in hand."""
        transaction = self._transaction
        while self._sealed is None:
            if transaction.unsent_bytes >= self._settings.batch_flush_bytes:
                await self.producer.send(transaction.take_batches())
                self._woken()
            left = 0.0 if self._draining else self._commit_from - time.monotonic()
            if left <= 0 and not self._busy:
                return
            # Not `wait_for`: in Python 3.11 it can swallow a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left if left > 0 else None):
                    await self._changed.wait()
            self._changed.clear()

    async def _commit(self) -> None:
        reached_ms = self._reached_ms  # of sealed facts: a tick that came after them is not committed with them
        if self._sealed is None:
            self._seal()
            reached_ms = self.source.next_tick_ms()
        transaction, self._sealed = self._sealed, None
        assert transaction is not None
        started = time.monotonic()
        self._commit_from = started + self._settings.commit_interval_ms / 1000
        self._judging = bool(transaction.stands)
        await self.producer.send(transaction.take_batches())
        if self._judging:
            await self.producer.acknowledged()
            if not all(stands() for stands in transaction.stands):
                await self._undo(transaction)
                return
        await self.producer.commit(transaction.offsets, transaction.marks)
        self._judging = False
        self.last_commit = time.monotonic()
        self._reached_ms = reached_ms
        self._observer.committed(self.number, self.last_commit - started, transaction.facts)
        self._woken()

    async def _undo(self, transaction: Transaction) -> None:
        await self.producer.abort()
        for key, value in transaction.before.items():
            self.shard.put(key, value)
        self.source.judge_anew()
        self.tenure = next(_TENURES)
        self._judging = False
        log.warning(
            "partition %d: a tick was overtaken by a standstill or a wrong clock, it is judged anew", self.number
        )
        self._woken()
