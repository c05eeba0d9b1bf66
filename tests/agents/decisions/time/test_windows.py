"""Permitted hours: rules, margins, zones, calendars, and where clocks change."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from agents.decisions.time.calendars import Calendar
from agents.decisions.time.windows import Closed, Hours, Open, closed_by, compile_hours, next_open
from schemas.policy.packs import DAYS, Day, Opening, WindowRule
from schemas.values.instants import to_ms

WHOLE_DAY = (0, 1440)
SHANGHAI = ("Asia/Shanghai",)
Minutes = tuple[int, int]


def rule(
    *openings: tuple[str, str],
    name: str = "XX-TIME-1",
    days: Sequence[Day] = DAYS,
    calendar: str | None = None,
    holidays: Literal["allow", "deny"] = "allow",
    override: Literal["agreed_hours"] | None = None,
) -> WindowRule:
    return WindowRule(
        id=name,
        basis="policy",
        source="a test",
        confidence="P",
        kind="window",
        openings=tuple(Opening(days=tuple(days), start=start, end=end) for start, end in openings),
        calendar=calendar,
        holidays=holidays,
        override=override,
    )


def calendar(
    *, holidays: Sequence[date] = (), worked: Sequence[date] = (), confirmed: Sequence[int] = (2026,)
) -> Calendar:
    return Calendar("XX", "1", "0", frozenset(holidays), frozenset(worked), frozenset(confirmed))


def compiled(*rules: WindowRule, own: Minutes = WHOLE_DAY, margin: int = 0, days: Calendar | None = None) -> Hours:
    return compile_hours(rules, own, margin, {} if days is None else {"XX": days})


def at(wall: str, zone: str = "Asia/Shanghai", *, fold: int = 0) -> int:
    return to_ms(datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold))


def opening(
    hours: Hours,
    wall: str,
    zones: tuple[str, ...] = SHANGHAI,
    agreed: Minutes | None = None,
    narrow: Minutes | None = None,
) -> tuple[str, str] | Closed:
    """The answer in the first zone's wall clock, with its offset."""
    answer = next_open(hours, zones, at(wall, zones[0]), agreed, narrow)
    if isinstance(answer, Closed):
        return answer
    return shown(answer.start_ms, zones[0]), shown(answer.end_ms, zones[0])


def shown(instant_ms: int, zone: str) -> str:
    return datetime.fromtimestamp(instant_ms / 1000, ZoneInfo(zone)).isoformat(timespec="minutes")[5:]


# --- a day without surprises


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-06-01T07:59", ("06-01T08:00+08:00", "06-01T22:00+08:00")),
        ("2026-06-01T08:00", ("06-01T08:00+08:00", "06-01T22:00+08:00")),
        ("2026-06-01T21:59:59.999", ("06-01T21:59+08:00", "06-01T22:00+08:00")),
        ("2026-06-01T22:00", ("06-02T08:00+08:00", "06-02T22:00+08:00")),
    ],
)
def test_an_opening_holds_its_start_and_not_its_end(wall: str, expected: tuple[str, str]) -> None:
    assert opening(compiled(rule(("08:00", "22:00"))), wall) == expected


def test_all_rules_and_the_policys_own_hours_must_be_open() -> None:
    hours = compiled(rule(("08:00", "22:00")), rule(("09:30", "23:00"), name="XX-TIME-2"), own=(540, 1200))
    assert opening(hours, "2026-06-01T05:00") == ("06-01T09:30+08:00", "06-01T20:00+08:00")


@pytest.mark.parametrize(
    ("wall", "closes"),
    [
        ("2026-06-01T07:00", "XX-TIME-1"),
        ("2026-06-01T08:30", ""),
        ("2026-06-01T09:15", "XX-TIME-2"),
        ("2026-06-01T09:30", None),
        ("2026-06-01T20:00", ""),
        ("2026-06-01T22:00", "XX-TIME-1"),
    ],
)
def test_the_first_rule_of_the_pack_that_closes_is_cited(wall: str, closes: str | None) -> None:
    hours = compiled(
        rule(("08:00", "22:00")), rule(("08:00", "09:00"), ("09:30", "23:00"), name="XX-TIME-2"), own=(540, 1200)
    )
    assert closed_by(hours, SHANGHAI, at(wall), None, None) == closes


def test_openings_that_touch_are_one_stretch_also_over_midnight() -> None:
    hours = compiled(rule(("08:00", "12:00"), ("12:00", "22:00"), ("22:00", "06:00")), margin=30)
    assert opening(hours, "2026-06-01T11:45") == ("06-01T11:45+08:00", "06-02T05:30+08:00")
    assert opening(hours, "2026-06-02T05:30") == ("06-02T08:00+08:00", "06-03T05:30+08:00")


