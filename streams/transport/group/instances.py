"""One worker for one instance id.

Kafka lets the newest member under an id fence the one before it. That one is only told that it is no member any more,
joins again, and fences in its turn; so two workers with one id took the partitions from each other every few seconds,
both of them ready. Here whoever comes second gives way: it looks who has the id before it joins, and lets a dead one's
membership run out. Whoever is fenced all the same ends, and says why.
"""

import asyncio
import logging
import os
import socket
import time
from typing import Any, Final, NamedTuple

from aiokafka.errors import KafkaError, NotCoordinatorForGroupError, ProducerFenced, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.group import JoinGroupRequest
from aiokafka.protocol.types import Array, Boolean, Bytes, Int16, Int32, Schema, String

from streams.errors import EngineError
from streams.settings import Settings
from streams.settings_faults import variable

log = logging.getLogger(__name__)

EXIT_TAKEN_OVER: Final = 3
_LOOK_S: Final = 0.5
_MARGIN_S: Final = 2.0  # Kafka looks for members that are gone no more often than it must


class InstanceTaken(EngineError, KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """Another worker has our instance id."""

    def __str__(self) -> str:
        return str(self.args[0])


def is_taken_over(error: BaseException | None) -> bool:
    """Whether a worker failed because another one works in its place."""
    return isinstance(error, InstanceTaken | ProducerFenced)


class Holder(NamedTuple):
    """The member of the group that has our id."""

    member_id: str
    client_id: str
    host: str


class _GroupsResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 15
    API_VERSION = 4
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "groups",
            Array(
                ("error_code", Int16),
                ("group", String("utf-8")),
                ("state", String("utf-8")),
                ("protocol_type", String("utf-8")),
                ("protocol", String("utf-8")),
                (
                    "members",
                    Array(
                        ("member_id", String("utf-8")),
                        ("group_instance_id", String("utf-8")),
                        ("client_id", String("utf-8")),
                        ("client_host", String("utf-8")),
                        ("member_metadata", Bytes),
                        ("member_assignment", Bytes),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
    )


class _GroupsStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 15
    API_VERSION = 4
    RESPONSE_TYPE = _GroupsResponse
    SCHEMA = Schema(("groups", Array(String("utf-8"))), ("include_authorized_operations", Boolean))


class _GroupsRequest(Request[_GroupsStruct]):  # type: ignore[misc]  # aiokafka ships no types
    """Who is in a group, with their instance ids, which aiokafka's own request does not tell."""

    API_KEY = 15

    def __init__(self, group_id: str) -> None:
        self._group_id = group_id

    def build(self, request_struct_class: type[_GroupsStruct]) -> _GroupsStruct:
        return request_struct_class([self._group_id], False)


def member_client_id(settings: Settings) -> str:
    """Names the process of a static member, so that its successor knows whether it is dead."""
    name = f"{settings.namespace}-{settings.subtopology}"
    return name if settings.instance_id is None else f"{name}@{socket.gethostname()}:{os.getpid()}"


def is_gone(client_id: str) -> bool:
    """Whether a member is a dead process of this machine, or this very process. Of another machine nothing is known."""
    host, _, pid = client_id.rpartition("@")[2].rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def give_way(consumer: Any, settings: Settings) -> None:
    """Have a static member look before it joins a group that does not know it (any more)."""
    if settings.instance_id is None:
        return
    coordinator = consumer._coordinator
    join = coordinator._do_rejoin_group
    been_member = False
    refused: InstanceTaken | None = None

    async def careful_join(subscription: Any) -> bool:
        nonlocal refused
        if refused is not None:
            raise refused  # aiokafka goes on once an error has been told; to join now would fence the other
        try:
            return await attempt(subscription)
        except InstanceTaken as taken:
            refused = taken
            raise

    async def attempt(subscription: Any) -> bool:
        nonlocal been_member
        try:
            if coordinator.member_id == JoinGroupRequest.UNKNOWN_MEMBER_ID:
                await _wait_for_turn(coordinator, settings, patience_s=0.0 if been_member else _patience_s(settings))
            if coordinator._closing.done():
                return False
            joined = bool(await join(subscription))
        except InstanceTaken:
            raise
        except KafkaError as error:
            if not error.retriable:
                await _wait_for_turn(coordinator, settings, patience_s=0.0)
                raise
            # As aiokafka does where it cannot join yet: it looks for the coordinator and comes back.
            if isinstance(error, NotCoordinatorForGroupError):
                coordinator.coordinator_dead()
            await asyncio.sleep(_LOOK_S)
            return False
        been_member = been_member or joined
        return joined

    coordinator._do_rejoin_group = careful_join


def _patience_s(settings: Settings) -> float:
    return settings.session_timeout_ms / 1000 + _MARGIN_S


async def _wait_for_turn(coordinator: Any, settings: Settings, patience_s: float) -> None:
    """Return when nobody alive has our id; raises InstanceTaken when somebody keeps it."""
    give_up, told = time.monotonic() + patience_s, False
    while not coordinator._closing.done():
        holder = await _holder(coordinator, str(settings.instance_id))
        if holder is None or holder.member_id == coordinator.member_id or is_gone(holder.client_id):
            return
        who = f"{variable('instance_id')}={settings.instance_id} is in use by {holder.client_id} at {holder.host}"
        if time.monotonic() >= give_up:
            raise InstanceTaken(f"{who}; each worker needs an id of its own")
        if not told:
            log.warning("%s; waiting %.0f s at most for it to leave the group", who, patience_s)
            told = True
        await asyncio.sleep(_LOOK_S)


async def _holder(coordinator: Any, instance_id: str) -> Holder | None:
    answer = await coordinator._send_req(_GroupsRequest(coordinator.group_id))
    (code, _, _, _, _, members, _) = answer.groups[0]
    if code:
        raise for_code(code)(coordinator.group_id)
    for member_id, instance, client_id, host, *_ in members:
        if instance == instance_id:
            return Holder(member_id, client_id, host)
    return None
