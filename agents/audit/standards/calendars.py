"""Public holidays and days worked in lieu, read from the calendars' files.

The days themselves come from the package `holidays`, as the files say; what a file adds or takes away stands above it.
A year that the file does not confirm is not known.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import holidays

from schemas.policy.approvals import content_hash

_KNOWN = frozenset({"id", "country", "subdivision", "version", "confirmed", "source", "add", "remove"})


class HolidayBook(NamedTuple):
    """One calendar, for the years that somebody confirmed."""

    id: str
    confirmed: frozenset[int]
    closed: frozenset[date]
    worked: frozenset[date]
    hash: str | None
    """What two people approve; None where the file says something that this reader does not know."""


def read_calendar(path: Path) -> HolidayBook:
    """Raises OSError, ValueError or KeyError where the file is none."""
    body = tomllib.loads(path.read_text(encoding="utf-8"))
    years = sorted(body["confirmed"])
    listed = holidays.country_holidays(body["country"], subdiv=body.get("subdivision"), years=years)
    in_lieu: set[date] = set(getattr(listed, "weekend_workdays", ()))
    closed = _changed(set(listed), body, "holidays", years)
    worked = _changed(in_lieu, body, "worked", years)
    content = {
        "holidays": [day.isoformat() for day in sorted(closed)],
        "worked": [day.isoformat() for day in sorted(worked)],
        "confirmed": years,
    }
    known = set(body) <= _KNOWN
    return HolidayBook(
        body["id"], frozenset(years), frozenset(closed), frozenset(worked), content_hash(content) if known else None
    )


def _changed(days: set[date], body: dict[str, Any], name: str, years: list[int]) -> set[date]:
    added, removed = (set(body.get(part, {}).get(name, ())) for part in ("add", "remove"))
    return {day for day in (days | added) - removed if day.year in years}
