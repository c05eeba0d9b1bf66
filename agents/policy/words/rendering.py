"""The texts of a policy in each language, filled in as an invented person would get them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from agents.decisions.policy.offers import offered
from agents.decisions.text.sms import sms_parts
from agents.decisions.text.wording import Filling, Wording, word
from agents.policy.files.checks import tones_of
from agents.policy.stage_codes import ladders
from agents.policy.words.law import approval_words
from agents.policy.words.speech import Section, capital, count
from agents.policy.words.steps import starts_on
from schemas.policy.offers import Offered
from schemas.policy.policies import Policy, Stage
from schemas.policy.texts import TextBook
from schemas.stored.accounts import Profile
from schemas.values.money import units

_NAMES: Final = {"zh": ("李", "娜")}
_OTHER_NAME: Final = ("Li", "Na")
_CURRENCY: Final = "CNY"
_DUE: Final = date(2026, 6, 15)
_AMOUNT: Final = 1280
_LARGER: Final = (1, 10, 100, 1000)
"""A plan may not fit a small debt."""


class FirstUse(NamedTuple):
    """One text that a policy uses, on the day on which it is first used."""

    name: str
    day: int
    """From the due date."""
    offer: str | None


class Sample(NamedTuple):
    """A text as an invented person would get it."""

    name: str
    tone: str
    wording: Wording | str
    """Why it cannot be filled, if it cannot."""


def uses(policy: Policy) -> list[FirstUse]:
    """Every text that the policy names, each once, in the order of the ladder."""
    found: dict[str, FirstUse] = {}
    stages = [stage for ladder in ladders(policy).values() for stage in ladder]
    for stage in sorted(stages, key=starts_on):
        for use in _of_stage(stage):
            found.setdefault(use.name, use)
    found.setdefault(policy.returned.text, FirstUse(policy.returned.text, 1, None))
    return list(found.values())


def _of_stage(stage: Stage) -> Iterator[FirstUse]:
    day = starts_on(stage)
    yield FirstUse(stage.text, day, None if stage.offer_text is not None else stage.offer)
    if stage.offer_text is not None:
        yield FirstUse(stage.offer_text, day, stage.offer)


def text_sections(
    policy: Policy, texts: Mapping[str, TextBook], approved_by: Mapping[str, Sequence[str]]
) -> Iterator[Section]:
    """One section a language: who approved it, and each text in each tone that the policy asks for.

    ``texts`` are by the borrower's language, ``approved_by`` by the language of the texts.
    """
    for language, book in sorted(texts.items()):
        named = "" if book.language == language else f": those of {book.language}"
        approval = f"{capital(approval_words(approved_by.get(book.language, ())))}."
        yield Section(f"The texts in {language}{named}", (approval, *_told(policy, book)))


def _told(policy: Policy, book: TextBook) -> Iterator[str]:
    yield from (f"`{use.name}`: there is no such text." for use in uses(policy) if use.name not in book.texts)
    for sample in samples(policy, book):
        yield f"`{sample.name}`, tone `{sample.tone}`{_shown(sample)}"


def _shown(sample: Sample) -> str:
    if isinstance(sample.wording, str):
        return f": it cannot be filled: {sample.wording}"
    parts = count(sms_parts(sample.wording.text), "part")
    return f" ({sample.wording.template_id}, {parts}): {sample.wording.text}"


def samples(policy: Policy, book: TextBook) -> Iterator[Sample]:
    """Every text of a language that the policy uses, in each tone that it asks for and the text has."""
    asked = tones_of(policy)
    for use in uses(policy):
        for tone in book.texts.get(use.name, ()):
            if tone in asked:
                yield Sample(use.name, tone, _worded(policy, book, use, tone))


def _worded(policy: Policy, book: TextBook, use: FirstUse, tone: str) -> Wording | str:
    try:
        return word(book, use.name, tone, policy.lender, filling_of(policy, book, use))
    except (KeyError, ValueError) as error:
        return str(error)


def filling_of(policy: Policy, book: TextBook, use: FirstUse) -> Filling:
    """What a text states of an invented person, with an amount that its offer fits."""
    surname, given_name = _NAMES.get(book.language.partition("-")[0], _OTHER_NAME)
    profile = Profile(0, 0, surname, given_name, "ms", None, book.language, policy.lender.zone, "debtor")
    currency = next(iter(policy.tolerance_minor), policy.gateway.price_currency or _CURRENCY)
    amounts = [_AMOUNT * units(currency) * larger + units(currency) // 2 for larger in _LARGER]
    made = ((amount, _offer(policy, use, amount, currency)) for amount in amounts)
    amount, offer = next(((a, o) for a, o in made if o is not None), (amounts[0], None))
    return Filling(profile, amount, currency, _DUE, max(use.day, 0), offer)


def _offer(policy: Policy, use: FirstUse, amount: int, currency: str) -> Offered | None:
    offer = policy.offers.get(use.offer or "")
    return None if offer is None else offered(offer, amount, currency, _DUE, _DUE + timedelta(days=use.day))
