"""Each compression of Kafka is read by every process, our own log included; what nobody can read holds, and goes on."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from agents.controls.topic import say
from agents.offline.workers import environment
from agents.policy.files.policy import DEFAULT_POLICY
from schemas.controls import Scope, SendingPaused
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.whole_logs import LoggedRecord
from streams.topics.topology import plan
from tests.kafka.bad_input.segments import SegmentBatch, batches, damage
from tests.kafka.command import TACTFUL, tactful
from tests.kafka.intake.intake_rig import IntakeRig, payment
from tests.kafka.live import Live, account_in, missed, now, paid
from tests.kafka.reminders.test_bad_days import GATEWAY, WHO
from tests.kafka.reminders.test_experiments import EXPERIMENTS
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

CODECS = ("gzip", "snappy", "lz4", "zstd")
SHUT, FREE = 1, 0
SOON_S = 240


class CompressionSite:
    """A broker whose files can be looked at, and workers on it."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder, self.broker = folder, broker

    @property
    def data(self) -> Path:
        return self.folder / "broker" / "data"

    def live(self, name: str, **extra: str) -> Live:
        folder = self.folder / name
        folder.mkdir()
        return Live(self.broker.bootstrap_servers, name, folder, {"TACTFUL_PARTITIONS": "2", **extra})

    def codecs(self, live: Live, role: str) -> set[str]:
        topic = live.topic(role)
        found = (batch for number in range(live.partitions) for batch in batches(self.data, topic, number))
        return {batch.codec for batch in found}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CompressionSite]:
    folder = tmp_path_factory.mktemp("compression")
    with Broker(data_dir=folder / "broker") as broker:
        yield CompressionSite(folder, broker)


@asynccontextmanager
async def working(live: Live) -> AsyncIterator[Live]:
    """Topics and workers."""
    await asyncio.to_thread(live.__enter__)
    try:
        yield live
    finally:
        await asyncio.to_thread(live.__exit__)


async def compress(live: Live, codec: str) -> None:
    """Let the broker pack everything that comes to our topics from now on."""
    client = AIOKafkaAdminClient(bootstrap_servers=list(live.settings.bootstrap_servers))
    await client.start()
    await client.alter_configs(
        [
            ConfigResource(ConfigResourceType.TOPIC, spec.name, {**spec.configs(), "compression.type": codec})
            for spec in plan(live.settings)
        ]
    )
    await client.close()


async def command(live: Live, *arguments: str) -> str:
    done = await tactful(live.variables, *arguments)
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


async def dead_letters(live: Live, role: str) -> list[LoggedRecord]:
    topic = live.topic(role).encode()
    kept = await live.kept(roles.REMINDER_DEAD_LETTERS)
    return [letter for letter in kept if dict(letter.headers)["__streams.errors.topic"] == topic]


async def live_through(live: Live, codec: str) -> str:
    """Everything that leads to a record on each topic."""
    await compress(live, codec)
    account = account_in(FREE, live.partitions, codec)
    await live.introduce(account)
    await live.tell(roles.REPAYMENT_MISSED, missed(account))
    await live.tell(roles.CASE_UPDATED, {"account_id": f"bad-{codec}", "type": "of no kind"})
    scope = Scope(stage=codec.upper())
    await say(live.settings, SendingPaused(control_id=codec, time=now(), by="an.officer", reason="a test", scope=scope))
    await live.heard(account, "reminder.issued", SOON_S)
    return account


@contextmanager
def gateway(live: Live, config: Path) -> Iterator[None]:
    process = subprocess.Popen((*TACTFUL, "gateway", "--config", str(config)), env=environment(live.variables))
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


async def receipts(live: Live, accounts: Sequence[str]) -> bool:
    return {record.key.decode() for record in await live.kept(roles.REMINDER_RECEIPTS) if record.key} >= set(accounts)


async def test_every_process_reads_every_compression(site: CompressionSite) -> None:
    async with working(site.live("packed")) as live:
        accounts = [await live_through(live, codec) for codec in CODECS]
        config = live.folder / "gateway.toml"
        config.write_text(GATEWAY)
        with gateway(live, config):
            await until(lambda: receipts(live, accounts), SOON_S)
        # Each process reads all of it from the beginning: state, controls, inputs, outputs, the journal.
        assert [live.workers.stop(number) for number in (0, 1)] == [0, 0]
        for number in (0, 1):
            live.workers.restart(number)
        await live.tell(roles.PAYMENT_RECEIVED, *(paid(account) for account in accounts))
        for account in accounts:
            assert (await live.heard(account, "reminder.cancelled"))["reason"] == "PAID"
        for role in (*roles.ROLES[:1], roles.PROFILE_UPDATED, roles.REMINDERS, roles.REMINDER_DECISIONS):
            assert site.codecs(live, role) >= set(CODECS), role
        assert site.codecs(live, roles.ACCOUNTS_CHANGELOG) >= set(CODECS)
        assert site.codecs(live, roles.REMINDER_DEAD_LETTERS) >= set(CODECS)
        policy = live.folder / "experiments.toml"
        policy.write_text(DEFAULT_POLICY.read_text(encoding="utf-8") + EXPERIMENTS, encoding="utf-8")
        told = await asyncio.gather(
            command(live, "verify"),
            command(live, "watch", "--from-start", "--why", "--limit", "8"),
            command(live, "dead-letters", "list", "--output", "json"),
            command(live, "controls", "--output", "json"),
            command(live, "experiment", "watch", "--once", "--policy", str(policy)),
            command(live, "topics", "check"),
        )
        assert len(told[2].splitlines()) == len(CODECS)
        assert all(codec.upper() in told[3] for codec in CODECS)


