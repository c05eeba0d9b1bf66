"""Which day a borrower names: ahead for a promise, behind for a payment. What can be two days is doubtful."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from agents.replies.intents import NamedDay

_PAYDAY: Final = "the day of their wages is not known"
_RANGE: Final = "more than one day is meant"
_TWO_READINGS: Final = "the words can name two days"
_PAST: Final = "the day lies behind"
_HORIZON_DAYS: Final = 366
_WEEK: Final = {
    **{word: place for place, word in enumerate("一二三四五六")},
    **{str(place + 1): place for place in range(7)},
    "日": 6,
    "天": 6,
    **{word: place for place, word in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}
_MONTHS: Final = {
    word: place + 1
    for place, word in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
_EN_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_EN_DAY: Final = (
    r"(?P<week>mon(?:day)?|tues?(?:day)?|wed(?:nesday|s)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_ZH_NUMBER: Final = r"(?:\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_SMALL_WORDS: Final = {
    **{word: place + 1 for place, word in enumerate("一二三四五六七八九")},
    "两": 2,
    "几": 0,
    **{word: place + 1 for place, word in enumerate(("one", "two", "three", "four", "five", "six", "seven"))},
    "a": 1,
    "couple": 0,
    "few": 0,
}

Reader = Callable[[re.Match[str], date], NamedDay]


def number(text: str) -> int:
    """A number below a hundred in digits or Chinese words; 0 for an uncertain one."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _SMALL_WORDS.get(text, 0)
    return 10 * _SMALL_WORDS.get(tens, 1) + _SMALL_WORDS.get(ones, 0)


def _after(days: int, doubt: str | None = None) -> Reader:
    return lambda _, today: NamedDay(today + timedelta(days=days), doubt)


def _unknown(doubt: str) -> Reader:
    return lambda _, _today: NamedDay(None, doubt)


def _in_days(found: re.Match[str], today: date) -> NamedDay:
    count = number(found["count"])
    if count == 0:
        return NamedDay(None, _RANGE)
    unit = 7 if found["unit"] in {"week", "weeks", "周", "星期", "礼拜"} else 1
    return NamedDay(today + timedelta(days=min(count, 99) * unit))


def _zh_weekday(found: re.Match[str], today: date) -> NamedDay:
    monday = today - timedelta(days=today.weekday())
    wanted = monday + timedelta(days=_WEEK[found["week"]])
    which = found["which"] or ""
    if which.startswith("下"):
        return NamedDay(wanted + timedelta(weeks=which.count("下")))
    if wanted >= today:
        return NamedDay(wanted)
    return NamedDay(wanted + timedelta(weeks=1), _TWO_READINGS if which else None)


def _en_weekday(found: re.Match[str], today: date) -> NamedDay:
    ahead = (_WEEK[found["week"][:3]] - today.weekday()) % 7
    if (found["which"] or "").startswith("next"):
        return NamedDay(today + timedelta(days=ahead or 7), _TWO_READINGS)
    return NamedDay(today + timedelta(days=ahead), None if ahead else _TWO_READINGS)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _month_end(found: re.Match[str], today: date) -> NamedDay:
    first = _next_month(today) if found.groupdict().get("next") else today
    return NamedDay(_next_month(first) - timedelta(days=1))


def _week_end(found: re.Match[str], today: date) -> NamedDay:
    sunday = today + timedelta(days=6 - today.weekday())
    return NamedDay(sunday + timedelta(weeks=1 if found["next"] else 0), _TWO_READINGS if found["next"] else None)


def _day_of_month(found: re.Match[str], today: date) -> NamedDay:
    groups = found.groupdict()
    day, month = number(found["day"]), groups.get("month")
    if month:
        return _dated(today, today.year, _MONTHS.get(month[:3]) or number(month), day)
    if groups.get("next"):
        start = _next_month(today)
    elif groups.get("this") or day >= today.day:
        start = today
    else:
        start = _next_month(today)
    return _dated(today, start.year, start.month, day, rolls=False)


