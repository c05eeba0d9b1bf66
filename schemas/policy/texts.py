"""Approved texts as data: by language, name and tone, with a closed set of named slots.

Fixed phrases stand once per language and are put in when a text is first used, so that a mandatory element is seen by
its slot (regulation, section 9). Money and dates follow explicit patterns of the CLDR (Unicode TR 35).
"""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.facts import Code
from schemas.policy.packs import Element
from schemas.policy.patterns import amount_fault, date_fault, locale_fault
from schemas.values.channels import SMS, Channel
from schemas.values.file_data import FileData
from schemas.values.money import Currency

SLOTS: Final = frozenset({"lender", "name", "amount", "due_date", "days_past_due", "service_number"})
"""Slots that every reminder can fill."""
OFFER_SLOTS: Final[dict[str, frozenset[str]]] = {
    "plan": frozenset({"plan_parts", "plan_amount", "plan_first_date"}),
    "extension": frozenset({"extension_date"}),
}
"""Slots that only a text with an offer of that kind can fill. ``plan_amount`` is the largest part."""
PERSONAL_SLOTS: Final = frozenset({"name"})
PHRASE_SLOTS: Final = frozenset({"lender", "service_number"})
Phrase = Literal[
    "payment_route",
    "ignore_if_paid",
    "help_offer",
    "dispute_route",
    "opt_out",
    "collector_disclosure",
    "debt_advice",
]
"""Mandatory elements that are fixed phrases; `Element` has those that are slots, too."""
_SLOT: Final = re.compile(r"{([^{}]*)}")
_ELEMENT_OF_SLOT: Final[tuple[tuple[str, Element], ...]] = (
    ("name", "addressee"),
    ("amount", "amount"),
    ("due_date", "due_date"),
    ("days_past_due", "days_past_due"),
    ("service_number", "service_number"),
)


class Text(FileData):
    """One text. ``body`` holds named slots such as ``{amount}`` and names of phrases such as ``{help_offer}``."""

    id: Code
    channel: Channel = SMS
    body: Annotated[str, Field(min_length=10, max_length=500)]


class TextBook(FileData):
    """All texts of one language."""

    language: Code
    locale: str
    """As the CLDR names it, for digits, separators and names of months."""
    signature: Annotated[str, Field(max_length=24)]
    """Stands before each body; ``{lender}`` is its only slot."""
    amount: str
    """The pattern of an amount; ``¤`` is the currency's sign, ``¤¤`` its code. Decimals are the currency's."""
    amount_by_currency: dict[Currency, str] = {}
    date: str
    """The pattern of a date."""
    salutations: dict[Literal["mr", "ms", "none"], str]
    """How the recipient is named: the slots ``{surname}`` and ``{given_name}``. ``none`` stands in for the others."""
    phrases: dict[Phrase, Annotated[str, Field(min_length=2, max_length=200)]] = {}
    """Fixed wording; the slots ``{lender}`` and ``{service_number}``."""
    texts: Annotated[dict[Code, dict[Code, Text]], Field(min_length=1)]
    """By name, then by tone; the tone ``neutral`` stands in for one that a text does not have."""

    # Compiled texts are looked up by their book for every message: by which one it is, not by all that it says. What
    # two books say is compared by `texts_hash`.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @model_validator(mode="after")
    def _closed(self) -> Self:
        faults = [*_pattern_faults(self), *_frame_faults(self), *_text_faults(self)]
        if faults:
            raise ValueError("; ".join(faults))
        return self


def slots_of(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(_SLOT.findall(text))


def offer_of(text: Text) -> str | None:
    """The kind of offer that the text speaks of: only with one such can its slots be filled."""
    used = slots_of(text.body)
    return next((kind for kind, slots in OFFER_SLOTS.items() if used & slots), None)


def expanded(book: TextBook, text: Text) -> str:
    """The body with its phrases put in; the other slots are still open."""
    phrases = {f"{{{name}}}": phrase for name, phrase in book.phrases.items()}
    return _SLOT.sub(lambda slot: phrases.get(slot[0], slot[0]), text.body)


def elements_of(book: TextBook, text: Text) -> frozenset[Element]:
    """The mandatory elements that a text contains."""
    used = slots_of(text.body)
    inner = slots_of(expanded(book, text))
    found: set[Element] = {name for name in book.phrases if name in used}
    found.update(element for slot, element in _ELEMENT_OF_SLOT if slot in inner)
    if book.signature.strip():
        found.add("signature")
    return frozenset(found)


def _pattern_faults(book: TextBook) -> Iterator[str]:
    fault = locale_fault(book.locale)
    if fault is not None:
        yield f"locale: {fault}"
        return
    patterns = [("amount", amount_fault(book.amount, book.locale, None))]
    for currency, pattern in book.amount_by_currency.items():
        patterns.append((f"amount_by_currency.{currency}", amount_fault(pattern, book.locale, currency)))
    patterns.append(("date", date_fault(book.date, book.locale)))
    yield from (f"{place}: the pattern {fault}" for place, fault in patterns if fault is not None)


def _slot_faults(place: str, text: str, known: frozenset[str]) -> Iterator[str]:
    yield from (f"{place}: unknown slot {slot!r}" for slot in sorted(slots_of(text) - known))
    bare = _SLOT.sub("", text)
    if "{" in bare or "}" in bare:
        yield f"{place}: a brace that belongs to no slot"


def _frame_faults(book: TextBook) -> Iterator[str]:
    yield from _slot_faults("signature", book.signature, frozenset({"lender"}))
    for salutation, form in book.salutations.items():
        yield from _slot_faults(f"salutation {salutation}", form, frozenset({"surname", "given_name"}))
    if "none" not in book.salutations:
        yield "salutation none is missing"
    for name, phrase in book.phrases.items():
        yield from _slot_faults(f"phrase {name}", phrase, PHRASE_SLOTS)


def _text_faults(book: TextBook) -> Iterator[str]:
    known = SLOTS.union(*OFFER_SLOTS.values(), book.phrases)
    seen: set[str] = set()
    for name, tones in book.texts.items():
        if "neutral" not in tones:
            yield f"text {name}: its tone neutral is missing"
        for tone, text in tones.items():
            if text.id in seen:
                yield f"text {name}.{tone}: the id {text.id} stands twice"
            seen.add(text.id)
            yield from _slot_faults(f"text {text.id}", text.body, known)
        yield from _offer_faults(name, tones)


def _offer_faults(name: str, tones: dict[str, Text]) -> Iterator[str]:
    for text in tones.values():
        used = slots_of(text.body)
        if sum(not used.isdisjoint(slots) for slots in OFFER_SLOTS.values()) > 1:
            yield f"text {text.id}: it speaks of two kinds of offers"
    if len({offer_of(text) for text in tones.values()}) > 1:
        yield f"text {name}: its tones speak of different offers"
