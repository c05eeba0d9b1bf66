"""Stock Faust well set: its Cython loops on, raw bytes, batches that linger, a table in memory."""

import logging
from typing import Any, Final

import faust

from streams.cluster.cluster import Cluster
from streams.settings import Settings

RAW: Final[dict[str, Any]] = {
    "key_type": bytes,
    "value_type": bytes,
    "key_serializer": "raw",
    "value_serializer": "raw",
}
"""Options of a topic that hands over bytes as they came."""


def stock_app(settings: Settings) -> faust.App:
    """An app without agents."""
    # Faust leaves the root logger at DEBUG whatever `-l` says, so each send would build a log record for nobody.
    for name in ("faust", "aiokafka"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return faust.App(
        settings.group_id,
        broker=f"kafka://{settings.bootstrap_servers[0]}",
        processing_guarantee="at_least_once",
        store="memory://",
        topic_partitions=settings.partitions,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        cython_optimizations=True,
        producer_linger=0.005,
        producer_max_batch_size=131_072,
        stream_buffer_maxsize=16_384,
        web_enabled=False,
        datadir=str(settings.data_dir),
    )


def accounts_table(app: faust.App, settings: Settings) -> Any:
    """The table of bytes."""
    return app.Table("accounts", key_type=bytes, value_type=bytes, partitions=settings.partitions)


async def create_changelog(settings: Settings) -> str:
    """The topic behind the table, made before Faust would make it; returns its name."""
    name = f"{settings.group_id}-accounts-changelog"
    async with Cluster(settings) as cluster:
        await cluster.create_topic(name, settings.partitions, 1, {"cleanup.policy": "compact"})
    return name
