"""Permitted hours against somebody who looks at the clock of every zone, minute by minute, and knows nothing else.

Any openings, calendars, margins and hours agreed to, close to where clocks change and where a confirmed year ends.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import tee
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.decisions.time.calendars import Calendar
from agents.decisions.time.windows import Closed, Open, closed_by, compile_hours, next_open
from schemas.policy.packs import DAYS, Opening, WindowRule
from schemas.values.instants import EPOCH, MINUTE_MS, to_ms

Minutes = tuple[int, int]
ZONES = (
    "Asia/Shanghai",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/New_York",
    "Europe/London",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Atlantic/Azores",
    "America/Havana",
    "Antarctica/Troll",
    "Pacific/Apia",
)
CHANGES = tuple(
    to_ms(datetime(*parts, tzinfo=UTC))
    for parts in [
        (2026, 3, 8, 7),
        (2026, 11, 1, 6),
        (2026, 3, 29, 1),
        (2026, 10, 25, 1),
        (2010, 11, 7, 2),
        (2026, 4, 4, 15),
        (2026, 10, 3, 15),
        (2018, 2, 18, 2),
        (2018, 11, 4, 3),
        (2026, 4, 23, 22),
        (2026, 10, 29, 21),
        (2026, 3, 28, 22),
        (2026, 10, 24, 21),
        (2011, 12, 30, 10),
        (2026, 12, 31, 16),
        (2025, 12, 31, 22),
    ]
)
LOOK_MINUTES = 2 * 1440
EXAMPLES = 30


@lru_cache(maxsize=200_000)
def clock(zone: str, minute: int) -> datetime:
    """What the clock shows, without its zone but with its fold."""
    return (EPOCH + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_shown_twice(zone: str, wall: datetime) -> bool:
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def minutes_of(opening_: Opening) -> Minutes:
    return ends_of(opening_.start, opening_.end)


@lru_cache(maxsize=1000)
def ends_of(first: str, last: str) -> Minutes:
    start, end = (int(c[:2]) * 60 + int(c[3:]) for c in (first, last))
    return start, end + 1440 * (end < start)


def is_confirmed(rule_: WindowRule, days: Calendar, day: date) -> bool:
    return rule_.calendar is None or day.year in days.confirmed


def covers(rule_: WindowRule, days: Calendar, wall: datetime) -> bool:
    """Whether an opening of a day that is known holds this wall-clock minute."""
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        if not is_confirmed(rule_, days, day) or (rule_.holidays == "deny" and day in days.holidays):
            continue
        name = "mon" if rule_.calendar is not None and day in days.worked else DAYS[day.weekday()]
        minute = wall.hour * 60 + wall.minute + 1440 * back
        for opening_ in rule_.openings:
            start, end = minutes_of(opening_)
            if name in opening_.days and start <= minute < end:
                return True
    return False


def is_over(rule_: WindowRule, days: Calendar, zone: str, wall: datetime) -> bool:
    """Whether the opening that holds this minute ended when the clock showed its end for the first time."""
    end = wall.replace(fold=0)
    while covers(rule_, days, end) and end - wall < timedelta(hours=25):
        end += timedelta(minutes=1)
    return bool(wall.fold) and is_shown_twice(zone, end)


def looks_open(rule_: WindowRule, days: Calendar, zone: str, minute: int) -> bool | None:
    """Whether the rule is open; None when only its calendar could tell."""
    wall = clock(zone, minute)
    if covers(rule_, days, wall) and not (wall.fold and is_over(rule_, days, zone, wall)):
        return True
    night = max(minutes_of(opening_)[1] for opening_ in rule_.openings) - 1440
    before = wall.date() - timedelta(days=1)
    told = is_confirmed(rule_, days, wall.date())
    told &= is_confirmed(rule_, days, before) or wall.hour * 60 + wall.minute >= night
    return False if told else None


clock_minutes = st.integers(0, 1439) | st.integers(22 * 60, 27 * 60 + 30).map(lambda minute: minute % 1440)
clocks = clock_minutes.map(lambda m: f"{m // 60:02}:{m % 60:02}")
some_days = st.one_of(st.just(DAYS), st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple))
openings = st.builds(
    lambda days, start, end: Opening(days=days, start=start, end=end if end != start else "24:00"),
    some_days,
    clocks,
    st.one_of(clocks, st.just("24:00")),
)
pairs = st.tuples(clock_minutes, clock_minutes | st.just(1440)).filter(lambda pair: pair[0] != pair[1])


class Question(NamedTuple):
    rules: list[WindowRule]
    days: Calendar
    zones: tuple[str, ...]
    instant_ms: int
    margin: int
    agreed: Minutes | None
    narrow: Minutes | None


@st.composite
def questions(draw: st.DrawFn) -> Question:
    instant_ms = draw(st.sampled_from(CHANGES)) + draw(st.integers(-36 * 60, 24 * 60)) * MINUTE_MS
    near = st.integers(-3, 4).map(lambda days: (EPOCH + timedelta(milliseconds=instant_ms, days=days)).date())
    holidays = draw(st.sets(near, max_size=3))
    days = Calendar(
        "XX",
        "1",
        "0",
        frozenset(holidays),
        frozenset(draw(st.sets(near, max_size=2)) - holidays),
        frozenset({2010, 2011, 2018, 2026, *draw(st.sets(st.sampled_from([2025, 2027])))}),
    )
    rules = [
        window(
            f"XX-TIME-{n}",
            tuple(draw(st.lists(openings, min_size=1, max_size=3))),
            calendar=named,
            holidays="allow" if named is None else draw(st.sampled_from(("allow", "deny"))),
            override=draw(st.sampled_from((None, "agreed_hours"))),
        )
        for n in range(draw(st.integers(0, 2)))
        for named in [draw(st.sampled_from((None, "XX")))]
    ]
    zones = tuple(draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True)))
    margin = draw(st.sampled_from((0, 0, 1, 15, 90)))
    return Question(rules, days, zones, instant_ms, margin, draw(st.none() | pairs), draw(st.none() | pairs))


def window(
    name: str,
    openings_: tuple[Opening, ...],
    *,
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
        openings=openings_,
        calendar=calendar,
        holidays=holidays,
        override=override,
    )


def every_day(pair: Minutes, name: str = "XX-ANY") -> WindowRule:
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in pair)
    return window(name, (Opening(start=start, end=end),))


Sight = tuple[str | None, str | None]
"""Of one minute: the first rule that closes it and the first that has no answer."""


def sights(checks: list[tuple[str, WindowRule, str]], days: Calendar, now: int) -> Iterator[Sight]:
    for minute in range(now, now + LOOK_MINUTES):
        told = [(name, looks_open(rule_, days, zone, minute)) for name, rule_, zone in checks]
        yield (
            next((name for name, is_open in told if not is_open), None),
            next((name for name, is_open in told if is_open is None), None),
        )


def first_answer(seen: Iterable[Sight], margin: int) -> tuple[int, int | None] | str | None:
    """Minutes from now to the start and the end, or a rule that cannot answer; None when no start is in sight."""
    start, place = None, 0
    for place, (closes, unanswered) in enumerate(seen):
        if closes is None:
            start = place if start is None else start
            continue
        if start is not None and start < place - margin:
            return start, place - margin
        start = None
        if unanswered is not None:
            return unanswered
    return None if start is None or place - start < margin else (start, None)


@settings(max_examples=EXAMPLES, deadline=None)
@given(questions(), pairs)
def test_the_answer_is_that_of_somebody_who_looks_every_minute(question: Question, own: Minutes) -> None:
    hours = compile_hours(question.rules, own, question.margin, {"XX": question.days})
    given_ms, agreed, narrow, zones = question.instant_ms, question.agreed, question.narrow, question.zones
    looked = [every_day(agreed, r.id) if agreed and r.override else r for r in question.rules]
    checks = [(r.id, r, zone) for r in looked for zone in zones]
    checks += [("", every_day(own), zone) for zone in zones]
    checks += [("", every_day(narrow), zones[0])] if narrow else []
    seen, seen_too = tee(sights(checks, question.days, given_ms // MINUTE_MS))
    expected = first_answer(seen, question.margin)

    answer = next_open(hours, zones, given_ms, agreed, narrow)
    if isinstance(expected, str):
        assert answer == Closed(expected, "CALENDAR_UNCONFIRMED")
    elif expected is None:
        far_ms = given_ms + (LOOK_MINUTES - question.margin - 1) * MINUTE_MS
        assert isinstance(answer, Closed) or answer.start_ms >= far_ms
    elif expected[1] is None:
        assert isinstance(answer, Open)
        assert answer.start_ms == given_ms + expected[0] * MINUTE_MS
        assert answer.end_ms >= given_ms + (LOOK_MINUTES - question.margin) * MINUTE_MS
    else:
        assert answer == Open(*(given_ms + minute * MINUTE_MS for minute in expected if minute is not None))

    # In a margin it is the rule at whose closing the stretch ends.
    closes = (
        None
        if isinstance(expected, tuple) and expected[0] == 0
        else next(name for name, _ in seen_too if name is not None)
    )
    assert closed_by(hours, zones, given_ms, agreed, narrow) == closes
