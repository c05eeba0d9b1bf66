"""A takeover that the cluster interrupts begins anew; what is no fault of the cluster ends the worker at once."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import errors

from streams.errors import StartRefused
from streams.transport.takeover import tables
from streams.transport.takeover.tables import EngineTables


class FakeEngine:
    def __init__(self) -> None:
        self.failure: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        self.failure = error


async def taken_over(monkeypatch: pytest.MonkeyPatch, *failures: Exception) -> tuple[FakeEngine, int]:
    """The engine, and how often it was tried."""
    left, tries = list(failures), 0

    async def take_over(*_: Any, **_named: Any) -> None:
        nonlocal tries
        tries += 1
        if left:
            raise left.pop(0)

    async def maybe_start() -> None:
        pass

    async def subscribed() -> dict[str, int]:
        return {"facts": 1}

    class TablesAgain(EngineTables):
        def __init__(self) -> None:
            self._engine = FakeEngine()  # type: ignore[assignment]  # all that is asked of it
            self._live = SimpleNamespace(set=lambda: None)  # type: ignore[assignment]
            self.app = SimpleNamespace(  # type: ignore[assignment]
                consumer=SimpleNamespace(_thread=SimpleNamespace(subscribed=subscribed)),
                on_rebalance_end=lambda: None,
                _fetcher=SimpleNamespace(maybe_start=maybe_start),
            )

        def values(self) -> Any:
            return ()

        def on_actives_ready(self) -> None:
            pass

        def on_standbys_ready(self) -> None:
            pass

    monkeypatch.setattr(tables, "take_over", take_over)
    monkeypatch.setattr(tables, "_AGAIN_S", 0.0)
    manager = TablesAgain()
    await manager._take_over([("facts", 0)], retain=False)
    engine: Any = manager._engine
    return engine, tries


async def test_errors_that_pass_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, tries = await taken_over(monkeypatch, errors.KafkaConnectionError(), errors.KafkaTimeoutError())
    assert (engine.failure, tries) == (None, 3)


async def test_an_error_that_never_passes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "TAKEOVER_S", -1.0)
    engine, tries = await taken_over(monkeypatch, errors.KafkaConnectionError())
    assert isinstance(engine.failure, errors.KafkaConnectionError)
    assert tries == 1


@pytest.mark.parametrize("error", [StartRefused("no topic"), errors.ProducerFenced(), ValueError()])
async def test_what_does_not_pass_ends_the_worker_at_once(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    engine, tries = await taken_over(monkeypatch, error)
    assert (engine.failure, tries) == (error, 1)
