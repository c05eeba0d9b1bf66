"""When a message may leave: every rule's opening, in every zone that counts, is open at that instant.

Instants are epoch milliseconds UTC. An opening is a half-open range of the wall clock; one that goes over midnight
belongs to the local day it starts on, whose weekday and holiday count. Openings that touch are one. Where the clock is
put forward, a start that is never shown counts from the end of the gap, and such an end ends at the gap. Where it is
put back, an end that is shown twice counts when it is first shown: what it ended stays closed in the repeated hour. A
start that is shown twice opens at both, because the clock stands outside the opening in between.
A day of a year that a rule's calendar does not confirm has no answer, and a search that comes to it ends there.

The caches are bounded and keyed by days of UTC, so that a million accounts ask a question that was answered before.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from msgspec import Struct

from agents.decisions.time.calendars import Calendar
from agents.decisions.time.wall_clock import Range, is_zone, joined, shown, spells, within, without
from schemas.policy.packs import DAYS, WindowRule, minute_of
from schemas.values.instants import DAY_MS, EPOCH, MINUTE_MS

CALENDAR_UNCONFIRMED: Final = "CALENDAR_UNCONFIRMED"
NO_PERMITTED_HOURS: Final = "NO_PERMITTED_HOURS"
ZONE_UNKNOWN: Final = "ZONE_UNKNOWN"
SEARCH_DAYS: Final = 40
"""So far ahead an opening is looked for: further than the longest holidays."""
_DAY_MINUTES: Final = 1440
_EPOCH_DAY: Final = EPOCH.toordinal()


class Window(Struct, frozen=True, cache_hash=True):
    """One rule's openings. Minutes count from the midnight of the day an opening starts on, so they may pass 1440."""

    rule_id: str
    openings: tuple[tuple[frozenset[int], int, int], ...]
    """Weekdays (Monday is 0), start and end."""
    calendar: Calendar | None = None
    deny_holidays: bool = False
    agreed_instead: bool = False


class Hours(Struct, frozen=True, cache_hash=True):
    """All that bounds the hours: the pack's windows in its order, then the policy's own, whose rule id is empty."""

    windows: tuple[Window, ...]
    margin_ms: int


class Open(Struct, frozen=True, gc=False):
    """The first permitted instant, and the end (exclusive) of its stretch, earlier by the margin.

    A stretch that goes on for longer than the search is told to end with the search.
    """

    start_ms: int
    end_ms: int


class Closed(Struct, frozen=True, gc=False):
    """There is no permitted instant that is known. The rule id is empty where no rule of the pack is the reason."""

    rule_id: str
    code: str


class _Part(NamedTuple):
    """A part of a UTC day, and the first rule that closes it and the first that has no answer, if any."""

    end_ms: int
    closed_by: str | None
    unanswered_by: str | None


class _Answers(NamedTuple):
    """What to answer in one UTC day: an instant gets the first whose end lies after it."""

    ends: list[int]
    starts: list[int]
    refusals: list[Closed | None]


def _every_day(rule_id: str, hours: Range) -> Window:
    return Window(rule_id, _opening(range(7), *hours))


def _opening(days: Iterable[int], start: int, end: int) -> tuple[tuple[frozenset[int], int, int], ...]:
    # A range that ends where it starts is never open, rather than always.
    return () if start == end else ((frozenset(days), start, end + _DAY_MINUTES * (end < start)),)


def compile_hours(
    windows: Sequence[WindowRule],
    policy_hours: Range,
    margin_minutes: int,
    calendars: Mapping[str, Calendar],
) -> Hours:
    """The hours, ready to be asked. Raises ValueError, naming every rule whose calendar is not there."""
    missing = [f"{rule.id}: there is no calendar {rule.calendar!r}" for rule in windows if _lacks(rule, calendars)]
    if missing:
        raise ValueError("; ".join(missing))
    compiled = [
        Window(
            rule_id=rule.id,
            openings=tuple(
                part
                for opening in rule.openings
                for part in _opening(map(DAYS.index, opening.days), minute_of(opening.start), minute_of(opening.end))
            ),
            calendar=None if rule.calendar is None else calendars[rule.calendar],
            deny_holidays=rule.holidays == "deny",
            agreed_instead=rule.override == "agreed_hours",
        )
        for rule in windows
    ]
    return Hours((*compiled, _every_day("", policy_hours)), margin_minutes * MINUTE_MS)


def _lacks(rule: WindowRule, calendars: Mapping[str, Calendar]) -> bool:
    return rule.calendar is not None and rule.calendar not in calendars


def next_open(
    hours: Hours, zones: tuple[str, ...], instant_ms: int, agreed: Range | None, narrow: Range | None
) -> Open | Closed:
    """The first permitted instant at or after the given one, within `SEARCH_DAYS` days.

    ``agreed`` stands in the place of the rules that let it, in every zone. ``narrow`` are hours that the person asked
    for, local minutes in the first zone. Both may go over midnight. Without a zone that is known nothing is permitted.
    """
    ends, starts, refusals = _answers(hours, zones, instant_ms // DAY_MS, agreed, narrow)
    place = bisect_right(ends, instant_ms)
    if place == len(ends):
        return Closed(_closing(hours, zones, instant_ms, agreed, narrow), NO_PERMITTED_HOURS)
    refusal = refusals[place]
    return refusal if refusal is not None else Open(max(starts[place], instant_ms), ends[place])


def closed_by(
    hours: Hours, zones: tuple[str, ...], instant_ms: int, agreed: Range | None, narrow: Range | None
) -> str | None:
    """The first rule, in the pack's order, that closes this very instant; None when it is permitted.

    Empty where the policy's own hours, or those that the person asked for, are the reason. In the margin before an
    end it is the rule that ends there.
    """
    ends, starts, refusals = _answers(hours, zones, instant_ms // DAY_MS, agreed, narrow)
    place = bisect_right(ends, instant_ms)
    if place < len(ends):
        refusal = refusals[place]
        if refusal is None and starts[place] <= instant_ms:
            return None
        if refusal is not None and refusal.code == ZONE_UNKNOWN:
            return refusal.rule_id
    return _closing(hours, zones, instant_ms, agreed, narrow)


def _closing(hours: Hours, zones: tuple[str, ...], instant_ms: int, agreed: Range | None, narrow: Range | None) -> str:
    """The rule that closes an instant or, in a margin, the end of its stretch."""
    while True:
        parts = _parts(hours, zones, instant_ms // DAY_MS, agreed, narrow)
        part = parts[bisect_right(parts, instant_ms, key=lambda part: part.end_ms)]
        if part.closed_by is not None:
            return part.closed_by
        instant_ms = part.end_ms


@lru_cache(maxsize=65_536)
def _answers(hours: Hours, zones: tuple[str, ...], day: int, agreed: Range | None, narrow: Range | None) -> _Answers:
    """Every answer that an instant of this UTC day can get."""
    answers, day_end = _Answers([], [], []), (day + 1) * DAY_MS
    if not zones or not all(map(is_zone, zones)):
        return _Answers([day_end], [day * DAY_MS], [Closed("", ZONE_UNKNOWN)])
    for start, end, refusal in _stretches(hours, zones, day, agreed, narrow):
        if start < end:
            answers.ends.append(end)
            answers.starts.append(start)
            answers.refusals.append(refusal)
            if end >= day_end:
                break
    return answers


def _stretches(
    hours: Hours, zones: tuple[str, ...], day: int, agreed: Range | None, narrow: Range | None
) -> Iterator[tuple[int, int, Closed | None]]:
    """The permitted stretches from a UTC day on, without their margin, and those that have no answer, in order."""
    start = opened = day * DAY_MS
    for ahead in range(SEARCH_DAYS + 1):
        for part in _parts(hours, zones, day + ahead, agreed, narrow):
            if part.closed_by is not None:
                yield opened, start - hours.margin_ms, None
                opened = part.end_ms
            if part.unanswered_by is not None:
                yield start, part.end_ms, Closed(part.unanswered_by, CALENDAR_UNCONFIRMED)
            start = part.end_ms
    yield opened, start - hours.margin_ms, None


@lru_cache(maxsize=65_536)
def _parts(
    hours: Hours, zones: tuple[str, ...], day: int, agreed: Range | None, narrow: Range | None
) -> tuple[_Part, ...]:
    """The UTC day, cut wherever a rule opens or closes in one of the zones."""
    windows = [
        _every_day(window.rule_id, agreed) if agreed is not None and window.agreed_instead else window
        for window in hours.windows
    ]
    found = [(window.rule_id, *_open_on(window, zone, day)) for window in windows for zone in zones]
    if narrow is not None:
        found.append(("", *_open_on(_every_day("", narrow), zones[0], day)))
    edges = {edge for _, opened, unknown in found for span in (*opened, *unknown) for edge in span}
    return tuple(
        _Part(
            end,
            next((rule for rule, opened, _ in found if not within(opened, start)), None),
            next((rule for rule, _, unknown in found if within(unknown, start)), None),
        )
        for start, end in pairwise(sorted(edges | {day * DAY_MS, (day + 1) * DAY_MS}))
    )


@lru_cache(maxsize=16_384)
def _open_on(window: Window, zone: str, day: int) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """The parts of a UTC day in which one rule is open in one zone, and those of which only its calendar could tell."""
    cut = spells(zone, day)
    first = min(spell.start_ms + spell.offset_ms for spell in cut) // DAY_MS
    last = max(spell.end_ms - 1 + spell.offset_ms for spell in cut) // DAY_MS
    longest = max((_DAY_MINUTES, *(end for _, _, end in window.openings)))
    walls: list[Range] = []
    unknown: list[Range] = []
    # The day before too, for what goes over midnight.
    for local in range(first - 1, last + 1):
        openings = _openings(window, local)
        kept, ranges = (unknown, [(0, longest)]) if openings is None else (walls, openings)
        kept += [(local * DAY_MS + start * MINUTE_MS, local * DAY_MS + end * MINUTE_MS) for start, end in ranges]
    opened = shown(cut, joined(walls), once=True)
    return opened, without(shown(cut, joined(unknown)), opened)


def _openings(window: Window, local: int) -> list[Range] | None:
    """The openings that start on a local day, in minutes; None where the calendar does not know the day."""
    day, calendar = date.fromordinal(_EPOCH_DAY + local), window.calendar
    weekday = day.weekday()
    if calendar is not None:
        if day.year not in calendar.confirmed:
            return None
        if window.deny_holidays and day in calendar.holidays:
            return []
        weekday = 0 if day in calendar.worked else weekday
    return [(start, end) for days, start, end in window.openings if weekday in days]
