"""Who the person is by the profiles that were known, and how their name may be written."""

import re
import unicodedata
from typing import Any, Final

from agents.audit.accounts.words import Known, newest
from agents.audit.evidence import Told
from schemas.cases import AccountErased
from schemas.facts import ProfileUpdated
from schemas.policy.texts import TextBook

_JOINERS: Final = dict.fromkeys((0x200C, 0x200D))
_PLAIN: Final = str.maketrans("\u00a0\u202f\u2009\u2018\u2019\u02bc", "   '''")
_NUMBER: Final = re.compile(r"\d{3}")
_LINK: Final = re.compile(r"https?:|www\.|[a-z0-9]\.(com|net|org|cn|cc|top|me|link|io)\b|/", re.IGNORECASE)


def profiles(known: Known) -> list[Told]:
    """The profile that counts; several where words tie, none where it was taken away or never told."""
    words = known.of(ProfileUpdated)
    if known.erased:
        last = known.erased[-1]
        words = [told for told in words if (told.at.time_ms, told.at.offset) > (last.time_ms, last.offset)]
    for gone in known.of(AccountErased):
        words = [told for told in words if told.fact.time > gone.fact.time]
    return newest(words)


def names(book: TextBook, profile: Any) -> set[str]:
    """Every way in which the salutations may name the person, as letters that compare."""
    salutation = profile.salutation if profile.salutation in book.salutations else "none"
    forms = {str(name): form for name, form in book.salutations.items()}
    found = set()
    for form in {salutation, "none"}:
        text = forms[form]
        parts = {"surname": profile.surname, "given_name": profile.given_name or ""}
        found.add(_filled(text, parts))
    return {letters(name) for name in found}


def _filled(form: str, parts: dict[str, str]) -> str:
    for slot, value in parts.items():
        form = form.replace(f"{{{slot}}}", value)
    return " ".join(form.split())


def letters(name: str) -> str:
    """A name without marks, joiners, case and forms of quotes: what the network may have changed of it."""
    plain = unicodedata.normalize("NFKD", name.translate(_JOINERS).translate(_PLAIN))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(unicodedata.normalize("NFKC", kept).casefold().split())


def carries(profile: Any) -> str | None:
    """What a name carries that no name has; None where it is a name."""
    whole = f"{profile.surname} {profile.given_name or ''}"
    if _NUMBER.search(unicodedata.normalize("NFKC", whole)):
        return "a number"
    return "a link" if _LINK.search(whole) else None
