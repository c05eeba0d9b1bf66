"""A provider's way of writing a number as E.164, by which accounts are found."""

import phonenumbers


def e164(given: str, region: str, *, international: bool) -> str:
    """The number in E.164, or as it came where nobody can read it.

    ``region`` (``CN``) is whose numbers stand without a country's code; empty: none do. A number that is read both
    ways is taken as the region's own if it is one there.
    """
    digits = given.strip().removeprefix("00") if given.strip().startswith("00") else given.strip()
    if not international and region and not given.strip().startswith(("+", "00")):
        own = _parsed(digits, region)
        if own is not None:
            return own
    return _parsed(digits if digits.startswith("+") else f"+{digits}", None) or given.strip()


def _parsed(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or (region and not phonenumbers.is_valid_number(parsed)):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
