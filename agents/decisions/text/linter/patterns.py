"""The notation of the lexicon, and what it compiles to.

``(a|b)`` one of these · ``[a|b]`` one of these or nothing · ``{police}`` a list of `lexicon.words` ·
``#`` a number · ``!`` the end of a clause · ``…`` a short distance within the sentence (8 Chinese characters,
4 English words) · ``……`` a longer one (20, 10) · ``arrest*`` an English word with any ending.

Chinese patterns hold no spaces that mean anything; English words are separated by them and matched whole. Patterns are
written as `folding` leaves a text: 你 for 您, 他 for 她, 账 for 帐.

Every distance has a bound, so a search takes time in proportion to the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from agents.decisions.text.linter.lexicon.words import COMMON

Language = Literal["zh", "en"]
STEMS: Final = (5, 4)
"""So many first letters of an English word find the patterns that leave its ending open."""
_MATCHERS_MAX: Final = 16_384
"""Regular expressions that are kept: more than the lexicon has."""
_TOKEN = re.compile(r"……|…|[()\[\]|#!?]|\{\w+\}|[^\s()\[\]|#!?{}…]+")
_GAPS: Final[dict[Language, dict[str, str]]] = {
    "zh": {"…": "[^\n]{0,8}?", "……": "[^\n]{0,20}?"},
    "en": {"…": "(?:[^ ,\n]+[ ,]+){0,4}?", "……": "(?:[^ ,\n]+[ ,]+){0,10}?"},
}
_NUMBERS: Final[dict[Language, str]] = {
    "zh": "[0-9一二两三四五六七八九十几半数百多]{1,6}",
    "en": r"(?:[0-9]{1,6}|one|two|three|four|five|six|ten|twelve|twenty|few|couple|an|a)(?![a-z])[ ,]*(?:of )?",
}


_COMMON_CHARACTERS: Final = frozenset(
    "你我他的在是有到去来还付款元请将会日月年期本人和与或为以后前可以已未如不找向从就要让给"
)


class Literally(NamedTuple):
    """Chinese characters or one English word, as written."""

    text: str


class Gap(NamedTuple):
    """Anything for a distance, or a number."""

    sign: str


class Choice(NamedTuple):
    """One of several sequences, or perhaps none of them."""

    options: tuple["Sequence_", ...]
    optional: bool


Sequence_ = tuple[Literally | Gap | Choice, ...]
Words = Mapping[str, Sequence[str]]


class Compiled(NamedTuple):
    """A pattern ready for searching. Whatever it matches contains one of the anchors."""

    source: str
    """Of the regular expression; see `matcher`."""
    anchors: frozenset[str]
    needs: tuple[frozenset[str], ...]
    """English: of each of these sets a word is there, too."""
    words: frozenset[str]


class PatternFault(ValueError):
    """A pattern of the lexicon that nothing can be made of."""


_CLAUSE_END: Final = r"(?:(?<=,)|(?=[,\n])|\Z)"


def alternatives(pattern: str) -> list[str]:
    """A pattern split where ``|`` stands outside all brackets."""
    parts, depth = [""], 0
    for character in pattern:
        depth += (character in "([") - (character in ")]")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


@lru_cache(maxsize=_MATCHERS_MAX)
def matcher(source: str) -> re.Pattern[str]:
    """The regular expression of a pattern, made when a text first comes near it: most of the lexicon never is."""
    return re.compile(source, re.ASCII)


def compile_pattern(pattern: str, language: Language, words: Words) -> Compiled:
    """One pattern of the lexicon. Raises `PatternFault`."""
    parsed = _Parser(pattern, language, words).parse()
    found = _all_anchors(parsed, language)
    anchors = min(found, key=_weight, default=frozenset[str]())
    if not anchors:
        raise PatternFault(f"{pattern!r}: nothing in it is always there and long enough to be looked up")
    start = r"\b" if language == "en" else ""
    source = start + _regex(parsed, language)
    if language == "zh":
        return Compiled(source, anchors, (), frozenset())
    return Compiled(source, anchors, tuple(each for each in found if each != anchors), frozenset(_words(parsed)))


class _Parser:
    def __init__(self, pattern: str, language: Language, words: Words) -> None:
        self._pattern, self._language, self._lists = pattern, language, words
        self._tokens = _TOKEN.findall(pattern)
        self._at = 0

    def parse(self) -> Sequence_:
        parsed = self._sequence()
        if self._at < len(self._tokens):
            raise PatternFault(f"{self._pattern!r}: {self._tokens[self._at]!r} closes nothing")
        return parsed

    def _sequence(self) -> Sequence_:
        items: list[Literally | Gap | Choice] = []
        while self._at < len(self._tokens) and self._tokens[self._at] not in {"|", ")", "]"}:
            sign = self._tokens[self._at]
            self._at += 1
            if sign in {"(", "["}:
                items.append(self._choice(")" if sign == "(" else "]"))
            elif sign == "?":
                raise PatternFault(f"{self._pattern!r}: what may be missing stands in [ ]")
            elif sign in {"…", "……", "#", "!"}:
                items.append(Gap(sign))
            elif sign[0] == "{":
                items.append(self._list(sign[1:-1]))
            else:
                items.append(Literally(sign))
        return tuple(items)

    def _choice(self, close: str) -> Choice:
        options = [self._sequence()]
        while self._at < len(self._tokens) and self._tokens[self._at] == "|":
            self._at += 1
            options.append(self._sequence())
        if self._at == len(self._tokens) or self._tokens[self._at] != close:
            raise PatternFault(f"{self._pattern!r}: {close!r} is missing")
        self._at += 1
        return Choice(tuple(options), optional=close == "]")

    def _list(self, name: str) -> Choice:
        if name not in self._lists:
            raise PatternFault(f"{self._pattern!r}: no list is called {name!r}")
        return Choice(
            tuple(_Parser(word, self._language, self._lists).parse() for word in self._lists[name]), optional=False
        )


def _regex(items: Sequence_, language: Language) -> str:
    return "".join(map(partial(_regex_of, language=language), items))


def _regex_of(item: Literally | Gap | Choice, language: Language) -> str:
    match item:
        case Literally(text) if language == "zh":
            return re.escape(text)
        case Literally(text):
            return (re.escape(text[:-1]) + "[a-z]*" if text.endswith("*") else re.escape(text)) + r"\b[ ,]*"
        case Gap("#"):
            return _NUMBERS[language]
        case Gap("!"):
            return _CLAUSE_END
        case Gap(sign):
            return _GAPS[language][sign]
        case Choice(options, optional):
            inner = "|".join(_regex(option, language) for option in options)
            return f"(?:{inner})" + ("?" if optional else "")


def _all_anchors(items: Sequence_, language: Language) -> list[frozenset[str]]:
    """For each part that must occur, what shows that it may be there."""
    found = [anchors for item in items if (anchors := _anchors_of(item, language))]
    if language == "zh":
        found += [anchors for at in range(len(items) - 1) if (anchors := _junction(items, at))]
    return found


def _anchors(items: Sequence_, language: Language) -> frozenset[str]:
    """The best of these: rare in clean texts, few alternatives. Empty if there is none."""
    return min(_all_anchors(items, language), key=_weight, default=frozenset())


def _weight(anchors: frozenset[str]) -> int:
    """How often a clean text will meet one of them, roughly."""
    return sum(20 if a in COMMON else 1 if len(a) > 1 else 60 if a in _COMMON_CHARACTERS else 8 for a in anchors)


def _junction(items: Sequence_, at: int) -> frozenset[str]:
    """The pairs of characters where one item ends and the next one begins, what may be missing left out or not."""
    lasts = _edge(items[at], -1)
    firsts: frozenset[str] = frozenset()
    for item in items[at + 1 :]:
        edge = _edge(item, 0)
        if not edge:
            return frozenset()
        firsts |= edge
        if not (isinstance(item, Choice) and item.optional):
            return frozenset(last + first for last in lasts for first in firsts)
    return frozenset()


def _edge(item: Literally | Gap | Choice, side: Literal[0, -1]) -> frozenset[str]:
    """The characters that an item can begin or end with; empty if that is not certain."""
    match item:
        case Literally(text):
            return frozenset(text[side])
        case Gap("#"):
            return frozenset("0123456789一二两三四五六七八九十几半数百多")
        case Choice(options):
            if side == -1 and item.optional:
                return frozenset()
            each = [_edge(option[side], side) if option else frozenset() for option in options]
            return frozenset().union(*each) if all(each) and not any(map(_loose, options)) else frozenset()
    return frozenset()


def _loose(option: Sequence_) -> bool:
    """Does it begin or end with something that may be missing?"""
    return any(isinstance(item, Choice) and item.optional for item in (option[:1] + option[-1:]))


def _anchors_of(item: Literally | Gap | Choice, language: Language) -> frozenset[str]:
    match item:
        case Literally(text) if language == "zh":
            pairs = [first + second for first, second in pairwise(text)]
            return frozenset([min(pairs or [text], key=lambda pair: pair in COMMON)])
        case Literally(text):
            stem = text.rstrip("*")
            if stem == text:
                return frozenset([text])
            return frozenset([stem[: STEMS[0]] + "*"]) if len(stem) >= STEMS[1] else frozenset()
        case Choice(options, optional=False):
            each = [_anchors(option, language) for option in options]
            return frozenset().union(*each) if all(each) else frozenset()
    return frozenset()


def _words(items: Sequence_) -> Iterator[str]:
    for item in items:
        if isinstance(item, Literally):
            stem = item.text.rstrip("*")
            yield from (stem, stem + "s", stem + "ed", stem + "ing") if item.text.endswith("*") else (stem,)
        elif isinstance(item, Choice):
            for option in item.options:
                yield from _words(option)
