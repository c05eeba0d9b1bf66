"""Minor units follow ISO 4217, whatever a library thinks of cash rounding."""

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision

from schemas.values.money import EXPONENTS, plain

# CLDR tells how amounts are customarily shown, ISO 4217 what a minor unit is; for these they differ.
SHOWN_OTHERWISE = "AFN ALL IQD IRR KPW LAK LBP MGA MMK RSD SOS SYP YER"


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("CNY", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3), ("TND", 3), ("TWD", 2), ("IDR", 2)],
)
def test_the_exponents_that_matter(currency: str, digits: int) -> None:
    assert EXPONENTS[currency] == digits


def test_the_exponents_agree_with_cldr_where_it_speaks_of_minor_units() -> None:
    differ = sorted(code for code, digits in EXPONENTS.items() if get_currency_precision(code) != digits)
    assert " ".join(differ) == SHOWN_OTHERWISE
    assert {EXPONENTS[code] for code in differ if code != "IQD"} == {2}


def test_every_currency_is_one_that_cldr_knows() -> None:
    known = set(get_global("all_currencies"))
    assert sorted(set(EXPONENTS) - known) == []


def test_no_fund_metal_or_test_code_is_money_that_a_borrower_owes() -> None:
    assert not {"XXX", "XTS", "XAU", "CHE", "CLF", "USN", "XDR", "UYI", "MXV"} & set(EXPONENTS)


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [
        (0, "CNY", "0.00"),
        (5, "CNY", "0.05"),
        (123_456_789, "CNY", "1,234,567.89"),
        (1_234, "JPY", "1,234"),
        (1_234_567, "KWD", "1,234.567"),
        (2**53 - 1, "CNY", "90,071,992,547,409.91"),
    ],
)
def test_plain_amounts(minor: int, currency: str, expected: str) -> None:
    assert plain(minor, currency) == expected
