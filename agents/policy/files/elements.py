"""Whether an element of a text is what it is for: a slot of its name may say anything.

A way out names a word that counts as one. A way to dispute has a route in it, a number or a link, or it speaks of a
dispute and stands in a sentence that has one.
"""

import re
from collections.abc import Iterable
from typing import Final

from agents.decisions.policy.rulebook import Rulebook
from schemas.policy.keywords import bare
from schemas.policy.packs import RequireRule
from schemas.policy.policies import Policy, Stage

_ROUTE: Final = re.compile(r"[0-9]{3,}|https?:|www\.|\b[a-z0-9-]+\.[a-z]{2,}/|@|\bapp\b|客服|官方", re.IGNORECASE)
_DISPUTE: Final = re.compile(
    r"disput|disagree|complain|object|contest|mistake|error|wrong|not yours|query"
    r"|异议|異議|争议|爭議|投诉|投訴|有误|有誤|不符"
    r"|bestreit|widersp|reklam|beschwer|einwand|contest|réclam|litige|desacuerdo|reclam|queja|contesta|bezwaar|klacht",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?。！？；])(?:\s+|(?=[^\s0-9]))")


def hollow(rule: RequireRule, phrase: str, body: str, rulebook: Rulebook) -> str | None:
    """What an element lacks, in words; None where it says what it is for.

    ``phrase`` is the element as the language words it, ``body`` the text around it with all its slots filled.
    """
    if rule.element == "opt_out":
        return None if _names(phrase, rulebook.opt_out_words) else "no word in it that counts as an opt-out"
    if rule.element != "dispute_route" or _ROUTE.search(phrase):
        return None
    speaks = _DISPUTE.search(phrase) or any(word.casefold() in phrase.casefold() for word in rule.words)
    around = next((part for part in _SENTENCE_END.split(body) if phrase in part), "")
    return (
        None if speaks and _ROUTE.search(around) else "no number or link in it, and nothing about a dispute beside one"
    )


def _names(phrase: str, keywords: Iterable[str]) -> bool:
    words = {bare(word) for word in re.findall(r"[A-Za-z][A-Za-z-]*", phrase) if word.isupper()}
    return not words.isdisjoint(keywords)


def is_asked(rule: RequireRule, policy: Policy, stage: Stage | None, tone: str, *, overdue: bool) -> bool:
    """Whether a text of a stage must have the element; ``stage`` is None for the text about a returned payment."""
    if rule.when == "overdue":
        last = None if stage is None else stage.dpd_to
        return overdue and (rule.from_dpd is None or last is None or last >= rule.from_dpd)
    if rule.when == "hardship":
        return tone == "supportive"
    return rule.when == "always" or policy.lender.role != "lender"
