"""On a real Kafka: an account is explained the same with and without the index, and the index follows the topics."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from aiokafka import AIOKafkaProducer

from agents.explain.days import on_day
from agents.explain.reading import account_of_reminder, from_index, from_topics
from agents.explain.records import AccountRecord
from agents.explain.timeline import SENT, timeline
from agents.index.store import IndexStore
from agents.index.topics import about, index_file, read_at, update
from agents.offline.generator import generate
from agents.offline.workers import settings_of
from agents.terminal.watching import Wanted, until_now
from schemas.values.instants import local_date
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.settings import Settings
from streams.transport.partitioner import partition_of
from tests.agents.explain.test_days import ZONE, simulated

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 3


def quiet(_: str) -> None:
    """Nobody looks at the progress."""


async def created(broker: Broker, namespace: str, folder: Path) -> Settings:
    """Topics of this test's own."""
    settings = settings_of(
        {
            "TACTFUL_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}.",
            "TACTFUL_PARTITIONS": str(PARTITIONS),
            "TACTFUL_CLOCK": "replay",
            "TACTFUL_DATA_DIR": str(folder),
        }
    )
    await admin.create(settings)
    return settings


async def produce(settings: Settings, told: Mapping[str, Sequence[AccountRecord]]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers) as producer:
        for account, records in told.items():
            key = account.encode()
            for record in records:
                topic, at = settings.topics[record.role], partition_of(key, PARTITIONS)
                await producer.send(topic, record.value, key=key, partition=at, timestamp_ms=record.at_ms or 1)
        await producer.flush()


def plain(records: Sequence[AccountRecord]) -> list[tuple[str, str, int, bytes | None]]:
    return sorted((r.role, r.place, r.at_ms, r.value) for r in records)


async def test_the_index_finds_what_reading_whole_partitions_finds(
    broker: Broker, namespace: str, tmp_path: Path
) -> None:
    settings = await created(broker, namespace, tmp_path)
    told = simulated(list(generate(seed=3, accounts=40, days=60, broken=False)), "2026-03-02T00:00:00+08:00")
    early, late = dict(list(told.items())[:30]), dict(list(told.items())[30:])
    await produce(settings, early)

    path, named = index_file(settings), await about(settings)
    assert named["cluster"], "two clusters must not share an index"
    with IndexStore(path, named) as store:
        caught = await update(settings, store, quiet)
        assert (caught.records, caught.anew) == (sum(map(len, early.values())), False)
        await produce(settings, late)
        assert (await update(settings, store, quiet)).records == sum(map(len, late.values()))
        assert (await update(settings, store, quiet)).records == 0
        for account in list(told)[::8]:
            whole = [record async for record in from_topics(settings, account, quiet)]
            indexed = await from_index(settings, store, account)
            assert plain(indexed) == plain(whole)
            assert len(whole) == len(told[account])

        busiest = max(told, key=lambda account: len(told[account]))
        entries = timeline(await from_index(settings, store, busiest), ZONE)
        left = [entry for entry in entries if entry.type in SENT]
        assert on_day(entries, local_date(ZONE, left[0].at_ms), ZONE).kind == "sent"
        seen = [one async for one in until_now(settings, (roles.REMINDERS,), Wanted(account=busiest))]
        mine = [one.body for one in seen if one.body["account_id"] == busiest]
        assert len(mine) == sum(record.role == roles.REMINDERS for record in told[busiest])

        gone = store.of_account(busiest)[0]._replace(offset=10_000_000)
        assert await read_at(settings, [gone]) == {}

    assert await account_of_reminder(settings, left[0].body["reminder_id"]) == busiest
    path.unlink()
    assert await account_of_reminder(settings, left[0].body["reminder_id"]) == busiest
    assert await account_of_reminder(settings, "nobody's") is None


async def test_topics_that_were_made_anew_are_indexed_anew(broker: Broker, namespace: str, tmp_path: Path) -> None:
    settings = await created(broker, namespace, tmp_path)
    with IndexStore(index_file(settings), await about(settings)) as store:
        store.add([], {(roles.REMINDERS, 0): 5})
        assert (await update(settings, store, quiet)).anew
        assert store.positions()[roles.REMINDERS, 0] == 0
