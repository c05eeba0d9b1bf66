"""Replay mode on a real Kafka: the same output whatever is killed meanwhile, and quiet when there is nothing to do."""

import asyncio
import json
import random
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from schemas.values.instants import to_ms
from streams.broker.broker import Broker
from streams.clock import Grid
from tests.kafka.rig import GivenRecord, Rig, until

pytestmark = pytest.mark.kafka

DAY_MS = 86_400_000
START_MS = to_ms(datetime(2016, 3, 1, tzinfo=UTC))
REPLAY = {
    "TACTFUL_CLOCK": "replay",
    "TACTFUL_TICK_PERIOD_S": "86400",
    "TACTFUL_TICK_OFFSET_S": str(9 * 3600),
    "TACTFUL_CHUNK_MAX_RECORDS": "20",
}
SLOW = {
    "TACTFUL_COMMIT_INTERVAL_MS": "500",
    "TACTFUL_BATCH_FLUSH_BYTES": "500",
    "COUNTING_PAUSE_S": "0.05",
    "COUNTING_PAUSE_EVERY": "10",
}


@pytest.fixture
async def rig(broker: Broker, tmp_path: Path) -> Any:
    made = Rig(broker.bootstrap_servers, tmp_path, env=REPLAY)
    await made.create()
    yield made
    made.stop_workers()


def some_log(rig: Rig, days: int, facts_a_day: int, accounts: int = 60) -> list[GivenRecord]:
    """Facts at random times of each day, some in disorder, a mark at every midnight of every input partition."""
    chance = random.Random(7)
    given: list[GivenRecord] = []
    for day in range(days):
        midnight_ms = START_MS + day * DAY_MS
        times = sorted(midnight_ms + chance.randrange(1, DAY_MS) for _ in range(facts_a_day))
        for at_ms in times:
            account = chance.randrange(accounts)
            late_ms = chance.choice((0, 0, 0, 3 * DAY_MS))
            topic = chance.choice(rig.inputs)
            given.append(GivenRecord(topic, account % rig.partitions, b"a%d" % account, b"x", at_ms - late_ms))
        given += marks(rig, midnight_ms + DAY_MS)
    return given


def marks(rig: Rig, until_ms: int) -> list[GivenRecord]:
    return [
        GivenRecord(topic, partition, None, b"{}", until_ms, mark=True)
        for topic in rig.inputs
        for partition in range(rig.partitions)
    ]


async def told(rig: Rig) -> dict[bytes, list[bytes]]:
    """What each account was told, in order."""
    by_account: dict[bytes, list[bytes]] = {}
    for record in await rig.read(rig.topic("reminders")):
        value = record.value.replace(rig.namespace.encode(), b"")
        by_account.setdefault(record.key, []).append(value)
    return by_account


async def _finished(rig: Rig, given: list[GivenRecord]) -> bool:
    facts = sum(not record.mark for record in given)
    events = [value for values in (await told(rig)).values() for value in values]
    return sum(b'"fact"' in value for value in events) >= facts and await _all_ticked(rig)


async def _all_ticked(rig: Rig) -> bool:
    return all(b'"tick"' in values[-1] for values in (await told(rig)).values())


async def test_output_is_the_same_after_kills(rig: Rig, broker: Broker, tmp_path: Path) -> None:
    given = some_log(rig, days=12, facts_a_day=120)
    # Beyond the last fact there is one more day, so that every account's last tick comes.
    given += marks(rig, START_MS + 14 * DAY_MS)
    await rig.produce(given)
    rig.start_worker("a")
    await until(partial(_finished, rig, given))
    assert rig.stop_workers() == {"a": 0}
    undisturbed = await told(rig)
    grid = Grid(86400, 9 * 3600)
    for values in undisturbed.values():
        events = [json.loads(value) for value in values]
        counts = [event["count"] for event in events if "fact" in event]
        assert counts == list(range(1, len(counts) + 1))
        assert [event["now"] for event in events] == sorted(event["now"] for event in events)
        assert all(grid.at_or_after(event["now"]) == event["now"] for event in events)

    second = Rig(broker.bootstrap_servers, tmp_path, env=REPLAY, namespace=f"{rig.namespace}k")
    await second.create()
    renamed = dict(zip(rig.inputs, second.inputs, strict=True))
    await second.produce(
        GivenRecord(renamed[g.topic], g.partition, g.key, g.value, g.timestamp_ms, g.mark) for g in given
    )
    try:
        second.start_worker("a", **SLOW)
        second.start_worker("b", **SLOW)
        kills = 0
        for name in "abab":
            await until(partial(_open_transaction, second))
            second.workers[name].kill()
            second.workers[name].wait(300)
            kills += not await _finished(second, given)
            second.start_worker(name, **SLOW)
        assert kills >= 3
        await until(partial(_finished, second, given), within_s=300)
    finally:
        codes = second.stop_workers()
    assert set(codes.values()) == {0}
    disturbed = await told(second)
    assert {k: [v.replace(b"k.", b".") for v in values] for k, values in disturbed.items()} == undisturbed


