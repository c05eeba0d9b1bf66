"""The engine: a Faust driver that moves chunks and commits state, outputs and offsets in one Kafka transaction.

Importing the package makes the broker URL scheme `tactful` known to Faust.
"""

from faust.transport.drivers import TRANSPORTS

SCHEME = "tactful"

TRANSPORTS.aliases[SCHEME] = "streams.transport.driver:Transport"
