"""From the inbox to the topic: what people wrote is committed with whatever else the hand-over commits, then
acknowledged.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from secrets import token_hex
from typing import Any, Final, NamedTuple

from aiokafka.structs import TopicPartition
from pydantic import ValidationError

from agents.delivery.incoming.coding import DefaultAlphabet
from agents.delivery.incoming.hearing import REMEMBERED_FOR, REMEMBERED_MAX, Hearing
from agents.delivery.incoming.inbox import Inbox
from schemas.replies import AnyReply, read_said
from schemas.values.instants import to_ms
from streams import roles
from streams.cluster.clients import running
from streams.cluster.whole_logs import from_time_to_the_end, lone_reader
from streams.settings import Settings

log = logging.getLogger(__name__)

SWEEP_S: Final = 1.0
_ID_OCTETS: Final = 16


class People(NamedTuple):
    """What people write: where adapters put it, and what becomes of it."""

    inbox: Inbox
    hearing: Hearing


def new_people(settings: Settings, default: DefaultAlphabet) -> People:
    """Nothing heard yet."""
    return People(Inbox(), Hearing(settings.namespace, default, lambda: token_hex(_ID_OCTETS)))


async def listen(people: People, committed: Callable[[], Awaitable[None]], now: Callable[[], datetime]) -> None:
    """Until cancelled. ``committed`` returns once everything that was heard before is on the topic."""
    while True:
        incoming = await people.inbox.take(SWEEP_S)
        for one in incoming:
            people.hearing.hear(one, now())
        people.hearing.sweep(now())
        # What is a repeat of something in hand is acknowledged with it, so its commit is waited for, too.
        if incoming or people.hearing.in_hand:
            await committed()
        for one in incoming:
            one.done()


async def recent_replies(settings: Settings, now: datetime) -> list[AnyReply]:
    """What was heard lately, oldest first: by it the hand-over knows a message that is told again."""
    topic = settings.topics[roles.BORROWER_REPLIES]
    partitions = [TopicPartition(topic, number) for number in range(settings.partitions)]
    said: deque[AnyReply] = deque(maxlen=REMEMBERED_MAX)
    async with running(lone_reader(settings, auto_offset_reset="none")) as consumer:
        async for record in from_time_to_the_end(consumer, partitions, to_ms(now - REMEMBERED_FOR)):
            said.extend(_read(record))
    return sorted(said, key=lambda one: one.heard_at)


def _read(record: Any) -> Iterable[AnyReply]:
    try:
        yield read_said(record.value)
    except ValidationError:
        log.warning("%s partition %d offset %d is no reply", record.topic, record.partition, record.offset)
