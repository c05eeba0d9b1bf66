"""Repairs to aiokafka's patience, each on one client object and each named after what goes wrong without it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiokafka.client import ConnectionGroup
from aiokafka.errors import KafkaConnectionError, KafkaError, UnknownError
from aiokafka.structs import TopicPartition

log = logging.getLogger(__name__)

_COORDINATOR_PATIENCE = 50
_COORDINATOR_BACKOFF_S = 0.1
_END_PATIENCE = 5


def retry_coordinator_lookup(producer: Any) -> None:
    """A connection lost while the transaction coordinator is looked up kills the producer; try again instead."""
    sender = producer._sender
    lookup = sender._find_coordinator

    async def patient_lookup(kind: Any, key: str) -> Any:
        for _ in range(_COORDINATOR_PATIENCE):
            try:
                return await lookup(kind, key)
            except KafkaError as error:
                if not isinstance(error.__cause__, KafkaConnectionError):
                    raise
                log.warning("connection lost while looking up the coordinator of %s", key)
            await asyncio.sleep(_COORDINATOR_BACKOFF_S)
        return await lookup(kind, key)

    sender._find_coordinator = patient_lookup


def retry_unknown_end(producer: Any) -> None:
    """A coordinator that is being asked for the same id by somebody else may answer an end with "unknown"; ask again.

    To end a transaction twice in the same way is harmless; and the second answer tells whether we were fenced.
    """
    sender = producer._sender
    end, unknown = sender._do_txn_commit, 0

    async def patient_end(result: Any) -> None:
        nonlocal unknown
        try:
            await end(result)
            unknown = 0
        except UnknownError:
            unknown += 1
            if unknown > _END_PATIENCE:
                raise
            log.warning("the coordinator does not know whether the transaction has ended; asking again")
            await asyncio.sleep(_COORDINATOR_BACKOFF_S)

    sender._do_txn_commit = patient_end


def bound_heartbeat(consumer: Any, session_timeout_s: float) -> None:
    """A heartbeat that hangs on a frozen broker outlives the session; give up in time and look for another."""
    coordinator = consumer._coordinator
    heartbeat = coordinator._do_heartbeat

    async def bounded_heartbeat() -> bool:
        node = coordinator.coordinator_id
        try:
            return bool(await asyncio.wait_for(heartbeat(), session_timeout_s / 3))
        except TimeoutError:
            log.warning("no answer to a heartbeat in time; looking for the group coordinator again")
            coordinator.coordinator_dead()
            if connection := consumer._client._conns.get((node, ConnectionGroup.COORDINATION)):
                connection.close()
            return False

    coordinator._do_heartbeat = bounded_heartbeat


def pace_fetches(consumer: Any, *, wait_ms: int, pacing_ms: int, min_bytes: int = 65_536) -> None:
    """aiokafka asks again after every record, some 800 times a second. After a fetch that brought data let the broker
    gather for `pacing_ms` or until there is plenty; after an empty one wait for the first record."""
    fetcher = consumer._fetcher
    # A fetched block that waits for its turn must not keep the other partitions of its broker from being asked for.
    fetcher._prefetch_backoff = 0.002
    fetcher._fetch_max_wait_ms = wait_ms
    ask = fetcher._proc_fetch_request

    async def paced(assignment: Any, node: int, request: Any) -> bool:
        brought = bool(await ask(assignment, node, request))
        paced_now = brought and pacing_ms > 0
        fetcher._fetch_min_bytes = min_bytes if paced_now else 1
        fetcher._fetch_max_wait_ms = pacing_ms if paced_now else wait_ms
        return brought

    fetcher._proc_fetch_request = paced


def date_by_question(consumer: Any, machine_ms: Callable[[], int]) -> None:
    """aiokafka dates the end of a log by when it handles the answer. One that lay in the socket while this process
    stood still would count as new; it is at most as new as its question."""
    fetcher = consumer._fetcher
    ask = fetcher._proc_fetch_request

    async def dated(assignment: Any, node: int, request: Any) -> bool:
        asked_ms = machine_ms()
        brought = bool(await ask(assignment, node, request))
        for topic, parts in request.topics:
            for number, *_ in parts:
                state = assignment.state_value(TopicPartition(topic, number))
                if state is not None and state.timestamp is not None:
                    state.timestamp = min(state.timestamp, asked_ms)
        return brought

    fetcher._proc_fetch_request = dated
