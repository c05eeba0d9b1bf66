"""Python imports this by its name when it starts with this folder on its path: the clock of the process can be set.

A file named after the worker's instance id holds by how many seconds it is wrong. The machine's clock stays as it is,
and so does what only counts seconds.
"""

import mmap
import os
import struct
import time
from pathlib import Path

_SHIFT = struct.Struct("d")


def _shift_by(path: Path) -> None:
    path.touch()
    if path.stat().st_size < _SHIFT.size:
        path.write_bytes(_SHIFT.pack(0.0))
    with path.open("rb") as file:
        shift = mmap.mmap(file.fileno(), _SHIFT.size, access=mmap.ACCESS_READ)
    seconds, nanoseconds = time.time, time.time_ns
    time.time = lambda: seconds() + _SHIFT.unpack_from(shift)[0]
    time.time_ns = lambda: nanoseconds() + round(_SHIFT.unpack_from(shift)[0]) * 1_000_000_000


if folder := os.environ.get("CLOCK_SHIFT_FOLDER"):
    _shift_by(Path(folder) / os.environ["TACTFUL_INSTANCE_ID"])
