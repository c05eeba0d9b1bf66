"""Calendars: what the shipped ones say, what a lender's own changes, and every fault of a file by name."""

from datetime import date
from pathlib import Path

import pytest

from agents.decisions.time.calendars import Calendar, digest
from agents.policy.files.calendars import data_versions, load_calendars

PLAIN = 'id = "{id}"\ncountry = "{country}"\nversion = "1"\nconfirmed = [2026]\nsource = "a test"\n'


def shipped() -> dict[str, Calendar]:
    faults: list[str] = []
    calendars = load_calendars(None, faults)
    assert faults == []
    return calendars


SHIPPED = shipped()


def write(folder: Path, name: str, text: str, *, country: str = "GB") -> None:
    (folder / f"{name}.toml").write_text(PLAIN.format(id=name.upper(), country=country) + text, encoding="utf-8")


def faults_of(folder: Path) -> list[str]:
    faults: list[str] = []
    load_calendars(folder, faults)
    return faults


def test_the_shipped_calendars() -> None:
    assert sorted(SHIPPED) == ["CN", "DE", "GB", "IN", "US"]


@pytest.mark.parametrize(
    ("name", "day", "is_holiday"),
    [
        ("US", date(2026, 7, 3), True),
        ("US", date(2026, 7, 4), True),
        ("US", date(2026, 7, 6), False),
        ("GB", date(2026, 8, 31), True),
        ("GB", date(2026, 12, 28), True),
        ("GB", date(2026, 11, 30), False),
        ("DE", date(2026, 10, 3), True),
        ("DE", date(2026, 1, 6), False),
        ("IN", date(2026, 11, 8), True),
        ("CN", date(2024, 2, 9), False),
        ("CN", date(2025, 1, 28), True),
    ],
)
def test_days_that_are_known_elsewhere(name: str, day: date, is_holiday: bool) -> None:
    assert (day in SHIPPED[name].holidays) is is_holiday


def days(year: int, *spans: tuple[int, int, int, int]) -> set[date]:
    found: set[date] = set()
    for month, first, to_month, last in spans:
        low, high = date(year, month, first), date(year, to_month, last)
        found |= {date.fromordinal(number) for number in range(low.toordinal(), high.toordinal() + 1)}
    return found


NOTICES = {
    2024: (
        [(1, 1, 1, 1), (2, 10, 2, 17), (4, 4, 4, 6), (5, 1, 5, 5), (6, 10, 6, 10), (9, 15, 9, 17), (10, 1, 10, 7)],
        ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    ),
    2025: (
        [(1, 1, 1, 1), (1, 28, 2, 4), (4, 4, 4, 6), (5, 1, 5, 5), (5, 31, 6, 2), (10, 1, 10, 8)],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        [(1, 1, 1, 3), (2, 15, 2, 23), (4, 4, 4, 6), (5, 1, 5, 5), (6, 19, 6, 21), (9, 25, 9, 27), (10, 1, 10, 7)],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}
"""The State Council's arrangement of each year: the days off, and the weekend days that are worked."""


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_chinas_year_is_that_of_its_notice(year: int) -> None:
    off, worked = NOTICES[year]
    calendar = SHIPPED["CN"]
    assert {day for day in calendar.holidays if day.year == year} == days(year, *off)
    assert {day for day in calendar.worked if day.year == year} == {date.fromisoformat(f"{year}-{d}") for d in worked}


def test_only_confirmed_years_have_days() -> None:
    assert SHIPPED["CN"].confirmed == {2024, 2025, 2026}
    for calendar in SHIPPED.values():
        assert {day.year for day in calendar.holidays | calendar.worked} == calendar.confirmed


def test_a_lenders_calendar_adds_takes_away_and_stands_in_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "gb", "[add]\nholidays = [2026-06-15]\nworked = [2026-06-20]\n[remove]\nholidays = [2026-12-28]\n")
    faults: list[str] = []
    calendars = load_calendars(tmp_path, faults)
    assert faults == []
    assert sorted(calendars) == sorted(SHIPPED)
    own = calendars["GB"]
    assert own.version == "1"
    assert own.confirmed == {2026}
    assert own.worked == {date(2026, 6, 20)}
    assert date(2026, 6, 15) in own.holidays
    assert date(2026, 12, 28) not in own.holidays


