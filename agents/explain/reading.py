"""The records of one account: out of files, or out of its one partition of each topic."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Final

import jiter
from aiokafka.structs import TopicPartition

from agents.decisions.inputs import account_of
from agents.explain.records import AccountRecord
from agents.explain.timeline import said_ms
from agents.index.rows import CODES
from agents.index.store import Indexed, IndexStore
from agents.index.topics import about, index_file, read_at, update
from agents.offline.fact_files import raw_lines
from schemas.reading import ROLE_OF
from streams import roles
from streams.batches import forgive
from streams.cluster.clients import running
from streams.cluster.whole_logs import LoggedRecord, lone_reader, to_the_end
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


async def from_index(settings: Settings, store: IndexStore, account_id: str) -> list[AccountRecord]:
    """The account's records by an index that has caught up: each is read from its topic by its offset."""
    rows = store.of_account(account_id)
    read = await read_at(settings, rows)
    return [_indexed(settings, row, read.get((row.kind.role, row.partition, row.offset))) for row in rows]


def _indexed(settings: Settings, row: Indexed, read: LoggedRecord | None) -> AccountRecord:
    kind = row.kind
    place = f"{settings.topics[kind.role]}/{row.partition}@{row.offset}"
    if read is not None:
        return AccountRecord(kind.role, place, row.at_ms, read.value)
    body = {"type": kind.type, "stage": kind.stage, "outcome": kind.outcome, "reminder_id": row.reminder_id or ""}
    body |= {CODES.get(kind.type, "code"): kind.code}
    return AccountRecord(kind.role, place, row.at_ms, None, {name: value for name, value in body.items() if value})


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


async def account_of_reminder(settings: Settings, reminder_id: str) -> str | None:
    """Whose reminder it is: by the index, else by reading all decisions; None when none names it."""
    path = index_file(settings)
    if path.exists():
        with IndexStore(path, await about(settings)) as store:
            await update(settings, store, lambda _: None)
            return store.account_of_reminder(reminder_id)
    needle, topic = reminder_id.encode(), settings.topics[roles.REMINDER_DECISIONS]
    partitions = [TopicPartition(topic, number) for number in range(settings.partitions)]
    async with running(lone_reader(settings)) as consumer:
        async for record in to_the_end(consumer, partitions):
            if needle in (record.value or b"") and _object(record.value).get("reminder_id") == reminder_id:
                return account_of(record.key)
    return None
