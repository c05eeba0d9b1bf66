"""A bank's topic becomes facts on a real Kafka: re-keyed, marked, each once over kill -9, zombies and rebalances."""

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from agents.intake.mappings.files import load_mapping
from agents.intake.start import begin, faults
from schemas.facts import SourceProgress
from streams import roles
from streams.broker.broker import Broker
from streams.cluster.whole_logs import Kept
from streams.transport.partitioner import partition_of
from tests.agents.intake.avro_bytes import PAYMENT_SCHEMA, registry_frame
from tests.agents.intake.test_avro import RAW, with_avro
from tests.kafka.intake.intake_rig import SLOW, SOURCE_PARTITIONS, IntakeRig, payment
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

MANY = 15_000


@pytest.fixture
async def rig(broker: Broker, namespace: str, tmp_path: Path) -> AsyncIterator[IntakeRig]:
    made = IntakeRig(broker.bootstrap_servers, namespace, tmp_path)
    yield made
    made.stop()


def assert_each_once(facts: list[Kept], count: int) -> None:
    ids = Counter(fact.body()["payment_id"] for fact in facts)
    assert set(ids) == {f"P-{number}" for number in range(count)}, "facts lost or invented"
    assert set(ids.values()) == {1}, "facts doubled"


def assert_marks_are_true(records: list[Kept]) -> None:
    """No fact lies behind a mark of its partition that is as old as what the mark says is complete."""
    complete: dict[int, int] = {}
    for record in records:
        if record.is_mark:
            complete[record.partition] = max(complete.get(record.partition, 0), record.timestamp_ms)
        else:
            assert record.timestamp_ms > complete.get(record.partition, 0)


async def test_keyed_by_loan_in_three_partitions_becomes_keyed_by_person_in_four(rig: IntakeRig) -> None:
    await rig.create()
    broken = payment(1, amount="12.345")
    values = [(number % 2, payment(number)) for number in range(200)]  # the last partition stays idle
    await rig.say(values)
    await rig.say([(1, broken), (0, b"\xff")], headers=[("bank", b"x")])
    async with rig.running():
        facts = await rig.until_facts(200)

        async def marked() -> bool:
            marks = [record for record in await rig.made() if record.is_mark]
            return {mark.partition for mark in marks} == set(range(rig.settings.partitions))

        await until(marked)
        letters = {letter.value: letter for letter in await rig.made(roles.REMINDER_DEAD_LETTERS)}
    assert_each_once(facts, 200)
    for fact in facts:
        assert fact.key is not None
        body, headers = fact.body(), dict(fact.headers)
        assert fact.key.decode() == body["account_id"]
        assert fact.partition == partition_of(fact.key, rig.settings.partitions)
        assert headers["tactful.source-topic"].decode() == rig.source
        place = int(headers["tactful.source-partition"]), int(headers["tactful.source-offset"])
        assert f"P-{place[1] * 2 + place[0]}" == body["payment_id"]
    letter = letters[broken]
    headers = dict(letter.headers)
    assert (letter.key, headers["bank"], headers["tactful.reason"]) == (b"L-7", b"x", b"INEXACT_AMOUNT")
    assert (headers["tactful.account"], headers["tactful.source-partition"]) == (b"C-1", b"1")
    assert letter.partition == partition_of(b"C-1", rig.settings.partitions)
    assert "tactful.account" not in dict(letters[b"\xff"].headers)
    records = await rig.made()
    assert_marks_are_true(records)
    mark = SourceProgress.model_validate_json(next(r.value or b"" for r in reversed(records) if r.is_mark))
    assert mark.source == "bank"
    assert mark.complete_to.timestamp() <= time.time()


async def in_a_transaction_of_its_own(rig: IntakeRig, name: str) -> None:
    """Start a process and wait until it has committed once and writes again."""
    before = await rig.consumed()
    rig.start(name, SLOW)

    async def commits() -> bool:
        return await rig.consumed() > before

    await until(commits, step_s=0)
    await until(rig.left_open, step_s=0)