async def _open_transaction(rig: Rig) -> bool:
    return await rig.open_transactions(rig.topic("reminders")) > 0


async def test_input_is_held_until_every_input_is_complete(rig: Rig) -> None:
    key, first, other = b"a0", rig.inputs[0], rig.inputs[1]
    await rig.produce(GivenRecord(first, 0, key, b"x", START_MS + day * DAY_MS) for day in (0, 3, 4))
    # Another partition has all it needs and must not be kept waiting.
    await rig.produce([GivenRecord(first, 1, b"a1", b"x", START_MS + DAY_MS)])
    await rig.produce(GivenRecord(topic, 1, None, b"{}", START_MS + 3 * DAY_MS, mark=True) for topic in rig.inputs)
    rig.start_worker("a")
    await until(partial(_told, rig, b"a1", 2))
    assert key not in await told(rig)
    await rig.produce([GivenRecord(other, 0, None, b"{}", START_MS + 2 * DAY_MS, mark=True)])
    await until(partial(_told, rig, key, 2))
    assert await _kinds(rig, key) == ["fact", "tick"]
    # What is held was fetched, but only what was applied is committed.
    assert (await rig.committed())[first, 0] == 1
    await rig.produce(marks(rig, START_MS + 6 * DAY_MS))
    await until(partial(_told, rig, key, 5))
    assert await _kinds(rig, key) == ["fact", "tick", "fact", "fact", "tick"]


async def _kinds(rig: Rig, key: bytes) -> list[str]:
    return ["tick" if b'"tick"' in value else "fact" for value in (await told(rig))[key]]


async def _told(rig: Rig, key: bytes, count: int) -> bool:
    return len((await told(rig)).get(key, [])) >= count


async def test_a_restart_restores_the_table_and_what_is_due(rig: Rig) -> None:
    keys = [b"a%d" % n for n in range(40)]
    facts = [GivenRecord(rig.inputs[0], n % rig.partitions, key, b"x", START_MS + n) for n, key in enumerate(keys)]
    await rig.produce([*facts, *facts, *marks(rig, START_MS + DAY_MS)])
    rig.start_worker("a")
    await until(partial(_all_have, rig, keys, 2))
    assert rig.stop_workers() == {"a": 0}
    assert not any(b'"tick"' in value for values in (await told(rig)).values() for value in values)
    await rig.produce(marks(rig, START_MS + 3 * DAY_MS))
    rig.start_worker("a")
    await until(partial(_all_have, rig, keys, 3))
    for values in (await told(rig)).values():
        assert json.loads(values[-1]) == {"tick": 1, "count": 2, "now": START_MS + DAY_MS + 9 * 3_600_000}


async def _all_have(rig: Rig, keys: list[bytes], count: int) -> bool:
    found = await told(rig)
    return all(len(found.get(key, [])) >= count for key in keys)


async def test_idle_costs_next_to_nothing(rig: Rig) -> None:
    await rig.produce([*some_log(rig, days=2, facts_a_day=50), *marks(rig, START_MS + 5 * DAY_MS)])
    worker = rig.start_worker("a")
    await until(partial(_all_told_something, rig))
    await asyncio.sleep(2)
    before, started = _cpu_s(worker.pid), time.monotonic()
    await asyncio.sleep(5)
    assert (_cpu_s(worker.pid) - before) / (time.monotonic() - started) < 0.05


async def _all_told_something(rig: Rig) -> bool:
    return bool(await told(rig)) and await _all_ticked(rig)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
