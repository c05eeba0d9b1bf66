"""Long-lived tasks never end unnoticed: what ends one that nobody has asked to end is an error like any other.

A cancellation that a library lets through ends a task as quietly as our own would, and whoever waits for what the task
does waits for ever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

from streams.errors import EngineError

T = TypeVar("T")


class TaskLost(EngineError):
    """A task has ended that nobody had asked to end."""


async def guarded(work: Callable[[], Awaitable[T]], name: str) -> T:
    """What the work returns. Raises TaskLost where a cancellation comes from within instead of from whoever owns us."""
    try:
        return await work()
    except asyncio.CancelledError as stray:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise TaskLost(f"{name} was cancelled, and not by us") from stray


async def endless(work: Callable[[], Awaitable[Any]], name: str) -> NoReturn:
    """Work that ends by cancellation only. Raises TaskLost where it ends in any other way than by an error."""
    await guarded(work, name)
    raise TaskLost(f"{name} has ended")


async def end_task(task: asyncio.Task[Any]) -> None:
    """Cancel a task of ours and wait for its end; how it ended is nobody's business any more."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
