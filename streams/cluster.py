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
    GroupAuthorizationFailedError,
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    KafkaError,
    NotCoordinatorForGroupError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.access import missing_rights
from streams.clients import running, stop_client
from streams.rights import Right
from streams.settings import Settings

REQUEST_TIMEOUT_MS = 20_000
# A new cluster makes its offsets topic at the first question about a group.
COORDINATOR_PATIENCE_S = 30.0
COORDINATOR_RETRY_S = 0.2


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
        if isinstance(error, KafkaError | TimeoutError):
            raise ClusterError(f"the cluster refused: {type(error).__name__} {error}") from error

    async def partition_counts(self) -> dict[str, int]:
        """Topic -> number of partitions, of all topics we may see."""
        return {topic["topic"]: len(topic["partitions"]) for topic in await self._client.describe_topics()}

    async def partition_counts_of(self, names: Iterable[str]) -> dict[str, int]:
        """As `partition_counts`, once every one of `names` is told: a new topic takes a moment to be."""
        wanted, deadline = set(names), time.monotonic() + COORDINATOR_PATIENCE_S
        while True:
            counts = await self.partition_counts()
            missing = wanted - set(counts)
            if not missing:
                return counts
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"created, but not to be seen (needs the right to Describe): {', '.join(sorted(missing))}"
                )
            await asyncio.sleep(COORDINATOR_RETRY_S)

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

    async def broker_config(self, key: str) -> str | None:
        """The value on one broker; None when we may not read it."""
        metadata = await self._client.describe_cluster()
        node = str(metadata["brokers"][0]["node_id"])
        found = await self._describe([ConfigResource(ConfigResourceType.BROKER, node, {key: None})])
        return found.get(node, {}).get(key)

    async def _describe(self, resources: list[Any]) -> dict[str, dict[str, str]]:
        configs: dict[str, dict[str, str]] = {}
        for response in await self._client.describe_configs(resources):
            for code, _, _, name, entries in response.resources:
                if not code:
                    configs[name] = {entry[0]: entry[1] for entry in entries}
        return configs

    async def committed(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """What our group has committed; partitions without an offset are left out."""
        deadline = time.monotonic() + COORDINATOR_PATIENCE_S
        while True:
            try:
                found = await self._client.list_consumer_group_offsets(
                    self._settings.group_id, partitions=list(partitions)
                )
            except (
                GroupCoordinatorNotAvailableError,
                GroupLoadInProgressError,
                NotCoordinatorForGroupError,
            ):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(COORDINATOR_RETRY_S)
            else:
                return {tp: at.offset for tp, at in found.items() if at.offset >= 0}

    async def log_bounds(
        self, partitions: Sequence[TopicPartition]
    ) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
        """First and next offset of each log."""
        async with running(AIOKafkaConsumer(**self._connection)) as consumer:
            return await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)

    async def commit(
        self, offsets: Mapping[TopicPartition, int | OffsetAndMetadata], group_id: str | None = None
    ) -> None:
        """Set offsets of our group, or another; refused by the cluster while the group has members."""
        group = group_id or self._settings.group_id
        member = AIOKafkaConsumer(group_id=group, enable_auto_commit=False, **self._connection)
        async with running(member) as consumer:
            consumer.assign(list(offsets))
            await consumer.commit(dict(offsets))

    async def committed_at(self, partition: TopicPartition, group_id: str) -> OffsetAndMetadata | None:
        """What a group has committed for one partition, if anything."""
        found = await self._client.list_consumer_group_offsets(group_id, partitions=[partition])
        at = found.get(partition)
        return None if at is None or at.offset < 0 else at

    async def group_is_empty(self, group_id: str) -> bool:
        """Whether the group has no member: nobody works, and offsets may be set."""
        (response,) = await self._client.describe_consumer_groups([group_id])
        (_, _, state, *_) = response.groups[0]
        return state in ("Empty", "Dead")
