"""Every policy in the source loads, approved: each text that it uses is worded and judged in each language and tone."""

from pathlib import Path

import pytest

from agents.policy.files.checks import tones_of, uses_of
from agents.policy.files.policy import DEFAULT_POLICY, load_rulebook
from tests.places import ROOT, at

POLICIES = (DEFAULT_POLICY, *sorted((ROOT / "examples" / "policies").glob("*.toml")))


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_a_policy_in_the_source_loads_approved_with_every_text_it_uses(policy: Path) -> None:
    rulebook = load_rulebook(at(policy), "test")
    assert rulebook.law.approved
    assert rulebook.approved_texts == frozenset(rulebook.texts)
    for texts in rulebook.texts.values():
        for use in uses_of(rulebook.policy):
            assert texts.texts[use.name]["neutral"].channel == "sms"
    known = {tone for texts in rulebook.texts.values() for tones in texts.texts.values() for tone in tones}
    assert tones_of(rulebook.policy) <= known
