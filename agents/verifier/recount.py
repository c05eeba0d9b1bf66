"""A recount of what happened, from the topics alone. It imports none of the core and keeps its own simple books.

It answers what anybody would ask first: what came in, what left, was anything doubled, and was anybody written to
whose payment was there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from streams import roles
from streams.cluster.whole_logs import LoggedRecord

_SENDABLE = ("reminder.issued", "reminder.escalated", "notice.issued")
_FACTS = tuple(role for role in roles.INPUTS if role != roles.REMINDER_RECEIPTS)
_BOOKED = (roles.REPAYMENT_MISSED, roles.PAYMENT_RECEIVED)


class Books:
    """One account's facts, as far as they had been read when something left."""

    def __init__(self) -> None:
        self._misses: list[tuple[LoggedRecord, datetime, dict[str, Any]]] = []
        self._payments: list[tuple[LoggedRecord, datetime, dict[str, Any]]] = []
        self._returns = False

    def add(self, record: LoggedRecord, body: dict[str, Any]) -> None:
        """Enter one fact."""
        if body["type"] == "repayment.missed":
            self._misses.append((record, datetime.fromisoformat(body["as_of"]), body))
        elif body["type"] == "payment.booked":
            self._payments.append((record, datetime.fromisoformat(body["booked_at"]), body))
        elif body["type"] == "payment.returned":
            self._returns = True

    def paid_in_full(self, below: Mapping[str, int], on_bus_until_ms: int = -1, *, proved: bool = False) -> bool:
        """Whether payments booked after every snapshot cover all of them, by the records below these offsets.

        Payments count too that were on the bus by ``on_bus_until_ms``, with ``proved`` by the broker's time only. An
        account with a returned payment is left
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
            on_bus = record.timestamp_ms <= on_bus_until_ms and (record.by_broker or not proved)
            there = on_bus or record.offset < below.get(record.role, 0)
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
    """By input; receipts are told apart."""
    messages: dict[str, int]
    """By type and, where there is one, stage."""
    cures: int
    dead_letters: dict[str, int]
    doubled: int
    """Messages whose event id stands more than once, and reminders and notices whose id does."""
    sent_with_payment_known: int
    raced: int
    receipts: dict[str, int]
    """What the gateway told, by status."""
    unanswered: int
    """Reminders and notices without any receipt."""
    accepted_twice: int
    """Reminders of which two acceptances tell different instants: they were handed over twice."""
    overlooked: tuple[str, ...] = ()
    """Accounts written to although their payment had been on the bus for longer than what is seen of it may be old."""
    told_before: tuple[str, ...] = ()
    """The same by the time that the payment's producer gave it, which may be another than when it came to the bus."""
    replies: Mapping[str, int] = MappingProxyType({})
    """Facts that follow from what people wrote, by what they say."""
    of_numbers: Mapping[str, int] = MappingProxyType({})
    """Facts that say of a number what its accounts must know, likewise."""


def recount(
    records: Iterable[LoggedRecord], topic_roles: Mapping[str, str], sample_max_age_ms: int | None = None
) -> Summary:
    """Count everything once more. ``topic_roles`` is physical topic name -> role: headers and decisions name topics.

    ``sample_max_age_ms``: how old a worker's sight of the bus may be; None where it does not go by it.
    """
    kept = [record for record in records if not record.is_mark]
    letters = [record for record in kept if record.role == roles.REMINDER_DEAD_LETTERS]
    unusable = {origin(letter, topic_roles) for letter in letters}
    messages = [record for record in kept if record.role == roles.REMINDERS]
    bodies = [message.body() for message in messages]
    ids = Counter(dict(message.headers)["ce_id"] for message in messages)
    ids.update(body["reminder_id"].encode() for body in bodies if body["type"] in _SENDABLE)
    books: dict[bytes | None, Books] = defaultdict(Books)
    for record in kept:
        if record.role in _BOOKED and (record.role, record.partition, record.offset) not in unusable:
            books[record.key].add(record, record.body())
    sends = _judge_sends(kept, books, topic_roles, sample_max_age_ms)
    return Summary(
        facts=Counter(record.role for record in kept if record.role in _FACTS),
        messages=dict(sorted(Counter(_name(body) for body in bodies).items())),
        cures=sum(body["type"] == "cycle.closed" and body["reason"] == "CURED" for body in bodies),
        dead_letters=Counter(dict(letter.headers)["tactful.reason"].decode() for letter in letters),
        doubled=sum(count - 1 for count in ids.values()),
        **sends._asdict(),
        replies=_heard(kept, "borrower-replies"),
        of_numbers=_heard(kept, "numbers"),
        **_hand_over(kept, {body["reminder_id"] for body in bodies if body["type"] in _SENDABLE}),
    )


