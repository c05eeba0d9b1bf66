"""What time it is for the hand-over, and how fast it may offer.

By the time of day it is simply now. In a replay nothing is older or newer than the log says: for an expiry it is the
newest instant that the hand-over has taken on in that partition, so a replay that runs faster than the gateway makes
nobody's message old; what a stand-in gateway does later happens when the newest instant of all partitions has come
that far, or when nothing more comes.
"""

import asyncio
import time
from datetime import datetime
from typing import Final, Protocol

from schemas.values.instants import to_utc
from streams.clock import SystemClock

POLL_S: Final = 0.05
IDLE_S: Final = 1.0
"""Without a new record for so long, simulated time runs on to what is waited for next."""


class Time(Protocol):
    """The instants of a hand-over; all are aware, in UTC."""

    def seen(self, partition: int, instant: datetime) -> None:
        """The hand-over has come to something that was said at ``instant``."""

    def now(self, partition: int) -> datetime:
        """What a reminder of that partition is judged by."""

    def since(self, taken_at: datetime) -> datetime:
        """What a reminder that was taken on at ``taken_at`` is judged by when its turn comes."""

    def newest(self) -> datetime:
        """What reports and answers of the gateway are dated by."""

    async def pause_until(self, instant: datetime) -> None:
        """Wait until ``instant``, or a moment if it is far."""


class SystemTime:
    """The time of day as the machine tells it: one that ran ahead for a moment makes nothing old afterwards."""

    def __init__(self) -> None:
        self._clock = SystemClock()

    def seen(self, partition: int, instant: datetime) -> None:
        """Nothing follows from it."""

    def now(self, partition: int) -> datetime:
        """Now."""
        return self.newest()

    def since(self, taken_at: datetime) -> datetime:
        """Now."""
        return self.newest()

    def newest(self) -> datetime:
        """Now."""
        return to_utc(self._clock.machine_ms())

    async def pause_until(self, instant: datetime) -> None:
        """See Time."""
        left_s = (instant - self.newest()).total_seconds()
        await asyncio.sleep(min(max(left_s, 0), POLL_S))


class ReplayTime:
    """The time of the records."""

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._now: dict[int, datetime] = {}
        self._newest = to_utc(0)
        self._moved = time.monotonic()

    def seen(self, partition: int, instant: datetime) -> None:
        """See Time."""
        self._now[partition] = max(instant, self.now(partition))
        self._newest = max(instant, self._newest)
        self._moved = time.monotonic()

    def now(self, partition: int) -> datetime:
        """See Time."""
        return self._now.get(partition, to_utc(0))

    def since(self, taken_at: datetime) -> datetime:
        """The same instant: what else was read in the meantime must not make the outcome another one."""
        return taken_at

    def newest(self) -> datetime:
        """See Time."""
        return self._newest

    async def pause_until(self, instant: datetime) -> None:
        """See Time."""
        if self._newest < instant:
            await asyncio.sleep(min(self._idle_s, POLL_S))
            if time.monotonic() - self._moved >= self._idle_s:
                self._newest = max(instant, self._newest)


class OfferRate:
    """So many offers a second, fewer for a while when the gateway is throttling."""

    def __init__(self, per_second: float, backoff_s: float, backoff_max_s: float) -> None:
        self._gap_s = 1 / per_second
        self._backoff_s = backoff_s
        self._backoff_max_s = backoff_max_s
        self._throttled = 0
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next offer's turn."""
        await asyncio.sleep(self.reserve_s(time.monotonic()))

    def reserve_s(self, now: float) -> float:
        """Seconds from ``now`` until the next turn, which is taken with this."""
        at = max(now, self._next)
        self._next = at + self._gap_s
        return at - now

    def throttled(self) -> None:
        """The gateway wants less: everybody waits, twice as long each time in a row."""
        self.back_off(time.monotonic())

    def back_off(self, now: float) -> None:
        """The same at ``now``."""
        wait_s = min(self._backoff_s * 2**self._throttled, self._backoff_max_s)
        self._throttled = min(self._throttled + 1, 32)
        self._next = max(self._next, now + wait_s)

    def answered(self) -> None:
        """The gateway took something."""
        self._throttled = 0
