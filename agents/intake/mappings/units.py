"""A bank's amounts and times as the contract's: exactly, or not at all. UnusableInput tells rules, never values."""

import base64
import binascii
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, Literal
from zoneinfo import ZoneInfo

from schemas.reading import Reason, UnusableInput
from schemas.values.money import EXPONENTS, MINOR_MAX

_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_COMPACT: Final = re.compile(r"[0-9]{8}")
_PLACES_MAX: Final = 40
"""No amount of money has more digits; a larger exponent is an attack on memory."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1)
_TICKS: Final = {"epoch-s": 1_000_000, "epoch-ms": 1_000, "epoch-us": 1}
"""Microseconds of one."""

Ambiguous = Literal["refuse", "earlier", "later"]


def minor_units(value: object, how: str, currency: str, scale: int | None = None) -> int:
    """The amount in minor units of ``currency``. A fraction of a minor unit is refused, never rounded."""
    digits = EXPONENTS.get(currency)
    if digits is None:
        raise UnusableInput(Reason.UNKNOWN_CURRENCY, "unknown_currency")
    if how == "minor":
        return _within(_whole(value))
    amount = _unscaled(value, scale or 0) if how == "unscaled" else _decimal(value)
    if not amount.is_finite():
        raise UnusableInput(Reason.BAD_VALUE, "not a number")
    if amount and abs(amount.adjusted()) > _PLACES_MAX:
        raise UnusableInput(Reason.OUT_OF_RANGE, "no amount of money")
    shifted = amount.scaleb(digits) if amount else Decimal(0)
    if shifted != shifted.to_integral_value():
        raise UnusableInput(Reason.INEXACT_AMOUNT, f"more than the {digits} decimals of its currency")
    return _within(int(shifted))


def _within(minor: int) -> int:
    if abs(minor) > MINOR_MAX:
        raise UnusableInput(Reason.OUT_OF_RANGE, "above the largest amount")
    return minor


def _whole(value: object) -> int:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= _PLACES_MAX:
        if value != value.to_integral_value():
            raise UnusableInput(Reason.INEXACT_AMOUNT, "a fraction of a minor unit")
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnusableInput(Reason.WRONG_TYPE, "not a whole number")
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        raise UnusableInput(Reason.WRONG_TYPE, "not an amount")
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))  # the shortest number that is this float: what the source wrote
    if not isinstance(value, str):
        raise UnusableInput(Reason.WRONG_TYPE, "not an amount")
    if not _DECIMAL.fullmatch(value):
        raise UnusableInput(Reason.BAD_VALUE, "not a plain decimal number")
    return Decimal(value)


def _unscaled(value: object, scale: int) -> Decimal:
    if isinstance(value, str):
        try:
            value = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise UnusableInput(Reason.BAD_VALUE, "not base64") from None
    if not isinstance(value, bytes) or not value:
        raise UnusableInput(Reason.WRONG_TYPE, "not the bytes of a number")
    if len(value) > _PLACES_MAX // 2:
        raise UnusableInput(Reason.OUT_OF_RANGE, "no amount of money")
    try:
        return Decimal(int.from_bytes(value, "big", signed=True)).scaleb(-scale)
    except InvalidOperation:
        raise UnusableInput(Reason.OUT_OF_RANGE, "no amount of money") from None


def instant(value: object, how: str, zone: str | None, ambiguous: Ambiguous = "refuse") -> datetime:
    """A point in time with its zone: the stated one, its own offset, or UTC for a count since 1970."""
    try:
        if isinstance(value, datetime):
            return _zoned(value, zone, ambiguous)
        if how in _TICKS:
            at = _EPOCH + timedelta(microseconds=_count(value) * _TICKS[how])
            return at if zone is None else at.astimezone(ZoneInfo(zone))
        if how == "date":
            day = day_of(value, "iso", zone)
            # Where the clocks skip midnight this is still the instant at which the day begins.
            return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone or "UTC"))
        if not isinstance(value, str):
            raise UnusableInput(Reason.WRONG_TYPE, "not a time")
        return _zoned(datetime.fromisoformat(value), zone, ambiguous)
    except (ValueError, OverflowError):
        raise UnusableInput(Reason.BAD_VALUE, "not a time") from None


def _zoned(local: datetime, zone: str | None, ambiguous: Ambiguous) -> datetime:
    if local.tzinfo is not None:
        return local if zone is None else local.astimezone(ZoneInfo(zone))
    if zone is None:
        raise UnusableInput(Reason.BAD_VALUE, "a time without offset, and the mapping states no zone")
    earlier, later = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return earlier
    if earlier.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise UnusableInput(Reason.BAD_VALUE, "a local time that the clocks skip")
    if ambiguous == "refuse":
        raise UnusableInput(Reason.BAD_VALUE, "a local time that comes twice")
    return later if ambiguous == "later" else earlier


def is_day(value: object, how: str) -> bool:
    """Whether a time, as `instant` reads it, is a day without a time of day."""
    if how != "iso" or not isinstance(value, str):
        return how == "date"
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def day_of(value: object, how: str, zone: str | None) -> date:
    """A calendar day."""
    try:
        if isinstance(value, datetime):
            return value.date() if zone is None else _zoned(value, zone, "earlier").date()
        if isinstance(value, date):
            return value
        if how == "epoch-days":
            return _EPOCH_DAY + timedelta(days=_count(value))
        if how == "epoch-ms":
            return instant(value, "epoch-ms", zone).date()
        if how == "compact" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise UnusableInput(Reason.WRONG_TYPE, "not a date")
        if how == "compact" and not _COMPACT.fullmatch(value):
            raise UnusableInput(Reason.BAD_VALUE, "not a date")
        return date.fromisoformat(value)
    except (ValueError, OverflowError):
        raise UnusableInput(Reason.BAD_VALUE, "not a date") from None


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnusableInput(Reason.WRONG_TYPE, "not a whole number")
    return value