def _heard(kept: Iterable[LoggedRecord], source: str) -> dict[str, int]:
    """What a process that hears people wrote to the case file, by keyword, kind of hold or type."""
    bodies = (record.body() for record in kept if record.role == roles.CASE_UPDATED)
    own = (body for body in bodies if body.get("source") == source)
    return dict(sorted(Counter(body.get("keyword") or body.get("kind") or body["type"] for body in own).items()))


def _hand_over(kept: Iterable[LoggedRecord], reminders: set[str]) -> dict[str, Any]:
    """What became of the reminders at the gateway, by its receipts."""
    bodies = (record.body() for record in kept if record.role == roles.REMINDER_RECEIPTS)
    receipts = [body for body in bodies if "status" in body]
    accepted = {(body["reminder_id"], body["at"]) for body in receipts if body["status"] == "accepted"}
    return {
        "receipts": dict(sorted(Counter(body["status"] for body in receipts).items())),
        "unanswered": len(reminders - {body["reminder_id"] for body in receipts}),
        "accepted_twice": len(accepted) - len({reminder_id for reminder_id, _ in accepted}),
    }


class _Sends(NamedTuple):
    sent_with_payment_known: int
    raced: int
    overlooked: tuple[str, ...]
    told_before: tuple[str, ...]


def _judge_sends(
    kept: Iterable[LoggedRecord],
    books: Mapping[bytes | None, Books],
    topic_roles: Mapping[str, str],
    max_age_ms: int | None,
) -> _Sends:
    """Sends whose payment was known, and those whose payment was on the bus but not yet read."""
    known = raced = 0
    overlooked, told_before = [], []
    for record in kept:
        if record.role != roles.REMINDER_DECISIONS:
            continue
        decision = record.body()
        if decision["outcome"] == "sent" and decision["evidence"]["total_overdue_minor"]:
            below = {topic_roles[topic]: offset for topic, offset in decision["evidence"]["inputs"].items()}
            account, now_ms = books[record.key], _ms(decision["now"])
            if account.paid_in_full(below):
                known += 1
            elif account.paid_in_full(below, now_ms):
                raced += 1
                seen_ms = -1 if max_age_ms is None else now_ms - max_age_ms - 1
                if account.paid_in_full(below, seen_ms, proved=True):
                    overlooked.append((record.key or b"").decode())
                elif account.paid_in_full(below, seen_ms):
                    told_before.append((record.key or b"").decode())
    return _Sends(known, raced, tuple(overlooked), tuple(told_before))


def _name(body: dict[str, Any]) -> str:
    return " ".join(filter(None, (body["type"], body.get("stage"))))


def origin(letter: LoggedRecord, topic_roles: Mapping[str, str]) -> tuple[str, int, int]:
    """Role, partition and offset of the input that became a dead letter."""
    headers = {name: value.decode() for name, value in letter.headers if name.startswith("__streams.errors.")}
    topic, partition, offset = (headers[f"__streams.errors.{name}"] for name in ("topic", "partition", "offset"))
    return topic_roles[topic], int(partition), int(offset)


def _ms(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp() * 1000)
