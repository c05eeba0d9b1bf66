"""Which of the rights we want the cluster does not give us: asked beforehand, in requests that change nothing.

Kafka tells a client its own rights on topics. For groups and transactional ids it does not, so a request is made that
needs the right and is void by itself: a heartbeat of a member that is not there, the end of a transaction that is not.
"""

from collections.abc import Iterable
from typing import Any, Final

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.group import HeartbeatRequest
from aiokafka.protocol.transaction import EndTxnRequest
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

from streams.topics.rights import Operation, Right

# Kafka's numbers of the operations; in an answer each is the bit of that number.
OPERATION_CODES: Final[dict[Operation, int]] = {
    "Read": 3,
    "Write": 4,
    "Create": 5,
    "Describe": 8,
    "DescribeConfigs": 10,
}
_NOT_TOLD: Final = -(2**31)
_NOBODY: Final = -1
_TOPIC_REFUSED: Final[int] = TopicAuthorizationFailedError.errno


class _MetadataResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", Array(("node_id", Int32), ("host", String("utf-8")), ("port", Int32), ("rack", String("utf-8")))),
        ("cluster_id", String("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String("utf-8")),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class _MetadataStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        ("topics", Array(String("utf-8"))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class _MetadataRequest(Request[_MetadataStruct]):  # type: ignore[misc]  # aiokafka ships no types
    """Metadata of named topics with our own rights on them; makes none that is missing."""

    API_KEY = 3

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[_MetadataStruct]) -> _MetadataStruct:
        return request_struct_class(self._topics, False, False, True)


async def missing_rights(client: Any, wanted: Iterable[Right]) -> tuple[Right, ...]:
    """Those of the wanted rights that aiokafka's admin client `client` does not have.

    A right on a topic that does not exist counts as held, so does one of a kind that cannot be asked for (on the
    cluster), and whatever the cluster does not tell.
    """
    rights = tuple(wanted)
    named = sorted({right.name for right in rights if right.kind == "topic"})
    told = {topic: (code, bits) for code, topic, _, _, bits in (await _metadata(client, named)).topics}
    return tuple([right for right in rights if await _is_missing(client, right, told)])


async def _metadata(client: Any, topics: list[str]) -> Any:
    return await client._send_request(_MetadataRequest(topics))


async def _is_missing(client: Any, right: Right, told: dict[str, tuple[int, int]]) -> bool:
    if right.kind == "topic":
        code, bits = told[right.name]
        if code == _TOPIC_REFUSED:
            return right.operation != "DescribeConfigs" or await _configs_are_refused(client, right.name)
        return code == 0 and bits != _NOT_TOLD and not bits & 1 << OPERATION_CODES[right.operation]
    if right.kind == "group" and right.operation == "Read":
        answer = await client._send_request(HeartbeatRequest(right.name, _NOBODY, ""))
        return bool(answer.error_code == GroupAuthorizationFailedError.errno)
    if right.kind == "transactional id":
        name = f"{right.name}0" if right.prefixed else right.name
        answer = await client._send_request(EndTxnRequest(name, _NOBODY, _NOBODY, False))
        return bool(answer.error_code == TransactionalIdAuthorizationFailed.errno)
    return False


async def _configs_are_refused(client: Any, topic: str) -> bool:
    answers = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return any(code == _TOPIC_REFUSED for answer in answers for code, *_ in answer.resources)
