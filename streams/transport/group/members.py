"""The consumer of whoever reads as a member of a group and commits its offsets within transactions."""

from collections.abc import Sequence
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import NotCoordinatorForGroupError
from aiokafka.structs import TopicPartition

from streams.cluster.asking import Offsets, group_offsets
from streams.cluster.clients import shuffled_servers
from streams.settings import Settings
from streams.transport.group.instances import member_client_id
from streams.transport.outages.patience import bound_answers

_MAX_POLL_INTERVAL_MS: Final = 600_000


def group_member(settings: Settings, **options: Any) -> Any:
    """Not yet started. It reads what is committed, and a position that is not in the log is an error."""
    consumer = AIOKafkaConsumer(
        client_id=member_client_id(settings),
        group_id=settings.group_id,
        group_instance_id=settings.instance_id,
        bootstrap_servers=shuffled_servers(settings),
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        max_poll_interval_ms=_MAX_POLL_INTERVAL_MS,
        request_timeout_ms=settings.consumer_request_timeout_ms,
        session_timeout_ms=settings.session_timeout_ms,
        rebalance_timeout_ms=settings.rebalance_timeout_ms,
        heartbeat_interval_ms=settings.heartbeat_interval_ms,
        **settings.kafka_security_kwargs(),
        **options,
    )
    bound_answers(consumer._client)
    return consumer


async def member_offsets(consumer: Any, partitions: Sequence[TopicPartition]) -> Offsets:
    """Where the member's group stands; None only where the coordinator says that there is no offset."""
    coordinator = consumer._coordinator

    async def ask(request: Any) -> Any:
        await coordinator.ensure_coordinator_known()
        answer = await coordinator._send_req(request)
        if answer.error_code == NotCoordinatorForGroupError.errno:
            coordinator.coordinator_dead()  # so that the next try looks for the new one
        return answer

    return await group_offsets(ask, coordinator.group_id, partitions)


def topics_untold(consumer: Any) -> frozenset[str]:
    """Subscribed topics of which the metadata in hand tells no partition."""
    return frozenset(topic for topic in consumer.subscription() if not consumer.partitions_for_topic(topic))


def ask_for_untold(consumer: Any) -> None:
    """Have the metadata asked for anew while it lacks a subscribed topic: aiokafka is content with it for five minutes.

    Whoever leads the group assigns by it; as soon as it has changed the group shares the partitions out again.
    """
    if topics_untold(consumer):
        consumer._client.force_metadata_update()
