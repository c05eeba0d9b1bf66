"""The Kafka side of `tactful numbers`: profiles and the case file in, facts and the table out, in one transaction."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, NamedTuple

from aiokafka.errors import ProducerFenced
from aiokafka.structs import TopicPartition

from agents.delivery.kafka.positions import Bounds, DeliveryRefused, starting_points
from agents.numbers.spreading import Changes
from agents.numbers.table import Number, decode
from agents.replies.process.bus import RepliesTakenOver
from agents.replies.process.facts_out import committed_reader, fact_writer, send_fact
from streams import roles
from streams.clock import SystemClock
from streams.cluster.asking import every_offset
from streams.cluster.clients import running, stop_client
from streams.cluster.whole_logs import lone_reader, to_the_end
from streams.settings import Settings
from streams.topics.rights import numbers_id
from streams.transport.group.members import member_offsets
from streams.transport.partitioner import partition_of

POLL_MS: Final = 100
BATCH_MAX: Final = 500
"""Records of one transaction."""
READ: Final = (roles.PROFILE_UPDATED, roles.CASE_UPDATED)


class Read(NamedTuple):
    """A record of one of the two topics."""

    role: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class Taken(NamedTuple):
    """The next records, of one of the topics."""

    records: Sequence[Read]
    knows_profiles: bool
    """Every profile has been read that was there a moment ago."""


class NumbersBus:
    """``async with`` it, then ``open``. It reads committed records only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._roles = {settings.topics[role]: role for role in READ}
        self._partitions = {
            role: [TopicPartition(settings.topics[role], number) for number in range(settings.partitions)]
            for role in READ
        }
        self._consumer = committed_reader(settings, group_id=numbers_id(settings))
        self._producer = fact_writer(settings, numbers_id(settings))
        self._clock = SystemClock()
        self._positions: dict[TopicPartition, int] = {}
        self._goal: Mapping[TopicPartition, int] = {}
        """The end of the profiles when those before it had been read."""

    async def __aenter__(self) -> "NumbersBus":
        try:
            await self._producer.start()
            await self._consumer.start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        for client in (self._consumer, self._producer):
            await stop_client(client)

    async def open(self, *, step_over_gaps: bool = False) -> dict[str, Number]:
        """The table, with the positions where the last one ended.

        Raises DeliveryRefused when facts were deleted unread.
        A new group begins with the oldest records that are kept.
        """
        entries = await self._read_table()
        everything = [tp for tps in self._partitions.values() for tp in tps]
        self._consumer.assign(everything)
        for role, tps in self._partitions.items():
            committed = await member_offsets(self._consumer, tps)
            starts = await every_offset(self._consumer.beginning_offsets, tps)
            ends = await every_offset(self._consumer.end_offsets, tps)
            bounds = {
                tp.partition: Bounds(None if at is None else at.offset, starts[tp], ends[tp])
                for tp, at in committed.items()
            }
            # What an earlier version did not write down of them stands on the profiles.
            if role == roles.PROFILE_UPDATED and not all(number.is_whole for number in entries.values()):
                bounds = {number: bound._replace(committed=None) for number, bound in bounds.items()}
            # What compaction takes from the beginning of a log is there again under a later offset.
            stepped = step_over_gaps or role == roles.PROFILE_UPDATED
            try:
                positions = starting_points(bounds, (), step_over_gaps=stepped)
            except DeliveryRefused as error:
                raise DeliveryRefused(str(error).replace("reminders partition", f"{role} partition")) from None
            for tp in tps:
                self._consumer.seek(tp, positions[tp.partition])
                self._positions[tp] = positions[tp.partition]
        return entries

    async def _read_table(self) -> dict[str, Number]:
        topic = self._settings.topics[roles.NUMBERS]
        partitions = [TopicPartition(topic, number) for number in range(self._settings.partitions)]
        values: dict[str, bytes | None] = {}
        async with running(lone_reader(self._settings, auto_offset_reset="none")) as consumer:
            async for record in to_the_end(consumer, partitions):
                values[record.key.decode()] = record.value
        return {key: decode(value) for key, value in values.items() if value is not None}

    async def take(self) -> Taken:
        """The next records: first the profiles that are there, since what is said of a number needs its accounts; then
        some of the case file, whatever profiles have come meanwhile. No records after a moment."""
        profiles = self._partitions[roles.PROFILE_UPDATED]
        if not self._goal:
            self._goal = await every_offset(self._consumer.end_offsets, profiles)
        behind = [tp for tp in profiles if await self._consumer.position(tp) < self._goal[tp]]
        if not behind:
            self._goal = {}
        wanted = behind or self._partitions[roles.CASE_UPDATED]
        fetched: Mapping[TopicPartition, Sequence[Any]] = await self._consumer.getmany(
            *wanted, timeout_ms=POLL_MS, max_records=BATCH_MAX
        )
        records = [
            Read(self._roles[r.topic], r.partition, r.offset, r.timestamp, r.key, r.value)
            for of_partition in fetched.values()
            for r in of_partition
        ]
        return Taken(records, knows_profiles=not behind)

    async def renew(self) -> None:
        """Commit the positions again although they have not moved: whoever was fenced learns it."""
        await self._commit(Changes([], {}), self._positions)

    async def write(self, changes: Changes, read: Iterable[Read]) -> None:
        """All of it, or nothing. Raises RepliesTakenOver when another process has fenced this one."""
        positions = {TopicPartition(self._settings.topics[one.role], one.partition): one.offset + 1 for one in read}
        await self._commit(changes, positions)
        self._positions |= positions

    async def _commit(self, changes: Changes, positions: Mapping[TopicPartition, int]) -> None:
        try:
            async with self._producer.transaction():
                now_ms = self._clock.now_ms()
                sent = [await send_fact(self._producer, self._settings, fact, now_ms) for fact in changes.facts]
                sent += [await self._send(key, value) for key, value in changes.entries.items()]
                await asyncio.gather(*sent)
                if positions:
                    await self._producer.send_offsets_to_transaction(dict(positions), numbers_id(self._settings))
        except ProducerFenced as error:
            raise RepliesTakenOver("another `tactful numbers` has taken over; this one stops") from error

    async def _send(self, key: str, value: bytes | None) -> Any:
        partition = partition_of(key.encode(), self._settings.partitions)
        topic = self._settings.topics[roles.NUMBERS]
        return await self._producer.send(topic, value, key=key.encode(), partition=partition)
