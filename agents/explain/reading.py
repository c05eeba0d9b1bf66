"""The records of one account: out of files, or out of its one partition of each topic."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Final

import jiter
from aiokafka.structs import TopicPartition

from agents.decisions.inputs import account_of
from agents.explain.records import AccountRecord
from agents.explain.timeline import said_ms
from agents.offline.fact_files import raw_lines
from schemas.reading import ROLE_OF
from streams import roles
from streams.batches import forgive
from streams.cluster.clients import running
from streams.cluster.whole_logs import lone_reader, to_the_end
from streams.settings import Settings
from streams.transport.partitioner import partition_of

READ: Final = (*roles.INPUTS, *roles.OUTPUTS)
"""The topics that tell of an account, by their roles."""
_TOLD_EVERY: Final = 10_000


def from_files(facts: Iterable[str], outputs: Iterable[str], account_id: str) -> Iterator[AccountRecord]:
    """The account's lines of files of facts and of what `tactful simulate` wrote. Raises FactFileFault, OSError."""
    needle = account_id.encode()
    for path in facts:
        for number, raw in raw_lines(path):
            if needle in raw and (body := _object(raw)).get("account_id") == account_id:
                role = ROLE_OF.get(str(body.get("type")), "")
                yield AccountRecord(role, f"{path}:{number}", said_ms(body, "time") or 0, raw)
    for path in outputs:
        for number, raw in raw_lines(path):
            if needle in raw:
                yield from _output(raw, f"{path}:{number}", account_id)


def _output(raw: bytes, place: str, account_id: str) -> Iterator[AccountRecord]:
    body = _object(raw).get("body")
    if isinstance(body, dict) and body.get("account_id") == account_id:
        start = raw.index(b'"body":') + len(b'"body":')
        at_ms = said_ms(body, "now", "issued_at", "cancelled_at", "handed_off_at", "withdrawn_at", "opened_at")
        role = str(_object(raw).get("topic"))
        yield AccountRecord(role, place, at_ms or said_ms(body, "closed_at") or 0, raw[start:-1])


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = jiter.from_json(raw)
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {}


async def from_topics(settings: Settings, account_id: str, told: Callable[[str], None]) -> AsyncIterator[AccountRecord]:
    """The account's committed records, of the partition that its key falls into; nothing is written, no group used."""
    by_topic = {settings.topics[role]: role for role in READ}
    number = partition_of(account_id.encode(), settings.partitions)
    partitions = [TopicPartition(topic, number) for topic in by_topic]
    count = 0
    async with running(lone_reader(settings)) as consumer:
        forgive(consumer, {topic for topic, role in by_topic.items() if role in roles.INPUTS})
        async for record in to_the_end(consumer, partitions):
            count += 1
            if count % _TOLD_EVERY == 0:
                told(f"{count:,} records")
            if record.key is not None and account_of(record.key) == account_id:
                place = f"{record.topic}/{record.partition}@{record.offset}"
                yield AccountRecord(by_topic[record.topic], place, record.timestamp, record.value)
