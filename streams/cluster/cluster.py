"""The few questions and orders we have for a Kafka cluster, typed, over aiokafka's admin client.

Topics are asked for all at once, never by name: naming a missing one would create it where the cluster
allows that.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.cluster.access import missing_rights
from streams.cluster.asking import ANSWER_PATIENCE_S, ANSWER_RETRY_S, Untold, every_offset, group_offsets, until_told
from streams.cluster.clients import running, stop_client
from streams.settings import Settings
from streams.topics.rights import Right

REQUEST_TIMEOUT_MS = 20_000
# A broker that has just started may not know of a topic yet.
MISSING_PATIENCE_S = 2.0
_REFUSED = (TopicAuthorizationFailedError.errno, ClusterAuthorizationFailedError.errno)


class ClusterError(RuntimeError):
    """The cluster could not be reached, or refused; one line says why."""


class Cluster:
    """`async with Cluster(settings) as cluster`; every Kafka error leaves as ClusterError."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: dict[str, Any] = {
            "bootstrap_servers": list(settings.bootstrap_servers),
            "request_timeout_ms": REQUEST_TIMEOUT_MS,
            **settings.kafka_security_kwargs(),
        }
        self._client: Any = AIOKafkaAdminClient(**self._connection)

    async def __aenter__(self) -> "Cluster":
        try:
            await self._client.start()
        except (KafkaError, OSError) as error:
            await stop_client(self._client)
            servers = ",".join(self._settings.bootstrap_servers)
            raise ClusterError(f"no Kafka cluster answers at {servers}: {error}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await stop_client(self._client)
        if isinstance(error, GroupAuthorizationFailedError):
            raise ClusterError(f"the cluster refused: no right on group {self._settings.group_id}") from error
        if isinstance(error, Untold):
            raise ClusterError(str(error)) from error
        if isinstance(error, KafkaError | TimeoutError):
            raise ClusterError(f"the cluster refused: {type(error).__name__} {error}") from error

    async def partition_counts(self, names: Iterable[str], *, patience_s: float = MISSING_PATIENCE_S) -> dict[str, int]:
        """Topic -> number of partitions. One that is not told for so long is missing, or not ours to see."""
        wanted, deadline = frozenset(names), time.monotonic() + patience_s

        async def once() -> dict[str, int]:
            topics = {topic["topic"]: topic for topic in await self._client.describe_topics()}
            return {name: _partition_count(topics[name]) for name in wanted & topics.keys()}

        while True:
            counts = await until_told(once, "the partitions of the topics")
            if len(counts) == len(wanted) or time.monotonic() > deadline:
                return counts
            await asyncio.sleep(ANSWER_RETRY_S)

    async def partition_counts_of(self, names: Iterable[str]) -> dict[str, int]:
        """As `partition_counts`, once every one of `names` is told: a new topic takes a moment to be."""
        wanted = frozenset(names)
        counts = await self.partition_counts(wanted, patience_s=ANSWER_PATIENCE_S)
        if missing := wanted - counts.keys():
            raise ClusterError(
                f"created, but not to be seen (needs the right to Describe): {', '.join(sorted(missing))}"
            )
        return counts

    async def missing_rights(self, wanted: Iterable[Right]) -> tuple[Right, ...]:
        """Those of the rights that we do not have, as far as the cluster tells."""
        return await missing_rights(self._client, wanted)

    async def create_topic(
        self, name: str, partitions: int, replication_factor: int, configs: Mapping[str, str]
    ) -> bool:
        """False when somebody else has just created it."""
        topic = NewTopic(name, partitions, 1, topic_configs=dict(configs))
        topic.replication_factor = replication_factor  # the constructor refuses -1, Kafka does not
        response = await self._client.create_topics([topic])
        (_, code, message, *_) = response.topic_errors[0]
        if code == TopicAlreadyExistsError.errno:
            return False
        if code == TopicAuthorizationFailedError.errno:
            raise ClusterError(f"no right to Create on topic {name}")
        if code:
            raise ClusterError(f"topic {name} cannot be created: {for_code(code).__name__} {message or ''}".strip())
        return True

    async def topic_configs(self, names: Sequence[str], keys: Iterable[str]) -> dict[str, dict[str, str]]:
        """Topics whose configuration we may not read are left out."""
        if not names:
            return {}
        wanted = dict.fromkeys(keys)
        resources = [ConfigResource(ConfigResourceType.TOPIC, name, wanted) for name in names]
        return await self._describe(resources)

    async def cluster_id(self) -> str:
        """The name that the cluster gave itself when it was made; empty where it tells none."""
        return str((await self._client.describe_cluster()).get("cluster_id") or "")

    async def broker_config(self, key: str) -> str | None:
        """The value on one broker; None when we may not read it."""

        async def first_broker() -> str:
            brokers = (await self._client.describe_cluster())["brokers"]
            if not brokers:
                raise Untold("it names none")
            return str(brokers[0]["node_id"])

        node = await until_told(first_broker, "its brokers")
        found = await self._describe([ConfigResource(ConfigResourceType.BROKER, node, {key: None})])
        return found.get(node, {}).get(key)

    async def _describe(self, resources: list[Any]) -> dict[str, dict[str, str]]:
        async def once() -> dict[str, dict[str, str]]:
            responses = await self._client.describe_configs(resources)
            return _configs_told(resources, [told for response in responses for told in response.resources])

        return await until_told(once, "its configuration")

    async def offsets(
        self, partitions: Sequence[TopicPartition], group_id: str | None = None
    ) -> dict[TopicPartition, OffsetAndMetadata | None]:
        """Where our group, or another, stands; None only where the cluster says that there is no offset."""
        group = group_id or self._settings.group_id

        async def ask(request: Any) -> Any:
            return await self._client._send_request(request, await self._client.find_coordinator(group))

        return await group_offsets(ask, group, partitions)

    async def committed(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """What our group has committed; partitions without an offset are left out."""
        found = await self.offsets(partitions)
        return {tp: at.offset for tp, at in found.items() if at is not None}

    async def log_bounds(
        self, partitions: Sequence[TopicPartition]
    ) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
        """First and next offset of each log."""
        async with running(AIOKafkaConsumer(**self._connection)) as consumer:
            starts = await every_offset(consumer.beginning_offsets, partitions)
            return starts, await every_offset(consumer.end_offsets, partitions)

    async def commit(
        self, offsets: Mapping[TopicPartition, int | OffsetAndMetadata], group_id: str | None = None
    ) -> None:
        """Set offsets of our group, or another; refused by the cluster while the group has members."""
        group = group_id or self._settings.group_id
        member = AIOKafkaConsumer(group_id=group, enable_auto_commit=False, **self._connection)
        async with running(member) as consumer:
            consumer.assign(list(offsets))
            await consumer.commit(dict(offsets))

    async def group_is_empty(self, group_id: str) -> bool:
        """Whether the group has no member: nobody works, and offsets may be set."""

        async def once() -> str:
            (response,) = await self._client.describe_consumer_groups([group_id])
            (code, _, state, *_) = response.groups[0]
            if code:
                raise for_code(code)(group_id)
            return str(state)

        return await until_told(once, f"who is in group {group_id}") in ("Empty", "Dead")


def _partition_count(topic: Mapping[str, Any]) -> int:
    """Of a topic that the cluster tells wholly."""
    numbers = {partition["partition"] for partition in topic["partitions"]}
    if topic["error_code"]:
        raise Untold(f"topic {topic['topic']}: {for_code(topic['error_code']).__name__}")
    if not numbers or numbers != set(range(len(numbers))):
        raise Untold(f"topic {topic['topic']}: not all of its partitions")
    return len(numbers)


def _configs_told(resources: Sequence[Any], told: Sequence[Any]) -> dict[str, dict[str, str]]:
    """Of every resource whose configuration we may read, all that was asked for."""
    configs: dict[str, dict[str, str]] = {}
    refused = set()
    for code, _, _, name, entries in told:
        if code in _REFUSED:
            refused.add(name)
        elif code:
            raise for_code(code)(name)
        else:
            configs[name] = {entry[0]: entry[1] for entry in entries}
    for resource in resources:
        if resource.name not in refused and not resource.configs.keys() <= configs.get(resource.name, {}).keys():
            raise Untold(f"not all of {resource.name}")
    return configs
