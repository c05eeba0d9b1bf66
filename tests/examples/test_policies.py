"""Every policy in the source loads, approved: each text that it uses is worded and judged in each language and tone."""

from pathlib import Path

import pytest

from agents.policy.checks import tones_of, uses_of
from agents.policy.files.policy import DEFAULT_POLICY, load_book
from tests.places import ROOT, at

POLICIES = (DEFAULT_POLICY, *sorted((ROOT / "examples" / "policies").glob("*.toml")))


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_a_policy_in_the_source_loads_approved_with_every_text_it_uses(policy: Path) -> None:
    book = load_book(at(policy), "test")
    assert book.law.approved
    assert book.approved_texts == frozenset(book.texts)
    for texts in book.texts.values():
        for use in uses_of(book.policy):
            assert texts.texts[use.name]["neutral"].channel == "sms"
    known = {tone for texts in book.texts.values() for tones in texts.texts.values() for tone in tones}
    assert tones_of(book.policy) <= known
