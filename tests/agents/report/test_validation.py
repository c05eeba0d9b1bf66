"""Simulated borrowers with a known effect, looked at daily: how often an interval misses the truth at any look.

A run counts as missed if one of its looks misses. 1,000 runs of 300 accounts, 24 looks each.
"""

from collections.abc import Callable
from math import log, sqrt
from typing import Final

import pytest

from agents.report.counting import ReportTerms, RowCounting
from agents.report.intervals import ALPHA, CountedGroup, Interval, evidence_for_more, of_difference, of_share
from schemas.values.instants import DAY_MS
from tests.agents.report.borrowers import LOOKS, WITHIN, Borrower, Look, drawn, looks

RUNS: Final = 1_000
BUDGET: Final = log(2 / ALPHA)
ACCOUNTS: Final = 300
Chance = Callable[[int, bool], float]


def no_effect(day: int, treated: bool) -> float:
    return 0.5


def known_effect(day: int, treated: bool) -> float:
    return 0.60 if treated else 0.45


def rare(day: int, treated: bool) -> float:
    return 0.05


def drifting(day: int, treated: bool) -> float:
    """Payday comes: who enters later pays sooner, and the message helps less."""
    return 0.2 + 0.02 * day + (0.2 - 0.008 * day if treated else 0)


def evidence(look: Look) -> tuple[float, float, float, float]:
    """That the chance is more than it truly is, and that it is less: of the treated, then of the hold-out."""
    p1, p0 = look.chance_treated, look.chance_held_out
    return (
        evidence_for_more(look.treated, p1),
        evidence_for_more(look.treated.turned, 1 - p1),
        evidence_for_more(look.held_out, p0),
        evidence_for_more(look.held_out.turned, 1 - p0),
    )


def surely_holds(look: Look) -> bool:
    """Whether the true chances themselves are among those that the intervals are made of; quick to see."""
    more1, less1, more0, less0 = evidence(look)
    return max(more1, less1, more1 + less0, less1 + more0) <= BUDGET


def misses(look: Look) -> tuple[bool, bool]:
    """The truth about the difference, and about the share of the treated."""
    if surely_holds(look):
        return False, False
    return (
        not of_difference(look.treated, look.held_out).holds(look.effect),
        not of_share(look.treated).holds(look.chance_treated),
    )


@pytest.mark.parametrize(
    "chance",
    [
        no_effect,
        known_effect,
        pytest.param(rare, marks=pytest.mark.slow),
        pytest.param(drifting, marks=pytest.mark.slow),
    ],
)
def test_the_truth_is_in_the_interval_at_all_looks_of_95_runs_in_100(chance: Chance) -> None:
    """Without an effect this is that a false alarm comes in 5 runs of 100 at most."""
    missed_difference = missed_share = 0
    for seed in range(RUNS):
        wrong = [misses(look) for look in looks(drawn(seed, ACCOUNTS, chance))]
        missed_difference += any(difference for difference, _ in wrong)
        missed_share += any(share for _, share in wrong)
    assert missed_difference <= 0.05 * RUNS
    assert missed_share <= 0.05 * RUNS


def test_what_is_surely_held_is_held() -> None:
    """The quick look of these tests says nothing that the interval does not say."""
    found = [look for seed in range(4) for look in looks(drawn(seed, ACCOUNTS, known_effect))][::3]
    assert all(surely_holds(look) for look in found)
    for look in found:
        assert of_difference(look.treated, look.held_out).holds(look.effect)
        assert of_share(look.treated).holds(look.chance_treated)


def test_an_interval_made_for_one_look_misses_in_more_than_5_runs_of_100_when_looked_at_daily() -> None:
    """So these runs can tell a right interval from a wrong one."""

    def wrong(look: Look) -> bool:
        return not _for_one_look(look.treated, look.held_out).holds(look.effect)

    missed = sum(any(map(wrong, looks(drawn(seed, ACCOUNTS, no_effect)))) for seed in range(200))
    assert missed > 0.15 * 200


def _for_one_look(treated: CountedGroup, held_out: CountedGroup) -> Interval:
    seen = treated.rate - held_out.rate
    reach = 1.96 * sqrt(sum(s.rate * (1 - s.rate) / s.total for s in (treated, held_out)))
    return Interval(seen - reach, seen + reach)


def test_an_effect_is_seen_and_from_then_on_it_is_there() -> None:
    def helps(day: int, treated: bool) -> float:
        return 0.7 if treated else 0.3

    last = list(looks(drawn(1, ACCOUNTS, helps)))[-1]
    assert of_difference(last.treated, last.held_out).low > 0


def test_at_each_look_the_report_counts_those_whose_days_are_over() -> None:
    borrowers = drawn(5, ACCOUNTS, known_effect)
    for look, day in zip(looks(borrowers), range(_first(borrowers), LOOKS + 1), strict=True):
        counting = RowCounting(ReportTerms(("arm",), 0, day * DAY_MS, WITHIN))
        for number, borrower in enumerate(borrowers):
            counting.account(borrower.events(f"A{number}"))
        rows = counting.rows
        assert CountedGroup(rows["X/ON",].cured, rows["X/ON",].counted) == look.treated
        assert CountedGroup(rows["X/OUT",].cured, rows["X/OUT",].counted) == look.held_out


def _first(borrowers: list[Borrower]) -> int:
    return max(min(b.over for b in borrowers if b.treated is treated) for treated in (True, False))
