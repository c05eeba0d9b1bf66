"""What is no fault of a policy and still keeps it from sending, or is worth a second look."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from agents.decisions.text.linter.lint import lint_parts
from agents.decisions.text.wording import NEUTRAL, Wording
from agents.decisions.time.calendars import Calendar
from agents.policy.files.checks import tones_of
from agents.policy.name_trials import unreached
from agents.policy.stage_codes import ladders
from agents.policy.words.law import approval_words
from agents.policy.words.rendering import samples, uses
from agents.policy.words.speech import coded, dated, joined
from agents.policy.words.week import NEVER, week_words
from schemas.policy.approvals import APPROVERS
from schemas.policy.packs import Pack, ProviderRule, WindowRule
from schemas.policy.policies import Policy
from schemas.policy.texts import TextBook

_LEFT_OPEN: Final = {
    "window": "no hours but the policy's own",
    "cap": "nothing bounds how often a person is written to but the minimum gap",
    "forbid": "no text is looked at by the linter",
}
AHEAD_DAYS: Final = 90
"""So far ahead of the day in question a calendar should be confirmed: the next year's comes out in November."""


class Facts(NamedTuple):
    """A policy that has no fault, with everything that stands around it."""

    policy: Policy
    pack: Pack
    """Merged with what it extends."""
    texts: Mapping[str, TextBook]
    """By the borrower's language."""
    approved_by: Sequence[str]
    texts_approved_by: Mapping[str, Sequence[str]]
    """By the language of the texts."""
    calendars: Mapping[str, Calendar]
    approved_other: Mapping[tuple[str, str], Sequence[str]] = {}
    """Kind and id -> who approved what it says no more, or does not say yet."""
    doubts: Sequence[str] = ()
    """What else is to be known of the approvals."""


def warnings(facts: Facts, day: date) -> list[str]:
    """Everything to know before the policy is used on ``day`` (of the lender) and after it, one line each."""
    found = [
        *_approvals(facts),
        *facts.doubts,
        *_force(facts.pack, day),
        *_gaps(facts.pack),
        *_hours(facts),
        *_contract(facts),
    ]
    found += [*_amounts(facts.policy), *_calendars(facts, day), *_unused(facts.policy)]
    for book in _books(facts.texts):
        found += [*_tones(facts.policy, book), *_lint(facts.policy, book)]
        found += unreached(facts.policy, facts.pack, book)
    return found


def _books(texts: Mapping[str, TextBook]) -> list[TextBook]:
    """Each once: several languages may have the same texts."""
    return list({book.language: book for book in texts.values()}.values())


def _approvals(facts: Facts) -> Iterator[str]:
    pack = facts.pack
    if len(facts.approved_by) < APPROVERS:
        yield f"pack {pack.id} {pack.version}: {approval_words(facts.approved_by)}{_other(facts, 'pack', pack.id)}"
    for book in _books(facts.texts):
        given = facts.texts_approved_by.get(book.language, ())
        if len(given) < APPROVERS:
            yield f"texts {book.language}: {approval_words(given)}{_other(facts, 'texts', book.language)}"


def _other(facts: Facts, kind: str, subject: str) -> str:
    people = facts.approved_other.get((kind, subject), ())
    return f"; {joined(people)} approved another content than it has now" if people else ""


def _force(pack: Pack, day: date) -> Iterator[str]:
    if pack.requires_overlay:
        yield f"pack {pack.id}: it sends only as part of a pack that extends it"
    if day < pack.effective_from:
        yield f"pack {pack.id}: it is in force from {dated(pack.effective_from)} on only"
    if pack.effective_to is not None and day > pack.effective_to:
        yield f"pack {pack.id}: its last day was {dated(pack.effective_to)}"


def _gaps(pack: Pack) -> Iterator[str]:
    """A rule that is not there restricts nothing."""
    kinds = {rule.kind for rule in pack.rules}
    for kind, left_open in _LEFT_OPEN.items():
        if kind not in kinds:
            yield f"pack {pack.id}: no rule of the kind {kind}: {left_open}"


def _hours(facts: Facts) -> Iterator[str]:
    windows = [rule for rule in facts.pack.rules if isinstance(rule, WindowRule)]
    if week_words(facts.policy.hours, windows, facts.policy.sending.window_margin_minutes) == NEVER:
        yield f"hours: the windows of pack {facts.pack.id} leave nothing of them: nothing is sent"


def _contract(facts: Facts) -> Iterator[str]:
    for rule in facts.pack.rules:
        if isinstance(rule, ProviderRule) and not getattr(facts.policy.gateway, rule.needs):
            yield f"gateway: {rule.needs} is false, and {rule.id} asks for it: nothing is sent"


def _amounts(policy: Policy) -> Iterator[str]:
    """Without limits a file whose amounts are a hundred times too high is sent as it is."""
    if not policy.amounts.upper_minor:
        yield "amounts: no upper_minor: a text states any amount"
    elif bare := sorted(set(policy.tolerance_minor) - set(policy.amounts.upper_minor)):
        yield f"amounts: no upper_minor for {joined(bare)}: a text states any amount in it"
    if policy.amounts.jump_times is None:
        yield "amounts: no jump_times: an amount may be any multiple of what was told of its instalment"


def _calendars(facts: Facts, day: date) -> Iterator[str]:
    years = sorted({day.year, (day + timedelta(days=AHEAD_DAYS)).year})
    asked: dict[str, list[str]] = {}
    for rule in facts.pack.rules:
        if isinstance(rule, WindowRule) and rule.calendar is not None:
            asked.setdefault(rule.calendar, []).append(rule.id)
    for name, rules in asked.items():
        calendar = facts.calendars.get(name)
        for year in years:
            if calendar is None or year not in calendar.confirmed:
                yield f"calendar {name}: {year} is not confirmed: nothing is sent in it ({', '.join(rules)})"


def _unused(policy: Policy) -> Iterator[str]:
    climbed = {segment.ladder for segment in policy.segments}
    climbed |= {arm.ladder for experiment in policy.experiments for arm in experiment.arms}
    yield from (f"ladder {name}: no segment and no arm names it" for name in policy.ladders if name not in climbed)
    made = {stage.offer for stages in ladders(policy).values() for stage in stages}
    yield from (f"offer {code}: no stage makes it" for code in policy.offers if code not in made)


def _tones(policy: Policy, book: TextBook) -> Iterator[str]:
    for tone in sorted(tones_of(policy) - {NEUTRAL}):
        without = [use.name for use in uses(policy) if use.name in book.texts and tone not in book.texts[use.name]]
        if without:
            yield f"texts {book.language}: not in the tone {tone}, so neutral in its place: {coded(without)}"


def _lint(policy: Policy, book: TextBook) -> Iterator[str]:
    for sample in samples(policy, book):
        if isinstance(sample.wording, Wording):
            body = sample.wording.text.removeprefix(sample.wording.signature)
            for finding in lint_parts(body, sample.wording.variables, role="debtor"):
                where = f"texts {book.language}: {sample.name} ({sample.tone})"
                yield f"{where}: {finding.category}, at {finding.phrase!r}"
