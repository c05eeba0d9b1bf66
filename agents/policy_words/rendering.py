"""The texts of a policy in each language, filled in as an invented person would get them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from agents.policy_words.law import approval_words
from agents.policy_words.meaning import ladders
from agents.policy_words.speech import Section, capital, count
from agents.policy_words.steps import starts_on
from agents.reminders.decisions.offers import offered
from agents.reminders.decisions.sms import sms_parts
from agents.reminders.decisions.wording import NEUTRAL, Filling, word
from schemas.accounts import Profile
from schemas.money import units
from schemas.offers import Offered
from schemas.policies import Policy, Stage
from schemas.texts import TextBook

_NAMES: Final = {"zh": ("李", "娜")}
_OTHER_NAME: Final = ("Li", "Na")
_CURRENCY: Final = "CNY"
_DUE: Final = date(2026, 6, 15)
_AMOUNT: Final = 1280
_LARGER: Final = (1, 10, 100, 1000)
"""A plan may not fit a small debt."""


class Use(NamedTuple):
    """One text that a policy uses, on the day on which it is first used."""

    name: str
    day: int
    """From the due date."""
    offer: str | None


def uses(policy: Policy) -> list[Use]:
    """Every text that the policy names, each once, in the order of the ladder."""
    found: dict[str, Use] = {}
    stages = [stage for ladder in ladders(policy).values() for stage in ladder]
    for stage in sorted(stages, key=starts_on):
        for use in _of_stage(stage):
            found.setdefault(use.name, use)
    found.setdefault(policy.returned.text, Use(policy.returned.text, 1, None))
    return list(found.values())


def _of_stage(stage: Stage) -> Iterator[Use]:
    day = starts_on(stage)
    yield Use(stage.text, day, None if stage.offer_text is not None else stage.offer)
    if stage.offer_text is not None:
        yield Use(stage.offer_text, day, stage.offer)


def tones(policy: Policy) -> list[str]:
    """Every tone that a segment or an arm asks for, the neutral one first."""
    arms = [arm.tone for experiment in policy.experiments for arm in experiment.arms if arm.tone is not None]
    return list(dict.fromkeys([NEUTRAL, *(segment.tone for segment in policy.segments), *arms]))


def text_sections(
    policy: Policy, texts: Mapping[str, TextBook], approved_by: Mapping[str, Sequence[str]]
) -> Iterator[Section]:
    """One section a language: who approved it, and each text in each tone that the policy asks for."""
    for language, book in sorted(texts.items()):
        approval = f"{capital(approval_words(approved_by.get(language, ())))}."
        yield Section(f"The texts in {language}", (approval, *_rendered(policy, book)))


def _rendered(policy: Policy, book: TextBook) -> Iterator[str]:
    for use in uses(policy):
        if use.name not in book.texts:
            yield f"`{use.name}`: there is no such text."
            continue
        for tone in tones(policy):
            if tone in book.texts[use.name]:
                yield f"`{use.name}`, tone `{tone}`{_sample(policy, book, use, tone)}"


def _sample(policy: Policy, book: TextBook, use: Use, tone: str) -> str:
    try:
        wording = word(book, use.name, tone, policy.lender, _filling(policy, book, use))
    except (KeyError, ValueError) as error:
        return f": it cannot be filled: {error}"
    return f" ({wording.template_id}, {count(sms_parts(wording.text), 'part')}): {wording.text}"


def _filling(policy: Policy, book: TextBook, use: Use) -> Filling:
    surname, given_name = _NAMES.get(book.language.partition("-")[0], _OTHER_NAME)
    profile = Profile(0, 0, "", surname, given_name, "ms", None, book.language, policy.lender.zone, "debtor")
    currency = next(iter(policy.tolerance_minor), policy.gateway.price_currency or _CURRENCY)
    amounts = [_AMOUNT * units(currency) * larger + units(currency) // 2 for larger in _LARGER]
    made = ((amount, _offer(policy, use, amount, currency)) for amount in amounts)
    amount, offer = next(((a, o) for a, o in made if o is not None), (amounts[0], None))
    return Filling(profile, amount, currency, _DUE, max(use.day, 0), offer)


def _offer(policy: Policy, use: Use, amount: int, currency: str) -> Offered | None:
    offer = policy.offers.get(use.offer or "")
    return None if offer is None else offered(offer, amount, currency, _DUE, _DUE + timedelta(days=use.day))
