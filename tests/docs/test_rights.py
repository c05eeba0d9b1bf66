"""The rights that docs/operations.md asks for are enough: a worker with these and no others does its work."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

from agents.recount import read_topics
from agents.replaying import Workers
from streams import admin, roles
from streams.broker import Broker
from streams.settings import Settings
from tests.docs.pages import OPERATIONS, table_after
from tests.kafka.data_run import settings_of
from tests.kafka.live import account_in, missed, now
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

KINDS: Final = {"topic": 2, "group": 3, "cluster": 4, "transactional id": 5}
OPERATION_CODES: Final = {"Read": 3, "Write": 4, "Describe": 8, "DescribeConfigs": 10}
LITERAL, PREFIXED, ALLOW = 3, 4, 3
PARTITIONS: Final = 2
LOGIN: Final = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    'username="owner" password="owns" user_owner="owns" user_worker="works";'
)


class Right(NamedTuple):
    """One operation on one resource."""

    kind: int
    name: str
    pattern: int
    operation: int


@pytest.fixture(scope="module")
def guarded() -> Iterator[Broker]:
    """A broker that refuses what is not granted; only its owner may do everything."""
    properties = {
        "listener.security.protocol.map": "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "listener.name.plaintext.plain.sasl.jaas.config": LOGIN,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:owner;User:ANONYMOUS",  # nameless is the controller's own listener
    }
    with Broker(properties=properties) as running:
        yield running


def variables(broker: Broker, user: str, password: str) -> dict[str, str]:
    return {
        "TACTFUL_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "TACTFUL_PARTITIONS": str(PARTITIONS),
        "TACTFUL_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "TACTFUL_SASL_MECHANISM": "PLAIN",
        "TACTFUL_SASL_USERNAME": user,
        "TACTFUL_SASL_PASSWORD": password,
    }


def rights(settings: Settings) -> Iterator[Right]:
    """The rows of the table, with this installation's names."""
    prefix = f"{settings.namespace}-{settings.subtopology}-"
    for row in table_after(OPERATIONS, "### Rights"):
        kind = KINDS[row["kind"]]
        for operation in re.findall(r"`(\w+)`", row["worker"]):
            for name in re.findall(r"`([\w…-]+)`", row["name"]) or ["kafka-cluster"]:
                if kind == KINDS["topic"]:
                    role = name.removeprefix("…-")
                    yield Right(kind, settings.topics[role], LITERAL, OPERATION_CODES[operation])
                elif kind == KINDS["group"]:
                    yield Right(kind, settings.group_id, LITERAL, OPERATION_CODES[operation])
                elif kind == KINDS["transactional id"]:
                    yield Right(kind, prefix, PREFIXED, OPERATION_CODES[operation])
                else:
                    yield Right(kind, name, LITERAL, OPERATION_CODES[operation])


async def grant(owner: Settings) -> None:
    client: Any = AIOKafkaAdminClient(bootstrap_servers=list(owner.bootstrap_servers), **owner.kafka_security_kwargs())
    await client.start()
    try:
        for right in rights(owner):
            request = CreateAclsRequest(*right[:3], "User:worker", "*", right.operation, ALLOW)
            answer = await client._send_request(request)
            assert [code for code, _ in answer.creation_responses] == [0]
    finally:
        await client.close()


async def test_the_rights_that_are_asked_for_are_enough(guarded: Broker, tmp_path: Path) -> None:
    owner = settings_of(variables(guarded, "owner", "owns"))
    worker = variables(guarded, "worker", "works")
    await admin.create(owner)
    refused = await admin.check(settings_of(worker))
    assert len(refused) >= len(roles.ROLES), "without rights it sees nothing"
    await grant(owner)
    assert await admin.check(settings_of(worker)) == []
    old = (now() - timedelta(days=60)).date().isoformat()

    async def has_written_everywhere() -> bool:
        kept = await read_topics(owner, (*roles.OUTPUTS, roles.ACCOUNTS_CHANGELOG))
        return {(record.role, record.partition) for record in kept} == {
            (role, partition) for role in (*roles.OUTPUTS, roles.ACCOUNTS_CHANGELOG) for partition in range(PARTITIONS)
        }

    topic = owner.topics[roles.REPAYMENT_MISSED]
    async with AIOKafkaProducer(
        bootstrap_servers=list(owner.bootstrap_servers), **owner.kafka_security_kwargs()
    ) as producer:
        for partition in range(PARTITIONS):
            account = account_in(partition, PARTITIONS, "account")
            long_overdue = json.dumps(missed(account, due_date=old)).encode()
            for value in (long_overdue, b"no fact"):
                await producer.send_and_wait(topic, value, key=account.encode(), partition=partition)
    with Workers(1, worker, tmp_path):
        await until(has_written_everywhere, within_s=90)
