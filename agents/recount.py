"""A recount of what happened, from the topics alone. It imports none of the core and keeps its own simple books.

It answers what anybody would ask first: what came in, what left, was anything doubled, and was anybody written to
whose payment was there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import jiter
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams import roles
from streams.settings import Settings

_POLL_MS = 500
_REMINDERS = ("reminder.issued", "reminder.escalated")


class Kept(NamedTuple):
    """One record as it lies on a topic."""

    role: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    @property
    def is_mark(self) -> bool:
        """A progress mark is no fact."""
        return ("ce_type", b"source.progress") in self.headers

    def body(self) -> dict[str, Any]:
        """The JSON object; empty when it is none."""
        try:
            body = jiter.from_json(self.value or b"")
        except ValueError:
            body = None
        return body if isinstance(body, dict) else {}


async def read_topics(settings: Settings, wanted: Iterable[str]) -> list[Kept]:
    """Every committed record of the topics with these roles, partition by partition, up to their present end."""
    by_topic = {settings.topics[role]: role for role in wanted}
    found: list[Kept] = []
    async with AIOKafkaConsumer(
        bootstrap_servers=list(settings.bootstrap_servers),
        isolation_level="read_committed",
        enable_auto_commit=False,
        **settings.kafka_security_kwargs(),
    ) as consumer:
        partitions = [TopicPartition(topic, number) for topic in by_topic for number in range(settings.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for partition, records in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
                role = by_topic[partition.topic]
                found += [
                    Kept(role, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in records
                ]
    return found


class Books:
    """One account's facts, as far as they had been read when something left."""

    def __init__(self) -> None:
        self._misses: list[tuple[Kept, datetime, dict[str, Any]]] = []
        self._payments: list[tuple[Kept, datetime, dict[str, Any]]] = []
        self._returns = False

    def add(self, record: Kept, body: dict[str, Any]) -> None:
        """Enter one fact."""
        if body["type"] == "repayment.missed":
            self._misses.append((record, datetime.fromisoformat(body["as_of"]), body))
        elif body["type"] == "payment.booked":
            self._payments.append((record, datetime.fromisoformat(body["booked_at"]), body))
        elif body["type"] == "payment.returned":
            self._returns = True

    def paid_in_full(self, below: Mapping[str, int], on_bus_until_ms: int = -1) -> bool:
        """Whether payments booked after every snapshot cover all of them, by the records below these offsets.

        Payments count too that were on the bus by ``on_bus_until_ms``. An account with a returned payment is left
        out: these books are too simple for it.
        """
        left: dict[tuple[str, str], tuple[datetime, int]] = {}
        for record, as_of, miss in self._misses:
            if record.offset < below.get(record.role, 0):
                name = (miss["loan_id"], miss["instalment_id"])
                if name not in left or as_of >= left[name][0]:
                    left[name] = (as_of, miss["outstanding_minor"])
        if not left or self._returns:
            return False
        newest = max(as_of for as_of, _ in left.values())
        owed = {name: outstanding for name, (_, outstanding) in left.items()}
        free, counted = 0, set()
        for record, booked_at, payment in self._payments:
            there = record.offset < below.get(record.role, 0) or record.timestamp_ms <= on_bus_until_ms
            if not there or payment["payment_id"] in counted or booked_at <= newest:
                continue
            counted.add(payment["payment_id"])
            parts = payment.get("allocations")
            free += payment["amount_minor"] if parts is None else 0
            for part in parts or ():
                name = (part["loan_id"], part["instalment_id"])
                owed[name] = max(0, owed.get(name, 0) - part["amount_minor"])
        return sum(owed.values()) <= free


class Summary(NamedTuple):
    """What the topics say."""

    facts: dict[str, int]
    messages: dict[str, int]
    """By type and, where there is one, stage."""
    cures: int
    dead_letters: dict[str, int]
    doubled: int
    """Messages whose event id stands more than once, and reminders whose id does."""
    sent_with_payment_known: int
    raced: int


def recount(records: Iterable[Kept], topic_roles: Mapping[str, str]) -> Summary:
    """Count everything once more. ``topic_roles``: physical topic name -> role, as decisions name topics."""
    facts: Counter[str] = Counter()
    messages: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    ids: Counter[str] = Counter()
    books: dict[bytes, Books] = defaultdict(Books)
    sent: list[tuple[bytes, dict[str, int], int]] = []
    cures = 0
    for record in records:
        if record.is_mark or record.key is None:
            letters[_reason(record)] += record.role == roles.REMINDER_DEAD_LETTERS
            facts[record.role] += record.role in roles.INPUTS and not record.is_mark
            continue
        body = record.body()
        if record.role in roles.INPUTS:
            facts[record.role] += 1
            if record.role in {roles.REPAYMENT_MISSED, roles.PAYMENT_RECEIVED} and _usable(body):
                books[record.key].add(record, body)
        elif record.role == roles.REMINDERS:
            messages[" ".join(filter(None, (body["type"], body.get("stage"))))] += 1
            cures += body["type"] == "cycle.closed" and body["reason"] == "CURED"
            ids[dict(record.headers)["ce_id"].decode()] += 1
            if body["type"] in _REMINDERS:
                ids[body["reminder_id"]] += 1
        elif record.role == roles.REMINDER_DEAD_LETTERS:
            letters[_reason(record)] += 1
        elif body["outcome"] == "sent" and body["evidence"]["total_overdue_minor"]:
            below = {topic_roles[topic]: offset for topic, offset in body["evidence"]["inputs"].items()}
            sent.append((record.key, below, _ms(body["now"])))
    known = sum(books[key].paid_in_full(below) for key, below, _ in sent)
    raced = sum(books[key].paid_in_full(below, now_ms) for key, below, now_ms in sent) - known
    doubled = sum(count - 1 for count in ids.values())
    return Summary(+facts, dict(sorted(messages.items())), cures, +letters, doubled, known, raced)


def _ms(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp() * 1000)


def _usable(body: dict[str, Any]) -> bool:
    wanted = {
        "repayment.missed": ("loan_id", "instalment_id", "as_of", "outstanding_minor"),
        "payment.booked": ("payment_id", "booked_at", "amount_minor"),
        "payment.returned": ("payment_id",),
    }.get(str(body.get("type")))
    return wanted is not None and all(name in body for name in wanted)


def _reason(record: Kept) -> str:
    return dict(record.headers).get("tactful.reason", b"").decode()