def test_an_opening_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    hours = compiled(rule(("22:00", "06:00"), days=("fri",)))
    assert opening(hours, "2026-06-06T05:59") == ("06-06T05:59+08:00", "06-06T06:00+08:00")
    assert opening(hours, "2026-06-05T05:00") == ("06-05T22:00+08:00", "06-06T06:00+08:00")
    assert opening(hours, "2026-06-06T06:00") == ("06-12T22:00+08:00", "06-13T06:00+08:00")


def test_a_stretch_without_an_end_is_told_to_end_with_the_search() -> None:
    answer = next_open(compiled(margin=60), SHANGHAI, at("2026-06-01T12:00"), None, None)
    assert isinstance(answer, Open)
    assert timedelta(days=39) < timedelta(milliseconds=answer.end_ms - answer.start_ms) < timedelta(days=41)


# --- the margin


def test_the_margin_comes_off_the_end_and_what_is_left_may_be_nothing() -> None:
    hours = compiled(rule(("08:00", "08:20"), ("10:00", "22:00")), margin=20)
    assert opening(hours, "2026-06-01T08:00") == ("06-01T10:00+08:00", "06-01T21:40+08:00")
    assert opening(hours, "2026-06-01T21:40") == ("06-02T10:00+08:00", "06-02T21:40+08:00")


def test_in_the_margin_the_rule_that_is_about_to_close_is_cited() -> None:
    hours = compiled(rule(("08:00", "22:00")), rule(("08:00", "21:00"), name="XX-TIME-2"), margin=10)
    assert closed_by(hours, SHANGHAI, at("2026-06-01T20:49"), None, None) is None
    assert closed_by(hours, SHANGHAI, at("2026-06-01T20:50"), None, None) == "XX-TIME-2"


def test_a_margin_that_no_opening_outlasts_permits_nothing_and_says_so() -> None:
    hours = compiled(rule(("08:00", "08:20")), margin=20)
    assert opening(hours, "2026-06-01T08:05") == Closed("XX-TIME-1", "NO_PERMITTED_HOURS")


# --- zones


def test_every_zone_must_be_open_at_the_same_instant() -> None:
    hours = compiled(rule(("08:00", "21:00")))
    zones = ("America/Los_Angeles", "America/New_York")
    assert opening(hours, "2026-06-01T05:00", zones) == ("06-01T08:00-07:00", "06-01T18:00-07:00")


def test_zones_in_which_it_is_never_day_at_once_permit_nothing() -> None:
    hours = compiled(rule(("08:00", "18:00")))
    zones = ("Asia/Shanghai", "America/New_York")
    assert opening(hours, "2026-06-01T05:00", zones) == Closed("XX-TIME-1", "NO_PERMITTED_HOURS")


@pytest.mark.parametrize("zones", [(), ("Asia/Atlantis",), ("Asia/Shanghai", "../etc"), ("Asia",), ("",)])
def test_without_a_known_zone_nothing_is_permitted(zones: tuple[str, ...]) -> None:
    instant = at("2026-06-01T12:00")
    assert next_open(compiled(), zones, instant, None, None) == Closed("", "ZONE_UNKNOWN")
    assert closed_by(compiled(), zones, instant, None, None) == ""


# --- hours that the person agreed to or asked for


def test_agreed_hours_stand_in_the_place_of_the_rules_that_let_them() -> None:
    hours = compiled(
        rule(("08:00", "22:00"), days=("mon",), calendar="XX", holidays="deny", override="agreed_hours"),
        rule(("00:00", "23:00"), name="XX-TIME-2"),
        days=calendar(confirmed=()),
    )
    assert opening(hours, "2026-06-02T12:00", agreed=(1320, 120)) == ("06-02T22:00+08:00", "06-02T23:00+08:00")
    assert opening(hours, "2026-06-02T12:00") == Closed("XX-TIME-1", "CALENDAR_UNCONFIRMED")


def test_hours_asked_for_only_narrow_and_count_in_the_first_zone() -> None:
    hours = compiled(rule(("08:00", "22:00"), override="agreed_hours"))
    assert opening(hours, "2026-06-01T12:00", narrow=(1260, 600)) == ("06-01T21:00+08:00", "06-01T22:00+08:00")
    assert opening(hours, "2026-06-01T22:00", narrow=(1260, 600)) == ("06-02T08:00+08:00", "06-02T10:00+08:00")
    zones = ("Asia/Shanghai", "Asia/Tokyo")
    assert opening(hours, "2026-06-01T01:00", zones, narrow=(540, 600)) == ("06-01T09:00+08:00", "06-01T10:00+08:00")
    assert closed_by(hours, zones, at("2026-06-01T12:00"), None, (540, 600)) == ""


