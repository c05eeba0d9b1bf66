"""Amounts are written as the CLDR writes them, however they are worked out."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.policy.patterns import _by_cldr, _form, amount_text
from schemas.values.money import EXPONENTS

LOCALES = st.sampled_from(
    "en en_IN hi zh_Hans de de_CH fr es pl pt_PT sv ar ar_EG fa bn ja mr".split()  # noqa: SIM905
)
PATTERNS = st.sampled_from(
    [
        "¤¤ #,##0.00",
        "#,##0.00元",
        "¤#,##0.00",
        "#,##,##0.00 ¤",
        "0.00",
        "#,##0.###",
        "¤ #,####0.0",
        "#,##0;(#,##0)",
        "00,000.00",
    ]
)
CURRENCIES = st.sampled_from(sorted(EXPONENTS))
MINOR = st.one_of(st.integers(0, 10**15), st.integers(0, 200_000), st.integers(0, 12).map(lambda zeros: 10**zeros))


@settings(max_examples=1_500, deadline=None)
@given(MINOR, CURRENCIES, PATTERNS, LOCALES)
@example(10**12, "BHD", "¤ #,####0.0", "en")
def test_an_amount_is_written_as_the_cldr_writes_it(minor: int, currency: str, pattern: str, locale: str) -> None:
    assert amount_text(minor, currency, pattern, locale) == _by_cldr(minor, currency, pattern, locale)


def test_the_everyday_patterns_are_worked_out_the_short_way() -> None:
    for locale in ("en", "zh_Hans", "de", "en_IN"):
        for currency in ("CNY", "USD", "JPY", "KWD"):
            assert _form(currency, "¤¤ #,##0.00", locale) is not None
