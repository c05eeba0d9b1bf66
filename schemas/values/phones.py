"""Phone numbers in E.164, as far as their digits tell."""

from functools import lru_cache

import phonenumbers

_REGIONS = ("CN", "US", "GB", "IN", "DE", "FR")
"""Where an id without a country code is tried as a number: those of the packs that ship, and their neighbours."""
_MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
_CACHED = 4_096
"""A number is read and applied in one breath, and told again each night."""


@lru_cache(_CACHED)
def possible(number: str) -> phonenumbers.PhoneNumber | None:
    """The number, parsed; None when it is not a possible one, written in E.164."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number
    return parsed if written and phonenumbers.is_possible_number(parsed) else None


@lru_cache(_CACHED)
def is_fixed_line(number: str) -> bool:
    """Whether a possible number is surely one of a fixed line: no SMS reaches it."""
    parsed = possible(number)
    return parsed is not None and phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE


def looks_like_phone(name: str) -> bool:
    """Whether an id may be somebody's number, which would then stand on every topic and in every log."""
    digits = name.removeprefix("+").removeprefix("00")
    if not digits.isdecimal() or not digits.isascii():
        return False
    return any(_is_mobile(*one) for one in ((f"+{digits}", None), *((digits, region) for region in _REGIONS)))


def _is_mobile(number: str, region: str | None) -> bool:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) in _MOBILE
