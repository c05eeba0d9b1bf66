"""What the benchmarks share: topics on one broker, loading them, worker processes, and counting what leaves."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from agents.policy.files.policy import Places
from benchmarks.portfolio import Body
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.settings import Settings
from streams.transport.partitioner import partition_of

HERE = Path(__file__).parent
ROOT = HERE.parent
PLACES = Places(HERE / "bench.toml", packs=HERE / "packs", approvals=HERE / "approvals.toml")
"""The benchmarks' policy, approved."""
BIN = Path(sys.executable).parent
PARTITIONS = 4
PATIENCE_S = 300.0

_BATCH_BYTES = 900_000
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_TYPE_HEADER = "ce_type"


class Usage(NamedTuple):
    """What a process has used so far."""

    cpu_s: float
    rss_mb: float


class Process:
    """A worker under measurement; its log is shown if it dies."""

    def __init__(self, command: list[str], env: dict[str, str], tree: Path = ROOT) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tactful-bench-"))
        self._log = self._folder / "worker.log"
        full = {**os.environ, "PYTHONPATH": str(tree), "TACTFUL_DATA_DIR": str(self._folder), **env}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=full, stdout=log, stderr=subprocess.STDOUT, cwd=self._folder)
        self.pid = self._process.pid

    def usage(self) -> Usage:
        """User and system time of all its threads, and its resident memory."""
        self.check()
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return Usage((int(fields[11]) + int(fields[12])) / _TICKS_PER_S, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)

    def check(self) -> None:
        """RuntimeError with the end of its log if it has died."""
        if self._process.poll() is not None:
            tail = self._log.read_text(encoding="utf-8", errors="replace")[-4000:]
            raise RuntimeError(f"the worker ended with {self._process.returncode}:\n{tail}")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        shutil.rmtree(self._folder, ignore_errors=True)


class BenchRig:
    """One namespace of topics on a broker, so that every run starts with nothing."""

    def __init__(self, servers: str, **values: Any) -> None:
        self.name = f"b{uuid.uuid4().hex[:8]}"
        self.settings = Settings(
            _env_file=None,
            namespace=self.name,
            topic_prefix=f"{self.name}.",
            bootstrap_servers=(servers,),
            partitions=PARTITIONS,
            policy=PLACES.policy,
            packs=PLACES.packs,
            approvals=PLACES.approvals,
            **values,
        )

    def topic(self, role: str) -> str:
        """The physical name."""
        return self.settings.topics[role]

    async def create(self) -> None:
        """All topics, and the group's starting offsets."""
        await admin.create(self.settings)

    def worker(self, health_port: int, tree: Path = ROOT) -> Process:
        """`tactful worker`, as it ships in this checkout or another one."""
        return Process([str(BIN / "tactful"), "worker"], self._env(TACTFUL_HEALTH_PORT=str(health_port)), tree)

    def small_job(self, engine: str) -> Process:
        """The agent of small_job.py on stock Faust or on our engine."""
        return self._faust("benchmarks.small_job", BENCH_ENGINE=engine)

    def whole_job(self) -> Process:
        """The agents of whole_job.py on stock Faust."""
        return self._faust("benchmarks.whole_job")

    def _faust(self, module: str, **more: str) -> Process:
        command = [str(BIN / "faust"), "-A", module, "worker", "-l", "warn", "--without-web"]
        return Process(command, self._env(**more))

    def _env(self, **more: str) -> dict[str, str]:
        settings = self.settings
        return {
            "TACTFUL_NAMESPACE": settings.namespace,
            "TACTFUL_TOPIC_PREFIX": settings.topic_prefix,
            "TACTFUL_BOOTSTRAP_SERVERS": settings.bootstrap_servers[0],
            "TACTFUL_POLICY": str(settings.policy),
            "TACTFUL_PACKS": str(settings.packs),
            "TACTFUL_APPROVALS": str(settings.approvals),
            "TACTFUL_COMMIT_INTERVAL_MS": str(settings.commit_interval_ms),
            "TACTFUL_MARKED_INPUTS": "",  # the load brings no progress marks
            "TACTFUL_LOG_LEVEL": "WARNING",
            **more,
        }

    async def load(self, bodies: Mapping[str, Iterable[Body]]) -> float:
        """Write the bodies of each role in one transaction, so that all becomes readable at once; returns when."""
        return await self.load_topics({self.topic(role): facts for role, facts in bodies.items()})

    async def load_topics(self, bodies: Mapping[str, Iterable[Body]], *, atomic: bool = True) -> float:
        """As `load`, by physical names; `atomic=False` writes no transaction."""
        producer = AIOKafkaProducer(
            bootstrap_servers=list(self.settings.bootstrap_servers),
            transactional_id=f"{self.name}-load" if atomic else None,
            transaction_timeout_ms=600_000,
            max_batch_size=_BATCH_BYTES,
        )
        await producer.start()
        try:
            if atomic:
                await producer.begin_transaction()
            for topic, facts in bodies.items():
                await _write(producer, topic, facts)
            await producer.flush()
            began = time.monotonic()
            if atomic:
                await producer.commit_transaction()
        finally:
            await producer.stop()
        return began