def _dated(today: date, year: int, month: int, day: int, *, rolls: bool = True) -> NamedDay:
    try:
        named = date(year, month, day)
        if named < today and rolls:
            later = named.replace(year=year + 1)
            near = (today - named).days <= 60
            return NamedDay(later, _TWO_READINGS if near else None)
    except ValueError:
        return NamedDay(None, "there is no such day")
    return NamedDay(named, _PAST if named < today else None)


def _iso(found: re.Match[str], today: date) -> NamedDay:
    return _dated(today, int(found["year"]), int(found["month"]), int(found["day"]), rolls=False)


def _slashed(found: re.Match[str], today: date) -> NamedDay:
    one, two = int(found["one"]), int(found["two"])
    if one > 12 >= two:
        return _dated(today, today.year, two, one)
    if two > 12 >= one or one == two:
        return _dated(today, today.year, one, two)
    return NamedDay(None, _TWO_READINGS)


_READERS: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"(?P<year>20\d\d)[-/.年 ](?P<month>\d{1,2})[-/.月 ](?P<day>\d{1,2})[日号]?", _iso),
        (rf"(?P<month>{_ZH_NUMBER})月(?:份)?(?P<day>{_ZH_NUMBER})[号日]?", _day_of_month),
        (r"(?P<next>下个?月|次月)(?:月)?[底末]", _month_end),
        (
            rf"(?:(?P<next>下个?月)|(?P<this>这个?月|本月))?(?:的)?(?P<day>{_ZH_NUMBER})[号日](?!线|楼|店)",
            _day_of_month,
        ),
        (r"月[底末]", _month_end),
        (r"(?P<which>下下个?|下个?|这个?|本)?(?:周|星期|礼拜)(?P<week>[一二三四五六日天1-7])", _zh_weekday),
        (r"(?P<next>下)?个?周末|(?:这|本)周[之以]?内", _week_end),
        (rf"(?P<count>{_ZH_NUMBER}|几)个?(?P<unit>天|日|周|星期|礼拜)(?:[之以]?[内后前]|时间|左右)?", _in_days),
        (r"大后天", _after(3)),
        (r"后[天日]", _after(2)),
        (r"明[天日晚早]|明儿", _after(1)),
        (r"今[天日晚儿]|当天|晚上|下午|傍晚|下班", _after(0)),
        (rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_EN_MONTH}\b", _day_of_month),
        (rf"\b{_EN_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b", _day_of_month),
        (r"(?<![\d/.])(?P<one>\d{1,2})/(?P<two>\d{1,2})(?![\d/])", _slashed),
        (r"\b(?:end of|eo) ?(?:the |this )?(?P<next>next )?(?:month|m)\b|\bmonth end\b", _month_end),
        (r"\bend of (?:the |this )?(?P<next>next )?week\b|\b(?:this |the )?weekend\b", _week_end),
        (r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?: of (?:(?P<next>next)|(?P<this>this)) month)?", _day_of_month),
        (rf"\b(?:(?P<which>next|this|on|by|coming|until|till) )?{_EN_DAY}\b", _en_weekday),
        (r"\bday after (?:tomorrow|tmrw)\b", _after(2)),
        (r"\btomorrow\b", _after(1)),
        (r"\b(?:today|tonight|(?:this|by) (?:morning|afternoon|evening)|by eod|end of (?:the )?day)\b", _after(0)),
        (
            r"\b(?P<count>\d{1,2}|a|one|two|three|four|five|six|seven|few|couple)"
            r"(?: more| of)? (?P<unit>days?|weeks?)\b",
            _in_days,
        ),
        (r"\b(?:by|on|before) (?P<day>\d{1,2})\b(?! ?(?:am|pm|o clock|percent|%|days?|weeks?))", _day_of_month),
        (r"发了?(?:工资|薪|钱)|工资|领薪|出粮|回款|\b(?:payday|wages?|salary|pay ?check|paid)\b", _unknown(_PAYDAY)),
        (r"下个?月|下个?周|下星期|过年|年底|月初|月中|过[两几]天|\bnext (?:month|week|year)\b", _unknown(_RANGE)),
        (r"马上|立刻|立即|现在|这就|一会|\b(?:right now|now|asap|immediately|soon)\b", _after(0, _RANGE)),
    )
)
_PAST_READERS: Final[tuple[tuple[re.Pattern[str], int], ...]] = (
    (re.compile(r"大前天"), -3),
    (re.compile(r"前[天日]"), -2),
    (re.compile(r"昨[天日晚儿]|\byesterday\b|\blast night\b"), -1),
    (re.compile(r"今[天日早晚儿]|刚刚?|上午|中午|\b(?:today|just|tonight|this (?:morning|afternoon|evening))\b"), 0),
)
_AGO = re.compile(
    rf"(?P<count>{_ZH_NUMBER})个?(?P<unit>天|日|周|星期|礼拜)[之以]?前|"
    r"\b(?P<count_en>\d{1,2}|a|one|two|three|four|five|six|seven) (?P<unit_en>days?|weeks?) (?:ago|back)\b"
)
_PAST_DAY = re.compile(
    rf"(?:(?P<month>{_ZH_NUMBER})月(?:份)?)?(?P<day>{_ZH_NUMBER})[号日]|"
    r"\b(?P<day_first>\d{1,2})(?:st|nd|rd|th)?"
    rf"(?: (?:of )?{_EN_MONTH.replace('<month>', '<month_first>')})?\b(?<=[a-z])|"
    rf"\b{_EN_MONTH.replace('<month>', '<month_last>')} (?:the )?(?P<day_last>\d{{1,2}})(?:st|nd|rd|th)?\b"
)
_PAST_WEEKDAY = re.compile(
    rf"(?P<last>上个?)?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])|\b(?P<which>last )?{_EN_DAY}\b"
)