async def test_kill_9_in_open_transactions_and_a_zombie(rig: IntakeRig) -> None:
    await rig.create()
    await rig.say((number % SOURCE_PARTITIONS, payment(number)) for number in range(MANY))
    proved = 0
    for _ in range(10):
        await in_a_transaction_of_its_own(rig, "a")
        rig.processes["a"].kill()
        rig.processes["a"].wait()
        proved += bool(await rig.left_open())
        if proved >= 2 or await rig.consumed() > MANY // 3:
            break
    assert proved, "no kill met an open transaction with data: the test proves nothing"
    await in_a_transaction_of_its_own(rig, "a")
    assert await rig.consumed() < MANY
    zombie = rig.processes["a"]
    os.kill(zombie.pid, signal.SIGSTOP)
    rig.start("b")
    facts = await rig.until_facts(MANY, within_s=300)
    os.kill(zombie.pid, signal.SIGCONT)
    assert await asyncio.to_thread(zombie.wait, 30) != 0
    assert rig.stop()["b"] == 0
    assert await rig.written() > MANY
    assert_each_once(await rig.facts(), MANY)
    assert len(facts) == MANY
    assert_marks_are_true(await rig.made())


async def test_partitions_move_between_processes_while_the_bank_writes(rig: IntakeRig) -> None:
    await rig.create()
    await rig.say((number % SOURCE_PARTITIONS, payment(number)) for number in range(2_000))
    async with rig.running():
        await rig.until_facts(1)
        async with rig.running(2) as more:
            await rig.say((number % SOURCE_PARTITIONS, payment(number)) for number in range(2_000, 3_000))

            async def shared() -> bool:
                return all(intake.status().assigned and intake.status().restored for intake in more)

            await until(shared)
        await rig.say((number % SOURCE_PARTITIONS, payment(number)) for number in range(3_000, 4_000))
        await rig.until_facts(4_000)
    assert_each_once(await rig.facts(), 4_000)
    assert_marks_are_true(await rig.made())


async def test_a_registry_that_is_away_stops_the_partition_until_it_is_back(
    broker: Broker, namespace: str, tmp_path: Path
) -> None:
    there = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        if not there.is_set():
            return web.json_response({"error_code": 50003}, status=503)
        if request.match_info["id"] != "7":
            return web.json_response({"error_code": 40403}, status=404)
        return web.json_response({"schema": json.dumps(PAYMENT_SCHEMA)})

    app = web.Application()
    app.router.add_get("/schemas/ids/{id}", answer)
    async with TestServer(app) as server:
        rig = IntakeRig(broker.bootstrap_servers, namespace, tmp_path, with_avro(f'registry = "{server.make_url("")}"'))
        await rig.create()
        await rig.say([(0, registry_frame(7, RAW)), (0, registry_frame(8, RAW)), (1, b"no frame")])
        async with rig.running() as (intake,):

            async def waits() -> bool:
                return bool(intake.status().hindered) and bool(await rig.made(roles.REMINDER_DEAD_LETTERS))

            await until(waits)
            assert intake.status().hindered == ("partition 0: the schema registry answers 503",)
            assert not await rig.made(), "neither a fact nor a mark while one partition waits"
            assert [r.value for r in await rig.made(roles.REMINDER_DEAD_LETTERS)] == [b"no frame"]
            there.set()
            (fact,) = await rig.until_facts(1)
            assert fact.body()["amount_minor"] == 1234
            assert not intake.status().hindered
        unknown = [r for r in await rig.made(roles.REMINDER_DEAD_LETTERS) if r.value == registry_frame(8, RAW)]
        assert [dict(letter.headers)["tactful.reason"] for letter in unknown] == [b"UNKNOWN_SCHEMA"]


async def test_it_starts_nowhere_by_itself(rig: IntakeRig) -> None:
    await rig.create(begun=False)
    await rig.say([(0, payment(0))])
    mapping = load_mapping(rig.path).mapping
    found = await faults(rig.settings, mapping)
    assert len(found) == SOURCE_PARTITIONS
    assert "no committed offset: run `tactful intake begin`" in await rig.refused()
    assert await begin(rig.settings, mapping, "latest") == {0: 1, 1: 0, 2: 0}
    assert await begin(rig.settings, mapping, "earliest") == {}, "an offset that is there does not move"
    assert await faults(rig.settings, mapping) == []
    await rig.say([(0, payment(1))])
    async with rig.running():
        assert [fact.body()["payment_id"] for fact in await rig.until_facts(1)] == ["P-1"]
