"""The right words: an approved text with its named slots filled. No logic in a text, no free text from outside."""

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from agents.decisions.text.linter.shape import masked
from agents.decisions.text.names import plain
from schemas.policy.offers import Offered
from schemas.policy.patterns import amount_text, date_text
from schemas.policy.policies import Lender
from schemas.policy.texts import Text, TextBook, expanded, offer_of
from schemas.stored.accounts import Profile
from schemas.stored.structs import Struct

NEUTRAL: Final = "neutral"
_WORDS: Final = frozenset({"lender", "name", "service_number"})
"""Slots that are no number of this debt."""


class Wording(Struct, frozen=True):
    """A rendered text and what went into it."""

    text: str
    template_id: str
    variables: dict[str, str]
    """Every slot that is no phrase, as it is written."""
    signature: str
    shape: str
    """The body with its own amounts and days masked: texts of one shape say the same."""
    tone: str = NEUTRAL
    """The tone of the text that was found."""
    frame: str = ""
    """The body without its variables."""


class Filling(NamedTuple):
    """Everything that a text may state. The due date is the lender's day; days past due count from it."""

    profile: Profile
    amount_minor: int
    currency: str
    """Empty where the text states no amount."""
    due: date
    dpd: int
    offer: Offered | None = None


class _Form(NamedTuple):
    """A text whose phrases have been put in."""

    text: Text
    tone: str
    body: str
    frame: str
    offer: str | None


@lru_cache(maxsize=1024)
def _form(rulebook: TextBook, name: str, tone: str) -> _Form:
    tones = rulebook.texts[name]
    found = tone if tone in tones else NEUTRAL
    text = tones[found]
    body = expanded(rulebook, text)
    return _Form(text, found, body, body.format_map(defaultdict(lambda: "\0")), offer_of(text))


@lru_cache(maxsize=256)
def _signed(form: str, lender_name: str) -> str:
    return form.format(lender=lender_name)


def addressee(profile: Profile, rulebook: TextBook) -> str:
    """How the person is named; never more than surname, given name and salutation."""
    form = rulebook.salutations.get(profile.salutation) or rulebook.salutations["none"]  # type: ignore[call-overload]  # a str key
    return str(form.format(surname=plain(profile.surname), given_name=plain(profile.given_name or ""))).strip()


def amount_in(rulebook: TextBook, minor: int, currency: str) -> str:
    """An amount as the language writes it."""
    return amount_text(minor, currency, rulebook.amount_by_currency.get(currency) or rulebook.amount, rulebook.locale)


def date_in(rulebook: TextBook, day: date) -> str:
    """A day as the language writes it."""
    return date_text(day, rulebook.date, rulebook.locale)


def word(rulebook: TextBook, name: str, tone: str, lender: Lender, filling: Filling) -> Wording:
    """Fill the text ``name`` of a language, in ``tone`` if it has that one, else in the neutral tone.

    Raises KeyError if the language has no such text, and ValueError if the text speaks of an offer that is not made.
    """
    form = _form(rulebook, name, tone)
    lender_name = lender.name_in(rulebook.language)
    variables = {
        "lender": lender_name,
        "name": addressee(filling.profile, rulebook),
        "amount": amount_in(rulebook, filling.amount_minor, filling.currency) if filling.currency else "",
        "due_date": date_in(rulebook, filling.due),
        "days_past_due": str(filling.dpd),
        "service_number": lender.service_number,
    }
    if form.offer is not None:
        if filling.offer is None or filling.offer.kind != form.offer:
            raise ValueError(f"text {form.text.id} speaks of an offer that is not made: {form.offer}")
        variables.update(_offer_slots(rulebook, filling.offer, filling.currency))
    signature = _signed(rulebook.signature, lender_name)
    text = signature + form.body.format_map(variables)
    shape = form.body.format_map(
        {slot: value if slot in _WORDS else masked(value) for slot, value in variables.items()}
    )
    return Wording(text, form.text.id, variables, signature, shape, form.tone, form.frame)


def _offer_slots(rulebook: TextBook, offer: Offered, currency: str) -> dict[str, str]:
    slots = {}
    if offer.first_date is not None:
        slots["plan_parts"] = str(offer.parts)
        slots["plan_amount"] = amount_in(rulebook, offer.part_minor, currency)
        slots["plan_first_date"] = date_in(rulebook, offer.first_date)
    if offer.until is not None:
        slots["extension_date"] = date_in(rulebook, offer.until)
    return slots
