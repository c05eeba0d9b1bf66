"""Who carries the SMS: the provider of the delivery file, or the stand-in."""

from agents.delivery.incoming.inbox import Inbox
from agents.delivery.providers.http.template import HttpGateway
from agents.delivery.providers.port import GatewayAdapter
from agents.delivery.providers.settings import DeliveryFault, DeliverySettings
from agents.delivery.providers.smpp.gateway import SmppGateway
from agents.delivery.providers.stand_in import StandIn
from agents.delivery.timing import Time
from streams.clock import SystemClock


def check_clock(delivery: DeliverySettings, clock: str) -> None:
    """Raises DeliveryFault where a replay would write to real people."""
    if clock != "system" and (delivery.smpp or delivery.http):
        raise DeliveryFault(f"a real provider needs TACTFUL_CLOCK=system: the clock is {clock}, and its facts are past")


def provider(delivery: DeliverySettings, time: Time, inbox: Inbox | None = None) -> GatewayAdapter:
    """The gateway, not yet started. A real provider lives by the time of day. ``inbox`` takes what people write."""
    if delivery.smpp is not None:
        return SmppGateway(delivery.smpp, SystemClock(), inbox)
    if delivery.http is not None:
        # What is pushed to us is not pulled besides.
        return HttpGateway(delivery.http, SystemClock(), None if delivery.callback else inbox)
    return StandIn(delivery.stand_in, time)
