"""Between a provider's adapter and the hand-over: messages that people sent, not yet written down.

An adapter puts in what it is told and answers the provider only when it is told the end of it: ``True`` once it is
committed, never before. What a full inbox refuses, the provider keeps.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

WAITING_MAX: Final = 1_000
"""Messages that wait to be written down."""


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One of several; the octets of all of them are joined before they are read."""

    reference: int
    number: int
    of: int
    coding: int
    octets: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message, or a part of one, as an adapter understood it."""

    sender: str = field(repr=False)
    """E.164 where it can be read."""
    recipient: str
    text: str = field(repr=False)
    """Empty for a part."""
    at: datetime | None = None
    """When it was written, by the provider's clock, aware; None where it does not say."""
    part: MessagePart | None = None
    answers: str | None = None
    readable: bool = True
    done: Callable[[], None] = lambda: None
    """To be called once it is committed: then the provider may forget it."""


class Inbox:
    """Filled by adapters, emptied by the hand-over."""

    def __init__(self, waiting_max: int = WAITING_MAX) -> None:
        self._waiting_max = waiting_max
        self._waiting: deque[Incoming] = deque()
        self._came = asyncio.Event()

    @property
    def room(self) -> int:
        """How many more are taken now."""
        return self._waiting_max - len(self._waiting)

    def put(self, incoming: Incoming) -> bool:
        """False when it is full, and nothing was taken."""
        if self.room <= 0:
            return False
        self._waiting.append(incoming)
        self._came.set()
        return True

    async def take(self, within_s: float) -> list[Incoming]:
        """All that wait; after ``within_s`` seconds without one, nothing."""
        try:
            async with asyncio.timeout(within_s):
                await self._came.wait()
        except TimeoutError:
            return []
        self._came.clear()
        taken = list(self._waiting)
        self._waiting.clear()
        return taken
