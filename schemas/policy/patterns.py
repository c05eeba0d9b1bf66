"""Amounts and dates as text, by explicit patterns of the CLDR (Unicode TR 35, parts 3 and 4).

An amount has the decimals that ISO 4217 gives its currency: the CLDR rounds some currencies further, and a debt is
not rounded. It goes from minor units to text by way of Decimal only.
"""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import DateTimePattern
from babel.dates import parse_pattern as parse_date
from babel.numbers import NumberPattern
from babel.numbers import parse_pattern as parse_number

from schemas.values.money import EXPONENTS

_UNREADABLE: Final = (UnknownLocaleError, ValueError, LookupError, AttributeError, ArithmeticError)
"""What the library raises for a pattern that it cannot read or that needs more than a date."""
_PROBE_MINOR: Final = 9_876_543_210
_PROBE_DAYS: Final = (date(2026, 12, 28), date(2026, 12, 27), date(2026, 11, 28))
_PROBES: Final = (0, 5, 12, 100, 999, 1_000, 54_321, 100_000, 1_234_567, 99_999_999, 123_456_789_012_345_678)
_DIGITS: Final = re.compile(r"([^0-9]*)([0-9].*[0-9])([^0-9]*)", re.DOTALL)
_SEPARATORS: Final = re.compile("[^0-9]")
_NO_SIGN: Final = re.compile(r"[\d\s.,'’\u066b\u066c-]+")


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@lru_cache(maxsize=512)
def _number(pattern: str, currency: str) -> NumberPattern:
    parsed = parse_number(pattern)
    parsed.frac_prec = (EXPONENTS[currency],) * 2
    return parsed


@lru_cache(maxsize=64)
def _date(pattern: str) -> DateTimePattern:
    return parse_date(pattern)


class _AmountForm(NamedTuple):
    """How amounts of one pattern, currency and locale are written, learnt from a few of them."""

    before: str
    after: str
    point: str
    group: str
    first: int
    """Digits of the group beside the decimal point."""
    further: int
    """Digits of every other group."""

    def written(self, minor: int, decimals: int) -> str:
        digits = str(minor).rjust(decimals + 1, "0")
        whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
        if self.group and len(whole) > self.first:
            head, groups = whole[: -self.first], [whole[-self.first :]]
            while len(head) > self.further:
                head, last = head[: -self.further], head[-self.further :]
                groups.append(last)
            whole = self.group.join((head, *reversed(groups)))
        return f"{self.before}{whole}{self.point}{rest}{self.after}"


@lru_cache(maxsize=512)
def _form(currency: str, pattern: str, locale: str) -> _AmountForm | None:
    """The form of a pattern, or None where amounts of it are not all written alike."""
    decimals = EXPONENTS[currency]
    found = _DIGITS.fullmatch(_by_cldr(_PROBES[-1], currency, pattern, locale))
    if found is None:
        return None
    before, digits, after = found.groups()
    whole, point = (digits, "") if not decimals else (digits[: -decimals - 1], digits[-decimals - 1])
    groups = _SEPARATORS.split(whole)
    marks = set(_SEPARATORS.findall(whole))
    # Of two groups the first may be cut short: it tells no size.
    if len(marks) > 1 or len(groups) == 2:
        return None
    first, further = (len(groups[-1]), len(groups[-2])) if len(groups) > 1 else (len(whole), len(whole))
    form = _AmountForm(before, after, point, "".join(marks), first, further)
    alike = all(form.written(minor, decimals) == _by_cldr(minor, currency, pattern, locale) for minor in _PROBES)
    return form if alike else None


def amount_text(minor: int, currency: str, pattern: str, locale: str) -> str:
    """The amount in major units: ``amount_text(123450, "CNY", "#,##0.00元", "zh_Hans") == "1,234.50元"``.

    ``¤`` in the pattern is the currency's sign in the locale, ``¤¤`` its code.
    """
    form = _form(currency, pattern, locale) if minor >= 0 else None
    return _by_cldr(minor, currency, pattern, locale) if form is None else form.written(minor, EXPONENTS[currency])


def _by_cldr(minor: int, currency: str, pattern: str, locale: str) -> str:
    value = Decimal(minor).scaleb(-EXPONENTS[currency])
    return str(_number(pattern, currency).apply(value, _locale(locale), currency=currency, currency_digits=False))


@lru_cache(maxsize=4096)
def date_text(day: date, pattern: str, locale: str) -> str:
    """The day: ``date_text(date(2026, 6, 5), "d MMM", "en") == "5 Jun"``."""
    return str(_date(pattern).apply(day, _locale(locale)))


def locale_fault(locale: str) -> str | None:
    """Why this is no locale of the CLDR; None when it is one."""
    try:
        _locale(locale)
    except _UNREADABLE:
        return f"{locale!r} is no locale of the CLDR, such as zh_Hans"
    return None


def amount_fault(pattern: str, locale: str, currency: str | None) -> str | None:
    """Why the pattern cannot state an amount in ``currency``, or in any (None), exactly; None when it can."""
    try:
        shown = amount_text(_PROBE_MINOR, currency or "EUR", pattern, locale)
        other = amount_text(_PROBE_MINOR, "USD", pattern, locale)
    except _UNREADABLE as error:
        return f"is none of a number: {error}"
    if re.sub(r"\D", "", shown) != str(_PROBE_MINOR):
        return f"does not state an amount exactly: 98765432.10 would read {shown!r}"
    if not _NO_SIGN.sub("", shown) or (currency is None and shown == other):
        return "does not tell the currency"
    return None


def date_fault(pattern: str, locale: str) -> str | None:
    """Why the pattern cannot state a day; None when it can."""
    try:
        shown = {date_text(day, pattern, locale) for day in _PROBE_DAYS}
    except _UNREADABLE as error:
        return f"is none of a date: {error}"
    return None if len(shown) == len(_PROBE_DAYS) else "does not tell the month and the day"
