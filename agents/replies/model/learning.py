"""A linear support vector machine for each intent by dual coordinate descent (Hsieh et al., 2008), as it is in
LIBLINEAR. Plain Python without chance; steps are rounded so that every sum is exact, whoever adds in which order.
"""

import math
import zlib
from collections.abc import Iterable, Sequence
from typing import Final

from agents.replies.model.features import BINS

ROUNDS_MAX: Final = 20
COST: Final = 1.0
"""What a reply on the wrong side costs, against large weights."""
SAID_COST: Final = 3.0
"""The same for one that says the intent: there are fewer of them."""
_SETTLED: Final = 0.05
_GRID: Final = float(1 << 30)

Example = tuple[int, ...]


def fitted(examples: Sequence[Example], said: Sequence[bool]) -> list[float]:
    """A weight for each bin."""
    weights = [0.0] * BINS
    weight_of = weights.__getitem__
    blame = [0.0] * len(examples)
    order = sorted(range(len(examples)), key=lambda at: zlib.crc32(str(at).encode()))
    for _ in range(ROUNDS_MAX):
        largest = 0.0
        for at in order:
            bins, old = examples[at], blame[at]
            sign, cost = (1.0, SAID_COST) if said[at] else (-1.0, COST)
            slack, length = 1 / (2 * cost), math.sqrt(len(bins))
            short = sign * sum(map(weight_of, bins)) / length - 1 + slack * old
            if old == 0.0 and short >= 0:
                continue
            new = max(0.0, old - short / (1 + slack))
            largest = max(largest, abs(new - old))
            blame[at] = new
            step = round(sign * (new - old) / length * _GRID) / _GRID
            for number in bins:
                weights[number] += step
        if largest < _SETTLED:
            break
    return weights


def score(weights: Sequence[float], bins: Example) -> float:
    """How much a reply speaks for the intent: about 1 where it surely does, -1 where it surely does not."""
    return sum(map(weights.__getitem__, bins)) / math.sqrt(len(bins))


def lowest_with(scored: Iterable[tuple[float, bool]], precision: float) -> float:
    """The lowest score from which on at least this share of all replies says the intent."""
    ranked = sorted(scored, reverse=True)
    lowest, right = math.inf, 0
    for count, (value, says) in enumerate(ranked, 1):
        right += says
        if says and right >= precision * count:
            lowest = value
    return lowest


def exceeded_by(scored: Iterable[tuple[float, bool]], share: float) -> float:
    """The score that this share of those who say the intent exceeds."""
    ranked = sorted(value for value, says in scored if says)
    return ranked[int((1 - share) * len(ranked))]
