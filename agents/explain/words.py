"""The words of a message that is gone: rebuilt from its decision, and proved by the hash that the decision carries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from pydantic import ValidationError

from agents.decisions import Rulebook
from agents.decisions.text.names import in_gsm7, plain
from agents.explain.records import AccountRecord
from schemas.facts import ProfileUpdated
from schemas.policy.texts import Text, TextBook, expanded
from schemas.values.identity import fingerprint
from streams import roles

HIDDEN_NAME: Final = "•••"

Standing = Literal["proved", "name not known", "differs", "not rebuilt"]


class RebuiltText(NamedTuple):
    """What a message said, as far as it can be told."""

    standing: Standing
    """``proved``: with the name of a profile that was told before, the words have the hash of what left."""
    why: str
    text: str | None
    """With the name hidden."""
    template_id: str | None
    text_hash: str | None


def decision_of(records: Iterable[AccountRecord], reminder_id: str) -> AccountRecord | None:
    """The decision by which a message left; None when there is none among the records."""
    for record in records:
        if record.role == roles.REMINDER_DECISIONS:
            body = record.body()
            if body.get("reminder_id") == reminder_id and body.get("text_hash"):
                return record
    return None


def rebuilt(decision: Mapping[str, Any], records: Sequence[AccountRecord], books: Iterable[Rulebook]) -> RebuiltText:
    """The words of the message that left by this decision. ``records`` are the account's, with its profiles."""
    template_id, variables, text_hash = decision.get("template_id"), decision.get("variables"), decision["text_hash"]
    found = next(_templates(str(template_id), decision, books), None)
    if found is None or not isinstance(variables, dict):
        why = "the text is in no version of the policy that is at hand: give the files of that time"
        return RebuiltText("not rebuilt", why, None, template_id, text_hash)
    book, text = found
    try:
        hidden = _filled(book, text, variables, HIDDEN_NAME)
    except (KeyError, ValueError, IndexError):
        why = "the text that is at hand has other slots than the one that left"
        return RebuiltText("not rebuilt", why, None, template_id, text_hash)
    names = tuple(dict.fromkeys(_names(book, records)))
    if any(fingerprint(_filled(book, text, variables, name)) == text_hash for name in names):
        why = "with the name of the profile, these words have the hash that the decision carries"
        return RebuiltText("proved", why, hidden, template_id, text_hash)
    if not names:
        why = "no profile with a name is known any more, so the hash cannot be compared"
        return RebuiltText("name not known", why, hidden, template_id, text_hash)
    why = "with no name that is still known these words have the hash that the decision carries: the name or the text "
    return RebuiltText("differs", f"{why}was another one", hidden, template_id, text_hash)


def _templates(
    template_id: str, decision: Mapping[str, Any], books: Iterable[Rulebook]
) -> Iterator[tuple[TextBook, Text]]:
    """Texts of this id, those of the version that decided first."""
    for rulebook in sorted(books, key=lambda one: one.hash != decision.get("policy_hash")):
        for book in (*rulebook.texts.values(), *rulebook.notices.values()):
            for tones in book.texts.values():
                yield from ((book, text) for text in tones.values() if text.id == template_id)


def _filled(book: TextBook, text: Text, variables: Mapping[str, str], name: str) -> str:
    signature = book.signature.format(lender=variables["lender"])
    return signature + expanded(book, text).format_map({**variables, "name": name})


def _names(book: TextBook, records: Sequence[AccountRecord]) -> Iterator[str]:
    """How the person may have been named, by the newest profile first."""
    for record in reversed(records):
        if record.role != roles.PROFILE_UPDATED or record.value is None:
            continue
        try:
            profile = ProfileUpdated.model_validate_json(record.value)
        except ValidationError:
            continue
        form = book.salutations.get(profile.salutation) or book.salutations["none"]
        surname, given_name = plain(profile.surname), plain(profile.given_name or "")
        yield form.format(surname=surname, given_name=given_name).strip()
        yield form.format(surname=in_gsm7(surname), given_name=in_gsm7(given_name)).strip()
