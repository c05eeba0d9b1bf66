"""kill -9 with open transactions, a zombie, a poison record: every fact counts once, and state is what was told."""

import asyncio
import json
import signal
import time
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from streams.broker.broker import Broker
from streams.transport.partitioner import partition_of
from tests.kafka.rig import GivenRecord, Rig, last_values, until

pytestmark = pytest.mark.kafka

# Long transactions whose data leaves early, and an agent that dawdles inside them.
SLOW = {
    "TACTFUL_COMMIT_INTERVAL_MS": "1000",
    "TACTFUL_BATCH_FLUSH_BYTES": "1000",
    "TACTFUL_CHUNK_MAX_RECORDS": "50",
    "TACTFUL_SESSION_TIMEOUT_MS": "6000",
    "TACTFUL_HEARTBEAT_INTERVAL_MS": "2000",
    "COUNTING_PAUSE_S": "0.03",
    "COUNTING_PAUSE_EVERY": "10",
}


@pytest.fixture
async def rig(broker: Broker, tmp_path: Path) -> Any:
    made = Rig(broker.bootstrap_servers, tmp_path)
    await made.create()
    yield made
    made.stop_workers()


def some_facts(rig: Rig, count: int, accounts: int = 200) -> list[GivenRecord]:
    now_ms = time.time_ns() // 1_000_000
    return [
        GivenRecord(rig.inputs[i % 2], i // 2 % accounts % rig.partitions, b"a%d" % (i // 2 % accounts), b"x", now_ms)
        for i in range(count)
    ]


async def assert_exact(rig: Rig, given: list[GivenRecord]) -> None:
    """Recounts from the topics alone."""
    told: dict[bytes, list[dict[str, Any]]] = defaultdict(list)
    facts: Counter[str] = Counter()
    for record in await rig.read(rig.topic("reminders")):
        event = json.loads(record.value)
        told[record.key].append(event)
        if "fact" in event:
            facts[event["fact"]] += 1
    assert len(facts) == len(given), "facts lost or invented"
    assert set(facts.values()) == {1}, "facts told twice"
    state = last_values(await rig.read(rig.changelog))
    per_account = Counter(record.key for record in given)
    assert state.keys() == per_account.keys()
    for key, events in told.items():
        counts = [event["count"] for event in events if "fact" in event]
        ticks = [event["tick"] for event in events if "tick" in event]
        assert counts == list(range(1, per_account[key] + 1))
        assert ticks == list(range(1, len(ticks) + 1))
        value = json.loads(state[key])
        assert (value["count"], value["ticks"]) == (per_account[key], len(ticks))
    for (topic, partition), offset in (await rig.committed()).items():
        assert offset == sum(1 for r in given if (r.topic, r.partition) == (topic, partition))


async def all_told(rig: Rig, given: list[GivenRecord]) -> bool:
    return sum(b'"fact"' in r.value for r in await rig.read(rig.topic("reminders"))) >= len(given)


async def kill_in_open_transaction(rig: Rig, name: str) -> None:
    """kill -9 at a moment that leaves data behind an open transaction; proved after the death, not before."""
    worker = rig.workers[name]
    await until(lambda: rig.open_transactions(rig.topic("reminders")))
    worker.kill()
    worker.wait(300)


async def test_kill_9_with_open_transactions(rig: Rig) -> None:
    given = some_facts(rig, 6000)
    await rig.produce(given)
    rig.start_worker("a", **SLOW)
    rig.start_worker("b", **SLOW)
    proved = 0
    for attempt in range(8):
        name = "ab"[attempt % 2]
        before = len(await rig.read(rig.topic("reminders")))
        await until(partial(_more, rig, before))
        await kill_in_open_transaction(rig, name)
        # The survivor's transactions end within their interval; what is still open then is the dead one's.
        stays_open = [await rig.open_transactions(rig.topic("reminders")) for _ in range(3)]
        proved += min(stays_open) > 0 and not await all_told(rig, given)
        rig.start_worker(name, **SLOW)
        if proved >= 3:
            break
    assert proved >= 3, "no kill met an open transaction with data: the test proves nothing"
    await until(lambda: all_told(rig, given), within_s=300)
    await until(lambda: _ticked(rig, 200))
    assert rig.stop_workers() == {"a": 0, "b": 0}
    aborted = len(await rig.read(rig.topic("reminders"), "read_uncommitted"))
    assert aborted > len(await rig.read(rig.topic("reminders")))
    await assert_exact(rig, given)


async def _more(rig: Rig, seen: int) -> bool:
    return len(await rig.read(rig.topic("reminders"))) > seen


async def _ticked(rig: Rig, accounts: int) -> bool:
    keys = {r.key for r in await rig.read(rig.topic("reminders")) if b'"tick"' in r.value}
    return len(keys) == accounts


@pytest.mark.parametrize("static", [True, False])
async def test_workers_come_and_go(broker: Broker, tmp_path: Path, static: bool) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, static=static)
    await rig.create()
    given = some_facts(rig, 4000)
    await rig.produce(given[:2000])
    try:
        rig.start_worker("a", **SLOW)
        await until(partial(_more, rig, 0))
        rig.start_worker("b", **SLOW)
        await until(partial(_more, rig, 800), within_s=300)
        rig.start_worker("c", **SLOW)
        await until(partial(all_told, rig, given[:2000]), within_s=300)
        leaving = rig.workers["a"]
        leaving.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(leaving.wait, 15) == 0, rig.log_of("a")[-3_000:]
        await rig.produce(given[2000:])
        await until(partial(all_told, rig, given), within_s=300)
        await until(partial(_ticked, rig, 200))
    finally:
        codes = rig.stop_workers()
    assert set(codes.values()) == {0}
    await assert_exact(rig, given)


