"""A look in words and as JSON. No account stands in either."""

from collections.abc import Iterator
from typing import Any, Final

from agents.experiments.figures import ArmFigures
from agents.experiments.judging import Verdict, per_1000
from agents.experiments.watching import Look
from schemas.policy.policies import Experiment
from schemas.values.instants import to_utc

HEAD: Final = (
    "arm", "share %", "sent", "withheld", "accounts", "complaints", "per 1,000", "opt-outs", "per 1,000", "cured"
)  # fmt: skip


def state(look: Look, verdict: Verdict) -> str:
    """One word for programs: stopped, broken, too_few or within."""
    if verdict.experiment in look.stopped:
        return "stopped"
    if verdict.broken:
        return "broken"
    return "too_few" if verdict.too_few else "within"


def title(look: Look, verdict: Verdict) -> str:
    """How the experiment stands."""
    told = {
        "stopped": "stopped",
        "broken": "its stop rule is BROKEN",
        "too_few": f"too few messages yet: {', '.join(verdict.too_few)}",
        "within": "within its limits",
    }
    return f"Experiment {verdict.experiment} of {look.policy}: {told[state(look, verdict)]}"


def rows(look: Look, experiment: Experiment) -> Iterator[tuple[object, ...]]:
    """A line for each arm, for a table under ``HEAD``."""
    for arm, share, silent, counted in _arms(look, experiment):
        yield (
            f"{arm} (hold-out)" if silent else arm,
            share,
            counted.sent,
            counted.withheld,
            counted.accounts,
            counted.complaints,
            f"{per_1000(counted.complaints, counted.exposed):.1f}",
            counted.opt_outs,
            f"{per_1000(counted.opt_outs, counted.exposed):.1f}",
            counted.cured,
        )


def _arms(look: Look, experiment: Experiment) -> Iterator[tuple[str, int, bool, ArmFigures]]:
    seen = look.figures.of(experiment.code)
    for arm in experiment.arms:
        yield arm.code, arm.share, arm.silent, seen.pop(arm.code, ArmFigures())
    for code, counted in seen.items():
        yield code, 0, False, counted


def notes(look: Look) -> Iterator[str]:
    """What bounds the figures."""
    if look.counted_from_ms:
        yield (
            f"counted from {to_utc(look.counted_from_ms).isoformat()} on: complaints and replies of earlier days are "
            "deleted already"
        )
    if look.figures.forgotten:
        yield (
            f"{look.figures.forgotten:,} accounts were forgotten before their time, as more were written to than "
            "--accounts-max: what they answered is not counted"
        )


def as_json(look: Look) -> dict[str, Any]:
    """For programs."""
    told = zip(look.experiments, look.verdicts, strict=True)
    return {
        "policy": look.policy,
        "counted_from": to_utc(look.counted_from_ms).isoformat() if look.counted_from_ms else None,
        "accounts_remembered": look.figures.remembered,
        "accounts_forgotten": look.figures.forgotten,
        "experiments": [_experiment(look, experiment, verdict) for experiment, verdict in told],
    }


def _experiment(look: Look, experiment: Experiment, verdict: Verdict) -> dict[str, Any]:
    return {
        "experiment": experiment.code,
        "state": state(look, verdict),
        "stopped_now": experiment.code in look.acted,
        "breaches": [breach._asdict() for breach in verdict.breaches],
        "too_few": list(verdict.too_few),
        "arms": [
            {
                "arm": arm,
                "hold_out": silent,
                **counted._asdict(),
                "complaints_per_1000": round(per_1000(counted.complaints, counted.exposed), 3),
                "opt_outs_per_1000": round(per_1000(counted.opt_outs, counted.exposed), 3),
            }
            for arm, _, silent, counted in _arms(look, experiment)
        ],
    }
