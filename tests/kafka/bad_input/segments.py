"""The files in which a broker keeps a partition: which compressions lie there, and damage to one batch.

A broker hands on what lies in the file, so damage is read at once, as from a disk that forgets.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from aiokafka.record.util import calc_crc32c

_CODECS = ("uncompressed", "gzip", "snappy", "lz4", "zstd")
_HEADER_BYTES = 61


class SegmentBatch(NamedTuple):
    """One batch and where it lies in its file."""

    path: Path
    at: int
    size: int
    first: int
    last: int
    codec: str


def batches(data: Path, topic: str, partition: int) -> Iterator[SegmentBatch]:
    """All of a partition whose first segment is still the only one."""
    path = data / f"{topic}-{partition}" / f"{0:020}.log"
    content, at = path.read_bytes(), 0
    while at + _HEADER_BYTES <= len(content):
        first, length = struct.unpack_from(">qi", content, at)
        attributes, last_delta = struct.unpack_from(">hi", content, at + 21)
        if length <= 0:
            return
        yield SegmentBatch(path, at, 12 + length, first, first + last_delta, _CODECS[attributes & 7])
        at += 12 + length


def damage(batch: SegmentBatch, *, checksum: bool) -> bytes:
    """Make its payload noise; with a checksum that fits, only who unpacks it notices. Returns the damaged batch."""
    with batch.path.open("r+b") as file:
        file.seek(batch.at)
        content = bytearray(file.read(batch.size))
        content[_HEADER_BYTES:] = b"\xff" * (len(content) - _HEADER_BYTES)
        if checksum:
            struct.pack_into(">I", content, 17, calc_crc32c(bytes(content[21:])))
        file.seek(batch.at)
        file.write(content)
    return bytes(content)
