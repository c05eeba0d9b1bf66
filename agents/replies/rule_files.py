"""The rules of one language, as a TOML file that people read, try and approve."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from agents.policy.toml.reading import read_toml
from agents.replies.intents import Intent
from schemas.policy.approvals import content_hash
from schemas.values.file_data import FileData

SHIPPED_RULES: Final = Path(__file__).parent / "rules"
_RULES_MAX: Final = 200
_PATTERN_CHARACTERS_MAX: Final = 2500
_NAME = re.compile(r"\{([a-z_]+)\}")
_ENDLESS = re.compile(r"[*+}]\??\)+[*+]|\.[*+]")
"""A repeat of a repeat, or of anything: a hostile reply could keep it busy."""

Pattern = Annotated[str, Field(min_length=1, max_length=_PATTERN_CHARACTERS_MAX)]
Patterns = Annotated[tuple[Pattern, ...], Field(max_length=64)]
SetName = Annotated[str, Field(pattern="^[a-z_]{2,24}$")]


class RuleFault(Exception):
    """A file of rules cannot be used; the text names every reason."""


class ReplyRule(FileData):
    """Finds an intent where one of ``patterns`` and none of ``unless`` is seen in the clause, sentence or reply."""

    id: Annotated[str, Field(pattern="^(zh|en)-[a-z0-9-]{3,48}$")]
    intent: Intent
    patterns: Annotated[Patterns, Field(min_length=1)]
    unless: Patterns = ()
    scope: Literal["clause", "sentence", "reply"] = "clause"
    """``reply``: the whole of it, without courtesies."""
    doubted_by: tuple[SetName, ...] = ()
    """Contexts of the file: where one is seen, the intent is unsure."""
    unsure: bool = False
    only_alone: bool = False
    """Counts only where no other rule is sure of the same clause."""
    matches: Annotated[tuple[str, ...], Field(min_length=1)]
    misses: Annotated[tuple[str, ...], Field(min_length=1)]


class Context(FileData):
    """Words around a rule's words that make it doubtful."""

    patterns: Annotated[Patterns, Field(min_length=1)]
    unless: Patterns = ()
    asks: bool = False
    """A question mark counts, too."""
    in_sentence: bool = False
    """Looked for in the whole sentence, not only in the clause."""


class RuleFile(FileData):
    """All rules of one language."""

    language: Literal["zh", "en"]
    courtesies: Patterns
    """What a reply of one keyword may carry besides."""
    spellings: dict[str, str]
    """Patterns of typing errors, short forms and dialect, and what they stand for; in this order."""
    words: dict[SetName, Pattern]
    """Put into patterns where their name stands in braces; one may hold those before it."""
    contexts: dict[SetName, Context]
    rules: Annotated[tuple[ReplyRule, ...], Field(min_length=1, max_length=_RULES_MAX)]

    @model_validator(mode="after")
    def _usable(self) -> Self:
        ids = [rule.id for rule in self.rules]
        doubled = sorted({name for name in ids if ids.count(name) > 1})
        if doubled:
            raise ValueError(f"ids that stand twice: {', '.join(doubled)}")
        strange = [name for name in ids if not name.startswith(self.language)]
        if strange:
            raise ValueError(f"ids of another language: {', '.join(strange)}")
        for rule in self.rules:
            unknown = sorted(set(rule.doubted_by) - set(self.contexts))
            if unknown:
                raise ValueError(f"{rule.id}: no such context: {', '.join(unknown)}")
        for patterns in self._all_patterns():
            self.compiled(patterns)
        return self

    def _all_patterns(self) -> Iterator[tuple[str, ...]]:
        yield self.courtesies
        yield from ((pattern,) for pattern in self.spellings)
        parts: tuple[ReplyRule | Context, ...] = (*self.rules, *self.contexts.values())
        for part in parts:
            yield from (part.patterns, part.unless)

    @cached_property
    def vocabulary(self) -> dict[str, str]:
        """The words with those before them put in."""
        known: dict[str, str] = {}
        for name, pattern in self.words.items():
            known[name] = f"(?:{_filled(pattern, known)})"
        return known

    def compiled(self, patterns: tuple[str, ...]) -> re.Pattern[str] | None:
        """One expression for all of them; None for none."""
        if not patterns:
            return None
        joined = "|".join(_filled(pattern, self.vocabulary) for pattern in patterns)
        if _ENDLESS.search(joined):
            raise ValueError(f"a repeat without a limit: {patterns[0]}")
        try:
            return re.compile(joined)
        except re.error as error:
            raise ValueError(f"{error}: {patterns[0]}") from error


def _filled(pattern: str, known: dict[str, str]) -> str:
    missing = [name for name in _NAME.findall(pattern) if name not in known]
    if missing:
        raise ValueError(f"no such word: {missing[0]}")
    return _NAME.sub(lambda found: known[found[1]], pattern)


@dataclass(frozen=True, slots=True)
class ReadyContext:
    """A context, compiled."""

    name: str
    seen: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    asks: bool
    in_sentence: bool


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule, compiled."""

    rule: ReplyRule
    seen: re.Pattern[str]
    unless: re.Pattern[str] | None
    doubts: tuple[ReadyContext, ...]


@dataclass(frozen=True, slots=True)
class ReplyRules:
    """The rules of all languages, compiled, in the order of their files."""

    files: tuple[RuleFile, ...]
    rules: tuple[ReadyRule, ...]
    spellings: tuple[tuple[re.Pattern[str], str], ...]
    courtesies: re.Pattern[str]


def load_rules(folder: Path = SHIPPED_RULES) -> ReplyRules:
    """The rules of every file in the folder; every fault of every file is named at once."""
    faults: list[str] = []
    files = [read_toml(path, RuleFile, faults) for path in sorted(folder.glob("*.toml"))]
    usable = tuple(file for file in files if file is not None)
    if not files:
        faults.append(f"{folder}: there are no rules for replies")
    if faults:
        raise RuleFault("\n".join(faults))
    return _ready(usable)


@lru_cache(maxsize=1)
def shipped_rules() -> ReplyRules:
    """Those that come with the program."""
    return load_rules()


def _ready(files: tuple[RuleFile, ...]) -> ReplyRules:
    rules: list[ReadyRule] = []
    spellings: list[tuple[re.Pattern[str], str]] = []
    for file in files:
        contexts = {
            name: ReadyContext(name, file.compiled(one.patterns), file.compiled(one.unless), one.asks, one.in_sentence)
            for name, one in file.contexts.items()
        }
        for rule in file.rules:
            seen = file.compiled(rule.patterns)
            assert seen is not None, "a rule has a pattern"
            doubts = tuple(contexts[name] for name in rule.doubted_by)
            rules.append(ReadyRule(rule, seen, file.compiled(rule.unless), doubts))
        spellings.extend((re.compile(_filled(old, file.vocabulary)), new) for old, new in file.spellings.items())
    courtesies = "|".join(_filled(word, file.vocabulary) for file in files for word in file.courtesies)
    return ReplyRules(files, tuple(rules), tuple(spellings), re.compile(courtesies))


def respelt(normal: str, rules: ReplyRules) -> str:
    """Typing errors, short forms and dialect written out."""
    for pattern, new in rules.spellings:
        normal = pattern.sub(new, normal)
    return normal


def rules_hash(file: RuleFile) -> str:
    """What an approval of kind ``replies`` names: it changes with anything in a language's rules, layout aside."""
    return content_hash(file.model_dump(mode="json", exclude_defaults=True), in_order=True)
