"""What people write, and their numbers, go through every process that hears them: of text and number nothing stands
outside the places of personal data, in no log, no metric, no key and no header; a number not even as a plain hash.
"""

import asyncio
import base64
import hashlib
import subprocess
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from aiokafka import AIOKafkaProducer
from pydantic_core import to_json

from agents.numbers.table import NumberKeys
from agents.offline.workers import environment, free_port, settings_of
from schemas.replies import BorrowerReply
from schemas.values.identity import identify
from streams import roles
from streams.cluster.whole_logs import read_topics
from streams.topics.rights import Principal
from streams.topics.topology import plan
from streams.transport.partitioner import partition_of
from tests.kafka.command import TACTFUL
from tests.kafka.guarded import OWNER, Guarded
from tests.kafka.live import Live, account_in, missed, now, profile
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka
KEY: Final = "k" * 32
NAME: Final = "Quixotelli"
SHARED, ALONE, NOBODY = "13755500137", "13755500138", "13755500139"
WRITTEN: Final = (
    (SHARED, "别再发了"),
    (SHARED, "我不想活了"),
    (ALONE, "wrong number"),
    (ALONE, "zebrafisch with my aunt"),
    (NOBODY, "zebrafisch"),
)
TEXTS: Final = ("别再发了", "我不想活了", "wrong number", "zebrafisch")
PEOPLE: Final = (NAME, SHARED, ALONE, NOBODY)
OF_TEXTS: Final = {roles.BORROWER_REPLIES}
OF_PEOPLE: Final = {roles.PROFILE_UPDATED, roles.BORROWER_REPLIES, roles.REMINDERS, roles.ACCOUNTS_CHANGELOG}


def dressed(secret: str) -> Iterator[bytes]:
    """A secret as it may stand somewhere: plain, as JSON escapes it, in base64, as a hash, whole or its first half."""
    yield from (secret.encode(), secret.encode("ascii", "backslashreplace"), base64.b64encode(secret.encode()))
    for spelling in (secret, f"86{secret}", f"+86{secret}"):
        for kind in ("md5", "sha1", "sha256"):
            found = hashlib.new(kind, spelling.encode())
            yield from (found.digest(), found.hexdigest()[:20].encode(), base64.b64encode(found.digest())[:20])


class HeardProcesses:
    """Two workers, `tactful replies` and `tactful numbers`, each with its own rights."""

    def __init__(self, live: Live, guarded: Guarded) -> None:
        self.live, self._guarded = live, guarded
        (live.folder / "key").write_text(KEY)
        self._processes = (
            self._start(Principal.replies),
            self._start(Principal.numbers, "--key-file", str(live.folder / "key")),
        )

    def _start(self, principal: Principal, *options: str) -> "tuple[int, subprocess.Popen[bytes]]":
        port = free_port()
        own = {**self._guarded.login(principal), "TACTFUL_HEALTH_PORT": str(port)}
        with (self.live.folder / f"{principal}.log").open("wb") as log:
            command, variables = (*TACTFUL, str(principal), *options), environment({**self.live.variables, **own})
            return port, subprocess.Popen(command, env=variables, stdout=log, stderr=subprocess.STDOUT)

    def stop(self) -> None:
        for _, process in self._processes:
            process.kill()
            process.wait()

    async def written(self, replies: Iterable[tuple[str, str]]) -> None:
        """What people wrote, as the delivery passes it on."""
        delivery = settings_of({**self.live.variables, **self._guarded.login(OWNER)})
        producer = AIOKafkaProducer(
            bootstrap_servers=list(delivery.bootstrap_servers), **delivery.kafka_security_kwargs()
        )
        async with producer:
            for number, text in replies:
                sender = f"+86{number}"
                reply = BorrowerReply(
                    reply_id=identify("t", number, text), sender=sender, at=now(), heard_at=now(), text=text
                )
                partition = partition_of(sender.encode(), self.live.partitions)
                topic = self.live.topic(roles.BORROWER_REPLIES)
                await producer.send_and_wait(topic, to_json(reply), key=sender.encode(), partition=partition)

    async def until_told(self, wanted: set[tuple[str, str]]) -> None:
        """Wait until these accounts were told these things."""

        async def told() -> bool:
            bodies = [record.body() for record in await self.live.kept(roles.CASE_UPDATED)]
            return wanted <= {
                (body["account_id"], word)
                for body in bodies
                for word in (body.get("keyword"), body.get("kind"))
                if word
            }

        await until(told, 300.0)

    async def shown(self) -> dict[str, bytes]:
        """All that can be seen of it: topics with keys and headers, by role; logs; metrics."""
        settings = settings_of({**self.live.variables, **self._guarded.login(OWNER)})
        wanted = [spec.role for spec in plan(settings) if spec.role != roles.REMINDER_CONTROLS]
        found: dict[str, bytes] = dict.fromkeys(wanted, b"")
        for record in await read_topics(settings, wanted):
            headers = b"\n".join(name.encode() + value for name, value in record.headers)
            found[record.role] += b"\n".join((record.key or b"", record.value or b"", headers, b""))
        logs = [path.read_bytes() for path in self.live.folder.glob("*.log")]
        return found | {"metrics": b"\n".join(self._metrics()), "logs": b"\n".join(logs)}

    def _metrics(self) -> Iterator[bytes]:
        yield from (page.encode() for page in self.live.workers.pages())
        for port, _ in self._processes:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as page:
                yield page.read()


@pytest.fixture
def heard(guarded: Guarded, namespace: str, tmp_path: Path) -> Iterator[HeardProcesses]:
    extra = {"TACTFUL_NUMBERS": "required", "TACTFUL_PARTITIONS": "2", "TACTFUL_LOG_LEVEL": "INFO"}
    live = Live(guarded.bootstrap_servers, namespace, tmp_path, extra, guarded.login)
    asyncio.run(guarded.grant_planned(live.settings))
    with live:
        made = HeardProcesses(live, guarded)
        yield made
        made.stop()


async def test_of_what_people_write_and_their_numbers_nothing_stands_elsewhere(heard: HeardProcesses) -> None:
    live = heard.live
    one, other = account_in(0, 2, "one"), account_in(1, 2, "other")
    numbers = {one: SHARED, other: SHARED, "alone": ALONE}
    bodies = [profile(account, phone=f"+86{number}", surname=NAME) for account, number in numbers.items()]
    await live.tell(roles.PROFILE_UPDATED, *bodies)
    await live.tell(roles.REPAYMENT_MISSED, missed("alone"))
    await live.heard("alone", "reminder.issued")
    await heard.written(WRITTEN)
    stopped = {(account, "STOP") for account in (one, other)}
    await heard.until_told({*stopped, ("alone", "wrong_number"), ("alone", "UNCLEAR"), (one, "VULNERABLE")})

    shown = await heard.shown()
    assert all(shown[place] for place in ("metrics", "logs", roles.NUMBERS, roles.REMINDER_DECISIONS))
    found = {
        (secret, place)
        for secrets, allowed in ((TEXTS, OF_TEXTS), (PEOPLE, OF_PEOPLE))
        for secret in secrets
        for place, content in shown.items()
        if place not in allowed and any(look in content for look in dressed(secret))
    }
    assert not found
    assert b"zebrafisch" in shown[roles.BORROWER_REPLIES], "this test would not see it"
    assert SHARED.encode() in shown[roles.PROFILE_UPDATED]
    keys = [NumberKeys(KEY).of(f"+86{number}").encode() for number in (SHARED, ALONE)]
    assert {place for place, content in shown.items() if any(key in content for key in keys)} == {roles.NUMBERS}
