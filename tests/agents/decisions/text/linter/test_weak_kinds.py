"""The kinds that the linter was weak on: indirect words to third persons, and waivers sold as a promotion.

Written before the lexicon was read, in three lots. At first sight 21 of the 40 bad ones of the first lot passed without
a word, then 7 of 22, then 5 of 12; of the clean ones none that a lender would send was blocked.
"""

import csv
from pathlib import Path

import pytest

from agents.decisions.text.linter.lint import lint, verdict

with Path(__file__).with_name("weak_kinds.tsv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("text", [row["text"] for row in ROWS if row["label"] == "bad"])
def test_none_passes_without_a_word(text: str) -> None:
    assert verdict(lint(text)) != "ok"


@pytest.mark.parametrize("text", [row["text"] for row in ROWS if row["label"] == "clean"])
def test_no_clean_one_is_blocked(text: str) -> None:
    assert verdict(lint(text)) != "block"
