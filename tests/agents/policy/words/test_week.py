"""The hours of a week in words."""

import pytest

from agents.policy.words.week import week_words, within
from schemas.policy.packs import Opening, Weekday, WindowRule
from schemas.policy.policies import Hours

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


def window(*openings: Opening) -> WindowRule:
    return WindowRule(
        id="TEST-TIME-1", kind="window", openings=openings, basis="policy", source="invented", confidence="P"
    )


def opening(start: str, end: str, *days: Weekday) -> Opening:
    return Opening(start=start, end=end, days=days) if days else Opening(start=start, end=end)


@pytest.mark.parametrize(
    ("hours", "windows", "margin", "said"),
    [
        (("09:00", "20:00"), [], 0, "every day 09:00 to 20:00"),
        (("09:00", "20:00"), [], 10, "every day 09:00 to 19:50"),
        (("00:00", "24:00"), [], 10, "every day 00:00 to 24:00"),
        (("09:00", "20:00"), [window(opening("08:00", "19:00"))], 0, "every day 09:00 to 19:00"),
        (
            ("09:00", "20:00"),
            [window(opening("00:00", "24:00", *WEEKDAYS))],
            0,
            "Mondays to Fridays 09:00 to 20:00, never on Saturdays and Sundays",
        ),
        (
            ("09:00", "20:00"),
            [window(opening("08:00", "12:00"), opening("14:00", "22:00", "sat"))],
            30,
            "Mondays to Fridays 09:00 to 11:30, Saturdays 09:00 to 11:30 and 14:00 to 19:30, Sundays 09:00 to 11:30",
        ),
        (
            ("00:00", "24:00"),
            [window(opening("22:00", "06:00", "sun"))],
            0,
            "Mondays 00:00 to 06:00, Sundays 22:00 to 24:00, never on Tuesdays to Saturdays",
        ),
        (("09:00", "20:00"), [window(opening("20:00", "22:00"))], 0, "never"),
        (("09:00", "20:00"), [window(opening("19:00", "22:00"))], 60, "never"),
        (
            ("09:00", "20:00"),
            [window(opening("08:00", "21:00", "mon", "wed"))],
            0,
            "Mondays 09:00 to 20:00, Wednesdays 09:00 to 20:00, never on Tuesdays and Thursdays to Sundays",
        ),
    ],
)
def test_a_week_in_words(hours: tuple[str, str], windows: list[WindowRule], margin: int, said: str) -> None:
    assert week_words(Hours(start=hours[0], end=hours[1]), windows, margin) == said


def test_an_opening_lies_within_another_by_its_minutes() -> None:
    night = opening("22:00", "06:00", "sun")
    assert within([night], [opening("22:00", "24:00", "sun"), opening("00:00", "06:00", "mon")])
    assert not within([night], [opening("22:00", "24:00", "sun")])
    assert within([], [night])
