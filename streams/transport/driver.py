"""The transport that Faust finds under the URL scheme `tactful`."""

from faust.transport.drivers.aiokafka import Transport as FaustTransport

from streams.transport.consumer import EngineConsumer


class Transport(FaustTransport):
    """Faust's Kafka transport with our consumer."""

    Consumer = EngineConsumer
