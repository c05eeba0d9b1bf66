"""The hours of a week in which a message may leave: the policy's and all windows of the pack taken together."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from agents.policy.words.speech import joined
from schemas.policy.packs import DAYS, Opening, WindowRule, minute_of
from schemas.policy.policies import Hours

NEVER: Final = "never"
"""Said of a week without an hour."""
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_NAMES: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def week_words(hours: Hours, windows: Sequence[WindowRule], margin_minutes: int) -> str:
    """The local hours of an ordinary week: ``Mondays to Saturdays 09:30 to 19:50, never on Sundays``.

    ``margin_minutes`` are taken off the end of each stretch. Holidays are not in it: they depend on the year.
    """
    minutes = _without_margin(_permitted(hours, windows), margin_minutes)
    by_day = [tuple(_stretches(minutes[day * _DAY : (day + 1) * _DAY])) for day in range(7)]
    said: list[str] = []
    never: list[str] = []
    for times, group in groupby(range(7), key=by_day.__getitem__):
        names = _day_names([*group])
        (said if times else never).append(f"{names} {joined(times)}" if times else names)
    if not said:
        return NEVER
    return ", ".join([*said, *([f"never on {joined(never)}"] if never else [])])


def within(inner: Sequence[Opening], outer: Sequence[Opening]) -> bool:
    """Whether every minute of a week that ``inner`` opens is one that ``outer`` opens, too."""
    return all(there or not here for here, there in zip(_ring(inner), _ring(outer), strict=True))


def _permitted(hours: Hours, windows: Sequence[WindowRule]) -> list[bool]:
    """Each minute of a week from Monday on: open by the policy and by every window."""
    permitted = _ring([Opening(start=hours.start, end=hours.end)])
    for window in windows:
        permitted = [both and own for both, own in zip(permitted, _ring(window.openings), strict=True)]
    return permitted


def _ring(openings: Sequence[Opening]) -> list[bool]:
    """Minutes that one of the openings has; one over midnight belongs to the day it starts on, Sunday's to Monday."""
    ring = [False] * _WEEK
    for opening in openings:
        start, end = minute_of(opening.start), minute_of(opening.end)
        for day in opening.days:
            first = DAYS.index(day) * _DAY
            for minute in range(first + start, first + end + (_DAY if end < start else 0)):
                ring[minute % _WEEK] = True
    return ring


def _without_margin(ring: list[bool], margin: int) -> list[bool]:
    """A minute stays when everything up to the margin after it is open, too."""
    left, kept = 0, [False] * _WEEK
    for minute in reversed(range(2 * _WEEK)):
        left = left + 1 if ring[minute % _WEEK] else 0
        kept[minute % _WEEK] = left > margin
    return kept


def _stretches(day: Sequence[bool]) -> Iterator[str]:
    start = 0
    for is_open, group in groupby(day):
        end = start + len([*group])
        if is_open:
            yield f"{_clock(start)} to {_clock(end)}"
        start = end


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _day_names(days: Sequence[int]) -> str:
    if len(days) == 7:
        return "every day"
    names = [_NAMES[day] for day in days]
    return f"{names[0]} to {names[-1]}" if len(days) > 2 else joined(names)