@pytest.mark.parametrize("given_as", ["agreed", "narrow"])
def test_hours_that_end_where_they_start_are_never_open(given_as: str) -> None:
    hours = compiled(rule(("08:00", "22:00"), override="agreed_hours"))
    agreed, narrow = ((600, 600), None) if given_as == "agreed" else (None, (600, 600))
    answer = next_open(hours, SHANGHAI, at("2026-06-01T10:00"), agreed, narrow)
    assert isinstance(answer, Closed)
    assert answer.code == "NO_PERMITTED_HOURS"


# --- calendars

REST = calendar(holidays=[date(2026, 10, day) for day in range(1, 8)], worked=[date(2026, 9, 20), date(2026, 10, 10)])


def test_a_holiday_that_is_denied_has_no_opening_and_golden_week_is_waited_for() -> None:
    hours = compiled(rule(("08:00", "22:00"), calendar="XX", holidays="deny"), days=REST)
    assert opening(hours, "2026-09-30T22:00") == ("10-08T08:00+08:00", "10-08T22:00+08:00")
    assert closed_by(hours, SHANGHAI, at("2026-10-03T12:00"), None, None) == "XX-TIME-1"


def test_a_holiday_that_is_allowed_is_a_day_like_others() -> None:
    hours = compiled(rule(("08:00", "22:00"), calendar="XX"), days=REST)
    assert opening(hours, "2026-10-03T12:00") == ("10-03T12:00+08:00", "10-03T22:00+08:00")


def test_a_weekend_day_worked_in_lieu_counts_as_a_monday() -> None:
    workdays = rule(("08:00", "22:00"), days=("mon", "tue", "wed", "thu", "fri"), calendar="XX")
    hours = compiled(workdays, days=REST)
    assert opening(hours, "2026-09-20T12:00") == ("09-20T12:00+08:00", "09-20T22:00+08:00")
    assert opening(hours, "2026-09-19T12:00") == ("09-20T08:00+08:00", "09-20T22:00+08:00")
    assert opening(hours, "2026-10-10T07:00") == ("10-10T08:00+08:00", "10-10T22:00+08:00")
    weekends = compiled(rule(("08:00", "22:00"), days=("sun",), calendar="XX"), days=REST)
    assert opening(weekends, "2026-09-20T12:00") == ("09-27T08:00+08:00", "09-27T22:00+08:00")


def test_a_night_that_starts_on_a_holiday_is_denied_and_one_that_ends_on_it_is_not() -> None:
    hours = compiled(rule(("22:00", "06:00"), calendar="XX", holidays="deny"), days=REST)
    assert opening(hours, "2026-10-01T05:00") == ("10-01T05:00+08:00", "10-01T06:00+08:00")
    assert opening(hours, "2026-10-01T06:00") == ("10-08T22:00+08:00", "10-09T06:00+08:00")


def test_a_year_that_nobody_confirmed_is_refused_and_not_guessed() -> None:
    hours = compiled(rule(("08:00", "22:00")), rule(("08:00", "22:00"), name="XX-TIME-2", calendar="XX"), days=REST)
    refused = Closed("XX-TIME-2", "CALENDAR_UNCONFIRMED")
    assert opening(hours, "2026-12-31T12:00") == ("12-31T12:00+08:00", "12-31T22:00+08:00")
    assert opening(hours, "2026-12-31T22:00") == refused
    assert opening(hours, "2027-01-01T12:00") == refused
    assert closed_by(hours, SHANGHAI, at("2027-01-01T12:00"), None, None) == "XX-TIME-2"
    assert opening(hours, "2025-12-31T23:00") == refused
    assert opening(hours, "2026-01-01T00:00") == ("01-01T08:00+08:00", "01-01T22:00+08:00")


def test_the_last_night_of_a_confirmed_year_stays_open_to_its_end() -> None:
    hours = compiled(rule(("22:00", "06:00"), calendar="XX"), days=REST)
    assert opening(hours, "2027-01-01T05:00") == ("01-01T05:00+08:00", "01-01T06:00+08:00")
    refused = Closed("XX-TIME-1", "CALENDAR_UNCONFIRMED")
    assert opening(hours, "2027-01-01T06:00") == refused
    assert opening(hours, "2026-01-01T03:00") == refused


def test_a_zone_that_is_ahead_needs_the_next_year_first() -> None:
    hours = compiled(rule(("00:00", "24:00"), calendar="XX"), days=REST)
    zones = ("America/New_York", "Asia/Shanghai")
    assert opening(hours, "2026-12-31T10:59", zones) == ("12-31T10:59-05:00", "12-31T11:00-05:00")
    assert opening(hours, "2026-12-31T11:00", zones) == Closed("XX-TIME-1", "CALENDAR_UNCONFIRMED")


