"""The repairs to aiokafka's patience, on objects that only look like its clients."""

import asyncio
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.client import ConnectionGroup
from aiokafka.errors import KafkaConnectionError, KafkaError, TransactionalIdAuthorizationFailed, UnknownError
from aiokafka.structs import TopicPartition

from streams.transport.outages.timeouts import (
    bound_heartbeat,
    date_by_question,
    pace_fetches,
    retry_coordinator_lookup,
    retry_unknown_end,
)


def lost_connection() -> KafkaError:
    """As aiokafka wraps it."""
    error = KafkaError("FindCoordinator")
    error.__cause__ = KafkaConnectionError("lost")
    return error


async def test_a_lost_connection_during_the_lookup_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.transport.outages.timeouts._COORDINATOR_BACKOFF_S", 0)
    answers: list[Any] = [lost_connection(), lost_connection(), 7]

    async def lookup(kind: Any, key: str) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    producer = SimpleNamespace(_sender=SimpleNamespace(_find_coordinator=lookup))
    retry_coordinator_lookup(producer)
    assert await producer._sender._find_coordinator("txn", "id") == 7


@pytest.mark.parametrize(("times", "raised"), [(5, False), (6, True)])
async def test_an_end_that_the_coordinator_does_not_know_of_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, times: int, raised: bool
) -> None:
    monkeypatch.setattr("streams.transport.outages.timeouts._COORDINATOR_BACKOFF_S", 0)
    asked: list[bool] = []

    async def end(commit: bool) -> None:
        asked.append(commit)
        if len(asked) <= times:
            raise UnknownError

    producer = SimpleNamespace(_sender=SimpleNamespace(_do_txn_commit=end))
    retry_unknown_end(producer)
    for _ in range(5):
        await producer._sender._do_txn_commit(True)
    with pytest.raises(UnknownError) if raised else nullcontext():
        await producer._sender._do_txn_commit(True)
    assert asked == [True] * 6


async def test_any_other_fault_of_the_lookup_is_told_at_once() -> None:
    async def lookup(kind: Any, key: str) -> Any:
        raise TransactionalIdAuthorizationFailed("id")

    producer = SimpleNamespace(_sender=SimpleNamespace(_find_coordinator=lookup))
    retry_coordinator_lookup(producer)
    with pytest.raises(TransactionalIdAuthorizationFailed):
        await producer._sender._find_coordinator("txn", "id")


async def test_a_heartbeat_that_hangs_is_given_up_within_the_session() -> None:
    told: list[str] = []

    async def hang() -> bool:
        await asyncio.Event().wait()
        return True

    coordinator = SimpleNamespace(
        coordinator_id=3, _do_heartbeat=hang, coordinator_dead=lambda: told.append("coordinator dead")
    )
    connection = SimpleNamespace(close=lambda: told.append("connection closed"))
    client = SimpleNamespace(_conns={(3, ConnectionGroup.COORDINATION): connection})
    bound_heartbeat(SimpleNamespace(_coordinator=coordinator, _client=client), session_timeout_s=0.03)
    assert await coordinator._do_heartbeat() is False
    assert told == ["coordinator dead", "connection closed"]


async def test_a_heartbeat_that_is_answered_stays_what_it_was() -> None:
    async def beat() -> bool:
        return True

    coordinator = SimpleNamespace(coordinator_id=3, _do_heartbeat=beat)
    bound_heartbeat(SimpleNamespace(_coordinator=coordinator, _client=None), session_timeout_s=3)
    assert await coordinator._do_heartbeat() is True


async def test_fetches_are_paced_while_data_flows_and_patient_while_it_does_not() -> None:
    brought = [True, False]

    async def ask(assignment: Any, node: int, request: Any) -> bool:
        return brought.pop(0)

    fetcher = SimpleNamespace(_proc_fetch_request=ask, _fetch_min_bytes=1)
    pace_fetches(SimpleNamespace(_fetcher=fetcher), wait_ms=100, pacing_ms=10)
    await fetcher._proc_fetch_request(None, 1, None)
    assert (fetcher._fetch_max_wait_ms, fetcher._fetch_min_bytes > 1) == (10, True)
    await fetcher._proc_fetch_request(None, 1, None)
    assert (fetcher._fetch_max_wait_ms, fetcher._fetch_min_bytes) == (100, 1)


async def test_an_answer_that_lay_about_is_as_old_as_its_question() -> None:
    states = {tp: SimpleNamespace(timestamp=None) for tp in (TopicPartition("a", 0), TopicPartition("a", 1))}
    at_ms = 10_000

    async def ask(assignment: Any, node: int, request: Any) -> bool:
        nonlocal at_ms
        at_ms += 15_000  # the process stands still; the clock does not
        states[TopicPartition("a", 0)].timestamp = at_ms
        return True

    fetcher = SimpleNamespace(_proc_fetch_request=ask)
    date_by_question(SimpleNamespace(_fetcher=fetcher), lambda: at_ms)
    request = SimpleNamespace(topics=[("a", [(0, 7, 0), (1, 7, 0), (2, 7, 0)])])
    assert await fetcher._proc_fetch_request(SimpleNamespace(state_value=states.get), 1, request)
    assert [state.timestamp for state in states.values()] == [10_000, None]
