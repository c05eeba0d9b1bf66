"""The content linter: regulation.md section 8, on the rendered text and on each of its variables.

It reads words, not intentions: ``block`` is what no lender may send, ``warn`` what a person should look at (a credit
note that may be true, a ban that is only named to promise the opposite). Whether an amount is the ledger's is not
seen here. Deterministic, total over every string, and in time proportional to the text.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from agents.decisions.text.linter.forms import forms, short_links, variable_forms
from agents.decisions.text.linter.ideas import Severity
from agents.decisions.text.linter.index import IdeaPattern, clean_context, index
from agents.decisions.text.linter.negation import negated
from agents.decisions.text.linter.normalise import decomposed, fold
from agents.decisions.text.linter.numbers import personal_numbers
from agents.decisions.text.linter.shape import judged_by
from schemas.facts import PersonRole
from schemas.policy.packs import Category
from schemas.stored.structs import Struct

PHRASE_MAX: Final = 40
_SHAPES_MAX: Final = 16_384
"""Judgements that are kept, a few hundred bytes each: a wave writes few texts to many people."""
THIRD_ROLES: Final = frozenset({"third_related", "third_unrelated"})
Verdict = Literal["ok", "warn", "block"]
_PLAIN: Final = re.compile(
    "[\x00-\x7f\u3001\u3002\u300a-\u3011\u3400-\u9fff\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]*"
)
"""In these characters no digit and no separator of digits is in disguise."""
_HAS_LETTER: Final = re.compile(r"[^\W\d_]")


class Finding(Struct, frozen=True):
    """What was found, by the category of section 8."""

    category: Category
    severity: Severity
    phrase: str
    """As folded, at most 40 characters."""


class _Hit(NamedTuple):
    start: int
    end: int
    severity: Severity


def lint(text: str, *, role: PersonRole = "debtor") -> tuple[Finding, ...]:
    """Everything wrong with one text, each finding once; empty when nothing is."""
    return _unique(_findings(text, role))


def lint_parts(
    text: str, variables: Mapping[str, str], *, role: PersonRole, shape: str | None = None
) -> tuple[Finding, ...]:
    """The rendered text and each free-text variable by itself: its neighbours cannot make it harmless.

    Variables are also refused a link, which belongs into the registered template. ``shape`` is the text with its own
    numbers masked (`shape.masked`): what is said of one text of a shape is said of all.
    """
    words = _of_words(text if shape is None else judged_by(text, shape), role)
    findings = [*words, *_of_numbers(text)]
    for value in variables.values():
        findings += _of_variable(value, role)
    return _unique(findings) if findings else ()


@lru_cache(maxsize=_SHAPES_MAX)
def _of_words(text: str, role: PersonRole) -> tuple[Finding, ...]:
    return tuple(_by_words(text if text.isascii() else decomposed(text), text, role))


@lru_cache(maxsize=_SHAPES_MAX)
def _of_variable(value: str, role: PersonRole) -> tuple[Finding, ...]:
    if not _HAS_LETTER.search(value):
        return ()
    links = [Finding(category, severity, phrase) for category, severity, phrase in variable_forms(value)]
    return (*_findings(value, role), *links)


def _of_numbers(text: str) -> list[Finding]:
    plain = text if _PLAIN.fullmatch(text) else decomposed(text)
    return [Finding("SENSITIVE", "block", phrase) for phrase in personal_numbers(plain)]


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The worst of it."""
    severities = {finding.severity for finding in findings}
    return "block" if "block" in severities else "warn" if severities else "ok"


def _findings(text: str, role: PersonRole) -> list[Finding]:
    plain = text if text.isascii() else decomposed(text)
    findings = _by_words(plain, text, role)
    findings += [Finding("SENSITIVE", "block", phrase) for phrase in personal_numbers(plain)]
    return findings


def _by_words(plain: str, text: str, role: PersonRole) -> list[Finding]:
    lexicon = index(third=role in THIRD_ROLES)
    folded = fold(plain, lexicon.vocabulary)
    findings = _by_meaning(folded, lexicon.entries(folded))
    seen = (*forms(text), *short_links(plain))
    return findings + [Finding(category, severity, phrase) for category, severity, phrase in seen]


def _by_meaning(folded: str, entries: list[IdeaPattern]) -> list[Finding]:
    """At most one finding for an idea, the worst of its patterns."""
    blanked: str | None = None
    worst: dict[int, Finding] = {}
    for entry in entries:
        idea = entry.idea
        known = worst.get(id(idea))
        if known and known.severity == idea.severity:
            continue
        regex = entry.regex
        if regex.search(folded) is None:
            continue
        blanked = clean_context().blanked(folded) if blanked is None else blanked
        hit = _hit(blanked, regex, idea.severity, negatable=idea.negatable)
        if hit and (known is None or hit.severity == "block"):
            phrase = blanked[hit.start : hit.end].strip(" ,")[:PHRASE_MAX]
            worst[id(idea)] = Finding(idea.category, hit.severity, phrase)
    return list(worst.values())


def _hit(folded: str, regex: re.Pattern[str], severity: Severity, *, negatable: bool) -> _Hit | None:
    """The first match that is meant, else the first that is negated."""
    only_named = None
    for found in regex.finditer(folded):
        hit = _Hit(found.start(), found.end(), severity)
        if not negatable or not negated(folded, hit.start, hit.end):
            return hit
        only_named = only_named or hit._replace(severity="warn")
    return only_named


def _unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once; of the warnings of a category only the first, and none where it is blocked."""
    kept = dict.fromkeys(findings)
    warned = {finding.category: finding for finding in reversed(kept) if finding.severity == "warn"}
    for finding in kept:
        if finding.severity == "block":
            warned.pop(finding.category, None)
    return tuple(f for f in kept if f.severity == "block" or warned.get(f.category) == f)
