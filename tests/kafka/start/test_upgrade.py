"""A running group whose state and offsets were written by state version 1 is taken over by today's workers."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiokafka.structs import TopicPartition

from agents.offline.workers import WorkersFailed
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.cluster import Cluster
from streams.transport.partitioner import partition_of
from tests.kafka.live import Live, missed, now, now_ms, paid, profile
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

HOUR_MS = 3_600_000
NEVER_MS = 9_999_999_999_999


def stored(account: str, **more: Any) -> dict[str, Any]:
    """An account as version 1 stored it: something fell due yesterday, was missed, and is looked at now."""
    told_ms, due = now_ms() - HOUR_MS, (now() - timedelta(days=1)).date().isoformat()
    owed = {"kind": "instalment", "due": due, "effective_due": due, "amount_minor": 12_345, "currency": "CNY"}
    snapshot = {"version": 0, "as_of_ms": told_ms, "event_id": "e2", "outstanding_minor": 12_345}
    person = {"version": 0, "as_of_ms": told_ms, "event_id": "e1", "since_ms": told_ms, "role": "debtor"}
    address = {"phone": "+8613800138000", "language": "en", "zone": "Asia/Shanghai"}
    return {
        "next_due_at": told_ms,
        "state_version": 1,
        "account_id": account,
        "currencies": ["CNY"],
        "items": [{"loan_id": "L", "instalment_id": "1", "missed": owed, "snapshots": [snapshot]}],
        "profile": {**person, **address, "surname": "Li", "given_name": None, "salutation": "ms"},
        **more,
    }


def asked(account: str) -> dict[str, Any]:
    """FRIENDLY left an hour ago and is still on its way."""
    at_ms = now_ms() - HOUR_MS
    cycle = {"cycle_id": "L/1", "loan_id": "L", "instalment_id": "1", "opened_ms": at_ms}
    passed = [{"stage": "FRIENDLY", "sent": True, "at_ms": at_ms}]
    sent = {"reminder_id": "a" * 32, "cycle_id": "L/1", "stage": "FRIENDLY", "attempt": 1, "issued_ms": at_ms}
    told = {"expires_ms": at_ms + 900_000, "amount_minor": 12_345, "payments_seen": -1, "phone": "+8613800138000"}
    return stored(
        account,
        next_due_at=at_ms + 60 * 24 * HOUR_MS,
        cycle={**cycle, "passed": passed, "reminders": 1, "announced": True},
        sent=[{**sent, **told, "day": now().date().isoformat()}],
        last_contact_ms=at_ms,
    )


def accounts() -> dict[str, dict[str, Any]]:
    at_ms = now_ms() - HOUR_MS
    money = {"payment_id": "P", "booked_ms": at_ms + 60_000, "event_id": "e3", "amount_minor": 12_345}
    hold = {"hold_id": "H", "kind": "dispute", "event_id": "e3", "placed_ms": at_ms}
    opted_out = stored("opted-out")
    return {
        "owes": stored("owes"),
        "asked": asked("asked"),
        "asked-and-pays": asked("asked-and-pays"),
        "held": stored("held", holds=[hold]),
        "lifted": stored("lifted", holds=[{**hold, "lifted": True}]),
        "opted-out": {**opted_out, "profile": {**opted_out["profile"], "opted_out": True}},
        "paid": stored("paid", payments=[{**money, "currency": "CNY"}], next_due_at=NEVER_MS),
        "pays": stored("pays"),
    }


async def left_by_the_old_workers(live: Live) -> None:
    """The changelog as it stood, offsets behind what was read, and facts that nobody has read yet."""
    await admin.create(live.settings)
    old = accounts()
    await live.tell(roles.PROFILE_UPDATED, *map(profile, old))
    await live.tell(roles.REPAYMENT_MISSED, *map(missed, old))
    async with Cluster(live.settings) as cluster:
        inputs = [TopicPartition(live.topic(role), n) for role in roles.INPUTS for n in range(live.partitions)]
        _, ends = await cluster.log_bounds(inputs)
        await cluster.commit(ends)
    async with live.producer() as producer:
        for name, account in old.items():
            key = name.encode()
            value, place = json.dumps(account, separators=(",", ":")).encode(), partition_of(key, live.partitions)
            await producer.send_and_wait(live.topic(roles.ACCOUNTS_CHANGELOG), value, key=key, partition=place)
    await live.tell(roles.PAYMENT_RECEIVED, paid("pays"), paid("asked-and-pays"))


@pytest.fixture(scope="module")
def live(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    made = Live(broker.bootstrap_servers, "upgrade", tmp_path_factory.mktemp("upgrade"))
    asyncio.run(left_by_the_old_workers(made))
    with made as running:
        yield running


async def kinds(live: Live, account: str) -> list[str]:
    return [body["type"] for body in await live.said(account)]


async def test_nobody_is_silenced_nobody_chased_and_nothing_lost(live: Live) -> None:
    await live.heard("owes", "reminder.issued")
    await live.heard("lifted", "reminder.issued")
    await live.heard("asked-and-pays", "cycle.closed")
    for account, code in (("held", "HOLD_DISPUTE"), ("opted-out", "OPTED_OUT")):

        async def blocked(account: str = account, code: str = code) -> bool:
            return any(body["code"] == code for body in await live.said(account, roles.REMINDER_DECISIONS))

        await until(blocked)
    await live.tell(roles.PROFILE_UPDATED, profile("new"))
    await live.tell(roles.REPAYMENT_MISSED, missed("new"))
    await live.heard("new", "reminder.issued")
    assert await kinds(live, "owes") == await kinds(live, "lifted") == ["cycle.opened", "reminder.issued"]
    assert await kinds(live, "asked-and-pays") == ["reminder.cancelled", "cycle.closed"]
    for silent in ("asked", "held", "opted-out", "paid", "pays"):
        assert await kinds(live, silent) == [], silent
    kept = await live.kept(roles.ACCOUNTS_CHANGELOG)
    versions = {record.key: record.body().get("state_version") for record in kept}
    assert versions[b"owes"] == versions[b"pays"] == 3
    assert versions[b"asked"] == 1  # What nothing happens to is not written anew.


async def test_a_worker_ends_at_a_state_of_a_version_after_the_next(live: Live) -> None:
    """As one of version 1 ends at a state of version 3: instead of writing it back without what it does not know."""
    newer = {**stored("newer"), "state_version": 5, "unheard_of": {"nested": 1}}
    place = partition_of(b"newer", live.partitions)
    async with live.producer() as producer:
        sent = await producer.send_and_wait(
            live.topic(roles.ACCOUNTS_CHANGELOG), json.dumps(newer).encode(), key=b"newer", partition=place
        )
    for number in range(2):
        live.workers.kill(number)
        live.workers.restart(number)

    async def ended() -> bool:
        try:
            live.workers.check_alive()
        except WorkersFailed:
            return True
        return False

    await until(ended)
    kept = await live.kept(roles.ACCOUNTS_CHANGELOG)
    assert [record.offset for record in kept if record.key == b"newer"] == [sent.offset]
