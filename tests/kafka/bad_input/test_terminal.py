"""What the commands that read topics print, as bytes, when whoever may write to a topic wants to steer a terminal."""

import asyncio
import json
import subprocess

import pytest
from aiokafka import AIOKafkaProducer

from agents.offline.workers import environment, settings_of
from schemas.reading import Reason
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from tests.agents.terminal.test_terminal import HOSTILE, assert_clean
from tests.kafka.command import TACTFUL, TIMEOUT_S
from tests.kafka.dead_letters.test_dead_letter_commands import Room

pytestmark = pytest.mark.kafka

NAMES = ("account_id", "stage", "reason", "text", "code", "outcome", "now", "issued_at", "currency", "control_id", "by")
BODY = {**dict.fromkeys(NAMES, "a" + HOSTILE), HOSTILE: HOSTILE, "amount_minor": 1, "days_past_due": HOSTILE}


async def written(room: Room, role: str, *values: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=room.settings.bootstrap_servers) as producer:
        for value in values:
            await producer.send_and_wait(room.settings.topics[role], value, key=HOSTILE.encode(), partition=0)


async def test_no_record_steers_the_terminal_of_who_reads_it(broker: Broker, namespace: str) -> None:
    room = Room(broker, namespace)
    await admin.create(settings_of(room.variables))
    bodies = [{**BODY, "type": kind} for kind in ("reminder.issued", "case.handed-off", HOSTILE)]
    raw = [json.dumps(body, ensure_ascii=False).encode() for body in bodies]
    await written(room, roles.REMINDERS, *raw, HOSTILE.encode())
    await written(room, roles.REMINDER_DECISIONS, *raw)
    await written(room, roles.REMINDER_CONTROLS, *raw, HOSTILE.encode())
    key = HOSTILE.encode()
    given = [(roles.PROFILE_UPDATED, key, value, Reason.NOT_JSON) for value in (*raw, HOSTILE.encode(), b"\x9b31m")]
    (place, *_) = await room.put_aside(*given)

    async def run(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(
            subprocess.run,
            (*TACTFUL, *arguments),
            env=environment(room.variables),
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert_clean(done.stdout, done.stderr)
        assert b"Traceback" not in done.stderr or arguments[0] == "verify", "which trusts its own outputs"
        return done.returncode, done.stdout.decode()

    for output in ("text", "json"):
        shown = ("--output", output)
        for reveal in ((), ("--reveal",)):
            code, out = await run("watch", "--from-start", "--why", "--limit", "7", *shown, *reveal)
            assert (code, len(out.splitlines())) == (0, 7)
            assert "[2J" in out
            code, out = await run("dead-letters", "list", *shown, *reveal)
            assert (code, len(out.splitlines())) == (0, len(given))
            assert (await run("dead-letters", "show", place, *shown, *reveal))[0] == 0
        assert (await run("controls", *shown))[0] == 0
        await run("verify", *shown)
