"""An experiment that harms, watched and stopped by a user who has the planned rights and no others."""

import asyncio
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner, Result

from agents.cli import app
from agents.controls.topic import read_controls, what_stands
from agents.experiments.events import Complained, Event, Touched
from agents.offline.workers import environment, settings_of
from agents.policy.files.policy import DEFAULT_POLICY
from schemas.values.instants import DAY_MS
from streams.clock import SystemClock
from streams.cluster import admin
from streams.settings import Settings
from streams.topics.rights import Principal, rights
from tests.agents.experiments.records import record_of
from tests.kafka.command import TACTFUL
from tests.kafka.guarded import OWNER, Granted, Guarded

pytestmark = pytest.mark.kafka

EXPERIMENTS = """
[[experiments]]
code = "X"
first_day = 2026-03-01
last_day = 2026-03-31
arms = [{ code = "SOFT", share = 50 }, { code = "OUT", share = 50, silent = true }]
stop = { sent_min = 20, complaints_per_1000 = 40.0, opt_outs_per_1000 = 60.0 }
"""
MARCH_MS = 1_772_500_000_000


class ExperimentSite:
    """One installation on the guarded broker."""

    def __init__(self, guarded: Guarded, namespace: str, folder: Path) -> None:
        policy = folder / "policy.toml"
        policy.write_text(DEFAULT_POLICY.read_text(encoding="utf-8") + EXPERIMENTS, encoding="utf-8")
        self._guarded = guarded
        self._variables = {
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
            "TACTFUL_PARTITIONS": "2",
            "TACTFUL_POLICY": str(policy),
        }
        self.owner: Settings = settings_of({**self._variables, **guarded.login(OWNER)})

    async def set_up(self) -> None:
        """Topics, and the rights of who acts here."""
        await admin.create(self.owner)
        actors = (Principal.experimenter, Principal.operator, Principal.analyst)
        await self._guarded.grant(Granted(who, right) for who in actors for right in rights(self.owner, who))

    def run(self, who: Principal, *arguments: str) -> Result:
        """`tactful experiment …` as that user."""
        return CliRunner().invoke(app, ("experiment", *arguments), env=self._seen_by(who))

    def report(self, *arguments: str) -> Result:
        """`tactful report …` as who may read for it."""
        return CliRunner().invoke(app, ("report", *arguments), env=self._seen_by(Principal.analyst))

    def start(self, who: Principal, *arguments: str) -> subprocess.Popen[str]:
        """The same in a process of its own, which goes on."""
        command = (*TACTFUL, "experiment", *arguments)
        return subprocess.Popen(command, env=self._seen_by(who), stdout=subprocess.PIPE, text=True)

    def _seen_by(self, who: Principal) -> dict[str, str]:
        return environment({**self._variables, **self._guarded.login(who)})

    async def tell(self, events: Iterable[Event], *, commit: bool) -> None:
        """In one transaction."""
        servers = list(self.owner.bootstrap_servers)
        name = f"{self.owner.namespace}-{SystemClock().now_ms()}"
        options: dict[str, Any] = self.owner.kafka_security_kwargs()
        async with AIOKafkaProducer(bootstrap_servers=servers, transactional_id=name, **options) as producer:
            await producer.begin_transaction()
            for event in events:
                role, record = record_of(event)
                topic = self.owner.topics[role]
                await producer.send(topic, record.value, key=record.key, timestamp_ms=record.timestamp)
            await (producer.commit_transaction() if commit else producer.abort_transaction())


def sent(first: int, count: int) -> list[Event]:
    return [Touched(MARCH_MS + n, f"p{n}", "X", "SOFT") for n in range(first, first + count)]


def test_what_harms_is_told_and_stopped_once(guarded: Guarded, namespace: str, tmp_path: Path) -> None:
    site = ExperimentSite(guarded, namespace, tmp_path)
    asyncio.run(site.set_up())
    asyncio.run(site.tell([*sent(0, 20), Complained(MARCH_MS + 99, "p7", "c")], commit=True))
    asyncio.run(site.tell(sent(20, 20), commit=False))

    told = site.run(Principal.experimenter, "watch", "--once", "--output", "json")
    assert told.exit_code == 1, told.output
    (found,) = json.loads(told.stdout)["experiments"]
    assert (found["state"], found["arms"][0]["sent"], found["arms"][0]["complaints"]) == ("broken", 20, 1)
    assert asyncio.run(read_controls(site.owner)) == []

    for _ in range(2):
        acted = site.run(Principal.experimenter, "watch", "--once", "--act", "--by", "u-7")
        assert acted.exit_code == 0, acted.output
    (control,) = (json.loads(record.value or b"") for record in asyncio.run(read_controls(site.owner)))
    assert (control["type"], control["policy"], control["experiment"]) == ("experiment.stopped", "cn-consumer", "X")
    assert (control["by"], control["reason"]) == (
        "u-7",
        "stop rule of X: arm SOFT: 1 complaints in 20 messages, 50.0 per 1,000, over 40",
    )
    assert "X of cn-consumer: stopped" in acted.stdout

    said = site.run(Principal.operator, "stop", "Y", "--by", "u-8", "--reason", "another policy's")
    assert (said.exit_code, "has no experiment Y, it has X" in said.stderr) == (0, True)
    assert asyncio.run(what_stands(site.owner)).stopped == {("cn-consumer", "X"), ("cn-consumer", "Y")}


def test_the_report_counts_what_is_committed(guarded: Guarded, namespace: str, tmp_path: Path) -> None:
    site = ExperimentSite(guarded, namespace, tmp_path)
    asyncio.run(site.set_up())
    answer, later = Complained(MARCH_MS + 99, "p7", "c"), Touched(MARCH_MS + 20 * DAY_MS, "q", "X", "SOFT")
    asyncio.run(site.tell([*sent(0, 20), answer, later], commit=True))
    asyncio.run(site.tell(sent(20, 20), commit=False))
    told = site.report("--output", "json")
    assert told.exit_code == 0, told.output
    (row,) = json.loads(told.stdout)["rows"]
    assert (row["arm"], row["sent"], row["accounts"], row["accounts_days_over"]) == ("X/SOFT", 21, 21, 20)
    assert (row["cured"], row["complained"], row["standing"]) == (0, 1, "no hold-out: not a cause")


def test_it_goes_on_counting_until_it_is_stopped(guarded: Guarded, namespace: str, tmp_path: Path) -> None:
    site = ExperimentSite(guarded, namespace, tmp_path)
    asyncio.run(site.set_up())
    asyncio.run(site.tell(sent(0, 3), commit=True))
    with site.start(Principal.experimenter, "watch", "--every-seconds", "1", "--output", "json") as watching:
        assert watching.stdout is not None
        first = json.loads(watching.stdout.readline())
        asyncio.run(site.tell([*sent(3, 2), Complained(MARCH_MS + 99, "p0", "c")], commit=True))
        second = json.loads(watching.stdout.readline())
        watching.terminate()
    arms = [look["experiments"][0]["arms"][0] for look in (first, second)]
    assert [(arm["sent"], arm["complaints"]) for arm in arms] == [(3, 0), (5, 1)]
