"""Reads the watched topics in rounds, outside any group: committed records, up to what is the end as a round begins."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from aiokafka.structs import TopicPartition

from agents.experiments.events import Event
from agents.experiments.merging import Merge, TimedEvent
from agents.experiments.translating import READ, Watched, told
from schemas.values.instants import DAY_MS
from streams import roles
from streams.cluster.clients import running
from streams.cluster.whole_logs import lone_reader
from streams.settings import Settings

_POLL_MS: Final = 200
_BATCH: Final = 5_000
"""Records of all wanted partitions that are taken at once."""
_ANSWERS: Final = (roles.CASE_UPDATED, roles.REMINDER_RECEIPTS)
"""Topics that keep for a short time what answers a message."""
_SLACK_MS: Final = DAY_MS
"""How far the time of a record and what it tells may lie apart at the beginning."""


Translate = Callable[[str, Any], TimedEvent]
"""From a role and a record to what is understood of it."""


class EventSink(Protocol):
    """Where events go."""

    def add(self, event: Event) -> None:
        """Take one event."""


class WatchedTopics:
    """The watched topics, read from where the watched experiments begin, each round a little further."""

    def __init__(self, settings: Settings, consumer: Any, translate: Translate, wanted: Sequence[str] = READ) -> None:
        self._roles = {settings.topics[role]: role for role in wanted}
        self._consumer = consumer
        self._translate = translate
        self._partitions = [
            TopicPartition(topic, number) for topic in self._roles for number in range(settings.partitions)
        ]
        self._next: dict[TopicPartition, int] = {}

    async def begin(self, first_ms: int) -> int:
        """Stand where the first experiment begins. Returns the instant from which on every answer can be read.

        Where complaints and replies are deleted already, what was sent before counts no more: an arm whose messages
        are known and whose complaints are not would look better than it is.
        """
        consumer = self._consumer
        consumer.assign(self._partitions)
        starts = await consumer.beginning_offsets(self._partitions)
        ends = await consumer.end_offsets(self._partitions)
        since = dict.fromkeys(self._partitions, max(0, first_ms - _SLACK_MS))
        found = await consumer.offsets_for_times(since)
        kept_from_ms = 0
        for partition in self._partitions:
            begin, start = found.get(partition), starts[partition]
            self._next[partition] = ends[partition] if begin is None else max(begin.offset, start)
            answers = self._roles[partition.topic] in _ANSWERS
            if answers and begin is not None and 0 < start == begin.offset:
                kept_from_ms = max(kept_from_ms, begin.timestamp)
        return kept_from_ms

    async def round(self, counting: EventSink) -> None:
        """Count everything up to the present ends, sorted by time."""
        ends = await self._present_ends()
        merge = Merge(self._partitions)
        self._close(merge, self._partitions, ends)
        for partition in self._partitions:
            self._consumer.seek(partition, self._next[partition])
        while wanted := merge.wanted:
            batches = await self._consumer.getmany(*wanted, timeout_ms=_POLL_MS, max_records=_BATCH)
            for partition, records in batches.items():
                within = [record for record in records if record.offset < ends[partition]]
                role = self._roles[partition.topic]
                merge.add(partition, [self._translate(role, record) for record in within])
            for partition in wanted:
                # The end itself may be a control record, which is never delivered: only the position tells.
                self._next[partition] = min(await self._consumer.position(partition), ends[partition])
            self._close(merge, wanted, ends)
            for event in merge.take():
                counting.add(event)
        for event in merge.take():
            counting.add(event)

    async def _present_ends(self) -> dict[TopicPartition, int]:
        """Answers first: what they answer is then within its own end."""
        answers = [p for p in self._partitions if self._roles[p.topic] != roles.REMINDER_DECISIONS]
        messages = [p for p in self._partitions if self._roles[p.topic] == roles.REMINDER_DECISIONS]
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(answers)
        return {**ends, **await self._consumer.end_offsets(messages)}

    def _close(self, merge: Merge, partitions: Iterable[Any], ends: Mapping[TopicPartition, int]) -> None:
        for partition in partitions:
            if self._next[partition] >= ends[partition]:
                merge.close(partition)


@asynccontextmanager
async def open_reading(settings: Settings, wanted: Watched) -> AsyncIterator[WatchedTopics]:
    """A reader of its own, without a group, that commits nothing."""
    async with open_topics(settings, lambda role, record: told(role, record, wanted), READ) as reading:
        yield reading


@asynccontextmanager
async def open_topics(settings: Settings, translate: Translate, wanted: Sequence[str]) -> AsyncIterator[WatchedTopics]:
    """The same of other topics, understood otherwise."""
    async with running(lone_reader(settings, auto_offset_reset="none")) as consumer:
        yield WatchedTopics(settings, consumer, translate, wanted)
