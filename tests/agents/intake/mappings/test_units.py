"""Amounts and times: what goes in comes out exactly, or is refused."""

import base64
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.intake.mappings.units import day_of, instant, minor_units
from schemas.reading import Reason, UnusableInput
from schemas.values.money import EXPONENTS, MINOR_MAX

CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD"])
MINORS = st.integers(-MINOR_MAX, MINOR_MAX)


def major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-EXPONENTS[currency])


@given(MINORS, CURRENCIES)
def test_an_amount_survives_each_way_of_writing_it(minor: int, currency: str) -> None:
    amount = major(minor, currency)
    assert minor_units(f"{amount:f}", "decimal", currency) == minor
    assert minor_units(amount, "decimal", currency) == minor
    assert minor_units(minor, "minor", currency) == minor
    unscaled = minor.to_bytes(9, "big", signed=True)
    scale = EXPONENTS[currency]
    assert minor_units(unscaled, "unscaled", currency, scale) == minor
    assert minor_units(base64.b64encode(unscaled).decode(), "unscaled", currency, scale) == minor


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9), CURRENCIES)
def test_what_is_taken_is_worth_the_same_and_what_is_refused_would_not_be(amount: Decimal, currency: str) -> None:
    exact = amount.scaleb(EXPONENTS[currency])
    try:
        assert major(minor_units(amount, "decimal", currency), currency) == amount
    except UnusableInput as refused:
        told = refused.reason
        assert told is Reason.INEXACT_AMOUNT
        assert exact != int(exact)


@given(st.integers(0, 10**13), CURRENCIES)
def test_a_double_is_the_number_that_it_was_written_as(minor: int, currency: str) -> None:
    assert minor_units(float(major(minor, currency)), "decimal", currency) == minor


@pytest.mark.parametrize(
    ("value", "how", "currency", "reason"),
    [
        ("1.5", "decimal", "JPY", Reason.INEXACT_AMOUNT),
        ("1.0005", "decimal", "KWD", Reason.INEXACT_AMOUNT),
        ("1,234.50", "decimal", "CNY", Reason.BAD_VALUE),
        ("1e3", "decimal", "CNY", Reason.BAD_VALUE),
        (" 1", "decimal", "CNY", Reason.BAD_VALUE),
        ("", "decimal", "CNY", Reason.BAD_VALUE),
        ("NaN", "decimal", "CNY", Reason.BAD_VALUE),
        (Decimal("NaN"), "decimal", "CNY", Reason.BAD_VALUE),
        (float("inf"), "decimal", "CNY", Reason.BAD_VALUE),
        (Decimal("1E+400"), "decimal", "CNY", Reason.OUT_OF_RANGE),
        (Decimal("1E-400"), "decimal", "CNY", Reason.OUT_OF_RANGE),
        (str(MINOR_MAX), "decimal", "CNY", Reason.OUT_OF_RANGE),
        (True, "decimal", "CNY", Reason.WRONG_TYPE),
        (["1"], "decimal", "CNY", Reason.WRONG_TYPE),
        ("1.5", "minor", "CNY", Reason.INEXACT_AMOUNT),
        (Decimal("1E+400"), "minor", "CNY", Reason.WRONG_TYPE),
        ("1", "decimal", "RMB", Reason.UNKNOWN_CURRENCY),
        ("!", "unscaled", "CNY", Reason.BAD_VALUE),
        (b"", "unscaled", "CNY", Reason.WRONG_TYPE),
        (b"\x7f" * 64, "unscaled", "CNY", Reason.OUT_OF_RANGE),
    ],
)
def test_what_is_no_exact_amount_is_refused(value: object, how: str, currency: str, reason: Reason) -> None:
    with pytest.raises(UnusableInput) as refused:
        minor_units(value, how, currency, 2 if how == "unscaled" else None)
    assert refused.value.reason is reason


@given(st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - zoned by hypothesis
def test_an_instant_survives_each_way_of_writing_it(at: datetime) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    ms = round(at.timestamp() * 1000)
    # Compared in UTC: Python calls an hour that comes twice in one zone unequal to the same instant in another.
    for zone in (None, "Asia/Shanghai", "America/New_York"):
        assert instant(at.isoformat(), "iso", zone).astimezone(UTC) == at
        assert instant(ms, "epoch-ms", zone).astimezone(UTC) == at
        assert instant(ms * 1000, "epoch-us", zone).astimezone(UTC) == at
        assert instant(at, "iso", zone).astimezone(UTC) == at


def test_a_local_time_is_of_its_zone() -> None:
    assert instant("2026-03-06T09:00:00", "iso", "Asia/Shanghai").isoformat() == "2026-03-06T09:00:00+08:00"
    assert instant("2026-03-06", "date", "Asia/Shanghai").isoformat() == "2026-03-06T00:00:00+08:00"
    assert instant("2022-09-05T10:15:30.148627123", "iso", "UTC").isoformat() == "2022-09-05T10:15:30.148627+00:00"


def test_a_day_begins_even_where_the_clocks_skip_midnight() -> None:
    begins = instant("2022-10-02", "date", "America/Asuncion")
    assert begins.astimezone(UTC) == datetime(2022, 10, 2, 4, tzinfo=UTC), "01:00 there, the first minute of that day"


def test_an_hour_that_comes_twice_is_not_guessed() -> None:
    twice, zone = "2026-10-25T02:30:00", "Europe/Berlin"
    with pytest.raises(UnusableInput, match="comes twice"):
        instant(twice, "iso", zone)
    assert instant(twice, "iso", zone, "earlier").isoformat().endswith("+02:00")
    assert instant(twice, "iso", zone, "later").isoformat().endswith("+01:00")
    with pytest.raises(UnusableInput, match="skip"):
        instant("2026-03-29T02:30:00", "iso", zone, "later")


@pytest.mark.parametrize("value", ["yesterday", "2026-02-30T00:00:00Z", 5, None, "2026-03-06T09:00:00"])
def test_what_is_no_instant_is_refused(value: object) -> None:
    with pytest.raises(UnusableInput):
        instant(value, "iso", None)


@pytest.mark.parametrize("value", [True, "1", 1.5, 10**30])
def test_what_is_no_count_is_refused(value: object) -> None:
    with pytest.raises(UnusableInput):
        instant(value, "epoch-ms", None)


@given(st.dates(date(1970, 1, 1), date(2199, 12, 31)))
def test_a_day_survives_each_way_of_writing_it(day: date) -> None:
    assert day_of(day.isoformat(), "iso", None) == day
    assert day_of(f"{day:%Y%m%d}", "compact", None) == day
    assert day_of(int(f"{day:%Y%m%d}"), "compact", None) == day
    assert day_of((day - date(1970, 1, 1)).days, "epoch-days", None) == day
    assert day_of(day, "iso", None) == day


def test_a_day_of_an_instant_is_the_zones() -> None:
    ms = 1_772_726_400_000  # 2026-03-05 16:00 UTC
    assert day_of(ms, "epoch-ms", "Asia/Shanghai") == date(2026, 3, 6)
    assert day_of(ms, "epoch-ms", "UTC") == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("value", "how"), [("2026-3-6", "iso"), ("20260230", "compact"), ("x", "compact"), (1.0, "iso")]
)
def test_what_is_no_day_is_refused(value: object, how: str) -> None:
    with pytest.raises(UnusableInput):
        day_of(value, how, None)
