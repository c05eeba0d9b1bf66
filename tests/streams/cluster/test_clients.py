"""However a client stops, whoever lets go of it lives on, hears the true error, and leaves nothing open."""

import ast
import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from streams.cluster.clients import running, stop_client
from tests.streams.cluster.clients import CANCELLED, FAILING, HANGING, ORDERLY, BadlyStopped, Wire

BADLY = pytest.mark.parametrize("stops", [CANCELLED, FAILING, HANGING])
Stops = Callable[[], Awaitable[None]]


@BADLY
async def test_whoever_stops_a_client_goes_on_and_nothing_stays_open(stops: Stops) -> None:
    client = BadlyStopped(stops)
    await stop_client(client, within_s=0.01)
    assert not await client.left_open()


@BADLY
async def test_the_error_that_came_before_is_not_hidden(stops: Stops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.cluster.clients.STOP_S", 0.01)
    with pytest.raises(KeyError, match="the true one"):
        async with running(BadlyStopped(stops)):
            raise KeyError("the true one")


@pytest.mark.parametrize("stops", [CANCELLED, FAILING, HANGING, ORDERLY])
async def test_our_own_cancellation_is_obeyed(stops: Stops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.cluster.clients.STOP_S", 0.01)

    async def work() -> None:
        async with running(BadlyStopped(stops)):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()


async def test_a_cancellation_while_a_stop_hangs_is_obeyed_at_once() -> None:
    client = BadlyStopped(HANGING)
    task = asyncio.create_task(stop_client(client))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert not await client.left_open()


async def test_a_bare_client_is_closed_too() -> None:
    wire = Wire()
    wire.close = HANGING  # type: ignore[attr-defined]
    await stop_client(wire, within_s=0.01)
    assert not wire.connection.open
    assert wire._sync_task.cancelling()


async def test_a_client_that_cannot_be_started_is_stopped() -> None:
    stopped: list[str] = []

    class Unstarted(BadlyStopped):
        async def start(self) -> None:
            raise OSError("no cluster")

        async def stop(self) -> None:
            stopped.append("stopped")

    with pytest.raises(OSError, match="no cluster"):
        async with running(Unstarted(ORDERLY)):
            pass
    assert stopped == ["stopped"]


SOURCES = [path for layer in ("streams", "agents") for path in (Path(__file__).parents[3] / layer).rglob("*.py")]


def let_go_of_bare(path: Path) -> list[str]:
    """Where a file that knows aiokafka stops one of its clients by itself."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    if not any(isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aiokafka") for node in nodes):
        return []
    awaited = [ast.unparse(node.value) for node in nodes if isinstance(node, ast.Await)]
    entered = [
        ast.unparse(item.context_expr) for node in nodes if isinstance(node, ast.AsyncWith) for item in node.items
    ]
    return [text for text in awaited if re.search(r"(consumer|producer|client)\.(stop|close)\(\)$", text)] + [
        text for text in entered if text.startswith(("AIOKafka", "lone_reader("))
    ]


def test_nobody_else_lets_go_of_a_client() -> None:
    assert len(SOURCES) > 100
    assert {str(path): found for path in SOURCES if (found := let_go_of_bare(path))} == {}


@pytest.mark.parametrize(
    "line", ["await self._consumer.stop()", "async with AIOKafkaProducer() as producer: pass", "await client.close()"]
)
def test_it_would_be_seen(line: str, tmp_path: Path) -> None:
    source = tmp_path / "bare.py"
    source.write_text(f"from aiokafka import AIOKafkaProducer\nasync def work(self):\n    {line}\n")
    assert len(let_go_of_bare(source)) == 1
