"""What every test may ask for: one real Kafka for the whole run, and names no other test uses."""

import uuid
from collections.abc import Iterator

import pytest
from hypothesis import settings

from streams.broker.broker import Broker
from tests.kafka.guarded import Guarded, guarded_broker

settings.register_profile("tactful", deadline=None)  # how fast a machine is proves nothing
settings.load_profile("tactful")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a broker is a kafka test; a forgotten mark would start Java in `make check`."""
    for item in items:
        if {"broker", "guarded"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("kafka")


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with Broker() as running:
        yield running


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A second Kafka, behind TLS and passwords, that allows nobody anything until it is granted."""
    with guarded_broker(tmp_path_factory.mktemp("guarded")) as running:
        yield running


@pytest.fixture
def namespace() -> str:
    """A prefix for topics, groups and transactional ids that belongs to this test alone."""
    return f"t{uuid.uuid4().hex[:10]}"
