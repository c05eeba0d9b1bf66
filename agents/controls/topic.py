"""The operator's hand on the stop button: says a control, and tells what all of them amount to."""

from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition
from pydantic_core import to_json

from agents.controls.fold import CONTROLS
from agents.decisions.policy.controls import ControlState
from schemas.controls import AnyControl
from schemas.envelope import Headers, cloud_event
from schemas.values.instants import to_ms
from streams import roles
from streams.cluster import admin
from streams.cluster.clients import running
from streams.cluster.cluster import ClusterError
from streams.cluster.whole_logs import lone_reader, to_the_end
from streams.settings import Settings
from streams.transport.controls.controls import ControlRecord, log_fault

_SOURCE: Final = "tactful"


class Place(NamedTuple):
    """Where a control was written."""

    topic: str
    offset: int


def headers_of(control: AnyControl) -> Headers:
    """The attributes of a control as an event."""
    return cloud_event(control.type, control.control_id, _SOURCE, schema=roles.REMINDER_CONTROLS, time=control.time)


async def say(settings: Settings, control: AnyControl) -> Place:
    """Write a control, acknowledged by all in-sync replicas. Its Kafka timestamp is its own time: a replay goes by it.

    Raises ClusterError when the topic or the right to write it is missing.
    """
    await admin.require(settings, (roles.REMINDER_CONTROLS,), "Write")
    topic = settings.topics[roles.REMINDER_CONTROLS]
    writer = AIOKafkaProducer(
        bootstrap_servers=list(settings.bootstrap_servers),
        enable_idempotence=True,
        acks="all",
        max_request_size=settings.dead_letter_max_bytes,
        **settings.kafka_security_kwargs(),
    )
    async with running(writer) as producer:
        written = await producer.send_and_wait(
            topic, to_json(control), partition=0, timestamp_ms=to_ms(control.time), headers=list(headers_of(control))
        )
    return Place(topic, written.offset)


async def what_stands(settings: Settings) -> ControlState:
    """All controls up to the present end, as a worker reads them by the time of day.

    Raises ClusterError when the topic or the right to read it is missing, or when it has lost controls.
    """
    controls: Any = CONTROLS.start
    for record in await read_controls(settings):
        controls = CONTROLS.fold(controls, *record)
    found: ControlState = controls
    return found


async def read_controls(settings: Settings) -> list[ControlRecord]:
    """Every control up to the present end; as many as the engine reads at all. Raises ClusterError as above."""
    await admin.require(settings, (roles.REMINDER_CONTROLS,))
    tp = TopicPartition(settings.topics[roles.REMINDER_CONTROLS], 0)
    async with running(lone_reader(settings, auto_offset_reset="none")) as consumer:
        starts, ends = await consumer.beginning_offsets([tp]), await consumer.end_offsets([tp])
        if (fault := log_fault(tp.topic, starts[tp], ends[tp])) is not None:
            raise ClusterError(fault)
        return [
            ControlRecord(r.offset, r.key, r.value, r.headers, r.timestamp) async for r in to_the_end(consumer, [tp])
        ]
