"""Both ways to start a worker: `tactful worker`, which looks first and refuses, and Faust's own command line."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from agents.offline.workers import environment, settings_of
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.cluster import Cluster
from streams.cluster.whole_logs import read_topics
from streams.settings import Settings
from streams.topics.topology import plan
from streams.transport.partitioner import partition_of
from tests.kafka.command import tactful
from tests.kafka.live import POLICY, missed, profile
from tests.kafka.rig import until
from tests.places import OWN_POLICY

pytestmark = pytest.mark.kafka

FAUST = (sys.executable, "-m", "faust", "-A", "agents.reminders.app", "worker", "-l", "warn")


@pytest.fixture
def variables(broker: Broker, namespace: str, tmp_path: Path) -> dict[str, str]:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    return {
        **OWN_POLICY,
        "TACTFUL_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "TACTFUL_NAMESPACE": namespace,
        "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
        "TACTFUL_POLICY": str(policy),
        "TACTFUL_PARTITIONS": "2",
        "TACTFUL_HEALTH_PORT": "0",
    }


async def refused(variables: dict[str, str]) -> list[str]:
    """The faults that `tactful worker` names."""
    run = await tactful(variables, "worker")
    assert run.returncode == 1, run.stderr
    *faults, last = run.stderr.splitlines()
    assert last == f"tactful: {len(faults)} faults, the worker does not start"
    assert all(fault.startswith("- ") for fault in faults)
    return faults


async def make_topics(settings: Settings, without: str = "") -> None:
    """Topics, but no starting offsets."""
    async with Cluster(settings) as cluster:
        for spec in plan(settings):
            if spec.role != without:
                await cluster.create_topic(spec.name, spec.partitions, 1, spec.configs())


async def test_the_worker_names_every_missing_topic(variables: dict[str, str]) -> None:
    faults = await refused(variables)
    names = [spec.name for spec in plan(settings_of(variables)) if not spec.optional]
    assert faults == [f"- topic {name} is missing: run `tactful topics create`" for name in names]


async def test_the_worker_names_every_missing_offset_and_topic_at_once(variables: dict[str, str]) -> None:
    settings = settings_of(variables)
    await make_topics(settings, without=roles.REMINDER_DECISIONS)
    faults = await refused(variables)
    assert faults[0] == f"- topic {settings.topics[roles.REMINDER_DECISIONS]} is missing: run `tactful topics create`"
    offsets = {
        f"- group {settings.group_id} has no committed offset for {settings.topics[role]} partition {number}: "
        "`tactful topics create` gives a new group its start, `tactful topics reset` one partition"
        for role in roles.INPUTS
        for number in range(2)
    }
    assert set(faults[1:]) == offsets


async def test_faust_runs_the_same_app(variables: dict[str, str], tmp_path: Path) -> None:
    settings = settings_of(variables)
    await admin.create(settings)
    async with AIOKafkaProducer(bootstrap_servers=list(settings.bootstrap_servers)) as producer:
        for role, body in ((roles.PROFILE_UPDATED, profile("A-1")), (roles.REPAYMENT_MISSED, missed("A-1"))):
            await producer.send_and_wait(
                settings.topics[role], json.dumps(body).encode(), key=b"A-1", partition=partition_of(b"A-1", 2)
            )
    log = tmp_path / "faust.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(  # noqa: ASYNC220 - it starts at once and is stopped below
            FAUST,
            env=environment({**variables, "TACTFUL_MARKED_INPUTS": ""}),
            cwd=tmp_path,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:

        async def reminded() -> bool:
            assert worker.poll() is None, log.read_text()
            bodies = [record.body() for record in await read_topics(settings, (roles.REMINDERS,))]
            return any(body["type"] == "reminder.issued" and body["account_id"] == "A-1" for body in bodies)

        await until(reminded)
    finally:
        worker.terminate()
        code = await asyncio.to_thread(worker.wait, 20)
    assert code == 0, log.read_text()
