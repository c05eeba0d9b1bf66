"""Intervals for shares that stay right however often, and whenever, somebody looks.

One process per sample. Of ``successes`` in ``total`` accounts, each with its own chance, the evidence that the average
chance is more than ``m`` is the mean, over some rates r, of exp(r * successes) / (1 + (exp(r) - 1) * m) ** total. At
the true average of the chances it never exceeds a martingale that begins at 1: for each r the logarithm of
1 + (exp(r) - 1) * p is concave in p, so the average chance gives the greatest denominator. By Ville's inequality such a
martingale passes 1 / alpha at any look at all with a probability of at most alpha. So chances may differ between
accounts, drift with the days and follow from what was seen before; the rates are fixed beforehand.

Sources: Ville, Étude critique de la notion de collectif (1939); Robbins, Statistical methods related to the law of the
iterated logarithm (1970); Howard, Ramdas, McAuliffe and Sekhon, Time-uniform, nonparametric, nonasymptotic confidence
sequences, Annals of Statistics 49 (2021).
"""

from functools import lru_cache
from math import exp, expm1, inf, log, log1p
from typing import Final, NamedTuple

ALPHA: Final = 0.05
"""How often, at most, an interval misses the truth at any look."""

_RATES: Final = (0.0, *(4.0 / 2**halvings for halvings in range(11)))
"""From 4 (a handful of accounts) down to 0.004 (millions). With 0 among them the evidence has a floor."""
_JUMPS: Final = tuple((rate, expm1(rate)) for rate in _RATES)
_FLOOR: Final = -log(len(_RATES))
_NEWTON_MAX: Final = 60
_CLOSE: Final = 1e-10
_SPLITS: Final = 34
"""Steps of the search for how two samples share their evidence; each shrinks what is left by a third."""


class Interval(NamedTuple):
    """From and to, both possible."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies in it."""
        return self.low <= value <= self.high


class CountedGroup(NamedTuple):
    """What was counted of one group."""

    successes: int
    total: int

    @property
    def rate(self) -> float:
        """The share seen; 0 of nothing."""
        return self.successes / self.total if self.total else 0.0

    @property
    def turned(self) -> "CountedGroup":
        """The same, with failures counted."""
        return CountedGroup(self.total - self.successes, self.total)


def evidence_for_more(sample: CountedGroup, chance: float) -> float:
    """Logarithm of the evidence that the average chance is greater than this; it falls as the chance grows."""
    return _evidence(sample, chance)[0]


def _evidence(sample: CountedGroup, chance: float) -> tuple[float, float]:
    """And its slope in the chance."""
    terms = [rate * sample.successes - sample.total * log1p(jump * chance) for rate, jump in _JUMPS]
    most = max(terms)
    weights = [exp(term - most) for term in terms]
    whole = sum(weights)
    steep = sum(w * jump / (1 + jump * chance) for w, (_, jump) in zip(weights, _JUMPS, strict=True))
    return most + log(whole) + _FLOOR, -sample.total * steep / whole


@lru_cache(maxsize=4096)
def least(sample: CountedGroup, budget: float) -> float:
    """The smallest average chance against which no more than ``budget`` speaks."""
    chance = 0.0
    # The evidence is convex in the chance, so Newton's steps from the left never pass the root.
    for _ in range(_NEWTON_MAX):
        found, slope = _evidence(sample, chance)
        if found <= budget:
            return chance
        step = (budget - found) / slope if slope else inf
        if chance + step >= 1.0:
            return 1.0
        chance += step
        if step < _CLOSE:
            break
    return chance


def of_share(sample: CountedGroup, alpha: float = ALPHA) -> Interval:
    """Of the average chance in one group, half of ``alpha`` on each side."""
    budget = log(2 / alpha)
    return Interval(least(sample, budget), 1 - least(sample.turned, budget))


def of_difference(treated: CountedGroup, held_out: CountedGroup, alpha: float = ALPHA) -> Interval:
    """Of the average chance of the treated less that of the hold-out, half of ``alpha`` on each side.

    The product of both processes is one as well, whatever the order in which the groups' accounts come. An end is the
    farthest difference of any pair of chances against which the product does not pass: the groups share one bound,
    which is narrower than a bound for each but where one group is a handful.
    """
    budget = log(2 / alpha)
    low = _least_difference(treated, held_out.turned, budget)
    high = -_least_difference(held_out, treated.turned, budget)
    return Interval(low, high)


def _least_difference(more: CountedGroup, others_failed: CountedGroup, budget: float) -> float:
    """Over all ways to share the budget; convex in the share."""

    def at(share: float) -> float:
        return least(more, share) - (1 - least(others_failed, budget - share))

    low, high = _FLOOR, budget - _FLOOR
    for _ in range(_SPLITS):
        third = (high - low) / 3
        if at(low + third) <= at(high - third):
            high -= third
        else:
            low += third
    return max(-1.0, at((low + high) / 2))
