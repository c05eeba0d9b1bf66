"""The content linter: regulation.md section 8, on the rendered text and on each of its variables.

It reads words, not intentions: ``block`` is what no lender may send, ``warn`` what a person should look at (a credit
note that may be true, a ban that is only named to promise the opposite). Whether an amount is the ledger's is not
seen here. Deterministic, total over every string, and in time proportional to the text.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from agents.decisions.text.linter.forms import forms, short_links, variable_forms
from agents.decisions.text.linter.ideas import Severity
from agents.decisions.text.linter.index import Entry, clean_context, index
from agents.decisions.text.linter.negation import negated
from agents.decisions.text.linter.normalise import decomposed, fold
from agents.decisions.text.linter.numbers import personal_numbers
from schemas.facts import Role
from schemas.policy.packs import Category
from schemas.stored.structs import Struct

PHRASE_MAX: Final = 40
THIRD_ROLES: Final = frozenset({"third_related", "third_unrelated"})
Verdict = Literal["ok", "warn", "block"]
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


def lint(text: str, *, role: Role = "debtor") -> tuple[Finding, ...]:
    """Everything wrong with one text, each finding once; empty when nothing is."""
    return _unique(_findings(text, role))


def lint_parts(text: str, variables: Mapping[str, str], *, role: Role) -> tuple[Finding, ...]:
    """The rendered text and each free-text variable by itself: its neighbours cannot make it harmless.

    Variables are also refused a link, which belongs into the registered template.
    """
    findings = _findings(text, role)
    for value in variables.values():
        if _HAS_LETTER.search(value):
            findings += _findings(value, role)
            findings += [Finding(category, severity, phrase) for category, severity, phrase in variable_forms(value)]
    return _unique(findings)


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The worst of it."""
    severities = {finding.severity for finding in findings}
    return "block" if "block" in severities else "warn" if severities else "ok"


def _findings(text: str, role: Role) -> list[Finding]:
    lexicon = index(third=role in THIRD_ROLES)
    plain = text if text.isascii() else decomposed(text)
    folded = fold(plain, lexicon.vocabulary)
    findings = _by_meaning(folded, lexicon.entries(folded))
    findings += [
        Finding(category, severity, phrase) for category, severity, phrase in (*forms(text), *short_links(plain))
    ]
    findings += [Finding("SENSITIVE", "block", phrase) for phrase in personal_numbers(plain)]
    return findings


def _by_meaning(folded: str, entries: list[Entry]) -> list[Finding]:
    """At most one finding for an idea, the worst of its patterns."""
    blanked: str | None = None
    worst: dict[int, Finding] = {}
    for idea, regex, _ in entries:
        known = worst.get(id(idea))
        if known and known.severity == idea.severity:
            continue
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
