"""The accounts table: bytes to bytes in memory, one shard a partition, changed only within a chunk's transaction."""

from collections.abc import Iterator
from typing import Any

import faust

from streams.transport.partition.chunk import chunk_in_hand, required_chunk
from streams.transport.partition.shard import Shard


class EngineTable(faust.Table[bytes, bytes]):
    """A Faust table whose mapping is the shard of the chunk in hand; outside of a chunk it shows all shards."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.shards: dict[int, Shard] = {}

    def _shards(self) -> Iterator[Shard]:
        chunk = chunk_in_hand()
        return iter(self.shards.values()) if chunk is None else iter((chunk.part.shard,))

    def __getitem__(self, key: bytes) -> bytes:
        for shard in self._shards():
            if (value := shard.state.get(key)) is not None:
                return value
        raise KeyError(key)

    def get(self, key: bytes, default: Any = None) -> Any:
        for shard in self._shards():
            if (value := shard.state.get(key)) is not None:
                return value
        return default

    def __setitem__(self, key: bytes, value: bytes) -> None:
        required_chunk("writing the table").part.put(key, value)

    def __delitem__(self, key: bytes) -> None:
        part = required_chunk("deleting from the table").part
        if key not in part.shard.state:
            raise KeyError(key)
        part.put(key, None)

    def __contains__(self, key: object) -> bool:
        return any(key in shard.state for shard in self._shards())

    def __len__(self) -> int:
        return sum(len(shard.state) for shard in self._shards())

    def __iter__(self) -> Iterator[bytes]:
        for shard in self._shards():
            yield from shard.state

    def due(self, partition: int, now_ms: int, limit: int) -> list[bytes]:
        """Take at most `limit` keys with due <= `now_ms` out of the due index, oldest first."""
        return list(self.shards[partition].due.pop(now_ms, limit))
