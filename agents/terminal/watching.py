"""A topic consumer for people: what is issued, escalated and cancelled, and why. Reads committed records only."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import jiter
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from schemas.printable import printable
from schemas.values.money import EXPONENTS, plain
from streams import roles
from streams.cluster.clients import running
from streams.cluster.whole_logs import from_time_to_the_end, lone_reader
from streams.settings import Settings
from streams.transport.partitioner import partition_of

_POLL_MS = 500


class WatchedRecord(NamedTuple):
    """One record as read: its role and its body."""

    role: str
    body: dict[str, Any]


async def follow(settings: Settings, watched: tuple[str, ...], *, from_start: bool) -> AsyncIterator[WatchedRecord]:
    """Records of the output topics ``watched`` as they are committed; never ends by itself."""
    by_topic = {settings.topics[role]: role for role in watched}
    consumer = AIOKafkaConsumer(
        *by_topic,
        bootstrap_servers=list(settings.bootstrap_servers),
        isolation_level="read_committed",
        auto_offset_reset="earliest" if from_start else "latest",
        enable_auto_commit=False,
        **settings.kafka_security_kwargs(),
    )
    async with running(consumer):
        while True:
            batches = await consumer.getmany(timeout_ms=_POLL_MS)
            for partition, records in batches.items():
                for record in records:
                    if record.value:
                        yield WatchedRecord(by_topic[partition.topic], _body(record.value))
            await asyncio.sleep(0)


class Wanted(NamedTuple):
    """Which records are shown; None where it does not matter."""

    account: str | None = None
    stage: str | None = None
    since_ms: int | None = None
    """By the record's Kafka time, epoch milliseconds."""
    until_ms: int | None = None

    def has(self, body: dict[str, Any]) -> bool:
        """Whether the record is about that account and that stage."""
        by_account = self.account is None or body.get("account_id") == self.account
        return by_account and (self.stage is None or body.get("stage") == self.stage)


async def until_now(settings: Settings, watched: tuple[str, ...], wanted: Wanted) -> AsyncIterator[WatchedRecord]:
    """Records of a period, partition by partition in the order of their offsets; it ends where the topics end now.

    Of one account only its own partition is read.
    """
    by_topic = {settings.topics[role]: role for role in watched}
    numbers = range(settings.partitions)
    if wanted.account is not None:
        numbers = range(at := partition_of(wanted.account.encode(), settings.partitions), at + 1)
    partitions = [TopicPartition(topic, number) for topic in by_topic for number in numbers]
    async with running(lone_reader(settings)) as consumer:
        async for record in from_time_to_the_end(consumer, partitions, wanted.since_ms or 0):
            if record.value and (wanted.until_ms is None or record.timestamp <= wanted.until_ms):
                yield WatchedRecord(by_topic[record.topic], _body(record.value))


def _body(value: bytes) -> dict[str, Any]:
    try:
        body = jiter.from_json(value)
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"type": "unreadable"}


_MARKS = {
    "reminder.issued": "→",
    "reminder.escalated": "↑",
    "reminder.cancelled": "×",
    "notice.issued": "✉",
    "case.handed-off": "☏",
    "case.withdrawn": "↩",
    "cycle.opened": "○",
    "cycle.closed": "●",
}


_TIMES = ("issued_at", "cancelled_at", "handed_off_at", "withdrawn_at", "opened_at", "closed_at")
_PERSONAL = ("recipient", "text", "variables")


def masked(body: dict[str, Any]) -> dict[str, Any]:
    """A message without what only the person it is for should read."""
    return {name: "***" if name in _PERSONAL else value for name, value in body.items()}


def describe(seen: WatchedRecord, *, reveal: bool) -> str:
    """One line for a terminal, whatever is in the record. Texts, which hold names, only with ``reveal``."""
    body = seen.body
    if seen.role == roles.REMINDER_DECISIONS:
        why = f"{body.get('outcome')} because {body.get('code')}"
        parts = ["·", str(body.get("now")), str(body.get("account_id")), why, str(body.get("stage") or "")]
        return printable("  ".join(parts))
    kind = str(body.get("type"))
    when = next((str(body[name]) for name in _TIMES if name in body), "")
    parts = [_MARKS.get(kind, "?"), when, str(body.get("account_id")), f"{kind:<18}"]
    parts += [str(body[name]) for name in ("stage", "reason") if body.get(name)]
    if "text" in body:
        parts.append(str(body["text"]) if reveal else _owed(body))
    return printable("  ".join(parts))


def _owed(body: dict[str, Any]) -> str:
    amount, currency = body.get("amount_minor"), body.get("currency")
    if not isinstance(amount, int) or currency not in EXPONENTS:
        return "an amount that cannot be read"
    return f"{plain(amount, currency)} {currency}, {body.get('days_past_due')} days past due"
