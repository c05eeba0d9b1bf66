"""The stop button from the command line: what is said lands on the topic with who and why, and stands."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner, Result

from agents.cli import app
from agents.offline.workers import environment, settings_of
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from tests.places import VARIABLES

pytestmark = pytest.mark.kafka
WHO = ("--by", "u-7", "--reason", "a wrong text")


class ControlCommands:
    """Commands run here, against a namespace of their own."""

    def __init__(self, servers: str, namespace: str) -> None:
        self.variables = {
            **VARIABLES,
            "TACTFUL_BOOTSTRAP_SERVERS": servers,
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
            "TACTFUL_PARTITIONS": "1",
        }
        self.settings = settings_of(self.variables)

    def run(self, *arguments: str, stdin: str | None = None, **more: str) -> Result:
        variables = environment({**self.variables, **more})
        return CliRunner().invoke(app, arguments, input=stdin, env=variables)

    def say(self, *arguments: str, **more: Any) -> dict[str, Any]:
        said = self.run(*arguments, *WHO, "--output", "json", **more)
        assert said.exit_code == 0, said.output
        body: dict[str, Any] = json.loads(said.stdout)
        return body

    def stands(self) -> dict[str, Any]:
        shown = self.run("controls", "--output", "json")
        assert shown.exit_code == 0, shown.output
        body: dict[str, Any] = json.loads(shown.stdout)
        return body

    def write(self, value: bytes) -> None:
        async def write() -> None:
            async with AIOKafkaProducer(bootstrap_servers=list(self.settings.bootstrap_servers)) as producer:
                await producer.send_and_wait(self.settings.topics[roles.REMINDER_CONTROLS], value)

        asyncio.run(write())


@pytest.fixture
def commands(broker: Broker, namespace: str) -> ControlCommands:
    made = ControlCommands(broker.bootstrap_servers, namespace)
    asyncio.run(admin.create(made.settings))
    return made


def test_a_pause_stands_until_it_is_resumed_by_its_id(commands: ControlCommands) -> None:
    everything = commands.say("pause")
    assert (everything["offset"], everything["by"], everything["reason"]) == (0, "u-7", "a wrong text")
    firm = commands.run("pause", "--stage", "FIRM", *WHO)
    assert firm.stdout.startswith("pause-")
    assert (
        f"written to {commands.settings.topics[roles.REMINDER_CONTROLS]} at offset 1. paused: stage FIRM" in firm.stdout
    )
    assert [pause["scope"]["stage"] for pause in commands.stands()["pauses"]] == [None, "FIRM"]

    unknown = commands.run("resume", "pause-of-nobody", *WHO)
    assert unknown.exit_code == 2
    assert f"there are: {everything['control_id']}, pause-" in unknown.stderr
    assert commands.say("resume", everything["control_id"])["offset"] == 2
    text = commands.run("controls").stdout
    assert "read up to offset 3" in text
    assert "stage FIRM" in text
    assert everything["control_id"] not in text


def test_a_policy_is_activated_by_the_hash_of_its_file(commands: ControlCommands) -> None:
    said = commands.say("activate", "--from", "2026-03-02")
    (active,) = commands.stands()["activations"]
    assert (active["policy_hash"], active["effective_from"]) == (said["policy_hash"], "2026-03-02")
    assert said["policy_hash"] in commands.run("policy", "check").stdout
    refused = commands.run("activate", "--from", "tomorrow", *WHO)
    assert refused.exit_code == 2


def test_a_recall_and_an_allow_list_stand(commands: ControlCommands, tmp_path: Path) -> None:
    recall = commands.say("recall", "--policy", "cn-consumer", "--since", "2026-03-02")
    assert recall["issued_from"] == "2026-03-02T00:00:00Z"
    accounts = tmp_path / "first-day.txt"
    accounts.write_text("A-1\nA-2\n\n")
    commands.say("allow", str(accounts))
    commands.say("allow", "-", "--others-over-minutes", "200", stdin="A-3\n")
    stands = commands.stands()
    assert [(found["offset"], found["scope"]["policy"]) for found in stands["recalls"]] == [(0, "cn-consumer")]
    assert (stands["allow_list"]["accounts"], stands["allow_list"]["others_over_minutes"]) == (["A-3"], 200)
    assert commands.say("allow", "--end")["accounts"] is None
    assert commands.stands()["allow_list"] is None


def test_what_cannot_be_read_is_shown_and_dismissed(commands: ControlCommands) -> None:
    commands.write(b"stop!")
    assert "UNREADABLE" in commands.run("controls").stdout
    assert commands.run("controls", "dismiss", "7", *WHO).exit_code == 2
    commands.say("controls", "dismiss", "0")
    assert commands.stands()["unreadable"] == []


def test_a_replay_asks_for_the_time_and_a_misspelt_stage_is_told(commands: ControlCommands) -> None:
    assert commands.run("pause", *WHO, TACTFUL_CLOCK="replay").exit_code == 2
    said = commands.run("pause", "--stage", "FRIM", "--at", "2026-03-02T09:00:00Z", *WHO, TACTFUL_CLOCK="replay")
    assert said.exit_code == 0
    assert "has no stage FRIM" in said.stderr
    assert commands.stands()["pauses"][0]["time"] == "2026-03-02T09:00:00Z"


def test_without_the_topic_one_line_says_so(broker: Broker, namespace: str) -> None:
    said = ControlCommands(broker.bootstrap_servers, namespace).run("pause", *WHO)
    assert said.exit_code != 0
    assert "no such topics" in str(said.exception)
