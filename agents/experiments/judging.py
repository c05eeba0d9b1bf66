"""Whether an experiment harms, by its own stop rule. Exact: no rate is rounded before it is compared."""

from fractions import Fraction
from typing import Final, NamedTuple

from agents.experiments.figures import ArmFigures, Figures
from schemas.policy.policies import Experiment

_REASON_MAX: Final = 500


class Breach(NamedTuple):
    """One limit that one arm is over."""

    arm: str
    what: str
    times: int
    sent: int
    limit: float
    """Per 1,000 messages."""

    def __str__(self) -> str:
        rate = f"{per_1000(self.times, self.sent):.1f}"
        return (
            f"arm {self.arm}: {self.times} {self.what} in {self.sent} messages, {rate} per 1,000, over {self.limit:g}"
        )


class Conclusion(NamedTuple):
    """What the figures say of one experiment."""

    experiment: str
    breaches: tuple[Breach, ...]
    too_few: tuple[str, ...]
    """Arms with fewer messages than the rule asks for: nothing is concluded from them."""

    @property
    def broken(self) -> bool:
        """Whether the stop rule is."""
        return bool(self.breaches)

    def reason(self) -> str:
        """Why it is stopped, with the figures, as the control tells it; nothing personal."""
        told = f"stop rule of {self.experiment}: {'; '.join(map(str, self.breaches))}"
        return told if len(told) <= _REASON_MAX else f"{told[: _REASON_MAX - 1]}…"


def per_1000(count: int, messages: int) -> float:
    """A rate for people; 0 of nothing."""
    return 1000 * count / messages if messages else 0.0


def judge(experiment: Experiment, figures: Figures) -> Conclusion:
    """Look at every arm that was written to. The hold-out is there for comparison and stops nothing."""
    seen = figures.of(experiment.code)
    hold_outs = {arm.code for arm in experiment.arms if arm.silent}
    # An arm that only an earlier version of the policy has can harm as well as any other.
    written_to = [arm for arm in sorted({arm.code for arm in experiment.arms} | seen.keys()) if arm not in hold_outs]
    breaches: list[Breach] = []
    too_few: list[str] = []
    for arm in written_to:
        counted = seen.get(arm, ArmFigures())
        if counted.sent < experiment.stop.sent_min:
            too_few.append(arm)
        else:
            breaches += _breaches(experiment, arm, counted)
    return Conclusion(experiment.code, tuple(breaches), tuple(too_few))


def _breaches(experiment: Experiment, arm: str, counted: ArmFigures) -> list[Breach]:
    limits = (
        ("complaints", counted.complaints, experiment.stop.complaints_per_1000),
        ("opt-outs", counted.opt_outs, experiment.stop.opt_outs_per_1000),
    )
    return [
        Breach(arm, what, times, counted.sent, limit)
        for what, times, limit in limits
        # As it is written in the policy: 0.1 is a tenth, not the nearest binary number.
        if 1000 * times > Fraction(str(limit)) * counted.sent
    ]
