"""Reads calendars: public holidays and days worked in lieu, out of a kept library and a versioned file over it.

All days are taken out of the library here, at start, and only for the years that a file confirms.
"""

import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Annotated, Final

import holidays
from holidays import HolidayBase
from pydantic import Field

from agents.decisions.time.calendars import Calendar, digest
from agents.policy.toml.reading import read_toml
from schemas.facts import Code, PolicyVersion
from schemas.values.file_data import FileData

SHIPPED: Final = Path(__file__).parents[1] / "calendars"
_SATURDAY: Final = 5


class Days(FileData):
    """What a file adds to the library's days, or takes from them."""

    holidays: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    """Weekend days that are worked in lieu."""


class CalendarFile(FileData):
    """One version of a calendar, as its file says it."""

    id: Code
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    subdivision: Annotated[str, Field(min_length=1, max_length=16)] | None = None
    version: PolicyVersion
    confirmed: Annotated[tuple[Annotated[int, Field(ge=1990, le=2100)], ...], Field(min_length=1, max_length=40)]
    """Years whose official arrangement somebody has compared with the library."""
    source: Annotated[str, Field(min_length=1, max_length=300)]
    add: Days = Days()
    remove: Days = Days()


def load_calendars(folder: Path | None, faults: list[str]) -> dict[str, Calendar]:
    """Every calendar by its id; one in ``folder``, the lender's own, stands in the place of a shipped one.

    What is wrong in any file is added to ``faults``, each with its file; such a calendar is left out.
    """
    found: dict[str, Calendar] = {}
    if folder is not None and not folder.is_dir():
        faults.append(f"{folder.name}: there is no such folder of calendars")
    for place in (SHIPPED,) if folder is None else (SHIPPED, folder):
        seen: dict[str, str] = {}
        for path in sorted(place.glob("*.toml")):
            file = read_toml(path, CalendarFile, faults)
            if file is None:
                continue
            if file.id in seen:
                faults.append(f"{path.name}: id: calendar {file.id} stands in {seen[file.id]} already")
                continue
            seen[file.id] = path.name
            # A faulty file of the lender's must not leave the shipped calendar in its place.
            found.pop(file.id, None)
            wrong: list[str] = []
            calendar = calendar_of(file, wrong)
            if calendar is not None:
                found[file.id] = calendar
            faults.extend(f"{path.name}: {line}" for line in wrong)
    return found


def calendar_of(file: CalendarFile, faults: list[str]) -> Calendar | None:
    """The calendar with its days; None, and every reason added to ``faults``, when they do not fit each other."""
    library = _versions(file, faults)
    if library is None:
        return None
    years = frozenset(file.confirmed)
    named = {day for day in library if day.year in years}
    moved = {day for day in getattr(library, "weekend_workdays", ()) if day.year in years}
    calendar = Calendar(
        id=file.id,
        version=file.version,
        library=metadata.version("holidays"),
        holidays=frozenset(named - set(file.remove.holidays) | set(file.add.holidays)),
        worked=frozenset(moved - set(file.remove.worked) | set(file.add.worked)),
        confirmed=years,
    )
    wrong = [*_guessed(library, years), *_misplaced(file, named, moved), *_contradictions(calendar)]
    faults.extend(wrong)
    return None if wrong else calendar


def _versions(file: CalendarFile, faults: list[str]) -> HolidayBase | None:
    try:
        known = holidays.country_holidays(file.country, subdiv=file.subdivision)
    except NotImplementedError as error:
        faults.append(f"country or subdivision: {error}")
        return None
    outside = sorted(year for year in file.confirmed if not known.start_year <= year <= known.end_year)
    if outside:
        faults.append(f"confirmed: the library does not know {_listed(outside)}")
        return None
    english = next((name for name in known.supported_languages if name.startswith("en")), None)
    return holidays.country_holidays(
        file.country, subdiv=file.subdivision, years=sorted(file.confirmed), expand=False, language=english
    )


def _guessed(library: HolidayBase, years: frozenset[int]) -> Iterator[str]:
    guesses = {day for day, name in library.items() if "estimated" in name and day.year in years}
    if guesses:
        yield f"confirmed: the library only estimates {_listed(sorted(guesses))}"


def _misplaced(file: CalendarFile, named: set[date], moved: set[date]) -> Iterator[str]:
    for table, days in (("add", file.add), ("remove", file.remove)):
        for key, given in (("holidays", days.holidays), ("worked", days.worked)):
            outside = sorted({day for day in given if day.year not in file.confirmed})
            if outside:
                yield f"{table}.{key}: not in a confirmed year: {_listed(outside)}"
    for key, gone, known in (("holidays", file.remove.holidays, named), ("worked", file.remove.worked, moved)):
        if set(gone) - known:
            yield f"remove.{key}: the library does not have {_listed(sorted(set(gone) - known))}"


def _contradictions(calendar: Calendar) -> Iterator[str]:
    both = sorted(calendar.holidays & calendar.worked)
    if both:
        yield f"both a holiday and worked: {_listed(both)}"
    weekdays = sorted(day for day in calendar.worked if day.weekday() < _SATURDAY)
    if weekdays:
        yield f"worked in lieu, and no weekend day: {_listed(weekdays)}"


def _listed(things: Iterable[object]) -> str:
    return ", ".join(map(str, things))


def data_versions(calendars: Mapping[str, Calendar]) -> dict[str, str]:
    """The versions of the zone data and of the holiday data in use, for the start-up log and for evidence."""
    return {
        "zones": _zone_data(),
        "holidays": metadata.version("holidays"),
        **{f"calendar.{name}": f"{c.version} {digest(c)}" for name, c in sorted(calendars.items())},
    }


def _zone_data() -> str:
    """Python reads zones from the system's folders where there are any, and else from its own package."""
    for folder in map(Path, zoneinfo.TZPATH):
        if not (folder / "Europe" / "London").exists():
            continue
        for name, prefix in (("tzdata.zi", "# version "), ("+VERSION", ""), ("version", "")):
            if (folder / name).is_file():
                with (folder / name).open(encoding="utf-8") as file:
                    return f"system {file.readline().strip().removeprefix(prefix)}"
        return "system, version not told"
    return f"package {metadata.version('tzdata')}"
