"""One run of the hand-over on a cluster, from the journal to an orderly stop."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from agents.delivery.incoming.listening import People, recent_replies
from agents.delivery.kafka.bus import KafkaBus
from agents.delivery.process import Delivery, DeliveryEvent
from agents.delivery.providers.port import GatewayAdapter
from agents.delivery.providers.settings import HandOver
from agents.delivery.rules.deliveries import Deliveries
from agents.delivery.timing import ReplayTime, SystemTime, Time
from streams import roles
from streams.cluster import admin
from streams.settings import Settings


async def deliver(
    settings: Settings,
    limits: HandOver,
    make_gateway: Callable[[Time], GatewayAdapter],
    told: Callable[[DeliveryEvent], None],
    stop: asyncio.Event,
    *,
    step_over_gaps: bool = False,
    people: People | None = None,
) -> None:
    """Hand over until ``stop``.

    Raises ClusterError or StartRefused before anything was offered, and later whatever ends the run; what was
    offered then stands in the journal.
    """
    await admin.require(settings, (roles.REMINDERS, roles.DELIVERY_JOURNAL))
    await admin.require(settings, (roles.REMINDER_RECEIPTS, roles.DELIVERY_JOURNAL), "Write")
    if people is not None:
        for operation in ("Read", "Write"):
            await admin.require(settings, (roles.BORROWER_REPLIES,), operation)
    time: Time = ReplayTime() if settings.clock == "replay" else SystemTime()
    deliveries = Deliveries(
        receipt_grace=timedelta(hours=limits.receipt_grace_hours),
        taken_back_max=limits.taken_back_max,
        open_max=limits.open_max,
    )
    async with KafkaBus(settings) as bus:
        entries, positions = await bus.open(step_over_gaps=step_over_gaps)
        for entry in entries:
            time.seen(entry.partition, entry.since)
        deliveries.restore(entries, time.newest())
        if people is not None:
            people.hearing.restore(await recent_replies(settings, time.newest()))
        await Delivery(limits, deliveries, positions, bus, make_gateway(time), time, told, people).run(stop)
