"""Simulated borrowers of an experiment: each is drawn into an arm by a coin, and pays within the days or not."""

import random
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from agents.experiments.events import Cured, Event, StageDecided
from agents.report.intervals import CountedGroup
from schemas.values.instants import DAY_MS, HOUR_MS

LOOKS: Final = 30
"""Days, at the end of each of which somebody looks."""
WITHIN: Final = 7


class Borrower(NamedTuple):
    """Who was written to or not, on which day, with which chance to pay in time, and the day on which they did."""

    entered: int
    treated: bool
    chance: float
    cured: int | None

    @property
    def over(self) -> int:
        """The first day on which a look counts them."""
        return self.entered + WITHIN

    def events(self, account: str) -> list[Event]:
        """As the topics tell it."""
        at_ms, arm = self.entered * DAY_MS, "ON" if self.treated else "OUT"
        how = "sent" if self.treated else "withheld"
        told: list[Event] = [
            StageDecided(at_ms, account, how, "FRIENDLY", True, None, "X", arm, "t", account, 1, "09", 3)
        ]
        return told if self.cured is None else [*told, Cured(self.cured * DAY_MS + HOUR_MS, account)]


class Look(NamedTuple):
    """What is counted on a day, and what is true of those counted."""

    treated: CountedGroup
    held_out: CountedGroup
    chance_treated: float
    chance_held_out: float

    @property
    def effect(self) -> float:
        return self.chance_treated - self.chance_held_out


def drawn(seed: int, accounts: int, chance: Callable[[int, bool], float]) -> list[Borrower]:
    """By the chance to pay in time of whoever enters on a day, treated or not."""
    dice = random.Random(seed)
    made = []
    for _ in range(accounts):
        entered, treated = dice.randrange(LOOKS - WITHIN), dice.random() < 0.5
        p = chance(entered, treated)
        days = dice.randrange(WITHIN) if dice.random() < p else WITHIN + dice.randrange(60)
        made.append(Borrower(entered, treated, p, entered + days))
    return made


def looks(borrowers: list[Borrower]) -> Iterator[Look]:
    """A look at the end of each day from the first on which somebody counts."""
    found = {True: [0, 0, 0.0], False: [0, 0, 0.0]}
    by_day = sorted(borrowers, key=lambda borrower: borrower.over)
    at = 0
    for day in range(WITHIN, LOOKS + 1):
        while at < len(by_day) and by_day[at].over <= day:
            one = by_day[at]
            counts = found[one.treated]
            counts[0] += one.cured is not None and one.cured < one.over
            counts[1] += 1
            counts[2] += one.chance
            at += 1
        (s1, n1, p1), (s0, n0, p0) = found[True], found[False]
        if n1 and n0:
            yield Look(CountedGroup(int(s1), int(n1)), CountedGroup(int(s0), int(n0)), p1 / n1, p0 / n0)
