"""Phone numbers in E.164, as far as their digits tell."""

from functools import lru_cache

import phonenumbers

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
