"""What a rendered text is checked for before it leaves: its words, its form and its length, rule by rule."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from agents.decisions.policy.pack_rules import Rules
from agents.decisions.text.linter.lint import Finding, lint_parts
from agents.decisions.text.unfit_names import carried_by
from agents.decisions.text.wording import Wording
from schemas.facts import PersonRole
from schemas.policy.packs import FormatRule


class Objection(NamedTuple):
    """Why a text may not leave, and the rule that says so."""

    code: str
    rule: str | None


_AMOUNT: Final = re.compile(
    r"(?:[¥￥$€£]|CNY|RMB|USD|EUR|GBP|INR|Rs\.?|人民币)\s*[0-9]|[0-9](?:[0-9.,]*)\s*(?:元|块|万|yuan|dollars|rupees|CNY|USD|EUR)",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:com|cn|net|io|ly|me)\b|[0-9]{7,}", re.IGNORECASE)
_FREE: Final = "name"
"""The one variable whose wording comes from outside."""


@lru_cache(maxsize=4096)
def _names_amount(text: str) -> bool:
    return _AMOUNT.search(text) is not None


@lru_cache(maxsize=64)
def _pattern(signature: str) -> re.Pattern[str]:
    return re.compile(signature)


def _weigh(found: tuple[Finding, ...], rules: Rules) -> tuple[Objection | None, tuple[str, ...]]:
    """The first finding that the pack does not let pass, and the rules that warn of what passes."""
    warnings = []
    for finding in found:
        rule = rules.forbids.get(finding.category)
        if rule is None:
            continue
        if rule.severity == "block" and finding.severity == "block":
            return Objection(f"TEXT_{finding.category}", rule.id), ()
        warnings.append(rule.id)
    return None, tuple(dict.fromkeys(warnings))


def _states_amount(wording: Wording) -> bool:
    """Whether the text itself, or its free variable, names an amount: the ledger did not give that one."""
    return _names_amount(wording.frame) or _AMOUNT.search(wording.variables[_FREE]) is not None


def _misformed(wording: Wording, parts: int, rule: FormatRule) -> Objection | None:
    """What one rule about the form has against a text."""
    body = wording.text.removeprefix(wording.signature)
    if rule.signature is not None and _pattern(rule.signature).fullmatch(wording.signature.strip()) is None:
        return Objection("SIGNATURE_MALFORMED", rule.id)
    if any(char in body for char in rule.forbidden):
        return Objection("TEXT_FORMAT", rule.id)
    if rule.fixed_links and _LINK.search(wording.variables[_FREE]):
        return Objection("LINK_IN_VARIABLE", rule.id)
    too_long = rule.max_chars is not None and len(wording.text) > rule.max_chars
    if too_long or (rule.max_parts is not None and parts > rule.max_parts):
        return Objection("TEXT_TOO_LONG", rule.id)
    return None


def screen(
    wording: Wording, parts: int, role: PersonRole, rules: Rules, parts_max: int
) -> tuple[Objection | None, tuple[str, ...]]:
    """The first objection to a text that is ready to leave, if there is one, and the rules that only warn of it."""
    body = wording.text.removeprefix(wording.signature)
    objection: Objection | None = None
    warnings: tuple[str, ...] = ()
    if rules.forbids:
        found = lint_parts(body, {_FREE: wording.variables[_FREE]}, role=role, shape=wording.shape)
        if _states_amount(wording):
            found = (*found, Finding("FALSE_AMOUNT", "block", ""))
        objection, warnings = _weigh(found, rules)
    for rule in rules.formats:
        objection = objection or _misformed(wording, parts, rule)
    if objection is None and (carried := carried_by(wording.variables[_FREE])) is not None:
        objection = Objection(f"NAME_CARRIES_{carried}", None)
    if objection is None and parts > parts_max:
        objection = Objection("TEXT_TOO_LONG", None)
    return objection, warnings
