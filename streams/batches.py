"""Batches of records as a broker sends them, unpacked within bounds and not trusted.

aiokafka alone unpacks without a bound, and a batch that cannot be unpacked ends whoever meets it, after each restart
again. Importing this puts our reading in its place for every consumer of the process: all records before such a batch
are delivered, then UnreadableBatch is raised, which names topic, partition and offsets. A consumer that can put
records aside is made to `forgive`: it is given a stand-in for each offset instead, the first with the batch's bytes.
"""

import struct
from collections.abc import Collection, Iterator
from mmap import mmap
from typing import Any, Final, NamedTuple

from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaError
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

try:
    import cramjam
except ImportError:  # a broken installation: `missing_codecs` tells
    cramjam = None  # type: ignore[assignment]

UNREADABLE: Final = "tactful.unreadable-batch"
"""On a stand-in: what could not be read, and why."""
READABLE_CODECS: Final = ("gzip", "snappy", "lz4", "zstd")

_CODECS: Final = dict(enumerate(READABLE_CODECS, 1))
_PAYLOAD_MAX_BYTES: Final = 64 * 1_048_576
"""Unpacked. A producer's batch is about a megabyte before it is packed."""
_RECORDS_MAX: Final = 100_000
_STAND_INS_MAX: Final = 10_000
"""Records of one batch that are put aside one by one."""
_START: Final = struct.Struct(">qiib")  # base offset, length, leader epoch, magic
_LENGTH_OVERHEAD: Final = 12
_HEADER: Final = struct.Struct(">qiibIhiqqqhii")
_ATTRIBUTES: Final = struct.Struct(">h")
_ATTRIBUTES_AT: Final = 21
_CODEC_MASK: Final = 0x07
_XERIAL: Final = b"\x82SNAPPY\x00"
_XERIAL_HEADER_BYTES: Final = 16


