"""What carries records between Kafka and the agents. Every consumer of the process reads through `streams.batches`."""

import streams.batches as _batches  # noqa: F401 - its import puts our reading into aiokafka
