"""The linter on labelled texts: nothing abusive passes as ok, and clean texts are hardly ever blocked.

The hold-out set was written in five parts, each after the lexicon had been changed for the one before. What the linter
made of a part when it first saw it: abusive as ok 25 of 68, 17 of 87, 5 of 68, 3 of 68 and 4 of 30; clean as blocked
4, 2, 0 and 1 of 60 (the fifth part has none). So about one abusive text in fourteen of a kind that nobody thought of
may still pass; the set is no measure any more once it has been learned from.

`other_styles.tsv` came later, in two parts, both written before the lexicon was read again. At first sight: abusive as
ok 11 of 169 and 7 of 93; clean as blocked 7 of 134 and 1 of 44. What the first part taught changed nothing for the
second: still about one abusive text in fourteen.
"""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, get_args

import opencc
import pytest

from agents.decisions.text.linter.lint import lint, verdict
from schemas.policy.packs import Category
from tests.agents.decisions.text.linter.confusion import (
    COLLECTION,
    HOLD_OUT,
    OTHER_STYLES,
    OWN,
    WITHOUT_DATA,
    explained,
    judge,
    read,
)

CLEAN_BLOCKED_MAX = 0.05
PER_CATEGORY_LEAST = 20
CLEAN_LEAST = 200
BETWEEN_CHINESE = re.compile("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(33, 127)} | {32: 0x3000}
DISGUISES: Final[dict[str, Callable[[str], str]]] = {
    "traditional": opencc.OpenCC("s2t").convert,
    "upper case": str.upper,
    "full width": lambda text: text.translate(FULL_WIDTH),
    "zero width": "\u200b".join,
    "spaces": lambda text: BETWEEN_CHINESE.sub(" ", text),
    "stars": lambda text: BETWEEN_CHINESE.sub("*", text),
    "full stops": lambda text: BETWEEN_CHINESE.sub("。", text),
    "pictures": lambda text: BETWEEN_CHINESE.sub("🔥", text),
}


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


@pytest.mark.parametrize("path", [OWN, HOLD_OUT, OTHER_STYLES], ids=lambda path: path.stem)
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


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=list(DISGUISES))
def test_no_disguise_makes_an_abusive_text_pass(disguise: Callable[[str], str]) -> None:
    abusive = [one.text for one in read(OWN) if one.expected == "block" and one.category != "SENSITIVE"]
    assert not [text for text in abusive if verdict(lint(disguise(text))) == "ok"]
