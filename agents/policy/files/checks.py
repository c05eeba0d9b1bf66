"""Whether a policy, its pack and its texts fit each other. Whatever would fail when a message leaves is found here.

Every text is worded once for each tone, language and currency, and judged by the rules that judge it when it leaves.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from agents.decisions.guard.text import screen
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.text.sms import sms_parts
from agents.decisions.text.wording import Filling, word
from agents.decisions.time.windows import Closed, next_open
from agents.policy.files.elements import hollow, is_asked
from agents.policy.files.notices import notice_faults
from agents.policy.files.samples import SAMPLE, SAMPLE_DAY, SAMPLE_MINOR
from agents.policy.toml.reading import hint
from schemas.policy.offers import Offered
from schemas.policy.packs import RequireRule
from schemas.policy.policies import Policy, Stage
from schemas.policy.texts import Text, TextBook, elements_of, expanded, offer_of
from schemas.values.instants import instant_of

_OFFERS: Final[dict[str | None, Offered | None]] = {
    None: None,
    "plan": Offered(
        kind="plan",
        parts=12,
        part_minor=SAMPLE_MINOR,
        last_part_minor=SAMPLE_MINOR,
        first_date=SAMPLE_DAY,
        every_days=30,
    ),
    "extension": Offered(kind="extension", until=SAMPLE_DAY),
}


class TextUse(NamedTuple):
    """A text in the place where the policy uses it."""

    where: str
    name: str
    overdue: bool
    offer: str | None = None
    """The kind of the offer that it must speak of."""
    stage: Stage | None = None
    """Absent for the text about a returned payment."""


def _stages(policy: Policy) -> Iterator[tuple[str, Stage]]:
    for stage in policy.stages:
        yield f"stage {stage.code}", stage
    for name, stages in policy.ladders.items():
        for stage in stages:
            yield f"ladder {name}: stage {stage.code}", stage


def uses_of(policy: Policy) -> Iterator[TextUse]:
    """Every text that the policy can send, and where."""
    for where, stage in _stages(policy):
        yield TextUse(where, stage.text, stage.kind == "overdue", None, stage)
        if stage.offer_text is not None and stage.offer in policy.offers:
            yield TextUse(where, stage.offer_text, stage.kind == "overdue", policy.offers[stage.offer].kind, stage)
    yield TextUse("returned", policy.returned.text, overdue=True)


def tones_of(policy: Policy) -> frozenset[str]:
    """Every tone that the policy may ask for."""
    arms = (arm.tone for experiment in policy.experiments for arm in experiment.arms if arm.tone is not None)
    return frozenset({"neutral", *(segment.tone for segment in policy.segments), *arms})


def _doubles(kind: str, codes: list[str]) -> Iterator[str]:
    yield from (f"{kind} {code} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1}))


def _references(policy: Policy) -> Iterator[str]:
    """Names that nothing in the policy has."""
    for where, stage in _stages(policy):
        if stage.offer is not None and stage.offer not in policy.offers:
            yield f"{where}: no offer {stage.offer}{hint(stage.offer, policy.offers)}"
    for segment in policy.segments:
        if segment.ladder is not None and segment.ladder not in policy.ladders:
            yield f"segment {segment.code}: no ladder {segment.ladder}{hint(segment.ladder, policy.ladders)}"
    for experiment in policy.experiments:
        if policy.hand_off is None and any(arm.silent for arm in experiment.arms):
            yield f"experiment {experiment.code}: a silent arm without a hand-off forgets people"
        for arm in experiment.arms:
            if arm.ladder is not None and arm.ladder not in policy.ladders:
                where = f"experiment {experiment.code}: arm {arm.code}"
                yield f"{where}: no ladder {arm.ladder}{hint(arm.ladder, policy.ladders)}"
    yield from _doubles("segment", [segment.code for segment in policy.segments])
    yield from _doubles("experiment", [experiment.code for experiment in policy.experiments])


def _kinds(policy: Policy) -> Iterator[str]:
    """A code that stands in two ladders is the same stage in both."""
    kinds: dict[str, str] = {}
    for where, stage in _stages(policy):
        if kinds.setdefault(stage.code, stage.kind) != stage.kind:
            yield f"{where}: the code means a {kinds[stage.code]} stage elsewhere"
    if policy.hand_off is not None and policy.hand_off.code in kinds:
        yield f"hand_off: {policy.hand_off.code} is the code of a stage"


def _hours(rulebook: Rulebook) -> Iterator[str]:
    start = max(rulebook.law.pack.effective_from, date(2026, 1, 1))
    zone = rulebook.policy.lender.zone
    answers = [
        next_open(rulebook.hours, (zone,), instant_of(zone, start + timedelta(days=d)), None, None) for d in (0, 45)
    ]
    closed = [answer.code for answer in answers if isinstance(answer, Closed)]
    if len(closed) == len(answers) and set(closed) != {"CALENDAR_UNCONFIRMED"}:
        yield f"hours: nothing is left of them by the windows of pack {rulebook.law.pack.id}"


def _keywords(rulebook: Rulebook) -> Iterator[str]:
    both = sorted(rulebook.paid_words & set(rulebook.opt_out_words))
    if both:
        yield f"replies: keywords with two meanings: {', '.join(both)}"


def _text(rulebook: Rulebook, texts: TextBook, use: TextUse, tone: str, text: Text) -> Iterator[str]:
    where = f"{texts.language}: {use.name} ({tone})"
    spoken = offer_of(text)
    if spoken is not None and spoken != use.offer:
        yield f"{where}: it speaks of an offer, and {use.where} makes it none such"
        return
    has = elements_of(texts, text)
    for rule in rulebook.rules.requires:
        if not is_asked(rule, rulebook.policy, use.stage, tone, overdue=use.overdue):
            continue
        if rule.element not in has:
            yield f"{where}: {rule.element} is missing ({rule.id})"
        elif (lacks := _lacks(rule, texts, text, rulebook)) is not None:
            yield f"{where}: {rule.element} is not what it is for: {lacks} ({rule.id})"
    for currency in ("CNY", *texts.amount_by_currency):
        filling = Filling(SAMPLE, SAMPLE_MINOR, currency, SAMPLE_DAY, 88, _OFFERS[spoken])
        try:
            wording = word(texts, use.name, tone, rulebook.policy.lender, filling)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            yield f"{where}: a form cannot be filled: {error!r}"
            return
        parts = sms_parts(wording.text)
        objection, _ = screen(wording, parts, "debtor", rulebook.rules, rulebook.policy.sending.max_sms_parts)
        if objection is not None:
            said = f" ({objection.rule})" if objection.rule is not None else ""
            yield f"{where}: in {currency}: {objection.code}{said}"


def _lacks(rule: RequireRule, texts: TextBook, text: Text, rulebook: Rulebook) -> str | None:
    phrase = {str(name): words for name, words in texts.phrases.items()}.get(rule.element)
    if phrase is None:
        return None
    lender = rulebook.policy.lender
    known = {"service_number": lender.service_number, "lender": lender.name_in(texts.language)}
    filled = [part.format_map(defaultdict(str, known)) for part in (phrase, expanded(texts, text))]
    return hollow(rule, filled[0], filled[1], rulebook)


def _texts(rulebook: Rulebook) -> Iterator[str]:
    tones = tones_of(rulebook.policy)
    for _, texts in sorted(rulebook.texts.items()):
        for use in uses_of(rulebook.policy):
            for tone, text in texts.texts.get(use.name, {}).items():
                if tone in tones:
                    yield from _text(rulebook, texts, use, tone, text)


def _missing_texts(policy: Policy, books: Mapping[str, TextBook]) -> Iterator[str]:
    for language, texts in sorted(books.items()):
        for use in uses_of(policy):
            if use.name not in texts.texts:
                yield f"{language}: no text {use.name!r} ({use.where}){hint(use.name, texts.texts)}"
    known = {tone for texts in books.values() for tones in texts.texts.values() for tone in tones}
    for tone in sorted(tones_of(policy) - known if books else ()):
        yield f"tone {tone}: no text in any language has it{hint(tone, known)}"


def faults_of_names(policy: Policy, texts: Mapping[str, TextBook]) -> list[str]:
    """Names that nothing has, and names that mean two things, whatever the law."""
    return list(dict.fromkeys([*_references(policy), *_kinds(policy), *_missing_texts(policy, texts)]))


def faults(rulebook: Rulebook) -> list[str]:
    """Everything that does not fit, each once."""
    found = [*faults_of_names(rulebook.policy, rulebook.texts), *_hours(rulebook), *_keywords(rulebook)]
    return list(dict.fromkeys([*found, *_texts(rulebook), *notice_faults(rulebook)]))


def chosen_texts(policy: Policy, books: Mapping[str, TextBook], found: list[str]) -> dict[str, TextBook]:
    """The texts by a borrower's language, as the policy maps them; a language without texts is added to ``found``."""
    if not policy.languages:
        return dict(books)
    for language, name in policy.languages.items():
        if name not in books:
            found.append(f"languages: {language}: there are no texts {name}{hint(name, books)}")
    return {language: books[name] for language, name in policy.languages.items() if name in books}
