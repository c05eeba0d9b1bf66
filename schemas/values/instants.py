"""Days and hours in a zone. Every instant is epoch milliseconds UTC; a day is a date in a named zone.

The caches are bounded and hold no personal data: a tick asks the same few questions for a million accounts.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = EPOCH.toordinal()
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS


def to_ms(instant: datetime) -> int:
    """Epoch milliseconds, rounded down."""
    since = instant - EPOCH
    return since.days * DAY_MS + since.seconds * 1000 + since.microseconds // 1000


def to_ms_of_day(day: date) -> int:
    """Midnight UTC of a calendar day."""
    return (day.toordinal() - _EPOCH_DAY) * 24 * HOUR_MS


@lru_cache(maxsize=1024)
def shared_ms(instant: datetime) -> int:
    """The same, for an instant that many facts share: an end-of-day run has one ``as_of`` for every account."""
    return to_ms(instant)


@lru_cache(maxsize=65_536)
def to_utc(instant_ms: int) -> datetime:
    """The instant as a datetime in UTC."""
    return EPOCH + timedelta(milliseconds=instant_ms)


@lru_cache(maxsize=65_536)
def local_date(zone: str, instant_ms: int) -> date:
    """The calendar day of an instant in a zone."""
    return to_utc(instant_ms).astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=65_536)
def local_iso(zone: str, instant_ms: int) -> str:
    """The wall clock of an instant in a zone, with its offset."""
    return to_utc(instant_ms).astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


@lru_cache(maxsize=65_536)
def instant_of(zone: str, day: date, minute: int = 0) -> int:
    """The instant of a wall-clock minute of a day; a minute that daylight saving skips counts from before the gap."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return to_ms((midnight + timedelta(minutes=minute)).astimezone(UTC))


@lru_cache(maxsize=65_536)
def midnight_after(zone: str, day: date, days: int) -> int:
    """Local midnight of ``day`` plus ``days``."""
    return instant_of(zone, day + timedelta(days=days))


def days_past_due(zone: str, effective_due: date, now_ms: int) -> int:
    """Calendar days after the effective due date in the lender's zone; the due day itself is 0."""
    return (local_date(zone, now_ms) - effective_due).days


def local_minute(zone: str, instant_ms: int) -> int:
    """Minutes after local midnight, by the wall clock."""
    local = to_utc(instant_ms).astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute
