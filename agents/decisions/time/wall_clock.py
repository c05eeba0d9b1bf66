"""Between what the clocks of a zone show and instants, also where they are put forward or back.

Instants are epoch milliseconds UTC. Wall milliseconds are what a clock shows, counted as if its zone were UTC. A range
is half-open.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.values.instants import DAY_MS, EPOCH, HOUR_MS

_SECOND_MS: Final = 1000
_STEP_MS: Final = 3 * HOUR_MS
"""No zone changes its offset twice within this time."""

Range = tuple[int, int]


class Spell(NamedTuple):
    """A part of a UTC day in which a zone keeps its offset."""

    start_ms: int
    end_ms: int
    offset_ms: int
    repeats_to: int | None = None
    """While the clock shows a time again: what it would have shown next, had it not been put back (wall)."""


@lru_cache(maxsize=4096)
def is_zone(name: str) -> bool:
    """Whether the zone data knows the name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _offset_ms(zone: ZoneInfo, instant_ms: int) -> int:
    offset = (EPOCH + timedelta(milliseconds=instant_ms)).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(milliseconds=1)


def _changes(zone: ZoneInfo, start_ms: int, end_ms: int) -> Iterator[int]:
    """The instants of a range at which the clock is put forward or back, to the second."""
    for low, high in pairwise(range(start_ms, end_ms + 1, _STEP_MS)):
        before = _offset_ms(zone, low)
        if before != _offset_ms(zone, high):
            seconds = range(low, high, _SECOND_MS)
            place = bisect_left(seconds, True, key=lambda ms: _offset_ms(zone, ms) != before)
            yield low + place * _SECOND_MS


@lru_cache(maxsize=8192)
def spells(name: str, day: int) -> tuple[Spell, ...]:
    """A UTC day, counted from the epoch, cut where the zone's clock changes or ceases to repeat itself."""
    zone, start_ms, end_ms = ZoneInfo(name), day * DAY_MS, (day + 1) * DAY_MS
    # What is shown again in this day may have been shown first in the day before.
    edges = [start_ms - DAY_MS, *_changes(zone, start_ms - DAY_MS, end_ms), end_ms]
    found: list[Spell] = []
    earlier = _offset_ms(zone, start_ms - DAY_MS)
    for start, end in pairwise(edges):
        offset = _offset_ms(zone, start)
        again = min(end, start + max(0, earlier - offset))
        found += [Spell(start, again, offset, start + earlier), Spell(again, end, offset)]
        earlier = offset
    clipped = [s._replace(start_ms=max(s.start_ms, start_ms), end_ms=min(s.end_ms, end_ms)) for s in found]
    return tuple(spell for spell in clipped if spell.start_ms < spell.end_ms)


def shown(cut: Iterable[Spell], walls: Sequence[Range], *, once: bool = False) -> tuple[Range, ...]:
    """The instants at which the clock shows a time of one of the ranges.

    With ``once`` an end that is shown twice counts when it is first shown: in the repeated time its range is over.
    """
    return tuple(
        (max(start - spell.offset_ms, spell.start_ms), min(end - spell.offset_ms, spell.end_ms))
        for spell in cut
        for start, end in walls
        if max(start - spell.offset_ms, spell.start_ms) < min(end - spell.offset_ms, spell.end_ms)
        and not (once and spell.repeats_to is not None and end < spell.repeats_to)
    )


def joined(ranges: Iterable[Range]) -> list[Range]:
    """The ranges in order, those that touch or overlap as one."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def within(ranges: Iterable[Range], place: int) -> bool:
    """Whether one of the ranges holds it."""
    return any(start <= place < end for start, end in ranges)


def without(ranges: Iterable[Range], others: Iterable[Range]) -> tuple[Range, ...]:
    """What is left of the ranges when the others are cut out of them."""
    left = list(ranges)
    for start, end in others:
        left = [part for a, b in left for part in ((a, min(b, start)), (max(a, end), b)) if part[0] < part[1]]
    return tuple(left)
