"""Which broker a client of Kafka asks first, and how it is let go of: in time, with nothing left open, and without a
word over what went wrong before.

aiokafka cancels its fetches when it stops, and the cancellation of one that sleeps reaches whoever asked it to stop.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

from streams.settings import Settings

log = logging.getLogger(__name__)

STOP_S: Final = 10.0
"""For leaving the group and flushing; a cluster that is away answers neither."""

_BACKGROUND: Final = (
    ("_coordinator", ("_coordination_task", "_heartbeat_task", "_commit_refresh_task", "_reset_committed_task")),
    ("_fetcher", ("_fetch_task",)),
    ("_sender", ("_sender_task",)),
)


def shuffled_servers(settings: Settings) -> list[str]:
    """The bootstrap servers in random order: the first one listed may be the one that is down."""
    servers = list(settings.bootstrap_servers)
    random.shuffle(servers)
    return servers


@asynccontextmanager
async def running(client: Any) -> AsyncIterator[Any]:
    """A consumer or producer, started here and stopped at the end, whatever comes."""
    try:
        await client.start()
        yield client
    finally:
        await stop_client(client)


async def stop_client(client: Any, within_s: float | None = None) -> None:
    """Stop a consumer, a producer or an admin client. Raises nothing but a cancellation of our own task."""
    stop = client.stop if hasattr(client, "stop") else client.close
    # In a task of its own: what is cancelled in there is not us.
    stopping = asyncio.ensure_future(stop())
    try:
        await asyncio.wait({stopping}, timeout=STOP_S if within_s is None else within_s)
    finally:
        if not _stopped_well(stopping):
            _abandon(client)


def _stopped_well(stopping: "asyncio.Future[Any]") -> bool:
    if not stopping.done():
        stopping.cancel()
        log.info("a client of Kafka could not be stopped in time; its connections are closed")
        return False
    if stopping.cancelled():
        return False
    if (error := stopping.exception()) is not None:
        log.debug("a client of Kafka was not stopped in order", exc_info=error)
    return error is None


def _abandon(client: Any) -> None:
    """End what a stop that broke off has left: a member that nobody uses must not go on beating."""
    for task in _background(client):
        task.cancel()
    kafka = next((getattr(client, name) for name in ("_client", "client") if hasattr(client, name)), client)
    if kafka._sync_task is not None:
        kafka._sync_task.cancel()
    for connection in list(kafka._conns.values()):
        connection.close()


def _background(client: Any) -> Iterator["asyncio.Task[Any]"]:
    for part, names in _BACKGROUND:
        owner = getattr(client, part, None)
        yield from (task for name in names if (task := getattr(owner, name, None)) is not None)
    yield from tuple(getattr(getattr(client, "_fetcher", None), "_pending_tasks", ()))
