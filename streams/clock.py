"""The only module that asks the time of day: grid instants, the system clock, and the pace of a replay."""

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas.values.instants import to_ms, to_utc

_DAY_S = 86_400


class Grid:
    """The instants at which ticks happen.

    Each local day of the zone starts a new row of instants at midnight + offset, one every period. A period of whole
    days has one instant on every n-th day, at that wall-clock time, so that it stays there when the clocks change.
    """

    def __init__(self, period_s: int, offset_s: int = 0, zone: str = "UTC") -> None:
        if period_s <= 0 or (period_s > _DAY_S and period_s % _DAY_S):
            raise ValueError("a tick period is a part of a day or a number of whole days")
        if not 0 <= offset_s < min(period_s, _DAY_S):
            raise ValueError("a tick offset lies between 0 and the period (at most a day)")
        self._period_s = period_s
        self._offset_s = offset_s
        self._zone = ZoneInfo(zone)
        self._days = max(1, period_s // _DAY_S)
        self._simple = zone == "UTC" and _DAY_S % period_s == 0
        self._row = lru_cache(maxsize=8)(self._row_of)

    def at_or_before(self, instant_ms: int) -> int:
        """The last grid instant <= `instant_ms`."""
        period_ms = self._period_s * 1000
        if self._simple:
            return instant_ms - (instant_ms - self._offset_s * 1000) % period_ms
        # Where clocks go back over midnight, the next day's row begins while the calendar still says the day before.
        day = self._day_of(instant_ms) + 1
        while True:
            row = self._row(day)
            if row and row[0] <= instant_ms:
                return row[bisect_right(row, instant_ms) - 1]
            day -= 1

    def at_or_after(self, instant_ms: int) -> int:
        """The first grid instant >= `instant_ms`."""
        before = self.at_or_before(instant_ms)
        return before if before == instant_ms else self._after(instant_ms)

    def _after(self, instant_ms: int) -> int:
        if self._simple:
            return self.at_or_before(instant_ms) + self._period_s * 1000
        day = self._day_of(instant_ms) - 1
        while True:
            row = self._row(day)
            if row and row[-1] > instant_ms:
                return row[bisect_right(row, instant_ms)]
            day += 1

    def _day_of(self, instant_ms: int) -> int:
        return to_utc(instant_ms).astimezone(self._zone).toordinal()

    def _midnight_ms(self, day: int) -> int:
        return to_ms(datetime.combine(date.fromordinal(day), wall_time(), self._zone))

    def _row_of(self, day: int) -> Sequence[int]:
        if day % self._days:
            return ()
        if self._period_s >= _DAY_S:
            seconds = timedelta(seconds=self._offset_s)
            local = datetime.combine(date.fromordinal(day), wall_time()) + seconds
            return (to_ms(local.replace(tzinfo=self._zone)),)
        start = self._midnight_ms(day) + self._offset_s * 1000
        end = self._midnight_ms(day + 1) + self._offset_s * 1000
        return range(start, end, self._period_s * 1000)


class SystemClock:
    """The time of day, never going back: neither within the process nor behind what another one has lived through.

    Only a clock that may be trusted moves it on for good. While it is in doubt, now is what the machine says less what
    it is known to be wrong by: a clock that ran ahead for a moment leaves nothing behind.
    """

    def __init__(self) -> None:
        self._last_ms = 0
        self._wrong_by_ms: Callable[[int], int | None] = lambda _machine_ms: None

    def judge_by(self, wrong_by_ms: Callable[[int], int | None]) -> None:
        """``wrong_by_ms`` says how far the machine's time is off; None when it may be trusted."""
        self._wrong_by_ms = wrong_by_ms

    def now_ms(self) -> int:
        """Now in epoch milliseconds."""
        machine_ms = self.machine_ms()
        wrong_by_ms = self._wrong_by_ms(machine_ms)
        if wrong_by_ms is not None:
            return max(self._last_ms, machine_ms - wrong_by_ms)
        self._last_ms = max(self._last_ms, machine_ms)
        return self._last_ms

    def not_before(self, instant_ms: int) -> None:
        """Time has come as far as this already, whatever the machine says."""
        self._last_ms = max(self._last_ms, instant_ms)

    def behind_ms(self) -> int:
        """How far the machine is behind what has been lived through; negative where it is not."""
        return self._last_ms - self.machine_ms()

    def machine_ms(self) -> int:
        """What the machine says it is, in epoch milliseconds; it may be set back and forth."""
        return time.time_ns() // 1_000_000


class ReplayPace:
    """How fast simulated time may run: `speed` simulated seconds a second, None = as fast as it goes.

    One pace serves all partitions of a process, so that they stay side by side.
    """

    def __init__(self, speed: float | None) -> None:
        self._speed = speed
        self._anchor: tuple[int, float] | None = None

    def wait_s(self, instant_ms: int) -> float:
        """Seconds until `instant_ms` may be entered; 0 when it may."""
        if self._speed is None:
            return 0.0
        now = time.monotonic()
        if self._anchor is None:
            self._anchor = (instant_ms, now)
        start_ms, started = self._anchor
        return max(0.0, started + (instant_ms - start_ms) / 1000 / self._speed - now)
