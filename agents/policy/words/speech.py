"""Small parts of sentences that explanations and differences share."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from schemas.values.money import plain

_MONTHS: Final = "January February March April May June July August September October November December".split()  # noqa: SIM905 - as one reads them


class Section(NamedTuple):
    """A heading and what is said under it, one sentence or point a line."""

    title: str
    lines: tuple[str, ...]


def count(number: int, noun: str) -> str:
    """``count(1, "day") == "1 day"``, ``count(2, "day") == "2 days"``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def days(number: int) -> str:
    """A number of days."""
    return count(number, "day")


def joined(parts: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    *rest, end = [*parts] or [""]
    return f"{', '.join(rest)} {last} {end}" if rest else end


def coded(names: Iterable[str], last: str = "and") -> str:
    """Codes as they stand in the file."""
    return joined((f"`{name}`" for name in names), last)


def money(amounts: Mapping[str, int], last: str = "or") -> str:
    """Amounts in minor units by currency: ``1,000.00 CNY or 150.00 USD``."""
    return joined((f"{plain(minor, currency)} {currency}" for currency, minor in sorted(amounts.items())), last)


def dated(day: date) -> str:
    """``1 December 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def capital(sentence: str) -> str:
    """The sentence with a capital at its beginning; a code keeps its own."""
    return sentence[:1].upper() + sentence[1:]
