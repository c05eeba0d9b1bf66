"""A policy as a person would say it."""

from collections.abc import Iterator, Mapping, Sequence

from agents.policy.words import law, offering, people, steps
from agents.policy.words.rendering import text_sections
from agents.policy.words.speech import Section
from agents.policy.words.versions import version_lines
from schemas.policy.packs import Pack
from schemas.policy.policies import Policy
from schemas.policy.texts import TextBook


def explain(
    policy: Policy,
    pack: Pack,
    approved_by: Sequence[str],
    texts: Mapping[str, TextBook],
    texts_approved_by: Mapping[str, Sequence[str]] | None = None,
) -> list[Section]:
    """All of a policy, section by section: who writes, when, how often, what, to whom, and in which words.

    ``pack`` is merged with what it extends; ``approved_by`` and ``texts_approved_by`` (by language) name who approved
    exactly this. Absent approvals of texts are those that nobody gave.
    """
    return [
        section for section in _sections(policy, pack, approved_by, texts, texts_approved_by or {}) if section.lines
    ]


def _sections(
    policy: Policy,
    pack: Pack,
    approved_by: Sequence[str],
    texts: Mapping[str, TextBook],
    texts_approved_by: Mapping[str, Sequence[str]],
) -> Iterator[Section]:
    yield Section("Who writes, and under which law", tuple(law.who_and_law(policy, pack, approved_by)))
    yield Section("This version", tuple(version_lines(policy)))
    yield Section("When", tuple(law.when(policy, pack)))
    yield Section("How often", tuple(law.how_often(policy, pack)))
    yield Section("To whom, and when there is silence", tuple(law.to_whom(policy, pack)))
    yield from steps.ladder_sections(policy, pack)
    yield Section("Who is treated differently", tuple(people.segment_lines(policy)))
    yield Section("Offers", tuple(offering.offer_lines(policy)))
    yield Section("Experiments", tuple(people.experiment_lines(policy)))
    yield Section("How fast, and at what price", tuple(offering.pacing_lines(policy)))
    yield Section("What a text must hold", tuple(law.what_texts_need(policy, pack)))
    yield from text_sections(policy, texts, texts_approved_by)
