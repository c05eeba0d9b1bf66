"""Changes of texts: wording by language, name and tone, and the forms that all texts share."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from agents.policy.changes.changes import Change, ChangeScope, by_name
from schemas.policy.texts import Text, TextBook

_NONE: Final = "nothing"


def text_changes(earlier: Mapping[str, TextBook], later: Mapping[str, TextBook]) -> Iterator[Change]:
    """What the texts differ in, language by language. All versions of a policy write with the texts of today."""
    for told in by_name(
        earlier,
        later,
        lambda language, _: [f"the language {language} is gone: nobody who reads it is written to"],
        lambda language, book: [f"the language {language} is new, with {len(book.texts)} texts"],
        _book,
    ):
        yield Change("texts", told, ChangeScope.everybody)


def _book(language: str, before: TextBook, after: TextBook) -> Iterator[str]:
    for place, (old, new) in _forms(before, after):
        if old != new:
            yield f"{language}: {place} is now {_quoted(new)} instead of {_quoted(old)}"
    yield from by_name(
        _flat(before),
        _flat(after),
        lambda name, text: [f"{language}: {name} is gone: {_quoted(text.body)}"],
        lambda name, text: [f"{language}: {name} is new ({text.id}): {_quoted(text.body)}"],
        lambda name, old, new: [f"{language}: {name} {told}" for told in _text(old, new)],
    )


def _forms(before: TextBook, after: TextBook) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    """Everything but the texts, as ``place -> (before, after)``."""
    yield "the locale", (before.locale, after.locale)
    yield "the signature", (before.signature, after.signature)
    yield "the pattern of amounts", (before.amount, after.amount)
    yield "the pattern of dates", (before.date, after.date)
    tables: tuple[tuple[str, Mapping[Any, str], Mapping[Any, str]], ...] = (
        ("the pattern of amounts in", before.amount_by_currency, after.amount_by_currency),
        ("the salutation", before.salutations, after.salutations),
        ("the phrase", before.phrases, after.phrases),
    )
    for what, old, new in tables:
        for name in sorted(old.keys() | new.keys()):
            yield f"{what} {name}", (old.get(name), new.get(name))


def _flat(book: TextBook) -> dict[str, Text]:
    return {
        f"the text `{name}` in the tone `{tone}`": text
        for name, tones in book.texts.items()
        for tone, text in tones.items()
    }


def _text(before: Text, after: Text) -> Iterator[str]:
    if before.body != after.body:
        same = f", under the same id {after.id}" if before.id == after.id else ""
        yield f"now reads {_quoted(after.body)} instead of {_quoted(before.body)}{same}"
    if before.id != after.id:
        yield f"has the id {after.id} instead of {before.id}"
    if before.channel != after.channel:
        yield f"is for {after.channel} instead of {before.channel}"


def _quoted(wording: str | None) -> str:
    return _NONE if wording is None else f"“{wording}”"
