"""What the tests of the intake share: a bank's topic of three partitions, and intakes here or as processes."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from agents.intake.lane import IntakeStopped
from agents.intake.mappings.files import load_mapping
from agents.intake.process import Intake, settings_for
from agents.intake.start import begin
from agents.offline.workers import environment, settings_of
from streams import roles
from streams.cluster import admin
from streams.cluster.cluster import Cluster
from streams.cluster.whole_logs import LoggedRecord, read_topics
from streams.metrics import Metrics
from streams.settings import Settings
from tests.agents.intake.mappings.samples import PAYMENT, PAYMENTS
from tests.kafka.rig import reader, until
from tests.kafka.transactions import open_transactions
from tests.places import OWN_POLICY

SOURCE_PARTITIONS = 3
# Long transactions whose data leaves early, so that a kill finds them open.
SLOW = {"TACTFUL_CHUNK_MAX_RECORDS": "1000", "TACTFUL_BATCH_FLUSH_BYTES": "400"}
COMMAND = (sys.executable, "-c", "from agents.cli import main; main()", "intake", "run")


class IntakeRig:
    """One namespace: the bank's topic `NAMESPACE.bank`, ours beside it, and a mapping in a folder."""

    def __init__(self, servers: str, namespace: str, folder: Path, mapping: str = PAYMENTS) -> None:
        self.source = f"{namespace}.bank"
        self.folder = folder
        self.path = folder / "mapping.toml"
        self.path.write_text(mapping.replace("bank.payments", self.source))
        self.variables = {
            **OWN_POLICY,
            "TACTFUL_BOOTSTRAP_SERVERS": servers,
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
            "TACTFUL_SESSION_TIMEOUT_MS": "6000",
            "TACTFUL_HEARTBEAT_INTERVAL_MS": "1500",
            "TACTFUL_HEALTH_PORT": "0",
            "TACTFUL_LOG_LEVEL": "WARNING",
        }
        self.settings: Settings = settings_of(self.variables)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    async def create(self, *, begun: bool = True) -> None:
        """All topics, and the group's start at the first record."""
        client = AIOKafkaAdminClient(bootstrap_servers=list(self.settings.bootstrap_servers))
        await client.start()
        await client.create_topics([NewTopic(self.source, SOURCE_PARTITIONS, 1)])
        await client.close()
        await admin.create(self.settings)
        if begun:
            await begin(self.settings, load_mapping(self.path).mapping, "earliest")

    async def say(
        self,
        values: Iterable[tuple[int, bytes | None]],
        headers: Any = (),
        compression: str | None = None,
        **options: Any,
    ) -> None:
        """The bank's records: the partition and the value of each; the key is a loan's."""
        servers = list(self.settings.bootstrap_servers)
        async with AIOKafkaProducer(
            bootstrap_servers=servers, linger_ms=5, max_batch_size=200_000, compression_type=compression
        ) as producer:
            for partition, value in values:
                await producer.send(
                    self.source, value, key=b"L-7", partition=partition, headers=list(headers), **options
                )

    @contextlib.asynccontextmanager
    async def running(self, count: int = 1) -> AsyncIterator[list[Intake]]:
        """Intakes of this process."""
        loaded = load_mapping(self.path)
        intakes = [Intake(self.settings, loaded, Metrics()) for _ in range(count)]
        tasks = [asyncio.create_task(intake.run()) for intake in intakes]
        try:
            yield intakes
        finally:
            for intake in intakes:
                intake.stop()
            await asyncio.gather(*tasks)

    async def refused(self) -> str:
        """Why an intake does not run."""
        intake = Intake(self.settings, load_mapping(self.path), Metrics())
        try:
            await asyncio.wait_for(intake.run(), 30)
        except IntakeStopped as reason:
            return str(reason)
        raise AssertionError("it runs")

    def start(self, name: str, extra: Mapping[str, str] | None = None) -> None:
        """`tactful intake run` in a process of its own, a static member of the group."""
        own = {**self.variables, **(extra or {}), "TACTFUL_INSTANCE_ID": f"{self.settings.namespace}-{name}"}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                (*COMMAND, str(self.path)), env=environment(own), stdout=log, stderr=subprocess.STDOUT
            )

    def log_of(self, name: str) -> str:
        """What a process has written."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self) -> dict[str, int]:
        """Ask all processes to end; exit codes by name."""
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGCONT)
                process.terminate()
        return {name: process.wait(300) for name, process in self.processes.items()}

    async def made(self, role: str = roles.PAYMENT_RECEIVED) -> list[LoggedRecord]:
        """Everything that came out on a topic, marks too."""
        return await read_topics(self.settings, (role,))

    async def facts(self) -> list[LoggedRecord]:
        """The payments that came out."""
        return [record for record in await self.made() if not record.is_mark]

    async def until_facts(self, count: int, within_s: float = 300.0) -> list[LoggedRecord]:
        """Wait for so many payments."""

        async def enough() -> list[LoggedRecord]:
            found = await self.facts()
            return found if len(found) >= count else []

        found: list[LoggedRecord] = await until(enough, within_s)
        return found

    async def consumed(self) -> int:
        """How many source records are committed as read."""
        mapping = load_mapping(self.path).mapping
        async with Cluster(settings_for(self.settings, mapping.id)) as cluster:
            tps = [TopicPartition(self.source, number) for number in range(SOURCE_PARTITIONS)]
            return sum((await cluster.committed(tps)).values())

    async def left_open(self) -> set[int]:
        """Partitions of the payments that hold records of an undecided transaction."""
        return await open_transactions(self.settings, roles.PAYMENT_RECEIVED)

    async def written(self) -> int:
        """How many records were written, aborted ones and control records included."""
        topic = self.settings.topics[roles.PAYMENT_RECEIVED]
        async with reader(self.variables["TACTFUL_BOOTSTRAP_SERVERS"], "read_uncommitted") as consumer:
            tps = [TopicPartition(topic, number) for number in range(self.settings.partitions)]
            return sum((await consumer.end_offsets(tps)).values())


def payment(number: int, **changes: Any) -> bytes:
    """A payment of one of fifty customers."""
    return json.dumps({**PAYMENT, "id": f"P-{number}", "customer": str(number % 50), **changes}).encode()
