"""The stop rule: when it is broken, by whom, and how that is told."""

from typing import Any

import pytest

from agents.experiments.figures import ArmFigures, Figures
from agents.experiments.judging import judge
from schemas.policy.policies import Experiment


def experiment(**stop: Any) -> Experiment:
    arms = [
        {"code": "PLAIN", "share": 45},
        {"code": "SOFT", "share": 45, "tone": "supportive"},
        {"code": "OUT", "share": 10, "silent": True},
    ]
    rule = {"sent_min": 1000, "complaints_per_1000": 2.0, "opt_outs_per_1000": 5.0, **stop}
    return Experiment.model_validate(
        {"code": "X", "first_day": "2026-03-01", "last_day": "2026-03-31", "arms": arms, "stop": rule}
    )


def figures(**arms: ArmFigures) -> Figures:
    return Figures({("X", arm): counted for arm, counted in arms.items()}, 0, 0)


@pytest.mark.parametrize(
    ("counted", "broken"),
    [
        (ArmFigures(sent=1000, complaints=2, opt_outs=5), []),
        (ArmFigures(sent=1000, complaints=3), ["complaints"]),
        (ArmFigures(sent=1000, opt_outs=6), ["opt-outs"]),
        (ArmFigures(sent=1000, complaints=3, opt_outs=6), ["complaints", "opt-outs"]),
        (ArmFigures(sent=1001, complaints=2), []),
        (ArmFigures(sent=999, complaints=999), []),
    ],
)
def test_an_arm_that_was_sent_enough_and_is_over_a_rate_breaks_the_rule(counted: ArmFigures, broken: list[str]) -> None:
    verdict = judge(experiment(), figures(SOFT=counted, PLAIN=ArmFigures(sent=1000)))
    assert [breach.what for breach in verdict.breaches] == broken
    assert verdict.too_few == (("SOFT",) if counted.sent < 1000 else ())


def test_the_champion_breaks_it_as_well() -> None:
    assert judge(experiment(), figures(PLAIN=ArmFigures(sent=1000, complaints=3))).broken


def test_an_arm_of_an_earlier_version_breaks_it_as_well() -> None:
    assert judge(experiment(), figures(OLD=ArmFigures(sent=1000, complaints=3))).broken


def test_the_hold_out_stops_nothing() -> None:
    counted = ArmFigures(withheld=2000, sent=2000, complaints=2000, opt_outs=2000)
    verdict = judge(experiment(), figures(OUT=counted))
    assert (verdict.broken, verdict.too_few) == (False, ("PLAIN", "SOFT"))


def test_another_experiments_figures_are_not_looked_at() -> None:
    other = Figures({("Y", "SOFT"): ArmFigures(sent=1000, complaints=1000)}, 0, 0)
    assert not judge(experiment(), other).broken


def test_a_rate_is_exactly_what_the_policy_writes() -> None:
    """The binary number for 0.1 is above a tenth, that for 0.3 below three tenths."""
    for limit, count in ((0.1, 1), (0.3, 3)):
        rule = experiment(complaints_per_1000=limit)
        assert not judge(rule, figures(SOFT=ArmFigures(sent=10_000, complaints=count))).broken
        assert judge(rule, figures(SOFT=ArmFigures(sent=9_999, complaints=count))).broken


def test_the_reason_tells_the_figures_and_fits_a_control() -> None:
    verdict = judge(experiment(), figures(SOFT=ArmFigures(sent=1200, complaints=12, opt_outs=7)))
    assert verdict.reason() == (
        "stop rule of X: arm SOFT: 12 complaints in 1200 messages, 10.0 per 1,000, over 2; "
        "arm SOFT: 7 opt-outs in 1200 messages, 5.8 per 1,000, over 5"
    )
    many = figures(**{f"{'A' * 50}{n}": ArmFigures(sent=1200, complaints=12, opt_outs=12) for n in range(8)})
    assert len(judge(experiment(), many).reason()) == 500
