"""A calendar as decisions see it: sets of days, ready to be asked. `agents.policy.files.calendars` loads it."""

import hashlib
from datetime import date

from msgspec import Struct


class Calendar(Struct, frozen=True, cache_hash=True):
    """The public holidays of one place, in the years whose official arrangement somebody confirmed.

    Of any other year nothing is known: whoever needs it must refuse to answer.
    """

    id: str
    version: str
    library: str
    """The version of the library that the days come from; what the file adds or takes away is named by ``version``."""
    holidays: frozenset[date]
    worked: frozenset[date]
    """Weekend days on which people work in lieu of a holiday."""
    confirmed: frozenset[int]


def digest(calendar: Calendar) -> str:
    """The name of exactly these days, 32 hexadecimal digits, for evidence."""
    parts = (
        calendar.id,
        calendar.version,
        calendar.library,
        *(f"h{day}" for day in sorted(calendar.holidays)),
        *(f"w{day}" for day in sorted(calendar.worked)),
        *(f"y{year}" for year in sorted(calendar.confirmed)),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
