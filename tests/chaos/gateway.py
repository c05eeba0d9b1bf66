"""What a gateway sees: every committed record of `reminders`, when it became visible, and the recount of all."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams import roles
from streams.settings import Settings
from tests.chaos.bank import Bank
from tests.kafka.rig import reader

LATE_AFTER_MS: Final = 3_000
"""A reminder's own time may lie so far behind the acknowledgement of the payment: a sample of the barrier may be one
second old, a tick one second long, and the bank hears of its acknowledgement late on a busy machine."""

_REQUEST_TIMEOUT_MS = 5_000


class HonestGateway:
    """Reads along, so that a round knows what is still unanswered."""

    def __init__(self, settings: Settings, servers: str) -> None:
        self._settings, self._servers = settings, servers
        self._task: asyncio.Task[None] | None = None
        self.issued: set[str] = set()
        self.cancelled: set[str] = set()
        self.messages = 0

    async def __aenter__(self) -> "HonestGateway":
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _read(self) -> None:
        topic = self._settings.topics[roles.REMINDERS]
        consumer: Any = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
        )
        await consumer.start()
        try:
            consumer.assign([TopicPartition(topic, number) for number in range(self._settings.partitions)])
            while True:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        self._see(record.key.decode(), json.loads(record.value)["type"])
        finally:
            await consumer.stop()

    def _see(self, account: str, kind: str) -> None:
        self.messages += 1
        if kind == "reminder.issued":
            self.issued.add(account)
        elif kind == "reminder.cancelled":
            self.cancelled.add(account)

    def unanswered(self, bank: Bank, missed: Collection[str], paid: Collection[str] = ()) -> list[str]:
        """Of those that missed, who owes and has no reminder; of those that paid, whose reminder stands."""
        owing = [account for account in missed if account not in self.issued and account not in bank.paying]
        return owing + [account for account in paid if account in self.issued and account not in self.cancelled]


class Recount(NamedTuple):
    """Everything on the topic against everything that the bank was acknowledged; the product's core has no part."""

    accounts: int
    reminders: int
    recalls: int
    lost: list[str]
    doubled: list[str]
    not_recalled: list[str]
    recalled_for_nothing: list[str]
    late: list[str]

    @property
    def clean(self) -> bool:
        return not any((self.lost, self.doubled, self.not_recalled, self.recalled_for_nothing, self.late))

    def __str__(self) -> str:
        counts = ", ".join(
            f"{len(found)} {name.replace('_', ' ')}"
            for name, found in self._asdict().items()
            if not isinstance(found, int)
        )
        return f"{self.accounts:,} accounts, {self.reminders:,} reminders, {self.recalls:,} recalls: {counts}"


async def recount(settings: Settings, servers: str, bank: Bank) -> Recount:
    """Read `reminders` from its beginning to its end of now and count again."""
    issued: dict[str, list[int]] = defaultdict(list)
    recalled: Counter[str] = Counter()
    ids: Counter[str] = Counter()
    for record in await _everything(settings, servers):
        account, body = record.key.decode(), json.loads(record.value)
        if body["type"] == "reminder.issued":
            issued[account].append(record.timestamp)
            ids[body["reminder_id"]] += 1
        elif body["type"] == "reminder.cancelled":
            recalled[account] += 1
    late = [
        f"{account} by {first - paid_ms} ms"
        for account, paid_ms in bank.paid_ms.items()
        for first in issued[account][:1]
        if first > paid_ms + LATE_AFTER_MS
    ]
    return Recount(
        accounts=len(bank.missed),
        reminders=sum(map(len, issued.values())),
        recalls=recalled.total(),
        lost=[account for account in bank.missed_ms if account not in bank.paying and not issued[account]],
        doubled=[account for account, found in issued.items() if len(found) > 1]
        + [reminder for reminder, count in ids.items() if count > 1],
        not_recalled=[account for account in bank.paid_ms if issued[account] and recalled[account] != 1],
        recalled_for_nothing=[account for account in recalled if account not in bank.paying or not issued[account]],
        late=late,
    )


async def _everything(settings: Settings, servers: str) -> list[Any]:
    topic = settings.topics[roles.REMINDERS]
    places = [TopicPartition(topic, number) for number in range(settings.partitions)]
    records: list[Any] = []
    async with reader(servers, "read_committed") as consumer:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        for place in places:
            consumer.seek(place, 0)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for found in (await consumer.getmany(timeout_ms=200)).values():
                records.extend(found)
    return records