def test_a_faulty_calendar_of_the_lenders_does_not_leave_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "gb", 'subdivision = "ATLANTIS"\n')
    faults: list[str] = []
    assert "GB" not in load_calendars(tmp_path, faults)
    assert len(faults) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("when = 1\n", "when: Extra inputs are not permitted"),
        ('subdivision = "ATLANTIS"\n', "country or subdivision:"),
        ("[add]\nholidays = [2027-01-01]\n", "add.holidays: not in a confirmed year: 2027-01-01"),
        ("[add]\nworked = [2026-06-15]\n", "worked in lieu, and no weekend day: 2026-06-15"),
        ("[add]\nworked = [2026-12-26]\n", "both a holiday and worked: 2026-12-26"),
        ("[remove]\nholidays = [2026-06-15]\n", "remove.holidays: the library does not have 2026-06-15"),
        ("[remove]\nworked = [2026-06-20]\n", "remove.worked: the library does not have 2026-06-20"),
        ("[add\n", "Expected ']'"),
    ],
)
def test_a_broken_calendar_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    write(tmp_path, "xx", text)
    (fault,) = faults_of(tmp_path)
    assert fault.startswith("xx.toml: ")
    assert reason in fault


@pytest.mark.parametrize(
    ("country", "years", "reason"),
    [
        ("ZZ", "[2026]", "country or subdivision: "),
        ("IN", "[2026, 2027]", "the library only estimates 2027-03-10, 2027-05-17, 2027-06-16, 2027-08-15"),
        ("DE", "[1990]", "the library does not know 1990"),
        ("DE", "[]", "at least 1 item"),
    ],
)
def test_a_year_or_country_that_the_library_does_not_have_is_refused(
    tmp_path: Path, country: str, years: str, reason: str
) -> None:
    text = PLAIN.format(id="XX", country=country).replace("[2026]", years)
    (tmp_path / "xx.toml").write_text(text, encoding="utf-8")
    (fault,) = faults_of(tmp_path)
    assert reason in fault


def test_every_fault_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    write(tmp_path, "aa", "[add]\nworked = [2026-06-15, 2026-12-26]\n[remove]\nholidays = [2026-06-16]\n")
    write(tmp_path, "bb", 'subdivision = "ATLANTIS"\n')
    (tmp_path / "cc.toml").write_text(PLAIN.format(id="AA", country="GB"), encoding="utf-8")
    faults = faults_of(tmp_path)
    assert [fault.partition(":")[0] for fault in faults] == ["aa.toml", "aa.toml", "aa.toml", "bb.toml", "cc.toml"]
    assert faults[-1].endswith("calendar AA stands in aa.toml already")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "nowhere") == ["nowhere: there is no such folder of calendars"]


def test_the_name_of_a_calendars_days_changes_with_each_of_its_parts() -> None:
    day = frozenset({date(2026, 6, 20)})
    calendars = [
        Calendar("XX", "1", "0", frozenset(), frozenset(), frozenset()),
        Calendar("YY", "1", "0", frozenset(), frozenset(), frozenset()),
        Calendar("XX", "2", "0", frozenset(), frozenset(), frozenset()),
        Calendar("XX", "1", "1", frozenset(), frozenset(), frozenset()),
        Calendar("XX", "1", "0", day, frozenset(), frozenset()),
        Calendar("XX", "1", "0", frozenset(), day, frozenset()),
        Calendar("XX", "1", "0", frozenset(), frozenset(), frozenset({2026})),
    ]
    assert len({digest(calendar) for calendar in calendars}) == len(calendars)
    assert len(digest(calendars[0])) == 32


def test_the_versions_of_all_time_data_are_told() -> None:
    versions = data_versions({"CN": SHIPPED["CN"]})
    assert sorted(versions) == ["calendar.CN", "holidays", "zones"]
    assert versions["calendar.CN"] == f"{SHIPPED['CN'].version} {digest(SHIPPED['CN'])}"
    assert versions["holidays"] == SHIPPED["CN"].library
    assert versions["zones"].split()[0].rstrip(",") in {"system", "package"}


def test_the_zone_data_of_the_package_is_told_where_the_system_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoneinfo.TZPATH", (str(tmp_path),))
    assert data_versions({})["zones"].startswith("package 20")
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "London").touch()
    assert data_versions({})["zones"] == "system, version not told"
    (tmp_path / "tzdata.zi").write_text("# version 2031z\n", encoding="utf-8")
    assert data_versions({})["zones"] == "system 2031z"
