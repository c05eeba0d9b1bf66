"""How a process of ours writes facts to `case-updated`: in transactions under a fixed name, each fact where its account
belongs.
"""

from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pydantic_core import to_json

from schemas.envelope import cloud_event
from schemas.facts import Fact
from schemas.values.instants import to_ms
from streams import roles
from streams.cluster.clients import shuffled_servers
from streams.settings import Settings
from streams.transport.outages.timeouts import outlast_faults
from streams.transport.partitioner import partition_of


def fact_writer(settings: Settings, name: str) -> Any:
    """A producer, not yet started; starting it fences whoever wrote under the name before."""
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=shuffled_servers(settings),
        client_id=name,
        transactional_id=name,
        transaction_timeout_ms=settings.transaction_timeout_ms,
        request_timeout_ms=settings.producer_request_timeout_ms,
        **settings.kafka_security_kwargs(),
    )
    outlast_faults(producer)
    return producer


def committed_reader(settings: Settings, **more: Any) -> Any:
    """A consumer, not yet started, of committed records; a position that the log no longer has is an error."""
    return AIOKafkaConsumer(
        bootstrap_servers=shuffled_servers(settings),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=settings.fetch_wait_ms,
        request_timeout_ms=settings.consumer_request_timeout_ms,
        **settings.kafka_security_kwargs(),
        **more,
    )


async def send_fact(producer: Any, settings: Settings, fact: Fact, now_ms: int = 0) -> Any:
    """Queue a fact of the case file within the open transaction; what is returned is awaited for the answer.

    ``now_ms``: of a fact that speaks of long ago, so that retention does not take its record at once.
    """
    kind: str = fact.type  # type: ignore[attr-defined]  # every fact that is written has one
    event = cloud_event(
        kind,
        fact.event_id,
        settings.namespace,
        schema=roles.CASE_UPDATED,
        time=fact.time,
        subject=fact.account_id,
    )
    key = fact.account_id.encode()
    return await producer.send(
        settings.topics[roles.CASE_UPDATED],
        to_json(fact, exclude_none=True),
        key=key,
        partition=partition_of(key, settings.partitions),
        headers=list(event),
        timestamp_ms=max(to_ms(fact.time), now_ms),
    )