async def test_zombie_is_fenced(rig: Rig) -> None:
    given = some_facts(rig, 3000)
    await rig.produce(given)
    zombie = rig.start_worker("a", **SLOW)
    await until(lambda: rig.open_transactions(rig.topic("reminders")))
    zombie.send_signal(signal.SIGSTOP)
    rig.start_worker("b", **SLOW)
    await until(lambda: all_told(rig, given), within_s=300)
    zombie.send_signal(signal.SIGCONT)
    assert await asyncio.to_thread(zombie.wait, 30) != 0
    assert "Fenced" in rig.log_of("a")
    assert rig.stop_workers()["b"] == 0
    await assert_exact(rig, given)


async def test_poison_record_commits_nothing_and_stops(rig: Rig) -> None:
    given = some_facts(rig, 40, accounts=4)
    bad = [GivenRecord(rig.inputs[0], p, b"p%d" % p, b"poison", given[0].timestamp_ms) for p in range(rig.partitions)]
    await rig.produce([*given[:20], *bad, *given[20:]])
    worker = rig.start_worker("a")
    assert await asyncio.to_thread(worker.wait, 300) != 0
    assert "poison" in rig.log_of("a")
    assert await rig.read(rig.topic("reminders")) == []
    assert set((await rig.committed()).values()) == {0}


async def test_a_missing_offset_closes_its_partition_by_name(broker: Broker, tmp_path: Path) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, partitions=1)
    await rig.create(starting_offsets=False)
    rig.start_worker("a")

    async def told() -> bool:
        closed = f"partition 0 sends nothing: {rig.inputs[0]} LOST_OFFSET (no committed offset, log 0 to 0)"
        return closed in rig.log_of("a")

    try:
        await until(told)
    finally:
        assert rig.stop_workers() == {"a": 0}
    assert set((await rig.committed()).values()) == {None}


async def test_outputs_of_another_partition_count_go_where_their_key_belongs(broker: Broker, tmp_path: Path) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, output_partitions=3)
    await rig.create()
    given = some_facts(rig, 300)
    await rig.produce(given)
    try:
        rig.start_worker("a")
        await until(partial(all_told, rig, given))
        await until(partial(_ticked, rig, 150))
    finally:
        assert rig.stop_workers() == {"a": 0}
    for record in await rig.read(rig.topic("reminders")):
        assert record.partition == partition_of(record.key, 3)
    await assert_exact(rig, given)
