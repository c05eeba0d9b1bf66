"""The shape of a text: its own numbers without their digits, so that one judgement holds for all amounts and days.

The linter reads words. Of a number it sees that it is one, and how long; only a few numbers are words to it (110, 24),
and those keep their digits. What it knows is derived from the compiled lexicon, not listed here.
"""

import re
from functools import cache, lru_cache
from typing import Final

from agents.decisions.text.linter.disguises import may_hide_words
from agents.decisions.text.linter.index import clean_context, index

_RUN: Final = re.compile("[0-9]+")
_GROUPED: Final = re.compile("[0-9]{1,3}(?=(?:,[0-9]{3})+)")
"""The beginning of a number whose thousands are grouped: it stands for no number of the lexicon."""
_LONGEST: Final = 6
"""A pattern of any number takes so many digits."""
_SYNTAX: Final = re.compile(r"\[[^\]]*\]|\{[0-9]*,?[0-9]*\}|\\.")
_ZERO_TO_NINE: Final = "0123456789"
_MASK: Final = "6"
"""No letter in disguise and no known number is written with it."""
_MASKED: Final = str.maketrans(_ZERO_TO_NINE, _MASK * 10)


@cache
def known_numbers() -> frozenset[str]:
    """The numbers that stand in patterns of the lexicon as they are written."""
    sources = [entry.source for entry in index(third=True).all_entries()]
    sources += [regex.pattern for regex in clean_context().regexes]
    found = frozenset(number for source in sources for number in _RUN.findall(_SYNTAX.sub(" ", source)))
    assert not any(set(number) == {_MASK} for number in found), "the mask is a word of the lexicon"
    return found


@lru_cache(maxsize=16_384)
def masked(value: str) -> str:
    """A value of ours with its digits masked; as it is where the lexicon may tell it from others of its length."""
    runs = _RUN.findall(_GROUPED.sub("", value))
    if any(len(run) > _LONGEST or _is_known(run) for run in runs):
        return value
    return value.translate(_MASKED)


def _is_known(run: str) -> bool:
    """Whether the lexicon may read the run, or its beginning or end, as one of its numbers."""
    return any(run == n or (len(n) > 1 and (run.startswith(n) or run.endswith(n))) for n in known_numbers())


def judged_by(text: str, shape: str) -> str:
    """What is linted in a text's place: its shape, unless the text may hide words behind digits."""
    return text if may_hide_words(text) else shape
