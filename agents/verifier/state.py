"""What the accounts table says was sent, against what lies on `reminders`; and whether the table is whole at all.

State and messages commit together, so each reminder of which any version of an account tells must be on the topic, as
far as that goes back. The inputs are not needed: this can be asked at any age of the group, beside the workers.
"""

from typing import Any, Final, NamedTuple

import jiter
from aiokafka import TopicPartition

from schemas.stored.accounts import NEVER_MS, UnreadableState, decode
from schemas.stored.gates import GATE_KEY
from streams import roles
from streams.clock import SystemClock
from streams.cluster import admin
from streams.cluster.changelog import ACCEPTED_KEY, find_losses, read_extents
from streams.cluster.clients import running
from streams.cluster.cluster import Cluster
from streams.cluster.whole_logs import lone_reader, to_the_end
from streams.settings import Settings
from streams.topics.topology import FOREVER_MS, HOUR_MS, plan

ABSENT: Final = "sent but not on the topic"
LOST: Final = "partitions whose state is not whole"
UNREADABLE: Final = "not readable"
_MARGIN_MS: Final = HOUR_MS
"""Not asked for: what is so little younger than the oldest that the topic keeps may be deleted while we read."""
_EXAMPLES: Final = 5
_OURS: Final = (GATE_KEY, ACCEPTED_KEY)
_HAS_SENT: Final = b'"sent":['
_REMINDERS: Final = ("reminder.issued", "reminder.escalated")


class StateReport(NamedTuple):
    """What was compared, and the reminders that are nowhere to be found, with some accounts as examples."""

    accounts: int
    """That tell of a reminder young enough to be on the topic."""
    reminders: int
    faults: dict[str, int]
    examples: dict[str, list[str]]

    @property
    def clean(self) -> bool:
        """True when everything is there."""
        return not self.faults


class Claim(NamedTuple):
    """One reminder that the state says was sent."""

    key: bytes
    issued_ms: int


class Claims:
    """One partition's state: first all that it tells, then what is found of it."""

    def __init__(self, from_ms: int) -> None:
        self._from_ms = from_ms
        self._claims: dict[str, Claim] = {}
        self._found: set[str] = set()
        self._unreadable: list[str] = []

    def told(self, key: bytes | None, value: bytes | None) -> None:
        """One version of an account."""
        if key is None or key in _OURS or value is None or _HAS_SENT not in value:
            return
        try:
            account = decode(value)
        except UnreadableState:
            self._unreadable.append(key.decode(errors="replace"))
            return
        for sent in account.sent:
            if sent.issued_ms >= self._from_ms:
                self._claims.setdefault(sent.reminder_id, Claim(key, sent.issued_ms))

    def found(self, value: bytes | None) -> None:
        """One record of `reminders`."""
        try:
            body = jiter.from_json(value or b"")
        except ValueError:
            return
        if isinstance(body, dict) and body.get("type") in _REMINDERS and body.get("reminder_id") in self._claims:
            self._found.add(body["reminder_id"])

    def report(self, kept_from_ms: int) -> StateReport:
        """Of what the topic still keeps: everything issued from that instant on."""
        asked = {name: claim for name, claim in self._claims.items() if claim.issued_ms >= kept_from_ms}
        absent = [claim.key.decode(errors="replace") for name, claim in asked.items() if name not in self._found]
        found = {name: keys for name, keys in ((ABSENT, absent), (UNREADABLE, self._unreadable)) if keys}
        return StateReport(
            accounts=len({claim.key for claim in asked.values()}),
            reminders=len(asked),
            faults={name: len(keys) for name, keys in found.items()},
            examples={name: keys[:_EXAMPLES] for name, keys in found.items()},
        )


async def verify_state(settings: Settings) -> StateReport:
    """Compare partition by partition, so that no more than one partition's recent reminders are in memory.

    Raises ClusterError when a topic or the right to read it is missing.
    """
    await admin.require(settings, (roles.ACCOUNTS_CHANGELOG, roles.REMINDERS))
    async with Cluster(settings) as cluster:
        extents = await read_extents(settings, cluster, settings.partitions)
    losses = await find_losses(settings, extents)
    (retention_ms,) = (spec.retention_ms for spec in plan(settings) if spec.role == roles.REMINDERS)
    reports = []
    async with running(lone_reader(settings)) as consumer:
        for number in range(settings.partitions):
            now_ms = SystemClock().now_ms()
            from_ms = 0 if retention_ms == FOREVER_MS else now_ms - retention_ms + _MARGIN_MS
            reports.append(await _verify_partition(consumer, settings, number, from_ms))
    told = (ABSENT, UNREADABLE)
    examples = {
        **{name: [key for report in reports for key in report.examples.get(name, ())][:_EXAMPLES] for name in told},
        LOST: [f"partition {number}: {loss}" for number, loss in sorted(losses.items())],
    }
    faults = {**{name: sum(report.faults.get(name, 0) for report in reports) for name in told}, LOST: len(losses)}
    return StateReport(
        accounts=sum(report.accounts for report in reports),
        reminders=sum(report.reminders for report in reports),
        faults={name: count for name, count in faults.items() if count},
        examples={name: found for name, found in examples.items() if found},
    )


async def _verify_partition(consumer: Any, settings: Settings, number: int, from_ms: int) -> StateReport:
    claims = Claims(from_ms)
    # The table first: what it tells has its message on the topic by the time that this is read.
    async for record in to_the_end(consumer, [TopicPartition(settings.topics[roles.ACCOUNTS_CHANGELOG], number)]):
        claims.told(record.key, record.value)
    tp = TopicPartition(settings.topics[roles.REMINDERS], number)
    begins = (await consumer.beginning_offsets([tp]))[tp]
    kept_from_ms = None if begins else 0
    async for record in to_the_end(consumer, [tp]):
        if kept_from_ms is None:
            kept_from_ms = record.timestamp + _MARGIN_MS
        claims.found(record.value)
    # Of a topic from which everything was deleted nothing can be told.
    return claims.report(NEVER_MS if kept_from_ms is None else kept_from_ms)
