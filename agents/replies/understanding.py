"""The one door: what a reply means."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from agents.replies.amounts import amount_named
from agents.replies.clauses import Clause, clauses, without_ours
from agents.replies.days import day_named, day_past
from agents.replies.intents import RULES_ONLY, Classifier, FoundIntent, Intent, NamedDay, Sureness, Understood
from agents.replies.normalise import READ_CHARACTERS_MAX, normalise
from agents.replies.rule_files import ReadyContext, ReadyRule, ReplyRules, shipped_rules

_BARE = re.compile(r"[,.?\"' ]+")
_ORDER: Final = tuple(Intent)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A rule that speaks of a clause; ``doubt`` says why it is not sure."""

    rule: ReadyRule
    clause: Clause
    doubt: str | None


def understand(
    text: str,
    now: datetime,
    zone: str,
    *,
    our_texts: Iterable[str] = (),
    rules: ReplyRules | None = None,
    classifier: Classifier | None = None,
) -> Understood:
    """The intents of a reply, with the days counted from ``now`` in the borrower's zone.

    ``our_texts`` are what we last wrote to the number: a reply that quotes them does not mean them.
    """
    rules = rules or shipped_rules()
    normal = without_ours(normalise(text[:READ_CHARACTERS_MAX]), our_texts)
    spelt = respelt(normal, rules)
    seen = _surest(sightings(spelt, rules))
    findings = [_finding(one, spelt, now.astimezone(ZoneInfo(zone))) for one in seen]
    if classifier is not None:
        found = {finding.intent for finding in findings}
        added = sorted(classifier.intents(normal) - RULES_ONLY - found, key=_ORDER.index)
        findings += [
            FoundIntent(intent, "classifier", Sureness.UNSURE, "only the classifier sees it") for intent in added
        ]
    findings.sort(key=lambda finding: _ORDER.index(finding.intent))
    return Understood(tuple(findings), tuple(_look_at(text, spelt, findings)))


def respelt(normal: str, rules: ReplyRules) -> str:
    """Typing errors, short forms and dialect written out."""
    for pattern, new in rules.spellings:
        normal = pattern.sub(new, normal)
    return normal


def sightings(spelt: str, rules: ReplyRules) -> list[Sighting]:
    """Everything that any rule sees in a reply written out."""
    seen: list[Sighting] = []
    bare = " ".join(_BARE.sub(" ", rules.courtesies.sub(" ", _BARE.sub(" ", f" {spelt} "))).split())
    whole = Clause(bare, spelt, "?" in spelt, quoted=False)
    parts = list(clauses(spelt))
    for ready in rules.rules:
        if ready.rule.scope == "reply":
            joined = Clause(bare.replace(" ", ""), spelt, whole.asks, quoted=False)
            seen.extend(_judged(ready, one) for one in (whole, joined) if _speaks(ready, one.text))
            continue
        seen.extend(
            _judged(ready, part)
            for part in parts
            if _speaks(ready, part.sentence if ready.rule.scope == "sentence" else part.text)
        )
    sure_of = {one.clause for one in seen if one.doubt is None and not one.rule.rule.only_alone}
    return [one for one in seen if not (one.rule.rule.only_alone and one.clause in sure_of)]


def _speaks(ready: ReadyRule, text: str) -> bool:
    return ready.seen.search(text) is not None and (ready.unless is None or ready.unless.search(text) is None)


def _judged(ready: ReadyRule, clause: Clause) -> Sighting:
    doubt = "quoted" if clause.quoted else None
    if doubt is None and ready.rule.unsure:
        doubt = "the words can mean something else"
    for context in ready.doubts if doubt is None else ():
        if _applies(context, clause):
            doubt = f"seen with: {context.name}"
            break
    return Sighting(ready, clause, doubt)


def _applies(context: ReadyContext, clause: Clause) -> bool:
    text = clause.sentence if context.in_sentence else clause.text
    if context.unless is not None and context.unless.search(text):
        return False
    return (context.asks and clause.asks) or (context.seen is not None and context.seen.search(text) is not None)


def _surest(seen: list[Sighting]) -> Iterator[Sighting]:
    best: dict[Intent, Sighting] = {}
    for one in seen:
        old = best.get(one.rule.rule.intent)
        if old is None or (old.doubt is not None and one.doubt is None):
            best[one.rule.rule.intent] = one
    yield from best.values()


def _finding(seen: Sighting, spelt: str, now: datetime) -> FoundIntent:
    rule, clause = seen.rule.rule, seen.clause
    sureness = Sureness.SURE if seen.doubt is None else Sureness.UNSURE
    if rule.intent not in {Intent.PROMISE, Intent.PAID}:
        return FoundIntent(rule.intent, rule.id, sureness, seen.doubt)
    named = day_past if rule.intent is Intent.PAID else day_named
    day: NamedDay | None = None
    # A payment's day stands beside it; a promise's may stand anywhere.
    for text in (clause.text, clause.sentence, spelt)[: 1 if rule.intent is Intent.PAID else 3]:
        day = named(text, now.date())
        if day is not None:
            break
    amount = amount_named(clause.text) or amount_named(clause.sentence)
    return FoundIntent(rule.intent, rule.id, sureness, seen.doubt, day, amount)


def _look_at(text: str, spelt: str, findings: list[FoundIntent]) -> Iterator[str]:
    if not findings:
        yield "nothing is left to read" if not spelt.strip(" ,.?\"'") else "no rule speaks of it"
    if len(text) > READ_CHARACTERS_MAX:
        yield f"only the first {READ_CHARACTERS_MAX} characters were read"
    for finding in findings:
        if finding.sureness is Sureness.UNSURE:
            yield f"{finding.intent} is unsure: {finding.doubt}"
        elif finding.intent is Intent.PROMISE:
            yield from _promise_gaps(finding)
        elif finding.intent in {Intent.SELF_HARM, Intent.VULNERABLE, Intent.ASKS_PLAN, Intent.QUESTION}:
            yield f"{finding.intent} is answered by a person"


def _promise_gaps(finding: FoundIntent) -> Iterator[str]:
    if finding.day is None or finding.day.day is None:
        yield f"PROMISE names no day: {finding.day.doubt if finding.day and finding.day.doubt else 'none is named'}"
    elif finding.day.doubt:
        yield f"PROMISE names a doubtful day: {finding.day.doubt}"
    if finding.amount is not None and finding.amount.doubt:
        yield f"PROMISE names a doubtful amount: {finding.amount.doubt}"
