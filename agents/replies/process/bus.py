"""The Kafka side of `tactful replies`: replies in order, what they answer, and one transaction for facts and positions.

`reminders` and `profile-updated` are read outside any group, and to the end of the moment before a reply is looked at:
what it answers has been committed before it was written.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Final, NamedTuple

import msgspec
from aiokafka.errors import ProducerFenced
from aiokafka.structs import TopicPartition

from agents.delivery.kafka.positions import Bounds, DeliveryRefused, starting_points
from agents.replies.process.attribution import Attribution, KnownPerson, SentReminder
from agents.replies.process.facts_out import committed_reader, fact_writer, send_fact
from schemas.facts import Fact
from schemas.values.instants import to_ms
from streams import roles
from streams.cluster.asking import every_offset
from streams.cluster.clients import stop_client
from streams.settings import Settings
from streams.topics.rights import replies_id
from streams.transport.group.members import member_offsets

POLL_MS: Final = 100
BATCH_MAX: Final = 200
"""Replies of one transaction."""
_SENT: Final = frozenset({"reminder.issued", "reminder.escalated"})


class RepliesTakenOver(RuntimeError):
    """Another such process has started; this one may do nothing more."""


class HeardReply(NamedTuple):
    """A record of `borrower-replies`."""

    partition: int
    offset: int
    value: bytes | None


class _Kind(msgspec.Struct, frozen=True):
    type: str


_kinds = msgspec.json.Decoder(_Kind)
_sent = msgspec.json.Decoder(SentReminder)
_people = msgspec.json.Decoder(KnownPerson)


class RepliesBus:
    """``async with`` it, then ``open``; `follow` beside everything else. It reads committed records only."""

    def __init__(self, settings: Settings, attribution: Attribution) -> None:
        self._settings = settings
        self._attribution = attribution
        self._replies = self._partitions(roles.BORROWER_REPLIES)
        self._known = [*self._partitions(roles.REMINDERS), *self._partitions(roles.PROFILE_UPDATED)]
        self._taking = committed_reader(settings, group_id=replies_id(settings))
        self._following = committed_reader(settings)
        self._producer = fact_writer(settings, replies_id(settings))
        self._moved = asyncio.Condition()
        self._positions: dict[int, int] = {}

    def _partitions(self, role: str) -> list[TopicPartition]:
        return [TopicPartition(self._settings.topics[role], number) for number in range(self._settings.partitions)]

    async def __aenter__(self) -> "RepliesBus":
        try:
            await self._producer.start()
            await self._taking.start()
            await self._following.start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        for client in (self._following, self._taking, self._producer):
            await stop_client(client)

    async def open(self, known_from: datetime, *, step_over_gaps: bool = False) -> None:
        """Begin where the last one ended; the producer has fenced every other such process before.

        Raises DeliveryRefused when replies were deleted unread, unless they are to be stepped over.
        """
        self._taking.assign(self._replies)
        committed = await member_offsets(self._taking, self._replies)
        starts = await every_offset(self._taking.beginning_offsets, self._replies)
        ends = await every_offset(self._taking.end_offsets, self._replies)
        bounds = {
            tp.partition: Bounds(None if at is None else at.offset, starts[tp], ends[tp])
            for tp, at in committed.items()
        }
        try:
            positions = starting_points(bounds, (), step_over_gaps=step_over_gaps)
        except DeliveryRefused as error:
            raise DeliveryRefused(str(error).replace("reminders partition", "borrower-replies partition")) from None
        self._positions = positions
        for tp in self._replies:
            self._taking.seek(tp, positions[tp.partition])
        self._following.assign(self._known)
        await self._following.seek_to_beginning(*self._partitions(roles.PROFILE_UPDATED))
        sent = self._partitions(roles.REMINDERS)
        found = await self._following.offsets_for_times(dict.fromkeys(sent, to_ms(known_from)))
        last = await every_offset(self._following.end_offsets, sent)
        for tp in sent:
            self._following.seek(tp, last[tp] if found.get(tp) is None else found[tp].offset)

    async def follow(self) -> None:
        """Read what replies may answer, until cancelled."""
        profiles = self._settings.topics[roles.PROFILE_UPDATED]
        while True:
            fetched = await self._following.getmany(timeout_ms=POLL_MS)
            for tp, records in fetched.items():
                for record in records:
                    if tp.topic == profiles:
                        self._profile(record)
                    else:
                        self._message(record)
            async with self._moved:
                self._moved.notify_all()

    def _profile(self, record: Any) -> None:
        """What cannot be read tells nothing here; the worker makes it a dead letter."""
        if record.key is None:
            return
        try:
            account_id = record.key.decode()
            person = None if record.value is None else _people.decode(record.value)
        except (UnicodeDecodeError, msgspec.MsgspecError):
            return
        self._attribution.profile(account_id, person)

    def _message(self, record: Any) -> None:
        if record.value is not None and _kinds.decode(record.value).type in _SENT:
            self._attribution.sent(_sent.decode(record.value))

    async def caught_up(self) -> None:
        """Return when all has been followed that could be read when this was asked."""
        ends = await every_offset(self._following.end_offsets, self._known)
        async with self._moved:
            while any([await self._following.position(tp) < ends[tp] for tp in self._known]):
                await self._moved.wait()

    async def take(self) -> Sequence[HeardReply]:
        """The next replies; nothing after a moment."""
        fetched: Mapping[TopicPartition, Sequence[Any]] = await self._taking.getmany(
            timeout_ms=POLL_MS, max_records=BATCH_MAX
        )
        return [HeardReply(r.partition, r.offset, r.value) for records in fetched.values() for r in records]

    async def renew(self) -> None:
        """Commit the positions again although they have not moved: whoever was fenced learns it."""
        await self.write((), self._positions)

    async def write(self, facts: Iterable[Fact], positions: Mapping[int, int]) -> None:
        """All of it, or nothing. Raises RepliesTakenOver when another process has fenced this one."""
        try:
            async with self._producer.transaction():
                for sent in [await send_fact(self._producer, self._settings, fact) for fact in facts]:
                    await sent
                offsets = {self._replies[number]: offset for number, offset in positions.items()}
                await self._producer.send_offsets_to_transaction(offsets, replies_id(self._settings))
            self._positions |= positions
        except ProducerFenced as error:
            raise RepliesTakenOver("another `tactful replies` has taken over; this one stops") from error
