"""`tactful verify` over topics with records that no worker wrote, and with fewer partitions than the settings say."""

import json

import pytest
from aiokafka import AIOKafkaProducer

from agents.offline.workers import settings_of
from streams import roles
from streams.broker.broker import Broker
from tests.kafka.command import tactful
from tests.places import OWN_POLICY

pytestmark = pytest.mark.kafka


async def test_what_cannot_be_read_is_named_without_a_stack(broker: Broker, namespace: str) -> None:
    variables = {
        **OWN_POLICY,
        "TACTFUL_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "TACTFUL_NAMESPACE": namespace,
        "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
        "TACTFUL_PARTITIONS": "2",
    }
    created = await tactful(variables, "topics", "create")
    assert created.returncode == 0, created.stderr
    topics = settings_of(variables).topics
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers) as producer:
        for role, value in (
            (roles.REMINDER_DECISIONS, b"\x1b[2J no decision"),
            (roles.REMINDERS, b'{"type": 7}'),
            (roles.ACCOUNTS_CHANGELOG, b'{"sent":['),
        ):
            await producer.send_and_wait(topics[role], value, key=b"A\x9b31m", partition=1)

    told = await tactful(variables, "verify", "--state", "--output", "json")
    assert (told.returncode, told.stderr) == (1, "")
    body = json.loads(told.stdout)
    assert body["faults"] == {"not readable": 2}
    assert set(body["examples"]["not readable"]) == {"reminder-decisions/1/0", "reminders/1/0"}
    assert body["state"]["faults"] == {"not readable": 1}
    shown = await tactful(variables, "verify", "--state")
    assert shown.returncode == 1
    assert "\x1b" not in shown.stdout
    assert "\x9b" not in shown.stdout

    refused = await tactful({**variables, "TACTFUL_PARTITIONS": "4"}, "verify", "--state", timeout_s=60)
    assert (refused.returncode, refused.stdout) == (2, "")
    (line,) = refused.stderr.splitlines()
    assert f"topic {topics[roles.REMINDERS]} has 2 partitions, TACTFUL_PARTITIONS says 4" in line