def day_named(text: str, today: date) -> NamedDay | None:
    """The day ahead that a normalised text names; several different ones are doubtful, none is None."""
    found = list(_ahead(text, today))
    days = {one.day for one in found if one.day is not None}
    if not found:
        return None
    if not days:
        return found[0]
    if len(days) > 1:
        return NamedDay(max(days), "several days are named")
    chosen = next(one for one in found if one.day is not None)
    if chosen.day is not None and (chosen.day - today).days > _HORIZON_DAYS:
        return NamedDay(None, "the day is more than a year away")
    return chosen


def _ahead(text: str, today: date) -> Iterator[NamedDay]:
    """What each reader sees; what one has read, the next ones do not see."""
    for pattern, reader in _READERS:
        for found in pattern.finditer(text):
            yield reader(found, today)
        text = pattern.sub(" , ", text)


def day_past(text: str, today: date) -> NamedDay | None:
    """The day behind that a normalised text names, for a payment that the borrower says was made."""
    for pattern, days in _PAST_READERS:
        if pattern.search(text):
            return NamedDay(today + timedelta(days=days))
    ago = _AGO.search(text)
    if ago:
        count = number(ago["count"] or ago["count_en"])
        weeks = (ago["unit"] or ago["unit_en"]) in {"周", "星期", "礼拜", "week", "weeks"}
        return NamedDay(today - timedelta(days=count * (7 if weeks else 1)))
    weekday = _PAST_WEEKDAY.search(text)
    if weekday:
        return _past_weekday(weekday, today)
    of_month = _PAST_DAY.search(text)
    return None if of_month is None else _past_day(of_month, today)


def _past_day(found: re.Match[str], today: date) -> NamedDay:
    """The latest day of that name that is not ahead."""
    day = number(found["day"] or found["day_first"] or found["day_last"])
    named = found["month"] or found["month_first"] or found["month_last"]
    month = None if named is None else _MONTHS.get(named[:3]) or number(named)
    for back in range(13):
        year, months = divmod(today.year * 12 + today.month - 1 - back, 12)
        try:
            candidate = date(year, months + 1, day)
        except ValueError:
            continue
        if candidate <= today and month in {None, candidate.month}:
            return NamedDay(candidate)
    return NamedDay(None, "there is no such day")


def _past_weekday(found: re.Match[str], today: date) -> NamedDay:
    wanted = _WEEK[found["zh"]] if found["zh"] else _WEEK[found["week"][:3]]
    if found["last"]:
        return NamedDay(today - timedelta(days=today.weekday() + 7 - wanted))
    behind = (today.weekday() - wanted) % 7
    return NamedDay(today - timedelta(days=behind or 7), None if behind else _TWO_READINGS)
