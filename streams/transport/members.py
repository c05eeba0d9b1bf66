"""The consumer of whoever reads as a member of a group and commits its offsets within transactions."""

from typing import Any, Final

from aiokafka import AIOKafkaConsumer

from streams.settings import Settings
from streams.transport.patience import bound_answers
from streams.transport.producer import shuffled_servers

_MAX_POLL_INTERVAL_MS: Final = 600_000


def group_member(settings: Settings, **options: Any) -> Any:
    """Not yet started. It reads what is committed, and a position that is not in the log is an error."""
    consumer = AIOKafkaConsumer(
        client_id=f"{settings.namespace}-{settings.subtopology}",
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
