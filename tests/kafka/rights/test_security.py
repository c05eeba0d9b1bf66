"""A real Kafka behind TLS and a password, and one that wants our certificate: the settings are enough to get in."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from streams.broker.broker import Broker
from streams.cluster import admin
from streams.cluster.cluster import ClusterError
from streams.settings import Settings

pytestmark = pytest.mark.kafka

LOGIN = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    'username="broker" password="inside" user_broker="inside" user_tactful="open sesame";'
)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, a server certificate and a client certificate."""
    folder = tmp_path_factory.mktemp("pem")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    for name, identity in (("server", "127.0.0.1"), ("client", "tactful.example")):
        certificate = authority.issue_cert(identity)
        key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
        key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # what Kafka reads
        chain_pem = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
        (folder / f"{name}.pem").write_bytes(key_pem + chain_pem)
    return folder


def secured(pem: Path, protocol: str, **more: str) -> Broker:
    """The listener keeps its name PLAINTEXT; what it speaks is mapped."""
    return Broker(
        properties={
            "listener.security.protocol.map": f"PLAINTEXT:{protocol},CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(pem / "server.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(pem / "ca.pem"),
            **more,
        }
    )


@pytest.fixture(scope="module")
def sasl_broker(pem: Path) -> Iterator[Broker]:
    mechanism = {"sasl.enabled.mechanisms": "PLAIN", "sasl.mechanism.inter.broker.protocol": "PLAIN"}
    login = {"listener.name.plaintext.plain.sasl.jaas.config": LOGIN}
    with secured(pem, "SASL_SSL", **mechanism, **login) as running:
        yield running


def sasl_settings(broker: Broker, pem: Path, namespace: str, password: str) -> Settings:
    return Settings(
        _env_file=None,
        bootstrap_servers=broker.bootstrap_servers,
        namespace=namespace,
        topic_prefix=f"{namespace}.",
        security_protocol="SASL_SSL",
        sasl_mechanism="PLAIN",
        sasl_username="tactful",
        sasl_password=password,
        ssl_cafile=pem / "ca.pem",
    )


async def test_a_password_over_tls(sasl_broker: Broker, pem: Path, namespace: str) -> None:
    settings = sasl_settings(sasl_broker, pem, namespace, "open sesame")
    await admin.create(settings)
    assert await admin.check(settings) == []


async def test_a_wrong_password_is_one_line_without_the_password(
    sasl_broker: Broker, pem: Path, namespace: str
) -> None:
    async with asyncio.timeout(300):
        with pytest.raises(ClusterError) as refused:
            await admin.check(sasl_settings(sasl_broker, pem, namespace, "hunter2"))
    assert "no Kafka cluster answers at" in str(refused.value)
    assert "hunter2" not in str(refused.value)


async def test_mutual_tls(pem: Path, namespace: str) -> None:
    with secured(pem, "SSL", **{"ssl.client.auth": "required"}) as broker:
        settings = Settings(
            _env_file=None,
            bootstrap_servers=broker.bootstrap_servers,
            namespace=namespace,
            security_protocol="SSL",
            ssl_cafile=pem / "ca.pem",
            ssl_certfile=pem / "client.pem",
            ssl_keyfile=pem / "client.pem",
        )
        await admin.create(settings)
        assert await admin.check(settings) == []
