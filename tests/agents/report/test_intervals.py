"""The martingale behind the intervals, exactly, and that they are what it leaves possible."""

from itertools import product
from math import comb, exp, log, prod

import pytest

from agents.report.intervals import (
    ALPHA,
    CountedGroup,
    Interval,
    evidence_for_more,
    least,
    of_difference,
    of_share,
)

BUDGET = log(2 / ALPHA)


@pytest.mark.parametrize(("total", "chance"), [(0, 0.3), (1, 0.5), (7, 0.05), (40, 0.8)])
def test_the_evidence_against_the_truth_is_one_on_average(total: int, chance: float) -> None:
    weights = [comb(total, n) * chance**n * (1 - chance) ** (total - n) for n in range(total + 1)]
    mean = sum(w * exp(evidence_for_more(CountedGroup(n, total), chance)) for n, w in enumerate(weights))
    assert mean == pytest.approx(1)


def test_it_is_less_where_chances_differ_between_accounts() -> None:
    chances = (0.1, 0.9, 0.5, 0.3)
    average, mean = sum(chances) / len(chances), 0.0
    for outcome in product((0, 1), repeat=len(chances)):
        weight = prod(p if seen else 1 - p for p, seen in zip(chances, outcome, strict=True))
        mean += weight * exp(evidence_for_more(CountedGroup(sum(outcome), len(chances)), average))
    assert 0.5 < mean < 1


@pytest.mark.parametrize(
    "group", [CountedGroup(1, 3), CountedGroup(50, 100), CountedGroup(3, 1000), CountedGroup(9990, 9999)]
)
def test_the_end_is_where_the_evidence_comes_to_the_bound(group: CountedGroup) -> None:
    end = least(group, BUDGET)
    assert end == 0 or evidence_for_more(group, end) == pytest.approx(BUDGET, abs=1e-6)
    assert 0 <= end < group.rate


@pytest.mark.parametrize("group", [CountedGroup(0, 0), CountedGroup(0, 50), CountedGroup(50, 50)])
def test_nothing_seen_leaves_everything_possible_and_an_edge_is_kept(group: CountedGroup) -> None:
    found = of_share(group)
    assert 0 <= found.low <= found.high <= 1
    assert found.holds(group.rate)
    assert (found == Interval(0, 1)) == (group.total == 0)


def test_of_no_accounts_a_difference_may_be_anything() -> None:
    assert of_difference(CountedGroup(0, 0), CountedGroup(0, 0)) == Interval(-1, 1)


@pytest.mark.parametrize(
    ("one", "other"), [((150, 300), (120, 300)), ((30, 40), (2, 900)), ((560, 1000), (50, 100)), ((3, 3), (0, 5))]
)
def test_a_difference_turns_round(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = CountedGroup(*one), CountedGroup(*other)
    found, turned = of_difference(first, second), of_difference(second, first)
    assert found == pytest.approx((-turned.high, -turned.low), abs=1e-9)


def test_it_is_narrower_than_a_bound_for_each_also_beside_a_small_hold_out() -> None:
    groups = CountedGroup(5040, 9000), CountedGroup(500, 1000)
    found, (first, second) = of_difference(*groups), [of_share(group, ALPHA / 2) for group in groups]
    assert found.high - found.low < 0.9 * ((first.high - second.low) - (first.low - second.high))


def test_an_end_of_the_difference_is_the_farthest_pair_that_is_possible() -> None:
    treated, held_out = CountedGroup(60, 100), CountedGroup(45, 90)
    farthest = min(
        (p1 - p0) / 100
        for p1, p0 in product(range(1, 100), repeat=2)
        if evidence_for_more(treated, p1 / 100) + evidence_for_more(held_out.turned, 1 - p0 / 100) <= BUDGET
    )
    assert of_difference(treated, held_out).low == pytest.approx(farthest, abs=0.02)
    assert of_difference(treated, held_out).low <= farthest
