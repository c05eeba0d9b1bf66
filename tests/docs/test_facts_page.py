"""The examples of docs/facts.md come out as the page says."""

import re
from pathlib import Path

import msgspec
import pytest

from agents.offline.fact_files import read_lines
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook
from schemas.decisions import Decision
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from tests.agents.decisions.story import at
from tests.docs.pages import ROOT
from tests.places import PLACES

EXAMPLE = re.compile(r"### \d+\. (.*?)\n.*?```json\n(.*?)```.*?```text\n(.*?)```", re.DOTALL)
EXAMPLES = EXAMPLE.findall((ROOT / "docs" / "facts.md").read_text(encoding="utf-8"))
MINUTE_S = 60


def test_there_are_ten() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize(("title", "facts", "expected"), EXAMPLES, ids=[title for title, _, _ in EXAMPLES])
def test_an_example_comes_out_as_the_page_says(title: str, facts: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonl"
    file.write_text(facts, encoding="utf-8")
    simulation = Simulation(load_rulebook(PLACES, "tactful"), Grid(MINUTE_S, 0, "UTC"), 65_536)
    told = []
    for emitted in simulation.run(read_lines([str(file)]), to_ms(at("2026-03-15 23:59", "UTC"))):
        assert emitted.role != roles.REMINDER_DEAD_LETTERS, title
        if emitted.role == roles.REMINDER_DECISIONS:
            decision = msgspec.json.decode(emitted.value, type=Decision)
            plan = ", ".join(f"next {n.stage} {n.at:%Y-%m-%dT%H:%M}Z {n.code}" for n in decision.next if n.at)
            line = f"{decision.now:%Y-%m-%dT%H:%M}Z {decision.outcome} {decision.code} {decision.stage or '-'}"
            told.append(f"{line}; {plan}" if plan else line)
    assert ("\n".join(told) or "none") == expected.strip()
