"""A cut-over on a real Kafka: overdue accounts come over mid-ladder, in the shadow, then some, then by rate, then all.

The same story with 200,000 accounts is `benchmarks/cut_over.py`.
"""

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial

import pytest

from benchmarks.cut_over import DAYS_PAST_DUE, NEXT, LeftRecords, allow, faults, first_accounts, imports, left
from benchmarks.portfolio import Body, account_id, miss
from benchmarks.rig import PLACES
from streams import roles
from streams.broker.broker import Broker
from streams.transport.partitioner import partition_of
from tests.kafka.command import tactful
from tests.kafka.live import Live, now_ms
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

COUNT = 300
FIRST = 10
TOLD_LATE_MS = 2_000
RAMPED_LEAST = 20
"""So many of the others are waited for while the ramp of a minute goes on."""
WHO = ("--by", "an.officer", "--reason", "cut-over")


@pytest.fixture(scope="module")
def live(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    mid_ladder = {
        "TACTFUL_POLICY": str(PLACES.policy),
        "TACTFUL_PACKS": str(PLACES.packs),
        "TACTFUL_APPROVALS": str(PLACES.approvals),
    }
    made = Live(broker.bootstrap_servers, "cut-over", tmp_path_factory.mktemp("cut-over"), mid_ladder)
    with made as running:
        yield running


class Migration:
    """Tells facts and waits until every worker has acted upon them."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._told = 0

    async def tell(self, role: str, bodies: Iterable[Body]) -> None:
        """Facts to their topic; returns when they are applied and what was due by then has been looked at."""
        async with self._live.producer() as producer:
            for key, value in bodies:
                partition = partition_of(key, self._live.partitions)
                await producer.send(self._live.topic(role), value, key=key, partition=partition)
                self._told += 1
            await producer.flush()

        async def applied() -> bool:
            self._live.workers.check_alive()
            return self._live.metric("tactful_facts_total") >= self._told

        await until(applied)
        # Told once a second, and a second ahead: only a later instant was told after these facts were applied.
        await asyncio.to_thread(self._live.workers.wait_until, now_ms() + TOLD_LATE_MS, self._live.partitions, 300)

    async def snapshot(self) -> None:
        """The ledger tells again what is owed; with it each account is looked at anew."""
        await self.tell(roles.REPAYMENT_MISSED, map(partial(miss, days_past_due=DAYS_PAST_DUE), range(COUNT)))

    async def sent(self) -> list[LeftRecords]:
        """Every reminder so far."""
        kept = await self._live.kept(roles.REMINDERS)
        return [message for record in kept if (message := left(record)) is not None]

    async def sent_to(self, wanted: int) -> list[LeftRecords] | None:
        """Every reminder so far, once so many have left."""
        sent = await self.sent()
        return sent if len(sent) >= wanted else None

    async def command(self, *arguments: str) -> None:
        """A command of the operator's."""
        run = await tactful(self._live.variables, *arguments)
        assert run.returncode == 0, run.stdout + run.stderr


async def test_the_shadow_then_some_then_by_rate_then_all(live: Live) -> None:
    migration = Migration(live)
    await migration.command("allow", "--accounts", "", *WHO)
    for role, bodies in imports(COUNT).items():
        await migration.tell(role, bodies)
    whole = [account_id(number) for number in range(COUNT)]
    decisions = [record.body() for record in await live.kept(roles.REMINDER_DECISIONS)]
    why = sorted((decision["account_id"], decision["code"], decision["stage"]) for decision in decisions)
    assert why == [(account, "NOT_ON_ALLOW_LIST", NEXT) for account in whole]
    assert await live.kept(roles.REMINDERS) == []

    first = first_accounts(COUNT, FIRST)
    controls = await allow(live.settings, first)
    await migration.snapshot()
    sent = await migration.sent()
    assert sorted((message.account, message.stage) for message in sent) == [(account, NEXT) for account in first]
    assert not any(faults(sent, controls).values())

    controls = await allow(live.settings, first, others_over_minutes=1)
    await migration.snapshot()
    sent = await until(partial(migration.sent_to, FIRST + RAMPED_LEAST))
    assert len(sent) < COUNT
    assert not any(faults(sent, controls).values())

    await migration.command("allow", "--end", *WHO)
    await migration.snapshot()
    sent = await migration.sent()
    assert sorted((message.account, message.stage) for message in sent) == [(account, NEXT) for account in whole]
    await migration.command("verify", "--state")
