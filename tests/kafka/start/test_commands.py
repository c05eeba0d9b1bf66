"""From a file to the screen by commands alone: topics create, feed, worker, watch."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from agents.offline.generator import START, generate
from agents.offline.generator.telling import midnight
from agents.offline.workers import Workers, settings_of
from schemas.values.instants import to_ms
from streams import roles
from streams.broker.broker import Broker
from streams.cluster.whole_logs import read_topics
from streams.topics.topology import plan
from tests.kafka.command import tactful
from tests.places import OWN_POLICY

pytestmark = pytest.mark.kafka

DAYS = 60
END = midnight(START + timedelta(days=DAYS))
PERSONAL = ("recipient", "text", "variables")


@pytest.fixture(scope="module")
def variables(broker: Broker) -> dict[str, str]:
    return {
        **OWN_POLICY,
        "TACTFUL_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "TACTFUL_NAMESPACE": "commands",
        "TACTFUL_TOPIC_PREFIX": "commands-",
        "TACTFUL_CLOCK": "replay",
        "TACTFUL_TICK_PERIOD_S": "3600",
        "TACTFUL_LOG_LEVEL": "WARNING",
    }


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return list(generate(seed=5, accounts=80, days=DAYS))


async def test_from_a_file_to_the_screen(variables: dict[str, str], lines: list[bytes], tmp_path: Path) -> None:
    faulty = await tactful(variables, "topics", "check", "--output", "json")
    assert faulty.returncode == 1
    needed = [spec for spec in plan(settings_of(variables)) if not spec.optional]
    assert len(json.loads(faulty.stdout)["faults"]) == len(needed)
    created = await tactful(variables, "topics", "create")
    assert created.stdout == "created 14 topics; starting offsets committed: 24\n", created.stderr
    assert (await tactful(variables, "topics", "create")).stdout.startswith("created 0 topics; ")
    assert (await tactful(variables, "topics", "check")).returncode == 0

    half = len(lines) // 2
    first = tmp_path / "first.jsonl"
    first.write_bytes(b"".join(lines[:half]))
    fed = json.loads((await tactful(variables, "feed", str(first), "--output", "json")).stdout)
    assert fed["facts"] == half
    rest = b"".join(lines[half:]).decode()
    said = await tactful(variables, "feed", "-", "--complete-to", END.isoformat(), stdin=rest)
    assert said.stdout.startswith(f"{len(lines) - half:,} facts and "), said.stderr

    settings = settings_of(variables)
    with Workers(1, variables, tmp_path) as workers:
        workers.wait_until(to_ms(END) - 1, settings.partitions, 600)
    await _watched(variables)


async def _watched(variables: dict[str, str]) -> None:
    """What `watch` shows to programs and to people, without and with what only the borrower should read."""
    watched = await tactful(variables, "watch", "--from-start", "--limit", "30", "--output", "json")
    assert watched.returncode == 0
    bodies = [json.loads(line) for line in watched.stdout.splitlines()]
    assert len(bodies) == 30
    reminders = [body for body in bodies if "text" in body]
    assert reminders
    assert all(body[name] == "***" for body in reminders for name in PERSONAL)

    revealed = await tactful(variables, "watch", "--from-start", "--limit", "30", "--output", "json", "--reveal")
    texts = [body["text"] for body in map(json.loads, revealed.stdout.splitlines()) if "text" in body]
    assert all("4008800123" in text for text in texts)

    there = Counter(record.role for record in await read_topics(settings_of(variables), roles.OUTPUTS))
    both = there[roles.REMINDERS] + there[roles.REMINDER_DECISIONS]
    why = await tactful(variables, "watch", "--from-start", "--limit", str(both), "--why")
    shown = why.stdout.splitlines()
    assert len(shown) == both, "one line each, however wide the terminal"
    assert sum(line.startswith("·") for line in shown) == there[roles.REMINDER_DECISIONS]
    assert any("sent because ISSUED" in line for line in shown)
    assert any(line.startswith("→") for line in shown)
    assert not any("4008800123" in line for line in shown)


async def test_missing_topics_are_named_at_once(variables: dict[str, str], tmp_path: Path) -> None:
    elsewhere = {**variables, "TACTFUL_TOPIC_PREFIX": "nowhere-"}
    path = tmp_path / "facts.jsonl"
    path.write_text("")
    for arguments, missing in ((("watch", "--why"), 2), (("feed", str(path)), len(roles.INPUTS))):
        run = await tactful(elsewhere, *arguments, timeout_s=300)
        assert run.returncode == 2
        assert run.stderr.startswith("tactful: no such topics: nowhere-")
        assert run.stderr.count("nowhere-") == missing
        assert run.stderr.count("\n") == 1


async def test_a_file_out_of_order_is_one_clear_line(
    variables: dict[str, str], lines: list[bytes], tmp_path: Path
) -> None:
    await tactful(variables, "topics", "create")
    path = tmp_path / "unsorted.jsonl"
    path.write_bytes(lines[5] + lines[-1] + lines[5])
    run = await tactful(variables, "feed", str(path))
    assert run.returncode == 2
    assert run.stderr == f"tactful: {path}:3: its time lies before that of the line above; sort the file by time\n"


async def test_a_record_that_kafka_refuses_ends_the_feed(
    variables: dict[str, str], lines: list[bytes], tmp_path: Path
) -> None:
    await tactful(variables, "topics", "create")
    path = tmp_path / "keyless.jsonl"
    profile = json.loads(next(line for line in lines if b'"profile.updated"' in line))
    del profile["account_id"]
    path.write_text(json.dumps(profile))
    run = await tactful(variables, "feed", str(path))
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1].startswith("tactful: ")
    assert run.stdout == ""