async def test_the_intake_reads_every_compression(site: CompressionSite, tmp_path: Path) -> None:
    rig = IntakeRig(site.broker.bootstrap_servers, "packed-bank", tmp_path)
    await rig.create()
    for number, codec in enumerate(CODECS):
        await rig.say([(0, payment(number))], compression=codec)
    rig.start("one")
    try:
        found = await rig.until_facts(len(CODECS))
    finally:
        assert rig.stop() == {"one": 0}
    assert sorted(fact.body()["payment_id"] for fact in found) == [f"P-{number}" for number in range(len(CODECS))]


def batch_of(site: CompressionSite, topic: str, partition: int, offset: int) -> SegmentBatch:
    return next(found for found in batches(site.data, topic, partition) if found.first <= offset <= found.last)


async def packed_payments(live: Live, codec: str, *accounts: str) -> None:
    """Payments in one batch."""
    async with live.producer(compression_type=codec, linger_ms=5_000) as producer:
        sent = [
            await producer.send(
                live.topic(roles.PAYMENT_RECEIVED), json.dumps(paid(account)).encode(), key=account.encode()
            )
            for account in accounts
        ]
        await producer.flush()
        await asyncio.gather(*sent)


async def reasons_of(live: Live, account: str) -> set[str]:
    return {body["code"] for body in await live.said(account, roles.REMINDER_DECISIONS)}


async def test_payments_that_nobody_can_unpack_chase_nobody_and_the_next_is_read(site: CompressionSite) -> None:
    live = site.live("damaged", TACTFUL_UNREAD_MAX="3")
    payers, other = [account_in(SHUT, 2, f"payer-{n}") for n in range(5)], account_in(FREE, 2, "other")
    topic = live.topic(roles.PAYMENT_RECEIVED)
    await admin.create(live.settings)
    await packed_payments(live, "zstd", *payers[:2])
    await packed_payments(live, "gzip", *payers[2:4])
    await packed_payments(live, "lz4", payers[4])
    whole = [batch_of(site, topic, SHUT, offset) for offset in (0, 2)]
    assert [(batch.first, batch.last, batch.codec) for batch in whole] == [(0, 1, "zstd"), (2, 3, "gzip")]
    damaged = [damage(whole[0], checksum=True), damage(whole[1], checksum=False)]
    await live.introduce(*payers, other)
    await live.tell(roles.REPAYMENT_MISSED, *(missed(account) for account in (*payers, other)))
    async with working(live):

        async def put_aside() -> list[LoggedRecord]:
            live.workers.check_alive()
            found = await dead_letters(live, roles.PAYMENT_RECEIVED)
            return found if len(found) >= 4 else []

        letters: list[LoggedRecord] = await until(put_aside)
        headers = [dict(letter.headers) for letter in letters]
        assert [int(found["__streams.errors.offset"]) for found in headers] == [0, 1, 2, 3]
        assert {found["tactful.reason"] for found in headers} == {b"UNREADABLE_BATCH"}
        assert [letter.value for letter in letters] == [damaged[0], b"", damaged[1], b""]
        await live.heard(other, "reminder.issued", SOON_S)

        async def held() -> bool:
            return all([await reasons_of(live, payer) >= {"UNREAD_FACTS"} for payer in payers[:4]])

        await until(held)
        assert await live.said(payers[4]) == [], "its own payment was read"
        assert [body for payer in payers for body in await live.said(payer) if body["type"] == "reminder.issued"] == []
        await command(live, "verify")
        # A person has found out who had paid.
        places = [f"{roles.PAYMENT_RECEIVED}/{SHUT}/{offset}" for offset in range(4)]
        refused = await tactful(live.variables, "dead-letters", "replay", *places, *WHO)
        assert (refused.returncode, refused.stderr.count("say it again at its source")) == (2, 4), refused
        await command(live, "dead-letters", "dismiss", *places, *WHO)


async def test_an_account_that_cannot_be_read_back_refuses_the_start_in_one_line(site: CompressionSite) -> None:
    async with working(site.live("forgotten")) as live:
        account = account_in(SHUT, 2, "kept")
        await live.introduce(account)
        await live.tell(roles.REPAYMENT_MISSED, missed(account))
        await live.heard(account, "reminder.issued", SOON_S)
        assert [live.workers.stop(number) for number in (0, 1)] == [0, 0]
        changelog = live.topic(roles.ACCOUNTS_CHANGELOG)
        last = next(batches(site.data, changelog, SHUT))
        damage(last, checksum=False)
        live.workers.restart(0)
        assert await asyncio.to_thread(live.workers.ended, 0, 60) != 0
        (line,) = [line for line in live.workers.log_of(0).splitlines() if "the worker stops" in line]
        assert f"StartRefused: the accounts cannot be read back: {changelog} partition {SHUT}: offsets 0 to " in line
        assert "Traceback" not in live.workers.log_of(0)
