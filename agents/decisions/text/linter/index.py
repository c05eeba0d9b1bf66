"""The whole lexicon compiled once, and found by what a text contains: a clean text meets hardly any pattern."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from agents.decisions.text.linter.ideas import Idea
from agents.decisions.text.linter.lexicon import CLEAN_EN, CLEAN_ZH, IDEAS
from agents.decisions.text.linter.lexicon.words import EN, ZH
from agents.decisions.text.linter.patterns import (
    STEMS,
    Compiled,
    Language,
    Words,
    alternatives,
    compile_pattern,
    matcher,
)

_LATIN_WORD: Final = re.compile("[a-z]+")
_LISTS: Final[dict[Language, Words]] = {"zh": ZH, "en": EN}


class IdeaPattern(NamedTuple):
    """One pattern of an idea."""

    idea: Idea
    source: str
    needs: tuple[frozenset[str], ...]

    @property
    def regex(self) -> re.Pattern[str]:
        """What finds it in a folded text."""
        return matcher(self.source)


@cache
def _compiled(pattern: str, language: Language) -> Compiled:
    return compile_pattern(pattern, language, _LISTS[language])


class Index:
    """Patterns by their anchors: pairs of characters for Chinese, first letters of a word for English."""

    def __init__(self, ideas: Iterable[Idea]) -> None:
        self._entries: list[IdeaPattern] = []
        self._by_anchor: dict[str, list[int]] = {}
        words: set[str] = set()
        for idea in ideas:
            by_language: tuple[tuple[Language, tuple[str, ...]], ...] = (("zh", idea.zh), ("en", idea.en))
            for language, patterns in by_language:
                for pattern in chain.from_iterable(map(alternatives, patterns)):
                    compiled = _compiled(pattern, language)
                    self._add(idea, compiled)
                    words |= compiled.words
        self.vocabulary: Final = frozenset(words)
        chinese = [anchor for anchor in self._by_anchor if not anchor.isascii()]
        self._pairs = re.compile("(?=({}{}))".format(*(_any_of(a[at] for a in chinese if len(a) > 1) for at in (0, 1))))
        self._single = re.compile(_any_of(a for a in chinese if len(a) == 1))

    def _add(self, idea: Idea, compiled: Compiled) -> None:
        for anchor in sorted(compiled.anchors):
            self._by_anchor.setdefault(anchor, []).append(len(self._entries))
        self._entries.append(IdeaPattern(idea, compiled.source, compiled.needs))

    def all_entries(self) -> tuple[IdeaPattern, ...]:
        """Every pattern, in the lexicon's order."""
        return tuple(self._entries)

    def entries(self, folded: str) -> list[IdeaPattern]:
        """The patterns that may occur in a folded text, in the lexicon's order."""
        by_anchor = self._by_anchor
        found = [] if folded.isascii() else self._pairs.findall(folded) + self._single.findall(folded)
        words = _LATIN_WORD.findall(folded)
        found += words
        for length in STEMS:
            found += [word[:length] + "*" for word in words if len(word) >= length]
        known = set(found)
        numbers = {number for anchor in by_anchor.keys() & known for number in by_anchor[anchor]}
        entries = [self._entries[number] for number in sorted(numbers)]
        return [entry for entry in entries if not any(map(known.isdisjoint, entry.needs))]


def _any_of(characters: Iterable[str]) -> str:
    return "[" + "".join(sorted(map(re.escape, set(characters)))) + "]"


@cache
def index(*, third: bool = False) -> Index:
    """The lexicon's index, for a reader who owes or for a third person."""
    return Index(idea for idea in IDEAS if third or not idea.third_only)


class CleanContext:
    """Phrases that hold a word of the lexicon and mean something else: 法院路, Court Street, 法定节假日."""

    def __init__(self) -> None:
        kinds: tuple[tuple[Language, tuple[str, ...]], ...] = (("zh", CLEAN_ZH), ("en", CLEAN_EN))
        self.regexes: Final = [
            re.compile(
                "|".join(
                    _compiled(phrase, language).source for phrase in chain.from_iterable(map(alternatives, phrases))
                ),
                re.ASCII,
            )
            for language, phrases in kinds
        ]

    def blanked(self, folded: str) -> str:
        """The text with each such phrase blanked out, the rest where it was."""
        for regex in self.regexes:
            folded = regex.sub(lambda found: "\x00" * len(found.group()), folded)
        return folded


@cache
def clean_context() -> CleanContext:
    """The lexicon's clean contexts."""
    return CleanContext()
