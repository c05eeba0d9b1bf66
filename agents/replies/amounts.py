"""How much money a borrower names."""

import re
from decimal import Decimal
from typing import Final

from agents.replies.intents import NamedAmount
from schemas.values.money import EXPONENTS, MINOR_MAX

_DECIMALS_WITHOUT_CURRENCY: Final = 2
_FIGURE: Final = r"\d{1,9}(?:\.\d{1,2})?"
_CURRENCIES: Final = (
    ("CNY", r"人民币|rmb|cny"),
    ("HKD", r"港[币元纸]|hkd|hk ?\$|蚊"),
    ("TWD", r"台币|新台币|ntd|nt ?\$|twd"),
    ("USD", r"美[元金刀]|usd|us ?\$"),
    ("GBP", r"£|pounds?|quid|gbp|英镑"),
    ("EUR", r"€|euros?|eur|欧元"),
    ("INR", r"₹|inr"),
)
_UNNAMED: Final = r"[¥$]|rs|rupees?|dollars?|bucks?|元|块钱?|圆|dhs?"
_SIGN: Final = "(?:" + "|".join(words for _, words in _CURRENCIES) + f"|{_UNNAMED})"
_MONEY = re.compile(
    rf"(?P<before>{_SIGN})\.? ?(?P<first>{_FIGURE})(?P<first_times>[万千百k](?![a-z]))?"
    rf"|(?P<second>{_FIGURE})(?P<second_times>[万千百k](?![a-z]))? ?(?P<after>{_SIGN})(?![a-z])"
    r"|(?:还你?们?|付了?|还了|转了?|存了?|存进去|打了?|缴了?|交了?|款|先还"
    r"|\b(?:pay|paid|send|sent|do|transfer(?:red)?)) ?"
    r"(?P<bare>\d{2,9}(?:\.\d{1,2})?)(?P<bare_times>[万千百k](?![a-z]))?"
    rf"(?![\d.号日月点天期个年周%/]|st|nd|rd|th|am|pm| ?days?| ?{_SIGN})"
)
_TIMES: Final = {"万": 10_000, "千": 1_000, "百": 100, "k": 1_000}


def amount_named(text: str) -> NamedAmount | None:
    """The one amount in a normalised text; several are doubtful, the first is given."""
    found = [amount for amount in map(_amount, _MONEY.finditer(text)) if amount is not None]
    if not found:
        return None
    if len({amount.minor for amount in found}) > 1:
        return NamedAmount(found[0].minor, found[0].currency, "several amounts are named")
    return found[0]


def _amount(found: re.Match[str]) -> NamedAmount | None:
    figure = found["first"] or found["second"] or found["bare"]
    times = found["first_times"] or found["second_times"] or found["bare_times"]
    sign = found["before"] or found["after"] or ""
    named = [code for code, words in _CURRENCIES if re.fullmatch(words, sign)]
    currency = named[0] if named else None
    decimals = _DECIMALS_WITHOUT_CURRENCY if currency is None else EXPONENTS[currency]
    minor = int(Decimal(figure) * _TIMES.get(times or "", 1) * 10**decimals)
    return NamedAmount(minor, currency) if 0 < minor <= MINOR_MAX else None
