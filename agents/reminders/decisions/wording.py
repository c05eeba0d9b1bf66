"""The right words: an approved text with its named slots filled. No logic in a text, no free text from outside."""

from datetime import date
from functools import lru_cache

from schemas.accounts import Profile, Struct
from schemas.money import plain
from schemas.policies import Lender, TextBook

_GSM7_DOUBLE = frozenset("^{}\\[~]|€\f")
_GSM7 = _GSM7_DOUBLE.union(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


class Wording(Struct, frozen=True):
    """A rendered text and what went into it."""

    text: str
    template_id: str
    variables: dict[str, str]
    signature: str


def addressee(profile: Profile, book: TextBook) -> str:
    """How the person is named; never more than surname, given name and salutation."""
    form = book.salutations.get(profile.salutation) or book.salutations["none"]  # type: ignore[call-overload]  # a str key
    return str(form.format(surname=profile.surname, given_name=profile.given_name or "")).strip()


@lru_cache(maxsize=4096)
def _day(day: date, form: str, month_names: tuple[str, ...]) -> str:
    month_name = month_names[day.month - 1] if month_names else ""
    return form.format(year=day.year, month=day.month, day=day.day, month_name=month_name)


@lru_cache(maxsize=256)
def _signed(form: str, lender_name: str) -> str:
    return form.format(lender=lender_name)


def word(
    book: TextBook,
    name: str,
    lender: Lender,
    profile: Profile,
    amount_minor: int,
    currency: str,
    due: date,
    dpd: int,
) -> Wording:
    """Fill the text ``name`` of a language."""
    text, lender_name = book.texts[name], lender.name_in(book.language)
    amount_form = book.amount_by_currency.get(currency) or book.amount
    variables = {
        "lender": lender_name,
        "name": addressee(profile, book),
        "amount": amount_form.format(amount=plain(amount_minor, currency), currency=currency),
        "due_date": _day(due, book.date, book.month_names),
        "days_past_due": str(dpd),
        "service_number": lender.service_number,
    }
    signature = _signed(book.signature, lender_name)
    return Wording(signature + text.body.format_map(variables), text.id, variables, signature)


def sms_parts(text: str) -> int:
    """How many SMS carry the text: GSM-7 160/153 septets, UCS-2 70/67 UTF-16 units (regulation.md section 7).

    An extension character costs two septets, a character outside the basic plane two units.
    """
    if _GSM7.issuperset(text):
        units, single, several = len(text) + sum(char in _GSM7_DOUBLE for char in text), 160, 153
    else:
        units, single, several = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= single else -(-units // several)