def test_no_day_within_the_search_is_no_answer() -> None:
    year = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
    hours = compiled(rule(("08:00", "22:00"), calendar="XX", holidays="deny"), days=calendar(holidays=year))
    assert opening(hours, "2026-03-01T12:00") == Closed("XX-TIME-1", "NO_PERMITTED_HOURS")


def test_a_rule_whose_calendar_is_not_there_is_refused_by_name() -> None:
    rules = [rule(("08:00", "22:00"), name=f"XX-TIME-{n}", calendar="YY") for n in (1, 2)]
    with pytest.raises(ValueError, match="XX-TIME-1: there is no calendar 'YY'; XX-TIME-2"):
        compile_hours(rules, WHOLE_DAY, 0, {})


# --- where clocks change


@pytest.mark.parametrize(
    ("zone", "window", "wall", "expected"),
    [
        # Put forward at 02:00: a start that is never shown, and such an end.
        ("America/New_York", ("02:30", "20:00"), "2026-03-08T01:00", ("03-08T03:00-04:00", "03-08T20:00-04:00")),
        ("America/New_York", ("00:00", "02:30"), "2026-03-08T01:00", ("03-08T01:00-05:00", "03-08T03:00-04:00")),
        ("America/New_York", ("02:10", "02:50"), "2026-03-08T01:00", ("03-09T02:10-04:00", "03-09T02:50-04:00")),
        # Put back at 02:00 to 01:00: an end shown twice counts at first, one beyond it once.
        ("America/New_York", ("00:00", "01:30"), "2026-11-01T00:10", ("11-01T00:10-04:00", "11-01T01:30-04:00")),
        ("America/New_York", ("00:00", "02:00"), "2026-11-01T00:10", ("11-01T00:10-04:00", "11-01T02:00-05:00")),
        ("America/New_York", ("01:30", "20:00"), "2026-11-01T00:10", ("11-01T01:30-04:00", "11-01T01:00-05:00")),
        # By half an hour.
        ("Australia/Lord_Howe", ("01:45", "20:00"), "2026-04-05T00:00", ("04-05T01:45+11:00", "04-05T01:30+10:30")),
        # At midnight: forward, so that the day begins at 01:00; back, so that 23:00 to 24:00 is shown twice.
        ("America/Sao_Paulo", ("00:00", "06:00"), "2018-11-03T23:30", ("11-04T01:00-02:00", "11-04T06:00-02:00")),
        ("America/Sao_Paulo", ("08:00", "23:30"), "2018-02-17T12:00", ("02-17T12:00-02:00", "02-17T23:30-02:00")),
        ("America/Sao_Paulo", ("08:00", "24:00"), "2018-02-17T12:00", ("02-17T12:00-02:00", "02-18T00:00-03:00")),
        ("Africa/Cairo", ("00:00", "05:00"), "2026-04-23T12:00", ("04-24T01:00+03:00", "04-24T05:00+03:00")),
        ("Asia/Beirut", ("20:00", "23:30"), "2026-10-24T12:00", ("10-24T20:00+03:00", "10-24T23:30+03:00")),
        ("Asia/Beirut", ("22:00", "06:00"), "2026-03-28T12:00", ("03-28T22:00+02:00", "03-29T06:00+03:00")),
        # A whole day that no clock showed.
        ("Pacific/Apia", ("08:00", "22:00"), "2011-12-29T22:00", ("12-31T08:00+14:00", "12-31T22:00+14:00")),
        ("Pacific/Apia", ("22:00", "06:00"), "2011-12-30T00:00", ("12-31T00:00+14:00", "12-31T06:00+14:00")),
    ],
)
def test_where_clocks_change(zone: str, window: tuple[str, str], wall: str, expected: tuple[str, str]) -> None:
    assert opening(compiled(rule(window)), wall, (zone,)) == expected


def test_what_ended_before_the_clock_was_put_back_stays_closed_when_it_shows_the_time_again() -> None:
    hours = compiled(rule(("00:00", "01:30")))
    again = at("2026-11-01T01:10", "America/New_York", fold=1)
    answer = next_open(hours, ("America/New_York",), again, None, None)
    assert answer == Open(at("2026-11-02T00:00", "America/New_York"), at("2026-11-02T01:30", "America/New_York"))
    assert closed_by(hours, ("America/New_York",), again, None, None) == "XX-TIME-1"


def test_whole_days_have_no_hole_where_a_repeated_hour_lies_over_midnight() -> None:
    # Until 2011 St John's put its clocks back at one minute past midnight.
    answer = next_open(compiled(), ("America/St_Johns",), at("2010-11-06T12:00", "America/St_Johns"), None, None)
    assert isinstance(answer, Open)
    assert answer.end_ms > at("2010-11-20T00:00", "America/St_Johns")
