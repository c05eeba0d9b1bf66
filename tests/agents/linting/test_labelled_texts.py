"""The linter on labelled texts: nothing abusive passes as ok, and clean texts are hardly ever blocked."""

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from schemas.packs import Category
from tests.agents.linting.confusion import COLLECTION, HOLD_OUT, OWN, WITHOUT_DATA, explained, judge, read

CLEAN_BLOCKED_MAX = 0.05
PER_CATEGORY_LEAST = 20
CLEAN_LEAST = 200


def _keeps_its_promise(path: Path, *, with_form: bool = True) -> None:
    judged = judge(read(path), with_form=with_form)
    passed = [one for one in judged if one.labelled.expected == "block" and one.verdict == "ok"]
    clean = [one for one in judged if one.labelled.expected == "ok"]
    blocked = [one for one in clean if one.verdict == "block"]
    assert not passed, explained(judged)
    assert len(blocked) <= CLEAN_BLOCKED_MAX * len(clean), explained(judged)


@pytest.mark.skipif(not COLLECTION.is_file(), reason=WITHOUT_DATA)
def test_real_collection_texts() -> None:
    _keeps_its_promise(COLLECTION, with_form=False)


@pytest.mark.parametrize("path", [OWN, HOLD_OUT], ids=lambda path: path.stem)
def test_own_texts(path: Path) -> None:
    _keeps_its_promise(path)


def test_each_abusive_text_is_found_for_its_own_reason() -> None:
    judged = [one for one in judge(read(OWN)) if one.labelled.category]
    missed = [one for one in judged if one.labelled.category not in {finding.category for finding in one.findings}]
    assert not missed, explained(missed)


def test_the_own_set_covers_every_category() -> None:
    texts = list(read(OWN))
    counts = Counter(one.category for one in texts)
    assert {
        category: counts[category] for category in get_args(Category) if counts[category] < PER_CATEGORY_LEAST
    } == {}
    assert counts[""] >= CLEAN_LEAST
