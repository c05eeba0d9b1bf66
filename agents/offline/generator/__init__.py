"""A seeded portfolio of instalment loans in yuan: the same seed tells the same facts, byte for byte.

Good payers, forgetters, strugglers and part payers, returned debits, reruns with new event ids, facts that come late
and out of order, and one broken record of each kind. Everything in it is invented.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from agents.offline.generator.broken import broken_lines
from agents.offline.generator.lives import LIVES
from agents.offline.generator.people import introduce
from agents.offline.generator.telling import Instalment, Teller, TimedLine, midnight

START: Final = date(2026, 1, 1)
ACCOUNTS_MAX: Final = 200_000
"""All lines are sorted in memory: about 5 KB an account over 75 days."""

_FAMILY: Final = 40
"""Of so many accounts one has the number of the one before it."""
_MONTHS: Final = (6, 9, 12, 18, 24, 36)
_FIRST_DUE_DAYS: Final = 7
"""Nothing is told before the first day, also what happens some days ahead of a due date."""


def generate(
    *, seed: int, accounts: int, days: int, start: date = START, broken: bool = True, sharers: bool = False
) -> Iterator[bytes]:
    """The lines of a file of facts, in the order of their time, all before ``start`` plus ``days``.

    ``sharers``: some accounts have the number of another one.
    """
    if not 1 <= accounts <= ACCOUNTS_MAX:
        raise ValueError(f"between 1 and {ACCOUNTS_MAX:,} accounts")
    end = midnight(start + timedelta(days=days))
    told: list[TimedLine] = []
    for number in range(1, accounts + 1):
        told.extend(_story(seed, number, start, days, shares=sharers and number % _FAMILY == 0))
    if broken:
        told.extend(broken_lines([_account_id(number) for number in range(1, accounts + 1)], start, days))
    told = sorted(said for said in told if said.at < end)
    return (said.line for said in told)


def _account_id(number: int) -> str:
    return f"A{number:07}"


def _story(seed: int, number: int, start: date, days: int, *, shares: bool) -> list[TimedLine]:
    rng = Random(f"{seed}/{number}")  # noqa: S311 - a seeded story, not a secret
    teller = Teller(_account_id(number), rng, start)
    introduce(teller, number, days, phone_of=number - 1 if shares else number)
    life = rng.choices([life for life, _ in LIVES], [share for _, share in LIVES])[0]
    items = [item for loan in range(1 if rng.random() < 0.92 else 2) for item in _instalments(rng, loan, start, days)]
    if items:
        life(teller, sorted(items, key=lambda item: item.due))
    return teller.told


def _instalments(rng: Random, loan: int, start: date, days: int) -> list[Instalment]:
    """The instalments of one loan that fall due within the days, and those that are announced by their end."""
    months = rng.choice(_MONTHS)
    principal_minor = rng.randrange(3, 61) * 100_000
    amount_minor = principal_minor * (100 + months) // (100 * months)
    day_of_month = rng.randint(1, 28)
    number = rng.randint(1, max(1, months - 3))
    items = []
    month = date(start.year, start.month, day_of_month)
    last = start + timedelta(days=days + 9)
    while month <= last:
        if month >= start + timedelta(days=_FIRST_DUE_DAYS):
            items.append(Instalment(f"L{loan + 1}", f"{number:02}", month, amount_minor, amount_minor, month))
            number += 1
        month = (month.replace(day=1) + timedelta(days=32)).replace(day=day_of_month)
    return items
