"""A real Kafka that refuses what is not granted: TLS, SCRAM-SHA-512, and the rights of `topics plan --format acls`."""

import shlex
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import trustme
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from agents.offline.workers import settings_of
from streams.broker.broker import Broker
from streams.cluster.access import OPERATION_CODES
from streams.settings import Settings
from streams.topics.acl_commands import OPTIONS, acl_commands
from streams.topics.rights import THE_CLUSTER, Kind, Principal, Right
from tests.kafka.rig import until
from tests.places import OWN_POLICY

OWNER: Final = "owner"
SPARE: Final = tuple(f"spare-{number}" for number in range(8))
"""Users without any right, for tests that give some."""
LOGIN: Final = (
    f'org.apache.kafka.common.security.scram.ScramLoginModule required username="{OWNER}" password="{OWNER}";'
)
KIND_CODES: Final[Mapping[Kind, int]] = {"topic": 2, "group": 3, "cluster": 4, "transactional id": 5}
ANY, LITERAL, PREFIXED, ALLOW = 1, 3, 4, 3
GRANTED_WITHIN_S: Final = 300.0


class Granted(NamedTuple):
    """A right and who has it."""

    user: str
    right: Right


class Guarded:
    """The broker, and how to get in. Each user's password is its name."""

    def __init__(self, broker: Broker, authority: Path) -> None:
        self._broker = broker
        self._authority = authority

    @property
    def bootstrap_servers(self) -> str:
        return self._broker.bootstrap_servers

    def login(self, user: str) -> dict[str, str]:
        """The settings with which a process comes in as that user."""
        return {
            **OWN_POLICY,
            "TACTFUL_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "TACTFUL_SECURITY_PROTOCOL": "SASL_SSL",
            "TACTFUL_SASL_MECHANISM": "SCRAM-SHA-512",
            "TACTFUL_SASL_USERNAME": user,
            "TACTFUL_SASL_PASSWORD": user,
            "TACTFUL_SSL_CAFILE": str(self._authority),
        }

    async def grant_planned(self, settings: Settings) -> None:
        """Give every principal, as the user of its name, what the plan's lines for kafka-acls.sh say."""
        lines = acl_commands(settings, {principal: str(principal) for principal in Principal}, "admin.properties")
        await self.grant(granted for line in lines for granted in read_command(line))

    async def grant(self, granted: Iterable[Granted]) -> None:
        """Add rights; returns when the broker goes by them."""
        wanted = set(granted)
        async with self._owner() as ask:
            for user, right in wanted:
                answer = await ask(CreateAclsRequest(*_resource(right), f"User:{user}", "*", _code(right), ALLOW))
                assert [code for code, _ in answer.creation_responses] == [0]

        async def there() -> bool:
            return wanted <= await self.granted()

        await until(there, within_s=GRANTED_WITHIN_S)

    async def revoke(self, granted: Granted) -> None:
        """Take a right away; returns when the broker goes by it."""
        user, right = granted
        async with self._owner() as ask:
            answer = await ask(DeleteAclsRequest(*_resource(right), f"User:{user}", "*", _code(right), ALLOW))
            assert [len(matching) for _, _, matching in answer.filter_responses] == [1]

        async def gone() -> bool:
            return granted not in await self.granted()

        await until(gone, within_s=GRANTED_WITHIN_S)

    async def granted(self) -> set[Granted]:
        """Every right that anybody has, as the broker tells."""
        kinds = {code: kind for kind, code in KIND_CODES.items()}
        operations = {code: operation for operation, code in OPERATION_CODES.items()}
        async with self._owner() as ask:
            answer = await ask(DescribeAclsRequest(ANY, None, ANY, None, None, ANY, ANY))
        return {
            Granted(user.removeprefix("User:"), Right(kinds[kind], name, operations[operation], pattern == PREFIXED))
            for kind, name, pattern, acls in answer.resources
            for user, _, operation, _ in acls
        }

    @asynccontextmanager
    async def _owner(self) -> AsyncIterator[Callable[[Any], Awaitable[Any]]]:
        owner = settings_of(self.login(OWNER))
        client: Any = AIOKafkaAdminClient(
            bootstrap_servers=list(owner.bootstrap_servers), **owner.kafka_security_kwargs()
        )
        await client.start()
        try:
            yield client._send_request
        finally:
            await client.close()


@contextmanager
def guarded_broker(folder: Path) -> Iterator[Guarded]:
    """Nothing is allowed but to its owner. `folder` is for the certificates."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # what Kafka reads
    (folder / "server.pem").write_bytes(key_pem + b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    properties = {
        # The listener keeps its name PLAINTEXT; what it speaks is mapped.
        "listener.security.protocol.map": "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "listener.name.plaintext.scram-sha-512.sasl.jaas.config": LOGIN,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "server.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(folder / "ca.pem"),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:{OWNER};User:ANONYMOUS",  # nameless is the controller's own listener
    }
    users = {name: name for name in (OWNER, *Principal, *SPARE)}
    with Broker(properties=properties, users=users) as running:
        yield Guarded(running, folder / "ca.pem")


def read_command(line: str) -> Iterator[Granted]:
    """What a line of `topics plan --format acls` grants."""
    program, *words = shlex.split(line)
    assert program == "kafka-acls.sh"
    assert "--add" in words
    kinds = {option: kind for kind, option in OPTIONS.items()}
    values: dict[str, list[str]] = defaultdict(list)
    for option, value in zip(words, [*words[1:], ""], strict=True):
        if option.startswith("--"):
            values[option].append(value)
    (user,) = values["--allow-principal"]
    prefixed = values["--resource-pattern-type"] == ["prefixed"]
    for option in kinds.keys() & values.keys():
        for name in values[option]:
            for operation in values["--operation"]:
                assert operation in OPERATION_CODES
                right = Right(kinds[option], name or THE_CLUSTER, operation, prefixed)
                yield Granted(user.removeprefix("User:"), right)


def _resource(right: Right) -> tuple[int, str, int]:
    return KIND_CODES[right.kind], right.name, PREFIXED if right.prefixed else LITERAL


def _code(right: Right) -> int:
    return OPERATION_CODES[right.operation]
