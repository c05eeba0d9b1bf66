"""Words for tests: every shipped text, with the values that people and debts really have."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from agents.decisions.text.wording import Filling, Wording, word
from agents.policy.files.texts import SHIPPED_TEXTS, load_texts
from schemas.policy.offers import Offered
from schemas.policy.policies import Lender
from schemas.policy.texts import TextBook, offer_of
from schemas.stored.accounts import Profile

NO_FAULTS: list[str] = []
BOOKS = load_texts(SHIPPED_TEXTS, NO_FAULTS)
SHIPPED = sorted(
    (language, name, tone)
    for language, rulebook in BOOKS.items()
    for name in rulebook.texts
    for tone in rulebook.texts[name]
)
LONGEST_DAY = date(2026, 12, 28)


class Who(NamedTuple):
    """Who writes, from which number, to whom."""

    lender: str
    number: str
    surname: str
    given_name: str | None
    salutation: str


USUAL = {
    "zh-Hans": Who("安和消费金融", "4008800123", "张", None, "mr"),
    "zh-Hant": Who("安和消費金融", "0800123456", "張", None, "mr"),
    "en": Who("Acme Finance", "800-555-0123", "Lee", None, "mr"),
    "en-CN": Who("安和消费金融", "4008800123", "Lee", None, "mr"),
}
LONGEST = {
    "zh-Hans": Who("安和消费金融信用卡部", "400-880-0123", "买买提明", "·阿卜杜拉", "none"),
    "zh-Hant": Who("安和消費金融信用卡部", "400-880-0123", "歐陽", "娜娜·巴桑", "none"),
    "en": Who("Northern Trust Loans", "+44 1632 960 983", "Featherstonehaugh-Wilson", None, "ms"),
}
"""Ten characters and its brackets are as much as carriers register of a signature; 20 is the model's limit."""
CURRENCIES = ("CNY", "HKD", "TWD", "USD", "GBP", "EUR", "JPY", "KWD")
TWELVE_DIGITS = 123_456_789_012


def offers(rulebook: TextBook, name: str, amount_minor: int) -> Iterator[Offered | None]:
    """What the text may offer for the amount: few large parts, and many."""
    kind = offer_of(rulebook.texts[name]["neutral"])
    if kind is None:
        yield None
    elif kind == "extension":
        yield Offered(kind="extension", until=LONGEST_DAY)
    else:
        for parts in (2, 12):
            part_minor = -(-amount_minor // parts)
            last_minor = amount_minor - part_minor * (parts - 1)
            yield Offered(
                kind="plan", parts=parts, part_minor=part_minor, last_part_minor=last_minor, first_date=LONGEST_DAY
            )


def fill(
    language: str,
    name: str,
    tone: str = "neutral",
    who: Who | None = None,
    amount_minor: int = 128_050,
    currency: str = "CNY",
    due: date = date(2026, 6, 15),
    dpd: int = 3,
    offer: Offered | None = None,
) -> Wording:
    """One text of the shipped books."""
    lender, number, surname, given_name, salutation = who or USUAL[language]
    profile = Profile(1, 0, surname, given_name, salutation, "+8613800138000", language, "UTC", "debtor")
    writes = Lender(name=lender, service_number=number, zone="UTC")
    return word(BOOKS[language], name, tone, writes, Filling(profile, amount_minor, currency, due, dpd, offer))
