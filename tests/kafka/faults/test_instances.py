"""One instance id at two workers: the second gives way, a fenced one ends and says why, a dead one's id is free."""

import asyncio
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.offline.workers import environment, free_port, settings_of
from streams.broker.broker import Broker
from streams.cluster import admin
from tests.kafka.rig import until
from tests.places import OWN_POLICY

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]
COMMAND = (sys.executable, "-c", "from agents.cli import main; main()", "worker", "--skip-check")
START_S = 240
TAKEN_OVER = 3
PARTITIONS = 2


class Namesakes:
    """Workers that all have the same instance id."""

    def __init__(self, servers: str, namespace: str, folder: Path) -> None:
        self.folder = folder
        self.variables = {
            **OWN_POLICY,
            "TACTFUL_BOOTSTRAP_SERVERS": servers,
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
            "TACTFUL_PARTITIONS": str(PARTITIONS),
            "TACTFUL_INSTANCE_ID": "same",
            "TACTFUL_SESSION_TIMEOUT_MS": "20000",
            "TACTFUL_HEARTBEAT_INTERVAL_MS": "1000",
            "TACTFUL_LOG_LEVEL": "WARNING",
        }
        self.ports: dict[str, int] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        self.ports[name] = free_port()
        variables = {**self.variables, "TACTFUL_HEALTH_PORT": str(self.ports[name])}
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(COMMAND, env=environment(variables), stdout=log, stderr=log)

    def log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    async def page(self, name: str, path: str) -> str:
        def get() -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}{path}", timeout=5) as answer:
                return str(answer.read().decode())

        return await asyncio.to_thread(get)

    async def is_ready(self, name: str) -> bool:
        assert self.processes[name].poll() is None, self.log_of(name)
        try:
            await self.page(name, "/readyz")
        except (OSError, urllib.error.URLError):
            return False
        return True

    async def ready(self, name: str) -> None:
        await until(lambda: self.is_ready(name), START_S)

    async def taken_over(self, name: str) -> int:
        found = re.search(r"^tactful_takeovers_total (\S+)$", await self.page(name, "/metrics"), re.MULTILINE)
        return 0 if found is None else int(float(found[1]))

    async def ended(self, name: str) -> int:
        return await asyncio.to_thread(self.processes[name].wait, START_S)


@pytest.fixture
def namesakes(broker: Broker, namespace: str, tmp_path: Path) -> Iterator[Namesakes]:
    made = Namesakes(broker.bootstrap_servers, namespace, tmp_path)
    asyncio.run(admin.create(settings_of(made.variables)))
    yield made
    for process in made.processes.values():
        if process.poll() is None:
            process.kill()
            process.wait(10)


@pytest.mark.chaos
def test_the_second_worker_with_an_id_gives_way(namesakes: Namesakes) -> None:
    asyncio.run(second_gives_way(namesakes))


async def second_gives_way(namesakes: Namesakes) -> None:
    namesakes.start("first")
    await namesakes.ready("first")
    for name in ("second", "second-again"):
        namesakes.start(name)
        assert await namesakes.ended(name) == TAKEN_OVER, namesakes.log_of(name)
        said = [line for line in namesakes.log_of(name).splitlines() if "the worker stops" in line]
        assert len(said) == 1
        assert "the worker stops: InstanceTaken: TACTFUL_INSTANCE_ID=same is in use by" in said[0]
        assert f":{namesakes.processes['first'].pid} at " in said[0]
    assert await namesakes.is_ready("first")
    assert await namesakes.taken_over("first") == PARTITIONS


def test_a_fenced_worker_ends_and_a_dead_ones_id_is_free_at_once(namesakes: Namesakes) -> None:
    asyncio.run(fenced_and_dead(namesakes))


async def fenced_and_dead(namesakes: Namesakes) -> None:
    namesakes.start("frozen")
    await namesakes.ready("frozen")
    namesakes.processes["frozen"].send_signal(signal.SIGSTOP)
    namesakes.start("next")
    await namesakes.ready("next")
    assert await namesakes.taken_over("next") == PARTITIONS
    namesakes.processes["frozen"].send_signal(signal.SIGCONT)
    assert await namesakes.ended("frozen") == TAKEN_OVER, namesakes.log_of("frozen")
    assert namesakes.log_of("frozen").count("the worker stops") == 1
    assert await namesakes.is_ready("next")

    namesakes.processes["next"].kill()
    await namesakes.ended("next")
    namesakes.start("last")
    await namesakes.ready("last")
    assert "is in use by" not in namesakes.log_of("last")
