"""`tactful gateway` on a real Kafka, with its planned rights and no others: from the log to receipts, what is taken
back, a kill -9, and two at once.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from agents.offline.workers import environment, settings_of
from schemas import reading
from schemas.cases import ReminderReceipt
from schemas.messages import AnyMessage
from streams import roles
from streams.cluster import admin
from streams.cluster.whole_logs import read_topics
from streams.topics.rights import Principal
from streams.transport.partitioner import partition_of
from tests.agents.delivery.messages import body, cancelled, reminder
from tests.kafka.guarded import OWNER, Guarded
from tests.kafka.live import now
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

COMMAND = (sys.executable, "-c", "from agents.cli import main; main()", "gateway", "--output", "json")
CERTAIN = """
[hand_over]
sweep_s = 0.2
[stand_in]
refused = 0
lost = 0
failed = 0
never = 0
late = 0
twice = 0
too_late = 0
"""


class Gateways:
    """Processes of the command, and the topics around them."""

    def __init__(self, guarded: Guarded, namespace: str, folder: Path) -> None:
        names = {
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
            "TACTFUL_PARTITIONS": "2",
        }
        self._variables = {**names, **guarded.login(Principal.gateway)}
        self.settings = settings_of({**names, **guarded.login(OWNER)})
        self._folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, stand_in: str, head: str = "") -> int:
        """One more process; returns its number. ``head`` begins the delivery file."""
        number = len(self.processes)
        config = self._folder / f"{number}.toml"
        config.write_text(head + CERTAIN + stand_in)
        with self._path(number).open("wb") as log:
            process = subprocess.Popen(
                [*COMMAND, "--config", str(config)],
                env=environment(self._variables),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return number

    def _path(self, number: int) -> Path:
        return self._folder / f"gateway-{number}.log"

    def log_of(self, number: int) -> str:
        return self._path(number).read_text()

    def offered(self, number: int) -> list[str]:
        """The reminders that a process has offered."""
        lines = [json.loads(line) for line in self.log_of(number).splitlines() if line.startswith("{")]
        return [line["reminder_id"] for line in lines if line["what"] == "offered"]

    async def say(self, *messages: AnyMessage) -> None:
        """Messages as a worker writes them: in one transaction."""
        producer = AIOKafkaProducer(
            bootstrap_servers=list(self.settings.bootstrap_servers),
            transactional_id=f"{self.settings.namespace}-w",
            **self.settings.kafka_security_kwargs(),
        )
        async with producer, producer.transaction():
            for message in messages:
                key = message.account_id.encode()
                topic, partition = self.settings.topics[roles.REMINDERS], partition_of(key, self.settings.partitions)
                await producer.send_and_wait(topic, body(message), key=key, partition=partition)

    async def receipts(self) -> list[ReminderReceipt]:
        """All of them, as the worker would read them."""
        found = []
        for record in await read_topics(self.settings, (roles.REMINDER_RECEIPTS,)):
            fact = reading.read(roles.REMINDER_RECEIPTS, record.key, record.value, 65_536)
            assert isinstance(fact, ReminderReceipt)
            assert record.partition == partition_of(fact.account_id.encode(), self.settings.partitions)
            found.append(fact)
        return found

    async def hear(self, wanted: dict[str, list[str]]) -> None:
        """Wait until each of these reminders has exactly these receipts."""

        async def heard() -> bool:
            told: dict[str, list[str]] = {}
            for receipt in await self.receipts():
                told.setdefault(receipt.reminder_id, []).append(receipt.status)
            return told == wanted

        try:
            await until(heard, within_s=300)
        except AssertionError:
            pytest.fail(f"{await self.receipts()}\n{[self.log_of(n) for n in range(len(self.processes))]}")


@contextmanager
def opened(guarded: Guarded, namespace: str, folder: Path) -> Iterator[Gateways]:
    """Topics and rights are there; whatever process is left at the end is killed."""
    made = Gateways(guarded, namespace, folder)
    asyncio.run(admin.create(made.settings))
    asyncio.run(guarded.grant_planned(made.settings))
    yield made
    for process in made.processes:
        process.kill()
        process.wait()


@pytest.fixture
def gateways(guarded: Guarded, namespace: str, tmp_path: Path) -> Iterator[Gateways]:
    with opened(guarded, namespace, tmp_path) as made:
        yield made


def a_reminder(reminder_id: str, account_id: str, **changes: Any) -> AnyMessage:
    return reminder(reminder_id, account_id=account_id, issued_at=now(), **changes)


async def test_from_reminders_to_receipts_and_only_one_process_does_it(gateways: Gateways) -> None:
    past = now() - timedelta(seconds=1)
    await gateways.say(
        a_reminder("R1", "A1"),
        a_reminder("R2", "A2"),
        a_reminder("R3", "A3", expires_at=past),
        a_reminder("R4", "A4"),
        a_reminder("R5", "A4", supersedes="R4"),
        cancelled("R2", account_id="A2", at=now()),
    )
    first = gateways.start("report_s = 0.2")
    ended = ["accepted", "delivered"]
    wanted = {"R1": ended, "R2": ["recalled"], "R3": ["expired"], "R4": ["recalled"], "R5": ended}
    await gateways.hear(wanted)
    assert sorted(gateways.offered(first)) == ["R1", "R5"]
    second = gateways.start("report_s = 600")
    code = await asyncio.to_thread(gateways.processes[first].wait, 30)
    await gateways.say(a_reminder("R6", "A1"))
    await gateways.hear(wanted | {"R6": ["accepted"]})
    await gateways.say(cancelled("R6", account_id="A1", at=now()))
    await gateways.hear(wanted | {"R6": ["accepted", "recalled"]})
    assert gateways.offered(second) == ["R6"]
    assert code == 1, gateways.log_of(first)
    assert "another hand-over has taken over" in gateways.log_of(first)
    gateways.processes[second].terminate()
    assert gateways.processes[second].wait(300) == 0
    assert "+86138" not in gateways.log_of(first) + gateways.log_of(second)


async def test_killed_between_submit_and_answer_it_is_unknown_and_not_sent_again(gateways: Gateways) -> None:
    await gateways.say(a_reminder("R1", "A1"), a_reminder("R2", "A2"))
    first = gateways.start("answer_s = 600")

    async def both_offered() -> bool:
        return sorted(gateways.offered(first)) == ["R1", "R2"]

    await until(both_offered, within_s=300)
    gateways.processes[first].kill()
    gateways.processes[first].wait()
    second = gateways.start("report_s = 600")
    await gateways.say(a_reminder("R3", "A1"))
    await gateways.hear({"R1": ["unknown"], "R2": ["unknown"], "R3": ["accepted"]})
    assert gateways.offered(second) == ["R3"]
    assert {receipt.detail for receipt in await gateways.receipts()} == {"INTERRUPTED", None}
