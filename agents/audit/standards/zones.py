"""Wall clocks and calendar days, from `zoneinfo` alone. Every instant is epoch milliseconds UTC."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000


def ms_of(instant: datetime) -> int:
    """Epoch milliseconds, rounded down."""
    return (instant - _EPOCH) // _MS


@lru_cache(maxsize=65_536)
def wall_clock(zone: str, instant_ms: int) -> datetime:
    """What a clock on the wall shows there."""
    return (_EPOCH + timedelta(milliseconds=instant_ms)).astimezone(ZoneInfo(zone))


def day_of(zone: str, instant_ms: int) -> date:
    """The calendar day there."""
    return wall_clock(zone, instant_ms).date()


@lru_cache(maxsize=65_536)
def midnight_of(zone: str, day: date) -> int:
    """The first instant of a day there: where a change of clocks skips midnight, the change itself."""
    return ms_of(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC))


@lru_cache(maxsize=65_536)
def shown(zone: str, instant_ms: int) -> str:
    """The wall clock with its offset, as evidence."""
    return f"{wall_clock(zone, instant_ms).isoformat(timespec='seconds')} {zone}"


def utc(instant_ms: int) -> str:
    """The instant in UTC, as evidence."""
    return (_EPOCH + timedelta(milliseconds=instant_ms)).isoformat(timespec="seconds").replace("+00:00", "Z")
