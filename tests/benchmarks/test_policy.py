"""The benchmarks measure a worker that may send: their policy loads and is approved."""

from agents.policy.files.policy import load_rulebook
from benchmarks.rig import PLACES


def test_the_policy_of_the_benchmarks_is_approved_with_every_language() -> None:
    rulebook = load_rulebook(PLACES, "bench")
    assert rulebook.law.approved
    assert rulebook.approved_texts == frozenset(rulebook.texts)
    assert rulebook.rules.forbids
    assert rulebook.rules.caps
