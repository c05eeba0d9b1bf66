"""Two real workers by the time of day: facts are told now, under a policy that permits every hour, and read back."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from prometheus_client.parser import text_string_to_metric_families

from agents.offline.workers import Workers, settings_of
from schemas.values.instants import to_utc
from streams import roles
from streams.clock import SystemClock
from streams.cluster import admin
from streams.cluster.whole_logs import LoggedRecord, read_topics
from streams.settings import Settings
from streams.topics.rights import Principal
from streams.transport.partitioner import partition_of
from tests.kafka.exactly_once.data_run import Users, anybody
from tests.kafka.rig import until
from tests.places import OWN_POLICY

POLICY = """
id = "round-the-clock"
version = "1"
pack = "OPEN"

[lender]
name = "Anhe Finance"
service_number = "4008800123"
zone = "UTC"

[hours]
start = "00:00"
end = "24:00"

[sending]
window_margin_minutes = 0

[[stages]]
code = "FRIENDLY"
delay_days = 1
text = "friendly"

[hand_off]
dpd = 60
"""
PROFILE = {"surname": "Li", "salutation": "ms", "phone": "+8613800138000", "language": "en", "zone": "Asia/Shanghai"}
Body = dict[str, Any]

_clock = SystemClock()
_numbers = count(1)


def now() -> datetime:
    """The time of day."""
    return to_utc(_clock.now_ms())


def now_ms() -> int:
    """The time of day in epoch milliseconds."""
    return _clock.now_ms()


def fact(kind: str, account: str, /, **fields: Any) -> Body:
    """A fact that is told now, if nothing else is said."""
    return {
        "type": kind,
        "event_id": f"e{next(_numbers)}",
        "account_id": account,
        "time": now().isoformat(),
        **{name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()},
    }


def profile(account: str, **changes: Any) -> Body:
    """Who is written to."""
    return fact("profile.updated", account, **{**PROFILE, "as_of": now(), **changes})


def missed(account: str, **changes: Any) -> Body:
    """Something fell due yesterday and is unpaid, by the ledger of an hour ago."""
    fields = {
        "loan_id": "L",
        "instalment_id": "1",
        "due_date": (now() - timedelta(days=1)).date().isoformat(),
        "amount_due_minor": 12_345,
        "outstanding_minor": 12_345,
        "currency": "CNY",
        "as_of": now() - timedelta(hours=1),
    }
    return fact("repayment.missed", account, **{**fields, **changes})


def paid(account: str, **changes: Any) -> Body:
    """All of it is paid, now."""
    fields = {"payment_id": f"P{next(_numbers)}", "amount_minor": 12_345, "currency": "CNY", "booked_at": now()}
    return fact("payment.booked", account, **{**fields, **changes})


def account_in(partition: int, partitions: int, name: str) -> str:
    """An account that lies in that partition."""
    return next(account for n in count() if partition_of((account := f"{name}-{n}").encode(), partitions) == partition)


class Live:
    """`with Live(servers, namespace, folder) as live`; the workers end with it.

    Topics are made by the admin, facts are told by the source, and the verifier reads.
    """

    def __init__(
        self,
        servers: str,
        namespace: str,
        folder: Path,
        extra: Mapping[str, str] | None = None,
        users: Users = anybody,
    ) -> None:
        policy = folder / "policy.toml"
        policy.write_text(POLICY)
        self.folder = folder
        self.variables = {
            **OWN_POLICY,
            "TACTFUL_BOOTSTRAP_SERVERS": servers,
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
            "TACTFUL_POLICY": str(policy),
            "TACTFUL_MARKED_INPUTS": "",
            "TACTFUL_LOG_LEVEL": "WARNING",
            **(extra or {}),
        }
        self.settings: Settings = settings_of(self.variables)
        self._users = users
        self.workers = Workers(2, {**self.variables, **users(Principal.worker)}, folder)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        asyncio.run(admin.create(self.seen_by(Principal.admin)))
        self._stack.enter_context(self.workers)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def seen_by(self, principal: Principal) -> Settings:
        """The settings of somebody else's process."""
        return settings_of({**self.variables, **self._users(principal)})

    @property
    def partitions(self) -> int:
        """Of each topic."""
        return self.settings.partitions

    def topic(self, role: str) -> str:
        """The physical name."""
        return self.settings.topics[role]

    def producer(self, **options: Any) -> AIOKafkaProducer:
        """A producer such as a bank has."""
        source = self.seen_by(Principal.source)
        return AIOKafkaProducer(
            bootstrap_servers=list(source.bootstrap_servers), **source.kafka_security_kwargs(), **options
        )

    async def tell(self, role: str, *bodies: Body, timestamp_ms: int | None = None) -> None:
        """Facts to their topic, each to its account's partition."""
        async with self.producer() as producer:
            for body in bodies:
                await self.send(producer, role, body, timestamp_ms)

    async def send(self, producer: Any, role: str, body: Body, timestamp_ms: int | None = None) -> None:
        """One fact by a producer of the test's own."""
        key = body["account_id"].encode()
        await producer.send_and_wait(
            self.topic(role),
            json.dumps(body).encode(),
            key=key,
            partition=partition_of(key, self.partitions),
            timestamp_ms=timestamp_ms,
        )

    async def introduce(self, *accounts: str, **changes: Any) -> None:
        """Profiles of accounts."""
        await self.tell(roles.PROFILE_UPDATED, *(profile(account, **changes) for account in accounts))

    async def kept(self, role: str) -> list[LoggedRecord]:
        """Everything on an output topic."""
        return await read_topics(self.seen_by(Principal.verifier), (role,))

    async def said(self, account: str, role: str = roles.REMINDERS) -> list[Body]:
        """What left about an account, in order."""
        return [record.body() for record in await self.kept(role) if record.key == account.encode()]

    async def heard(self, account: str, kind: str, within_s: float = 300.0) -> Body:
        """The first message of a type about an account, as soon as it has left."""

        async def found() -> Body | None:
            self.workers.check_alive()
            return next((body for body in await self.said(account) if body["type"] == kind), None)

        body: Body = await until(found, within_s)
        return body

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric over both workers, of the samples with these labels."""
        return sum(
            sample.value
            for page in self.workers.pages()
            for family in text_string_to_metric_families(page)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )
