"""What the tests of the engine share: topics, facts, worker processes, and reading everything back."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from schemas.envelope import MARK_TYPE, TYPE_HEADER
from tests.places import OWN_POLICY

ROOT = Path(__file__).parents[2]
CONTROLLED_APP = "tests.kafka.controls.controlled_app"
DEAF_APP = "tests.kafka.controls.deaf_app"
INPUT_ROLES = ("repayment-missed", "payment-received")


@dataclass(frozen=True)
class GivenRecord:
    """One record to produce."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes
    timestamp_ms: int
    mark: bool = False


@dataclass
class Rig:
    """One namespace of topics on a broker, and the workers on it."""

    servers: str
    folder: Path
    partitions: int = 4
    output_partitions: int = 4
    app: str = "tests.kafka.counting_app"
    env: dict[str, str] = field(default_factory=dict)
    static: bool = True
    namespace: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:10]}")
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def topic(self, role: str) -> str:
        return f"{self.namespace}.{role}"

    @property
    def changelog(self) -> str:
        return f"{self.namespace}.{self.namespace}-accounts-changelog"

    @property
    def inputs(self) -> list[str]:
        return [self.topic(role) for role in INPUT_ROLES]

    async def create(self, starting_offsets: bool = True) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.servers)
        await admin.start()
        try:
            forever = {"retention.ms": "-1"}  # replayed records are old by the broker's clock
            topics = [NewTopic(name, self.partitions, 1, topic_configs=forever) for name in self.inputs]
            topics.append(NewTopic(self.topic("reminders"), self.output_partitions, 1, topic_configs=forever))
            compact = {"cleanup.policy": "compact", "message.timestamp.type": "LogAppendTime"}
            topics.append(NewTopic(self.changelog, self.partitions, 1, topic_configs=compact))
            await admin.create_topics(topics)
        finally:
            await admin.close()
        if starting_offsets:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self.servers,
                group_id=f"{self.namespace}-reminders",
                enable_auto_commit=False,
            )
            await consumer.start()
            tps = [TopicPartition(name, p) for name in self.inputs for p in range(self.partitions)]
            consumer.assign(tps)
            await consumer.commit({tp: OffsetAndMetadata(0, "") for tp in tps})
            await consumer.stop()

    async def produce(self, records: Iterable[GivenRecord]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.servers, linger_ms=5, max_batch_size=200_000)
        await producer.start()
        for given in records:
            headers = [(TYPE_HEADER, MARK_TYPE)] if given.mark else []
            await producer.send(
                given.topic,
                given.value,
                key=given.key,
                partition=given.partition,
                timestamp_ms=given.timestamp_ms,
                headers=headers,
            )
        await producer.stop()

    def start_worker(self, name: str = "a", **env: str) -> subprocess.Popen[bytes]:
        full = {
            **os.environ,
            "TACTFUL_NAMESPACE": self.namespace,
            "TACTFUL_TOPIC_PREFIX": f"{self.namespace}.",
            **OWN_POLICY,
            "TACTFUL_BOOTSTRAP_SERVERS": self.servers,
            "TACTFUL_DATA_DIR": str(self.folder / name),
            "PYTHONPATH": str(ROOT),
            **self.env,
            **env,
        }
        if self.static:
            full["TACTFUL_INSTANCE_ID"] = f"{self.namespace}-{name}"
        command = [sys.executable, "-m", "faust", "-A", self.app, "worker", "-l", "warn"]
        with (self.folder / f"worker-{name}.log").open("ab") as log:
            worker = subprocess.Popen(command, env=full, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder)
        self.workers[name] = worker
        return worker

    def log_of(self, name: str = "a") -> str:
        return (self.folder / f"worker-{name}.log").read_text(errors="replace")

    def stop_workers(self) -> dict[str, int]:
        """Ask all to stop; exit codes by name."""
        for worker in self.workers.values():
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.terminate()
        codes = {}
        for name, worker in self.workers.items():
            try:
                codes[name] = worker.wait(300)
            except subprocess.TimeoutExpired:
                worker.kill()
                codes[name] = worker.wait(300)
        self.workers.clear()
        return codes

    def _partitions_of(self, topic: str) -> list[TopicPartition]:
        count = self.output_partitions if topic == self.topic("reminders") else self.partitions
        return [TopicPartition(topic, p) for p in range(count)]

    async def ends(self, topic: str, isolation: str) -> dict[int, int]:
        """End offsets: read_committed is the last stable offset, read_uncommitted the high watermark."""
        async with reader(self.servers, isolation) as consumer:
            tps = self._partitions_of(topic)
            found = await consumer.end_offsets(tps)
            return {tp.partition: found[tp] for tp in tps}

    async def open_transactions(self, topic: str) -> int:
        """How many records lie behind an open transaction."""
        ends, stable = await self.ends(topic, "read_uncommitted"), await self.ends(topic, "read_committed")
        return sum(ends[p] - stable[p] for p in ends)

    async def read(self, topic: str, isolation: str = "read_committed") -> list[Any]:
        """Everything on the topic now, by partition and offset."""
        async with reader(self.servers, isolation) as consumer:
            tps = self._partitions_of(topic)
            consumer.assign(tps)
            await consumer.seek_to_beginning(*tps)
            ends = await consumer.end_offsets(tps)
            records: list[Any] = []
            while any([await consumer.position(tp) < ends[tp] for tp in tps]):
                for part in (await consumer.getmany(timeout_ms=200)).values():
                    records.extend(part)
            return sorted(records, key=lambda r: (r.partition, r.offset))

    async def committed(self) -> dict[tuple[str, int], int | None]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.servers, group_id=f"{self.namespace}-reminders", enable_auto_commit=False
        )
        await consumer.start()
        try:
            tps = [TopicPartition(name, p) for name in self.inputs for p in range(self.partitions)]
            return {(tp.topic, tp.partition): await consumer.committed(tp) for tp in tps}
        finally:
            await consumer.stop()


class TopicHearing:
    """What the workers of a rig have said of an account."""

    def __init__(self, rig: Rig, soon_s: float) -> None:
        self.rig = rig
        self._soon_s = soon_s

    async def told(self, account: bytes) -> list[bytes]:
        return [record.value for record in await self.rig.read(self.rig.topic("reminders")) if record.key == account]

    async def heard(self, account: bytes, *values: bytes, within_s: float | None = None) -> None:
        async def all_of_it() -> bool:
            return await self.told(account) == list(values)

        await until(all_of_it, self._soon_s if within_s is None else within_s)


@contextlib.asynccontextmanager
async def reader(servers: str, isolation: str) -> AsyncIterator[Any]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers, isolation_level=isolation, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def until(condition: Callable[[], Any], within_s: float = 300.0, step_s: float = 0.1) -> Any:
    """Poll an async condition until it holds. The deadline guards against hanging: how soon it holds proves nothing."""
    deadline = time.monotonic() + within_s
    while True:
        if value := await condition():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s")
        await asyncio.sleep(step_s)


def last_values(records: Sequence[Any]) -> dict[bytes, bytes]:
    """The state a changelog describes."""
    last = {record.key: record.value for record in records}
    return {key: value for key, value in last.items() if value is not None}
