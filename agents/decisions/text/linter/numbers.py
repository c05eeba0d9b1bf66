"""Numbers that must never stand in an SMS: identity cards, payment cards, accounts. Check digits keep chance out."""

import re
from collections.abc import Iterator
from typing import Final

_RUN: Final = re.compile(r"(?<![0-9+])[0-9](?:[ \-\u2013\u00b7.]?[0-9]){8,}[Xx]?")
_PIECE: Final = re.compile("[0-9]+[Xx]?")
_IBAN_BEGINS: Final = re.compile("[A-Z]{2}[0-9]{2}[ ]?[A-Z0-9]{4}")
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_NAMES_IT: Final = re.compile(
    r"(?:身份证|身份證|证件|證件|卡号|卡號|账号|賬號|帐号|帳號|账户|帳戶|护照|社保号|"
    r"\b(?:account|acct|a/c|card|ssn|social security|aadhaar|passport|id)(?: card)?(?: no| number| num|#)?)"
    r"[\s.:：为為是#]{0,4}\Z",
    re.IGNORECASE,
)
_NAME_REACH: Final = 32
_SSN: Final = re.compile(r"(?!000|666|9)[0-9]{3}-[0-9]{2}-[0-9]{4}")
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_ID_LENGTH: Final = 18
_PIECES_MAX: Final = 6
_CARD_LENGTHS: Final = range(13, 20)
_MASKED: Final = 4
"""So much of a number is shown in a finding: the last digits."""


def personal_numbers(plain: str) -> Iterator[str]:
    """What stands in a decomposed text, masked: a finding is written to records that hold no personal data."""
    if _IBAN_BEGINS.search(plain) is not None:
        yield from (_masked(f.group()) for f in _IBAN.finditer(plain) if _is_iban(f.group().replace(" ", "")))
    for run in _RUN.finditer(plain):
        before = plain[max(0, run.start() - _NAME_REACH) : run.start()]
        if _NAMES_IT.search(before) or _SSN.fullmatch(run.group()):
            yield _masked(run.group())
        else:
            yield from map(_masked, _numbers_in(_PIECE.findall(run.group())))


def _numbers_in(pieces: list[str]) -> Iterator[str]:
    """Neighbouring pieces that make up a card together."""
    for first in range(len(pieces)):
        number = ""
        for piece in pieces[first : first + _PIECES_MAX]:
            number += piece
            if is_identity_card(number) or is_payment_card(number):
                yield number


def is_identity_card(number: str) -> bool:
    """A resident identity card of China: 17 digits with a possible birthday, and the check character."""
    if len(number) != _ID_LENGTH or not number[:-1].isdecimal():
        return False
    if number[6:8] not in {"18", "19", "20"} or not "01" <= number[10:12] <= "12" or not "01" <= number[12:14] <= "31":
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:-1], _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11] == number[-1].upper()


def is_payment_card(number: str) -> bool:
    """13 to 19 digits of a card scheme that satisfy the Luhn check."""
    if len(number) not in _CARD_LENGTHS or not number.isdecimal() or not _is_scheme(number):
        return False
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def _is_scheme(number: str) -> bool:
    return number[0] in "3456" or "2221" <= number[:4] <= "2720"


def _is_iban(number: str) -> bool:
    rearranged = number[4:] + number[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1


def _masked(number: str) -> str:
    digits = re.sub("[^0-9A-Za-z]", "", number)
    return "*" * min(len(digits) - _MASKED, 15) + digits[-_MASKED:]
