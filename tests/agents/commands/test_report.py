"""`tactful report` on files: the figures are those of the output, and what cannot be asked is refused."""

import json
from pathlib import Path

import pytest

from agents.policy.files.policy import DEFAULT_POLICY
from tests.agents.commands.running import REFUSED, UNTIL, Tactful

EXPERIMENT = """
[[experiments]]
code = "X"
first_day = 2026-01-01
last_day = 2026-12-31
arms = [{ code = "ON", share = 50 }, { code = "OUT", share = 50, silent = true }]
stop = { sent_min = 20, complaints_per_1000 = 40.0, opt_outs_per_1000 = 60.0 }
"""


def test_the_figures_are_those_of_the_output(tactful: Tactful, facts: Path, tmp_path: Path) -> None:
    policy, out = tmp_path / "policy.toml", tmp_path / "out.jsonl"
    policy.write_text(DEFAULT_POLICY.read_text("utf-8") + EXPERIMENT, encoding="utf-8")
    given = ("--facts", str(facts), "--policy", str(policy))
    tactful("simulate", *given, "--until", UNTIL, "--output", str(out), tick_period_s="3600")
    priced = ("--price", "0.1", "--currency", "CNY")
    said = tactful("report", *given, "--outputs", str(out), *priced, "--html", "r.html", "--output", "json")
    assert said.code == 0
    rows = {row["arm"]: row for row in json.loads(said.out)["rows"]}
    decisions = [line["body"] for line in map(json.loads, out.open("rb")) if line["topic"] == "reminder-decisions"]
    assert rows["X/ON"]["sent"] == sum(d["outcome"] == "sent" for d in decisions) > 0
    assert rows["X/OUT"]["withheld"] == sum(d["code"] == "HOLD_OUT" for d in decisions) > 0
    assert rows["X/OUT"]["standing"] == "the hold-out"
    assert rows["X/ON"]["difference_low"] < rows["X/ON"]["difference"] < rows["X/ON"]["difference_high"]
    assert rows["X/ON"]["price_per_cure"] is not None
    assert (tmp_path / "r.html").read_text("utf-8").count("<svg") == 2 * 4 + 1


@pytest.mark.parametrize(
    "asked",
    [
        ("--by", "colour", "--outputs", "none"),
        ("--facts", "facts.jsonl"),
        ("--price", "1", "--outputs", "none"),
        ("--price", "much", "--currency", "CNY", "--outputs", "none"),
        ("--since", "yesterday", "--outputs", "none"),
        ("--outputs", "none"),
    ],
)
def test_what_cannot_be_asked_is_refused(tactful: Tactful, asked: tuple[str, ...]) -> None:
    assert tactful("report", *asked).code == REFUSED
