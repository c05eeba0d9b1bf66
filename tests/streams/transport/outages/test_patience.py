"""A node that takes connections and answers nothing is given up in time; the table knows every error that passes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from aiokafka import errors
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.metadata import MetadataRequest

from streams.transport.outages import patience
from streams.transport.outages.patience import TREATMENTS, Fate, bound_answers, passes


@asynccontextmanager
async def hung_node() -> AsyncIterator[int]:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1_000):
            pass
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def knowing(port: int) -> Any:
    """A client that has heard of one node."""
    client = AIOKafkaClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=600_000)
    client.cluster._brokers = {7: type("Node", (), {"nodeId": 7, "host": "127.0.0.1", "port": port, "rack": None})()}
    return client


async def test_a_connection_that_is_never_answered_is_given_up_and_not_tried_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "CONNECT_S", 0.05)
    async with hung_node() as port, asyncio.timeout(60):
        client = knowing(port)
        bound_answers(client)
        with pytest.raises(errors.NodeNotReadyError):
            await client.send(7, MetadataRequest([]))
        monkeypatch.setattr(patience, "CONNECT_S", 600.0)  # would be twice that, were it tried again
        with pytest.raises(errors.NodeNotReadyError):
            await client.send(7, MetadataRequest([]))
        await client.close()


@pytest.mark.parametrize("busy", [False, True])
async def test_an_answer_that_never_comes_is_given_up_and_its_connection_too(
    monkeypatch: pytest.MonkeyPatch, busy: bool
) -> None:
    monkeypatch.setattr(patience, "ANSWER_S", 0.05)
    closed: list[Any] = []

    answering = asyncio.Event()

    class Hung:
        _requests = [1, 2] if busy else [1]

        async def send(self, request: Any, expect_response: bool = True) -> None:
            await answering.wait()

        def close(self, reason: Any) -> None:
            closed.append(reason)

    connection, node = cast("Any", Hung()), patience._Node()
    patience._bound(connection, node)
    async with asyncio.timeout(60):
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await connection.send(MetadataRequest([]))
        assert len(closed) == (0 if busy else 2), "what waits behind a longer request says nothing of its node"
        assert node.patience_s(1.0) == (1.0 if busy else 4.0), "it may be slow and not hung"
        answering.set()
        await connection.send(MetadataRequest([]))
        assert node.patience_s(1.0) == 1.0


def test_every_error_has_one_treatment_and_what_aiokafka_repeats_is_no_end() -> None:
    rows = [error for treatment in TREATMENTS for error in treatment.errors]
    assert len(rows) == len(set(rows))
    ending = [error for treatment in TREATMENTS if treatment.fate is Fate.GIVEN_UP for error in treatment.errors]
    assert not [error for error in ending if getattr(error, "retriable", False)]
    for error in rows:
        assert passes(error()) is (error not in ending)
    wrapped = errors.KafkaError("Unexpected error")
    assert not passes(wrapped)
    wrapped.__cause__ = errors.KafkaConnectionError()
    assert passes(wrapped)
    assert not passes(ValueError())


def test_nothing_waits_longer_for_a_node_than_an_election_takes() -> None:
    longest_s = patience.CONNECT_S + patience.ANSWER_S
    assert longest_s < 9.0
