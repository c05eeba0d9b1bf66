"""The app of the tests of controls, whose reader hangs after a while: nobody cancels it, it just waits."""

import asyncio
from typing import Any

from streams.transport.controls.reader import ControlsReader
from streams.transport.outages import reach
from tests.kafka.controls.controlled_app import app

__all__ = ["app"]

_HEARD = 50
_read, _reads = ControlsReader._batch, 0


async def _hanging(reader: ControlsReader, consumer: Any) -> Any:
    global _reads  # noqa: PLW0603 - one process, one reader
    _reads += 1
    if _reads > _HEARD:
        await asyncio.Event().wait()
    return await _read(reader, consumer)


ControlsReader._batch = _hanging  # type: ignore[method-assign, assignment]
reach.STANDSTILL_S = 12.0  # type: ignore[misc]
