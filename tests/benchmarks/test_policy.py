"""The benchmarks measure a worker that may send: their policy loads and is approved."""

from agents.policy.files.policy import load_book
from benchmarks.rig import PLACES


def test_the_policy_of_the_benchmarks_is_approved_with_every_language() -> None:
    book = load_book(PLACES, "bench")
    assert book.law.approved
    assert book.approved_texts == frozenset(book.texts)
    assert book.rules.forbids
    assert book.rules.caps
