"""Topics whose records leave within the transaction of the chunk that sends them."""

import asyncio
from typing import Any

import faust

from streams.transport.engine import engine_of
from streams.transport.partition.chunk import required_chunk
from streams.transport.partition.transaction import Headers
from streams.transport.partitioner import partition_of


class EngineTopic(faust.Topic):
    """A Faust topic; keys and values are bytes."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        engine_of(app).declare(self.topics)

    def emit(
        self,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
        partition: int | None = None,
    ) -> None:
        """Send with the chunk's transaction. By default to the chunk's own partition number, or where the key belongs
        if the topic has another number of partitions."""
        part = required_chunk("sending").part
        topic = self.topics[0]
        if partition is None:
            engine = engine_of(self.app)
            count = engine.partition_counts[topic]
            if count == engine.input_partitions:
                partition = part.number
            else:
                partition = part.number % count if key is None else partition_of(key, count)
        part.emit(topic, partition, key, value, headers, timestamp_ms)

    async def send(  # type: ignore[override]  # Faust's codecs have nothing to do: all is bytes
        self,
        *,
        key: bytes | None = None,
        value: bytes | None = None,
        partition: int | None = None,
        timestamp: float | None = None,
        headers: Headers = (),
        **_: Any,
    ) -> "asyncio.Future[None]":
        """`emit` under Faust's name; acknowledged with the transaction, so there is nothing to wait for."""
        timestamp_ms = None if timestamp is None else round(timestamp * 1000)
        self.emit(key=key, value=value, headers=headers, timestamp_ms=timestamp_ms, partition=partition)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done
