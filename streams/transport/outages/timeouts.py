"""Repairs to aiokafka's patience, each on one client object and each named after what goes wrong without it."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiokafka.client import ConnectionGroup
from aiokafka.errors import GroupLoadInProgressError, KafkaError, NotCoordinatorForGroupError, UnknownError
from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest
from aiokafka.structs import TopicPartition

from streams.transport.outages.patience import passes

log = logging.getLogger(__name__)

_COORDINATOR_PATIENCE = 50
_COORDINATOR_BACKOFF_S = 0.1
_END_PATIENCE = 5
_LOADING: Final = GroupLoadInProgressError.errno
_STEPS: Final = (
    "_do_init_pid",
    "_do_add_partitions_to_txn",
    "_do_add_offsets_to_txn",
    "_do_txn_offset_commit",
    "_do_txn_commit",
)


def outlast_faults(producer: Any) -> None:
    """Have a transactional producer ask again whatever the cluster says while it is not whole (`TREATMENTS`).

    Every step of a transaction may be asked for twice: the coordinator knows it again, and tells who was fenced.
    """
    _keep_batches(producer)
    _retry_coordinator_lookup(producer)
    _retry_steps(producer)
    _retry_unknown_end(producer)


def _keep_batches(producer: Any) -> None:
    """A batch whose partition has no leader for longer than a request may take is dropped, although its numbers are
    used up: what comes after it is refused for ever as out of order."""
    producer._message_accumulator._batch_ttl = math.inf


def _retry_coordinator_lookup(producer: Any) -> None:
    """Whatever the lookup of a coordinator meets, a lost connection for instance, kills the producer."""
    sender = producer._sender
    lookup = sender._find_coordinator

    async def patient_lookup(kind: Any, key: str) -> Any:
        for _ in range(_COORDINATOR_PATIENCE):
            try:
                return await lookup(kind, key)
            except KafkaError as error:
                if not passes(error):
                    raise
                log.warning("the coordinator of %s is looked for again: %s", key, error)
            await asyncio.sleep(_COORDINATOR_BACKOFF_S)
        return await lookup(kind, key)

    sender._find_coordinator = patient_lookup


def _retry_steps(producer: Any) -> None:
    """aiokafka knows for each step a few errors that pass; any other kills the producer."""
    sender = producer._sender

    def patient(step: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def repeated(*asked: Any) -> Any:
            try:
                return await step(*asked)
            except KafkaError as error:
                if not passes(error):
                    raise
                log.warning("a step of a transaction is asked for again: %r", error)
            sender._coordinators.clear()
            await asyncio.sleep(_COORDINATOR_BACKOFF_S)
            return False

        return repeated

    for name in _STEPS:
        setattr(sender, name, patient(getattr(sender, name)))


def _retry_unknown_end(producer: Any) -> None:
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


def outlast_coordinator(consumer: Any, session_timeout_s: float) -> None:
    """Keep a member of the group through a coordinator that hangs, or that loads its groups."""
    _outlast_loading(consumer)
    bound_heartbeat(consumer, session_timeout_s)


def _outlast_loading(consumer: Any) -> None:
    """To aiokafka a coordinator that still loads its groups, asked who shares what or whether we are in, ends the
    member. It is as good as one that is not there yet: look for it again, and join."""
    coordinator = consumer._coordinator
    send = coordinator._send_req

    async def sent(request: Any) -> Any:
        answer = await send(request)
        if isinstance(request, SyncGroupRequest | HeartbeatRequest) and answer.error_code == _LOADING:
            answer.error_code = NotCoordinatorForGroupError.errno
        return answer

    coordinator._send_req = sent


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
