"""`tactful numbers` on a real Kafka, with its planned rights and no others: what one account's person said reaches the
other account of the number, once, over a kill -9, and is taken back by one lift.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json

from schemas.cases import HoldLifted, ReplyReceived
from schemas.facts import ProfileUpdated
from streams import roles
from streams.cluster import admin
from streams.cluster.whole_logs import read_topics
from streams.topics.rights import Principal
from tests.kafka.delivery.test_replies import Listening, phone
from tests.kafka.guarded import Guarded
from tests.kafka.live import now

pytestmark = pytest.mark.kafka


@pytest.fixture
async def numbers(guarded: Guarded, namespace: str, tmp_path: Path) -> Any:
    (key := tmp_path / "key").write_text("k" * 32, encoding="utf-8")
    made = Listening(guarded, namespace, tmp_path, Principal.numbers, ("numbers", "--key-file", str(key)))
    await admin.create(made.settings)
    await guarded.grant_planned(made.settings)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()


def carries(account_id: str, number: int) -> tuple[bytes, bytes]:
    profile = ProfileUpdated.model_validate(
        {
            "event_id": f"p-{account_id}", "account_id": account_id, "time": now(), "as_of": now(), "surname": "王",
            "given_name": "小明", "salutation": "mr", "phone": phone(number), "language": "zh-Hans",
            "zone": "Asia/Shanghai", "role": "debtor", "source_version": 1,
        }
    )  # fmt: skip
    return account_id.encode(), to_json(profile, exclude_none=True)


def stops(account_id: str) -> tuple[bytes, bytes]:
    fact = ReplyReceived(event_id=f"s-{account_id}", account_id=account_id, time=now(), reply_id="r", keyword="STOP")
    return account_id.encode(), to_json(fact, exclude_none=True)


def lifts(account_id: str) -> tuple[bytes, bytes]:
    fact = HoldLifted(event_id=f"l-{account_id}", account_id=account_id, time=now(), hold_id="reply/r")
    return account_id.encode(), to_json(fact, exclude_none=True)


async def test_what_one_said_is_told_to_all_of_the_number_once(numbers: Listening) -> None:
    await numbers.say(roles.PROFILE_UPDATED, carries("A1", 1), carries("A2", 1), carries("A3", 3))
    await numbers.say(roles.CASE_UPDATED, stops("A1"))
    numbers.start()
    wanted = {account: ["STOP", "number.told"] for account in ("A1", "A2")}
    await numbers.hear(wanted)
    numbers.kill()
    await numbers.say(roles.PROFILE_UPDATED, carries("A4", 1))
    numbers.start()
    # Two who shared are three now; each is told so once.
    wanted = {account: [*words, "number.told"] for account, words in wanted.items()} | {"A4": ["STOP", "number.told"]}
    await numbers.hear(wanted)
    await numbers.say(roles.CASE_UPDATED, lifts("A1"))
    await numbers.hear({account: sorted(["hold.lifted", *words]) for account, words in wanted.items()})
    table = await read_topics(numbers.settings, (roles.NUMBERS,))
    assert table
    shown = json.dumps([(str(record.key), str(record.value)) for record in table]) + numbers.logs()
    assert not any(digits in shown for digits in ("13700137", phone(1), phone(3)))
    numbers.processes[1].terminate()
    assert numbers.processes[1].wait(300) == 0
