"""A bad day, on a real Kafka with real workers and the stand-in gateway: who must not be written to is not.

A source that fell silent, a wrong text that is already going out, a payment in a foreign format, a new phone number.
"""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.offline.workers import environment
from schemas.envelope import MARK_TYPE, TYPE_HEADER
from streams import roles
from streams.broker.broker import Broker
from streams.cluster.whole_logs import LoggedRecord
from tests.kafka.command import TACTFUL, tactful
from tests.kafka.live import Live, account_in, missed, now, paid, profile
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

LEDGER = (roles.REPAYMENT_MISSED, roles.PAYMENT_RECEIVED)
WHO = ("--by", "an.officer", "--reason", "a bad day")
PARTITION = 1
GATEWAY = """
[stand_in]
refused = 0.0
lost = 0.0
failed = 0.0
never = 0.0
late = 0.0
twice = 0.0
too_late = 0.0
report_s = 600
"""
"""Takes everything, reports nothing for a while, and gives back what it is asked to."""


@pytest.fixture(scope="module")
def live(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    marked = {"TACTFUL_MARKED_INPUTS": ",".join(LEDGER)}
    with Live(broker.bootstrap_servers, "bad-days", tmp_path_factory.mktemp("bad-days"), marked) as running:
        yield running


@pytest.fixture(scope="module")
def gateway(live: Live) -> Iterator[None]:
    config = live.folder / "gateway.toml"
    config.write_text(GATEWAY)
    with _running(live, "gateway", "--config", str(config)):
        yield


@contextmanager
def _running(live: Live, *command: str) -> Iterator[None]:
    with (live.folder / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(
            (*TACTFUL, *command), env=environment(live.variables), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(300)


@pytest.fixture(autouse=True)
def nobody_known_to_have_paid_is_chased(live: Live) -> Iterator[None]:
    yield
    live.workers.check_alive()
    assert live.metric("tactful_sent_with_payment_known_total") == 0


async def mark(live: Live, complete_to: datetime) -> None:
    """The ledger tells in every partition how far it has told everything."""
    body = json.dumps({"type": "source.progress", "complete_to": complete_to.isoformat()}).encode()
    async with live.producer() as producer:
        for role in LEDGER:
            for partition in range(live.partitions):
                await producer.send_and_wait(
                    live.topic(role), body, partition=partition, headers=[(TYPE_HEADER, MARK_TYPE)]
                )


async def command(live: Live, *arguments: str) -> dict[str, Any]:
    done = await tactful(live.variables, *arguments, *WHO, "--output", "json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


async def reminders(live: Live, kind: str, prefix: str) -> list[LoggedRecord]:
    """What left of a kind to the accounts of a story."""
    kept = await live.kept(roles.REMINDERS)
    return [k for k in kept if (k.key or b"").startswith(prefix.encode()) and k.body()["type"] == kind]


async def reason_of(live: Live, account: str, code: str) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        said = await live.said(account, roles.REMINDER_DECISIONS)
        return next((body for body in said if body["code"] == code), None)

    decision: dict[str, Any] = await until(found)
    return decision


async def test_a_ledger_that_fell_silent_has_nobody_chased(live: Live) -> None:
    await mark(live, now() - timedelta(hours=3))
    await live.introduce("stalled")
    await live.tell(roles.REPAYMENT_MISSED, missed("stalled"))
    stale = await reason_of(live, "stalled", "LEDGER_STALE")
    assert stale["outcome"] == "deferred"
    assert stale["evidence"]["complete_to"] is not None
    assert await live.said("stalled") == []
    # The source is back; what it tells next is judged at once, the rest when the gate is asked again.
    await mark(live, now())
    await live.tell(roles.REPAYMENT_MISSED, missed("stalled", as_of=now()))
    await live.heard("stalled", "reminder.issued")


async def test_one_message_is_taken_back_and_one_account_paused_alone(live: Live) -> None:
    await mark(live, now())
    for account in ("single-1", "single-2"):
        await live.introduce(account)
        await live.tell(roles.REPAYMENT_MISSED, missed(account))
    left = [await live.heard(account, "reminder.issued") for account in ("single-1", "single-2")]
    alone = ("recall", "--account", "single-1", "--reminder", left[0]["reminder_id"])
    assert (await command(live, *alone))["schema_version"] == 2
    cancelled = await live.heard("single-1", "reminder.cancelled")
    assert (cancelled["reminder_id"], cancelled["reason"]) == (left[0]["reminder_id"], "OPERATOR_RECALL")

    async def refused() -> str:
        again = await tactful(live.variables, *alone, *WHO)
        return again.stderr if again.returncode == 2 else ""

    assert "is final (recalled for OPERATOR_RECALL); nothing was written" in await until(refused)
    number = await tactful(live.variables, "pause", "--account", "+8613800138000", *WHO)
    assert (number.returncode, "not a phone number" in number.stderr) == (2, True)

    pause = await command(live, "pause", "--account", "single-3")
    for account in ("single-3", "single-4"):
        await live.introduce(account)
        await live.tell(roles.REPAYMENT_MISSED, missed(account))
    await live.heard("single-4", "reminder.issued")
    await reason_of(live, "single-3", "PAUSED")
    assert not [body for body in await live.said("single-3") if body["type"] == "reminder.issued"]
    assert [body["type"] for body in await live.said("single-2")] == ["cycle.opened", "reminder.issued"]
    await command(live, "resume", pause["control_id"])


async def test_a_wrong_text_is_stopped_and_taken_back(live: Live, gateway: None) -> None:
    await mark(live, now())
    stopped = asyncio.Event()

    async def misses_go_on() -> int:
        told = 0
        async with live.producer() as bank:
            while not stopped.is_set():
                await live.send(bank, roles.PROFILE_UPDATED, profile(f"wave-{told}"))
                await live.send(bank, roles.REPAYMENT_MISSED, missed(f"wave-{told}"))
                told += 1
        return told

    wave = asyncio.create_task(misses_go_on())
    await live.heard("wave-0", "reminder.issued")
    pause = await command(live, "pause")
    await live.introduce("too-late")
    await live.tell(roles.REPAYMENT_MISSED, missed("too-late"))
    await reason_of(live, "too-late", "PAUSED")
    stopped.set()
    asked = await wave
    issued = await reminders(live, "reminder.issued", "wave-")
    assert 0 < len(issued) < asked
    decisions = [k.body() for k in await live.kept(roles.REMINDER_DECISIONS)]
    read = [body["evidence"]["controls"] for body in decisions if body["code"] == "ISSUED"]
    assert max(read) <= pause["offset"], "nothing left of a worker that had read the pause"

    await command(live, "recall", "--policy", "round-the-clock")

    async def all_taken_back() -> bool:
        """Every one that had not reached its phone before."""
        recalled = {k.body()["reminder_id"] for k in await reminders(live, "reminder.cancelled", "wave-")}
        told = {
            (body["reminder_id"], body["status"])
            for body in [k.body() for k in await live.kept(roles.REMINDER_RECEIPTS)]
        }
        return all(
            (name in recalled and (name, "recalled") in told) or (name, "delivered") in told
            for name in (k.body()["reminder_id"] for k in issued)
        )

    await until(all_taken_back)
    recalls = await reminders(live, "reminder.cancelled", "wave-")
    assert {k.body()["reason"] for k in recalls} == {"OPERATOR_RECALL"}
    assert len(recalls) > len(issued) / 2
    await command(live, "resume", pause["control_id"])
    await live.introduce("resumed")
    await live.tell(roles.REPAYMENT_MISSED, missed("resumed"))
    await live.heard("resumed", "reminder.issued")


async def test_a_payer_whose_payment_nobody_can_read_stays_silent_until_a_person_has_looked(live: Live) -> None:
    await mark(live, now())
    payer = account_in(PARTITION, live.partitions, "foreign-payer")
    neighbour = account_in(PARTITION, live.partitions, "foreign-neighbour")
    await live.introduce(payer, neighbour)
    foreign = b"<payment account='%s' amount='123.45'/>" % payer.encode()
    async with live.producer() as producer:
        sent = await producer.send_and_wait(
            live.topic(roles.PAYMENT_RECEIVED), foreign, key=payer.encode(), partition=PARTITION
        )
    await live.tell(roles.REPAYMENT_MISSED, missed(payer), missed(neighbour))
    await live.heard(neighbour, "reminder.issued")
    await reason_of(live, payer, "UNREAD_FACT")
    assert await live.said(payer) == []
    # The bank tells the payment again in our words, and a person gives the old record up.
    await live.tell(roles.PAYMENT_RECEIVED, paid(payer))
    done = await tactful(live.variables, "dead-letters", "dismiss", f"payment-received/{PARTITION}/{sent.offset}", *WHO)
    assert done.returncode == 0, done.stderr
    last = account_in(PARTITION, live.partitions, "foreign-last")
    await live.introduce(last)
    await live.tell(roles.REPAYMENT_MISSED, missed(last))
    await live.heard(last, "reminder.issued")
    assert await live.said(payer) == []


async def test_a_new_number_takes_back_what_is_open_to_the_old_one(live: Live, gateway: None) -> None:
    await mark(live, now())
    await live.introduce("moved")
    await live.tell(roles.REPAYMENT_MISSED, missed("moved"))
    reminder = await live.heard("moved", "reminder.issued")
    await live.tell(roles.PROFILE_UPDATED, profile("moved", phone="+8613900139000", source_version=1))
    recall = await live.heard("moved", "reminder.cancelled")
    assert (recall["reminder_id"], recall["reason"]) == (reminder["reminder_id"], "RECIPIENT_CHANGED")
    # A miss never overwrites who is written to: the next word goes to the new number.
    await live.tell(roles.REPAYMENT_MISSED, missed("moved", as_of=now()))

    async def confirmed() -> bool:
        kept = await live.kept(roles.REMINDER_RECEIPTS)
        return any(
            body["reminder_id"] == reminder["reminder_id"] and body["status"] == "recalled"
            for body in (record.body() for record in kept)
        )

    await until(confirmed)