async def _write(producer: Any, topic: str, bodies: Iterable[Body]) -> None:
    """By whole batches: aiokafka's own send costs ten times as much."""
    batches: dict[int, Any] = {}
    for key, value in bodies:
        partition = partition_of(key, PARTITIONS)
        batch = batches.get(partition)
        if batch is None or batch.append(key=key, value=value, timestamp=None) is None:
            if batch is not None:
                await producer.send_batch(batch, topic, partition=partition)
            batch = batches[partition] = producer.create_batch()
            batch.append(key=key, value=value, timestamp=None)
    for partition, batch in batches.items():
        await producer.send_batch(batch, topic, partition=partition)


async def wait_ready(process: Process, health_port: int) -> float:
    """Poll /readyz; returns when the worker said yes."""
    url = f"http://127.0.0.1:{health_port}/readyz"
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        process.check()
        if await asyncio.to_thread(_answers, url):
            return time.monotonic()
        await asyncio.sleep(0.02)
    raise RuntimeError("the worker did not become ready")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def metric(health_port: int, name: str) -> float:
    """The sum of a metric over its labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{health_port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


async def wait_metric(process: Process, health_port: int, name: str, least: float) -> None:
    """Poll a metric until it has grown to `least`."""
    deadline = time.monotonic() + PATIENCE_S
    while metric(health_port, name) < least:
        process.check()
        if time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not reach {least}")
        await asyncio.sleep(0.1)


class CountedTopics:
    """Reads a topic from its beginning, committed records only, and counts them by type."""

    def __init__(self, consumer: Any) -> None:
        self.consumer = consumer
        self.counts: Counter[str] = Counter()
        self.first_at = 0.0

    async def until(self, process: Process, kind: str, wanted: int) -> float:
        """Read on until `wanted` records of `kind` are in hand; returns when the last one came."""
        deadline = time.monotonic() + PATIENCE_S
        while self.counts[kind] < wanted:
            process.check()
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.counts[kind]} of {wanted} records of {kind!r}: {dict(self.counts)}")
            for records in (await self.consumer.getmany(timeout_ms=200)).values():
                self.first_at = self.first_at or time.monotonic()
                for record in records:
                    self.counts[kind_of(record)] += 1
        return time.monotonic()


def kind_of(record: Any) -> str:
    """The type that the headers tell; empty where there are none."""
    return next((value.decode() for name, value in record.headers if name == _TYPE_HEADER), "")


@asynccontextmanager
async def counting(servers: str, topic: str, start: str = "earliest") -> AsyncIterator[CountedTopics]:
    """A reader of one topic, from its beginning or from now on."""
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=servers, isolation_level="read_committed", auto_offset_reset=start
    ) as consumer:
        await asyncio.gather(*(consumer.position(tp) for tp in consumer.assignment()))
        yield CountedTopics(consumer)


def on_broker(job: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    """Run a benchmark on a broker of its own; ended from outside, it takes its workers along."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Broker() as broker:
        asyncio.run(job(broker.bootstrap_servers))


def spread(values: Iterable[float], digits: int = 1) -> str:
    """Median and range, as the tables show them."""
    found = sorted(values)
    return f"{median(found):,.{digits}f} ({found[0]:,.{digits}f}-{found[-1]:,.{digits}f})"


def free_port() -> int:
    """A port for the worker's site; somebody may take it before the worker does, then the run fails by its log."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
