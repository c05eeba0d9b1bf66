"""`tactful replies` on a real Kafka, with its planned rights and no others: each reply once, also over a kill -9, and
of number and text nothing beyond `borrower-replies`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from pydantic_core import to_json

from agents.offline.workers import environment, settings_of
from schemas.messages import Recipient
from schemas.replies import BorrowerReply
from schemas.values.identity import identify
from streams import roles
from streams.cluster import admin
from streams.cluster.whole_logs import read_topics
from streams.topics.rights import Principal
from streams.transport.partitioner import partition_of
from tests.agents.delivery.messages import body
from tests.kafka.delivery.test_gateway import a_reminder
from tests.kafka.guarded import OWNER, Guarded
from tests.kafka.live import now
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

PROGRAM = (sys.executable, "-c", "from agents.cli import main; main()")
SECRETS = ("+8613700137", "别再发了", "我认识王经理")


class Listening:
    """Processes of the command, and the topics around them."""

    def __init__(
        self,
        guarded: Guarded,
        namespace: str,
        folder: Path,
        principal: Principal = Principal.replies,
        command: tuple[str, ...] = ("replies",),
    ) -> None:
        self._command = (*PROGRAM, *command)
        names = {"TACTFUL_NAMESPACE": namespace, "TACTFUL_TOPIC_PREFIX": f"{namespace}-", "TACTFUL_PARTITIONS": "2"}
        self._variables = {**names, **guarded.login(principal), "TACTFUL_HEALTH_PORT": "0"}
        self.settings = settings_of({**names, **guarded.login(OWNER)})
        self._folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        with self._path(len(self.processes)).open("wb") as log:
            process = subprocess.Popen(
                self._command, env=environment(self._variables), stdout=log, stderr=subprocess.STDOUT
            )
        self.processes.append(process)

    def _path(self, number: int) -> Path:
        return self._folder / f"replies-{number}.log"

    def logs(self) -> str:
        return "".join(self._path(number).read_text() for number in range(len(self.processes)))

    def kill(self) -> None:
        self.processes[-1].kill()
        self.processes[-1].wait()

    async def say(self, role: str, *records: tuple[bytes, bytes]) -> None:
        """Records as others write them: in one transaction."""
        producer = AIOKafkaProducer(
            bootstrap_servers=list(self.settings.bootstrap_servers),
            transactional_id=f"{self.settings.namespace}-w",
            **self.settings.kafka_security_kwargs(),
        )
        async with producer, producer.transaction():
            topic = self.settings.topics[role]
            for sent in [
                await producer.send(topic, value, key=key, partition=partition_of(key, self.settings.partitions))
                for key, value in records
            ]:
                await sent

    async def facts(self) -> list[dict[str, Any]]:
        return [json.loads(record.value or b"") for record in await read_topics(self.settings, (roles.CASE_UPDATED,))]

    async def hear(self, wanted: dict[str, list[str]]) -> None:
        """Wait until each account has exactly these facts."""

        async def heard() -> bool:
            found: dict[str, list[str]] = {}
            for fact in await self.facts():
                word = fact.get("keyword") or fact.get("kind") or fact["type"]
                found.setdefault(fact["account_id"], []).append(word)
            return {account: sorted(words) for account, words in found.items()} == wanted

        try:
            await until(heard, within_s=300)
        except AssertionError:
            pytest.fail(f"{await self.facts()}\n{self.logs()}")


@pytest.fixture
async def listening(guarded: Guarded, namespace: str, tmp_path: Path) -> Any:
    made = Listening(guarded, namespace, tmp_path)
    await admin.create(made.settings)
    await guarded.grant_planned(made.settings)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()


def phone(number: int) -> str:
    return f"+86137001370{number:02d}"


def sent(number: int) -> tuple[bytes, bytes]:
    """A reminder to that number's account."""
    message = a_reminder(f"R{number}", f"A{number}")
    recipient = Recipient(name="张三", phone=phone(number), role="debtor")
    return f"A{number}".encode(), body(msgspec.structs.replace(message, recipient=recipient))


def wrote(number: int, text: str, times: int = 1) -> list[tuple[bytes, bytes]]:
    """What the number's owner wrote; ``times`` copies have one id, as nothing but a fault of ours would write."""
    reply_id = identify("t", str(number), text)
    reply = BorrowerReply(reply_id=reply_id, sender=phone(number), at=now(), heard_at=now(), text=text)
    return [(reply.sender.encode(), to_json(reply))] * times


def profiles(*accounts: tuple[str, int]) -> Iterator[tuple[bytes, bytes]]:
    for account_id, number in accounts:
        yield account_id.encode(), to_json({"phone": phone(number), "zone": "Asia/Shanghai", "source_version": 1})


async def test_each_reply_becomes_its_facts_once_over_a_kill_9(listening: Listening) -> None:
    await listening.say(roles.REMINDERS, sent(1), sent(2))
    await listening.say(roles.PROFILE_UPDATED, *profiles(("A3", 3), ("A4", 3)))
    await listening.say(roles.BORROWER_REPLIES, *wrote(1, "别再发了"), *wrote(3, "STOP"), *wrote(9, "STOP"))
    listening.start()
    wanted = {"A1": ["STOP"], "A3": ["STOP"], "A4": ["STOP"]}
    await listening.hear(wanted)
    listening.kill()
    await listening.say(roles.REMINDERS, sent(5))
    await listening.say(roles.BORROWER_REPLIES, *wrote(2, "我认识王经理"), *wrote(5, "我不想活了"), (b"x", b"no reply"))
    listening.start()
    wanted |= {"A2": ["UNCLEAR"], "A5": ["VULNERABLE", "vulnerable"]}
    await listening.hear(wanted)
    listening.start()
    assert listening.processes[1].wait(300) == 1
    listening.processes[2].terminate()
    assert listening.processes[2].wait(300) == 0
    await listening.hear(wanted)
    shown = listening.logs() + json.dumps(await listening.facts(), ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in shown]
    assert "is from nobody's number" in listening.logs()


async def test_a_flood_is_read_to_its_end(listening: Listening) -> None:
    count = 500
    await listening.say(roles.PROFILE_UPDATED, *profiles(("A1", 1)))
    flood = [
        BorrowerReply(
            reply_id=f"{number:032x}",
            sender=phone(1),
            at=now() + timedelta(milliseconds=number),
            heard_at=now(),
            text="STOP",
        )
        for number in range(count)
    ]
    await listening.say(roles.BORROWER_REPLIES, *((one.sender.encode(), to_json(one)) for one in flood))
    listening.start()
    await listening.hear({"A1": ["STOP"] * count})
