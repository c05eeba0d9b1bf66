"""The one door: what a reply means."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from agents.replies.amounts import amount_named
from agents.replies.clauses import Clause, clauses, without_ours
from agents.replies.days import day_named, day_past
from agents.replies.intents import (
    RULES_ONLY,
    Classifier,
    FoundIntent,
    Intent,
    NamedAmount,
    NamedDay,
    Opinion,
    Sureness,
    Understood,
)
from agents.replies.model.scoring import shipped_model
from agents.replies.normalise import READ_CHARACTERS_MAX, normalise
from agents.replies.rule_files import ReadyContext, ReadyRule, ReplyRules, respelt, rules_hash, shipped_rules

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

    ``our_texts`` are what we last wrote to the number: a reply that quotes them does not mean them. Without rules or
    a classifier they are those that ship.
    """
    rules = rules or shipped_rules()
    normal = without_ours(normalise(text[:READ_CHARACTERS_MAX]), our_texts)
    spelt = respelt(normal, rules)
    seen = _surest(sightings(spelt, rules))
    today = now.astimezone(ZoneInfo(zone)).date()
    classifier = classifier or shipped_model()
    views = classifier.views(spelt)
    findings = [_doubted(_finding(one, spelt, today), views) for one in seen]
    findings += _added(classifier.name, views, {finding.intent for finding in findings}, spelt, today)
    findings.sort(key=lambda finding: _ORDER.index(finding.intent))
    return Understood(tuple(findings), tuple(_look_at(text, spelt, findings)))


def read_by(rules: ReplyRules, classifier: Classifier) -> Iterator[str]:
    """What an approval of kind ``replies`` names: each language's rules and the model, with their hashes."""
    yield from (f"{file.language} {rules_hash(file)}" for file in rules.files)
    yield f"{classifier.name} {classifier.hash}".strip()


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


def _finding(seen: Sighting, spelt: str, today: date) -> FoundIntent:
    rule, clause = seen.rule.rule, seen.clause
    # A payment's day stands beside it; a promise's may stand anywhere.
    texts = (clause.text, clause.sentence, spelt)[: 1 if rule.intent is Intent.PAID else 3]
    return _with_slots(rule.intent, rule.id, seen.doubt, texts, (clause.text, clause.sentence), today)


def _with_slots(
    intent: Intent, rule: str, doubt: str | None, days_in: Sequence[str], amounts_in: Sequence[str], today: date
) -> FoundIntent:
    """With the first day and the first amount of the texts; a promise without any day is unsure."""
    day: NamedDay | None = None
    amount: NamedAmount | None = None
    if intent in {Intent.PROMISE, Intent.PAID}:
        named = day_past if intent is Intent.PAID else day_named
        day = next((found for text in days_in if (found := named(text, today))), None)
        amount = next((money for text in amounts_in if (money := amount_named(text))), None)
    if intent is Intent.PROMISE and day is None:
        doubt = doubt or "no day is named"
    return FoundIntent(intent, rule, Sureness.SURE if doubt is None else Sureness.UNSURE, doubt, day, amount)


def _doubted(finding: FoundIntent, views: Mapping[Intent, Opinion]) -> FoundIntent:
    """What a rule alone says is unsure where the classifier finds it unlikely, but for what only rules may say."""
    believed = finding.intent in RULES_ONLY or views.get(finding.intent) is not Opinion.UNLIKELY
    if believed or finding.sureness is Sureness.UNSURE:
        return finding
    return replace(finding, sureness=Sureness.UNSURE, doubt="the model finds it unlikely")


def _added(
    name: str, views: Mapping[Intent, Opinion], found: set[Intent], spelt: str, today: date
) -> Iterator[FoundIntent]:
    """What no rule speaks of: surely, or for a person; STOP always for a person."""
    for intent, view in views.items():
        if intent not in found and view is not Opinion.UNLIKELY:
            sure = view is Opinion.SAYS and intent is not Intent.STOP
            yield _with_slots(intent, name, None if sure else "only the model sees it", (spelt,), (spelt,), today)


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
