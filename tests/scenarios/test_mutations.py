"""The mutation run: a scenario notices that a rule is gone, or looser.

Of every rule of the packs for China and the United States and of the overlays; of the United Kingdom and India of those
that scenarios cover: what was corrected, and what differs from the other two.
"""

import traceback
from pathlib import Path

import pytest

from agents.decisions.policy.rulebook import Rulebook
from schemas.policy.packs import Rule
from tests.places import ROOT
from tests.scenarios.language import Scenario, book_of, ruled, without
from tests.scenarios.mutants import loosened
from tests.scenarios.suite import SCENARIOS

OVERLAYS = {"CN-REST": "CN-REST", "US-MA": "MA-", "US-NYC": "NYC-", "US-WA": "WA-", "EU-GR": "GR-"}
"""And how the ids of their own rules begin. That of US-DC has a cap above the base's, which alone can be felt."""
PARTLY = ("UK", "IN")
PACKS = ("CN", "US", *PARTLY, *OVERLAYS)
RULES = [(pack, rule.id) for pack in PACKS for rule in book_of(pack).law.pack.rules]
_COVERED = {(scenario.pack, rule) for scenario in SCENARIOS for rule in scenario.rules}
OWN = [
    (pack, rule)
    for pack, rule in RULES
    if rule.startswith(OVERLAYS.get(pack, "")) and (pack not in PARTLY or (pack, rule) in _COVERED)
]
"""What a base says is tried under the base itself."""


def _covering(pack: str, rule: str) -> list[Scenario]:
    return [scenario for scenario in SCENARIOS if scenario.pack == pack and rule in scenario.rules]


def _fails(scenario: Scenario, mutant: Rulebook) -> bool:
    """Whether it does not go as the scenario tells; a broken invariant of the core is another matter and is raised."""
    try:
        scenario.tell(mutant)
    except AssertionError as error:
        if not Path(traceback.extract_tb(error.__traceback__)[-1].filename).is_relative_to(ROOT / "tests"):
            raise
        return True
    return False


@pytest.mark.parametrize(("pack", "rule"), OWN)
def test_without_the_rule_each_scenario_that_covers_it_fails(pack: str, rule: str) -> None:
    mutant = without(book_of(pack), rule)
    covering = _covering(pack, rule)
    assert covering, "no scenario covers it"
    assert [scenario.name for scenario in covering if not _fails(scenario, mutant)] == []


LOOSER = [
    (pack, rule, name, mutant)
    for pack in PACKS
    for rule in book_of(pack).law.pack.rules
    if (pack, rule.id) in OWN
    for name, mutant in loosened(rule)
]


@pytest.mark.parametrize(
    ("pack", "rule", "mutant"),
    [pytest.param(pack, rule, mutant, id=f"{rule.id}: {name}") for pack, rule, name, mutant in LOOSER],
)
def test_with_one_value_looser_a_scenario_fails(pack: str, rule: Rule, mutant: Rule) -> None:
    rulebook = book_of(pack)
    looser = ruled(rulebook, (mutant if known is rule else known for known in rulebook.law.pack.rules))
    assert any(_fails(scenario, looser) for scenario in _covering(pack, rule.id))


@pytest.mark.parametrize("pack", PACKS)
def test_a_mutant_differs_by_its_rule_alone(pack: str) -> None:
    rulebook = book_of(pack)
    assert ruled(rulebook, rulebook.law.pack.rules) == rulebook


def test_scenarios_cover_rules_that_there_are() -> None:
    known = set(RULES)
    assert [(s.name, rule) for s in SCENARIOS for rule in s.rules if (s.pack, rule) not in known] == []
