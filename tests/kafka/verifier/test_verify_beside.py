"""`tactful verify` beside workers that go by the time of day: recalls, a pause, a record that nobody could read."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from agents.controls.topic import say
from schemas.controls import RemindersRecalled, SendingPaused
from streams import roles
from streams.topics.rights import Principal
from streams.transport.partitioner import partition_of
from tests.kafka.command import tactful
from tests.kafka.guarded import Guarded
from tests.kafka.live import Live, missed, now, paid
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

BY: dict[str, Any] = {"by": "an.officer", "reason": "a wrong text"}


@pytest.fixture(scope="module")
def live(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("verify-beside")
    made = Live(guarded.bootstrap_servers, "verify-beside", folder, users=guarded.login)
    asyncio.run(guarded.grant_planned(made.settings))
    with made as running:
        yield running


async def break_a_payment(live: Live, account: str) -> dict[str, Any]:
    """A payment that nobody can read; returns a person's word that it is given up."""
    key = account.encode()
    partition = partition_of(key, live.partitions)
    async with live.producer() as producer:
        sent = await producer.send_and_wait(live.topic(roles.PAYMENT_RECEIVED), b"{", key=key, partition=partition)
    place = {"role": roles.PAYMENT_RECEIVED, "partition": partition, "offset": sent.offset}
    word = {"type": "dead-letter.dismissed", "event_id": "d1", "account_id": account, "time": now().isoformat()}
    return {**word, **place, "dismissed_by": "an.officer", "reason": "noise"}


async def cancelled(live: Live, account: str, reason: str) -> None:
    assert (await live.heard(account, "reminder.cancelled"))["reason"] == reason


async def told(live: Live, account: str, code: str) -> None:
    """A decision with this code."""

    async def found() -> bool:
        return any(body["code"] == code for body in await live.said(account, roles.REMINDER_DECISIONS))

    await until(found)


async def verified(variables: dict[str, str], *options: str) -> dict[str, Any]:
    """What the command says; it ends with 0."""
    run = await tactful(variables, "verify", *options, "--output", "json")
    assert run.returncode == 0, run.stdout + run.stderr
    body: dict[str, Any] = json.loads(run.stdout)
    return body


async def test_everything_that_the_workers_did_is_found_right(live: Live, guarded: Guarded) -> None:
    await live.introduce("pays", "breaks", "waits", "comes-late")
    await live.tell(roles.REPAYMENT_MISSED, *(missed(account) for account in ("pays", "breaks", "waits")))
    for account in ("pays", "breaks", "waits"):
        await live.heard(account, "reminder.issued", within_s=300)
    await live.tell(roles.PAYMENT_RECEIVED, paid("pays"))
    await cancelled(live, "pays", "PAID")
    dismissal = await break_a_payment(live, "breaks")
    await cancelled(live, "breaks", "UNREAD_FACT")
    await live.tell(roles.CASE_UPDATED, dismissal)
    operator = live.seen_by(Principal.operator)
    await say(operator, RemindersRecalled(control_id="c1", time=now(), **BY))
    await cancelled(live, "waits", "OPERATOR_RECALL")
    await say(operator, SendingPaused(control_id="c2", time=now(), **BY))
    await live.tell(roles.REPAYMENT_MISSED, missed("comes-late"))
    await told(live, "comes-late", "PAUSED")

    variables = {**live.variables, **guarded.login(Principal.verifier)}
    report = await verified(variables, "--state")
    assert (report["accounts"], report["faults"]) == (4, {})
    assert report["state"] == {"accounts": 3, "reminders": 3, "faults": {}, "examples": {}}
    assert await verified(variables, "--state-only") == {"state": report["state"]}