class UnreadableBatch(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """Records of a log that cannot be read; `args` are where, as (topic, partition), and what is wrong with them."""

    def __init__(self, partition: TopicPartition, told: str) -> None:
        super().__init__(partition, told)
        self.partition = partition
        self.told = told

    def __str__(self) -> str:
        return f"{self.partition.topic} partition {self.partition.partition}: {self.told}"


class CodecMissing(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """The records may be whole, but this installation cannot read them."""


class _Broken(Exception):
    """Why a batch cannot be read."""


class UnreadableRecord(NamedTuple):
    """In the place of a record that cannot be read."""

    offset: int
    timestamp: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    timestamp_type: int = 0
    key: None = None
    checksum: None = None


class Unpacked:
    """A batch that was read whole; aiokafka asks it for the rest."""

    def __init__(self, batch: Any, records: list[Any]) -> None:
        self.base_offset, self.next_offset = batch.base_offset, batch.next_offset
        self.producer_id = batch.producer_id
        self.is_control_batch, self.is_transactional = batch.is_control_batch, batch.is_transactional
        self._records = iter(records)

    def validate_crc(self) -> bool:
        """Looked at when it was read."""
        return True

    def __iter__(self) -> Iterator[Any]:
        return self._records

    def __next__(self) -> Any:
        return next(self._records)


class Batches:
    """The batches of one answer about one partition, in the place of aiokafka's MemoryRecords."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._given = 0
        self._ready: Any = None
        self.partition = TopicPartition("?", -1)
        self.wanted = 0
        """The offset that was asked for."""
        self.forgiving = False

    def size_in_bytes(self) -> int:
        """Of the whole answer."""
        return len(self._data)

    def has_next(self) -> bool:
        """Whether there is a batch. An unreadable one ends the answer, unless it is the first."""
        if self._ready is None and self._end() and self._given:
            try:
                self._ready = self._read()
            except (UnreadableBatch, CodecMissing):
                return False  # the next answer begins with it
        return self._ready is not None or self._end() > 0

    def next_batch(self) -> Any:
        """The next one, read whole. Raises UnreadableBatch or CodecMissing."""
        batch, self._ready = self._ready or self._read(), None
        self._given += 1
        return batch

    def _end(self) -> int:
        """Where the next batch ends; 0 where the answer was cut off inside of it, as brokers do."""
        if len(self._data) - self._at < _START.size:
            return 0
        end: int = self._at + _LENGTH_OVERHEAD + _START.unpack_from(self._data, self._at)[1]
        return end if self._at < end <= len(self._data) else 0

    def _read(self) -> Any:
        end = self._end()
        raw = self._data[self._at : end]
        try:
            batch = _opened(raw)
        except _Broken as why:
            batch = self._stand_in(raw, str(why), _start_at(self._data, end))
        self._at = end
        return batch

    def _stand_in(self, raw: bytes, why: str, next_base: int | None) -> Any:
        if len(raw) < _HEADER.size:
            raise UnreadableBatch(self.partition, f"the batch at offset {self.wanted} cannot be read: {why}") from None
        base, *_, attributes, last_delta, _first_ms, latest_ms, _, _, _, _ = _HEADER.unpack_from(raw)
        last = base + last_delta
        told = (
            f"offsets {base} to {last} cannot be read, {_CODECS.get(attributes & _CODEC_MASK, 'not')} compressed: {why}"
        )
        # The header, too, may be damaged. What contradicts its surroundings, or is too much, is for a person.
        believed = max(base, self.wanted) <= last and (next_base is None or last < next_base)
        if not (self.forgiving and believed and last_delta < _STAND_INS_MAX):
            raise UnreadableBatch(self.partition, told) from None
        headers = ((UNREADABLE, told.encode()),)
        records = [
            UnreadableRecord(at, max(0, latest_ms), raw if at == base else b"", headers) for at in range(base, last + 1)
        ]
        return Unpacked(_whole(raw), records)


class LocatedRecords(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka ships no types
    """aiokafka's, which tells the batches where they lie."""

    def __init__(self, tp: TopicPartition, records: Batches, aborted: Any, fetch_offset: int, *more: Any) -> None:
        records.partition, records.wanted = tp, fetch_offset
        super().__init__(tp, records, aborted, fetch_offset, *more)


def forgive(consumer: Any, topics: Collection[str]) -> None:
    """Give this consumer stand-ins for what cannot be read of the topics; call it before anything is fetched."""
    inner = consumer._fetcher
    ask = inner._proc_fetch_request

    async def forgiving(assignment: Any, node: int, request: Any) -> bool:
        brought = bool(await ask(assignment, node, request))
        for tp, result in inner._records.items():
            found = getattr(result, "_partition_records", None)
            if found is not None and tp.topic in topics:
                found._records.forgiving = True
        return brought

    inner._proc_fetch_request = forgiving


def unreadable_batch(key: bytes | None, headers: tuple[tuple[str, bytes], ...]) -> str | None:
    """What a stand-in tells; None for a record of a source."""
    return next((told.decode() for name, told in headers if name == UNREADABLE), None) if key is None else None


def missing_codecs() -> tuple[str, ...]:
    """Compressions that this installation cannot read."""
    return READABLE_CODECS if cramjam is None else ()


def _start_at(data: bytes, at: int) -> int | None:
    return None if len(data) - at < _START.size else int(_START.unpack_from(data, at)[0])


def _whole(raw: bytes) -> Any:
    return MemoryRecords(raw).next_batch()


def _opened(raw: bytes) -> Any:
    try:
        batch = _whole(raw)
        if batch is None or not batch.validate_crc():
            raise _Broken("its checksum is wrong")
        if _START.unpack_from(raw)[3] < 2:
            return batch  # of a broker that is older than any we support
        if _HEADER.unpack_from(raw)[-1] > _RECORDS_MAX:
            raise _Broken(f"more than {_RECORDS_MAX} records")
        if batch.compression_type:
            batch = _whole(_uncompressed(raw, batch.compression_type))
        return Unpacked(batch, list(batch))
    except (KafkaError, ValueError, IndexError, struct.error, MemoryError) as error:
        if isinstance(error, CodecMissing):
            raise
        raise _Broken(f"{type(error).__name__}: {error}") from None


def _uncompressed(raw: bytes, codec: int) -> bytes:
    """The same batch without its compression; its checksum is no longer right."""
    name = _CODECS.get(codec)
    if name is None:
        raise _Broken(f"unknown compression {codec}")
    if cramjam is None:
        raise CodecMissing(f"records are compressed with {name}, and the package cramjam is missing")
    payload = raw[_HEADER.size :]
    try:
        plain = _snappy(payload) if name == "snappy" else _within_bounds(getattr(cramjam, name), payload)
    except cramjam.DecompressionError as error:
        raise _Broken(f"{name}: {error}") from None
    head = bytearray(raw[: _HEADER.size])
    _ATTRIBUTES.pack_into(head, _ATTRIBUTES_AT, _ATTRIBUTES.unpack_from(raw, _ATTRIBUTES_AT)[0] & ~_CODEC_MASK)
    struct.pack_into(">i", head, 8, _HEADER.size - _LENGTH_OVERHEAD + len(plain))
    return bytes(head) + plain


def _within_bounds(codec: Any, payload: bytes) -> bytes:
    with mmap(-1, _PAYLOAD_MAX_BYTES) as space:  # memory that is there only where it is written to
        size: int = codec.decompress_into(payload, space)
        return space[:size]


def _snappy(payload: bytes) -> bytes:
    """One block, or the frames of Java's snappy: blocks, each with its length before it."""
    blocks, at = [payload], _XERIAL_HEADER_BYTES
    if payload.startswith(_XERIAL):
        blocks = []
        while at < len(payload):
            (size,) = struct.unpack_from(">i", payload, at)
            if not 0 <= size <= len(payload) - at - 4:
                raise _Broken("snappy: truncated frame")
            blocks.append(payload[at + 4 : at + 4 + size])
            at += 4 + size
    if sum(cramjam.snappy.decompress_raw_len(block) for block in blocks) > _PAYLOAD_MAX_BYTES:
        raise _Broken("snappy: too large")
    return b"".join(bytes(cramjam.snappy.decompress_raw(block)) for block in blocks)


fetcher.MemoryRecords = Batches
fetcher.PartitionRecords = LocatedRecords
