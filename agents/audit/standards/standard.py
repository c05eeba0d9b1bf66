"""All files together: what a message may be held against."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from agents.audit.standards.approvals import Signatures
from agents.audit.standards.calendars import HolidayBook, read_calendar
from agents.audit.standards.packs import ApprovedRules, read_packs
from schemas.policy.approvals import content_hash
from schemas.policy.policies import Policy, Stage
from schemas.policy.texts import Text, TextBook, elements_of, expanded, slots_of

SHIPPED: Final = Path(__file__).parents[2] / "policy"


class StandardFault(ValueError):
    """A file that the audit goes by cannot be read; the message names it."""


class AuditPlaces(NamedTuple):
    """Where the files are; None: those that ship."""

    policy: Path | None = None
    earlier: Path | None = None
    packs: Path | None = None
    texts: Path | None = None
    calendars: Path | None = None
    approvals: Path | None = None
    approvers: Path | None = None


class ApprovedTexts(NamedTuple):
    """The texts of one language, under one hash."""

    book: TextBook
    hash: str
    by_id: dict[str, "ApprovedText"]


class ApprovedText(NamedTuple):
    """One text, with what follows from it alone."""

    name: str
    """The one that stages use."""
    id: str
    body: str
    """With its phrases put in; the other slots are open."""
    slots: frozenset[str]
    elements: frozenset[str]


class Standard:
    """What was approved, by its name."""

    def __init__(self, places: AuditPlaces) -> None:
        """Raises StandardFault."""
        self._senders: dict[tuple[str, str], str] = {}
        try:
            own = places.policy or SHIPPED / "policies" / "cn-consumer.toml"
            self.policies: dict[tuple[str, str], Policy] = {}
            for path in (own, *_policy_files(places)):
                policy = Policy.model_validate(_toml(path))
                self.policies.setdefault((policy.id, policy.version), policy)
            folders = [folder for folder in (places.packs, SHIPPED / "packs") if folder is not None]
            self.packs: dict[tuple[str, str], ApprovedRules] = read_packs(folders)
            texts = places.texts or SHIPPED / "texts"
            self.texts = {book.book.language: book for book in _books(texts)}
            self.notices = {book.book.language: book for book in _books(texts / "notices")}
            self.calendars: dict[str, HolidayBook] = {}
            for folder in (SHIPPED / "calendars", places.calendars):
                for path in sorted(folder.glob("*.toml")) if folder is not None else ():
                    calendar = read_calendar(path)
                    self.calendars[calendar.id] = calendar
            self.signatures = Signatures(places.approvals, places.approvers)
        except (OSError, ValueError, KeyError, ValidationError) as error:
            raise StandardFault(f"a file that the audit goes by cannot be read: {_one_line(error)}") from error

    def sender_hash(self, policy: Policy) -> str:
        """What two people approve of who writes."""
        known = self._senders.get((policy.id, policy.version))
        if known is None:
            known = self._senders[policy.id, policy.version] = _sender_hash(policy)
        return known


def _sender_hash(policy: Policy) -> str:
    content = {
        "lender": policy.lender.model_dump(mode="json", exclude_defaults=True),
        "gateway": policy.gateway.model_dump(mode="json", exclude={"price_per_part", "price_currency"}),
        "offers": {name: offer.model_dump(mode="json") for name, offer in policy.offers.items()},
    }
    return content_hash(content)


def stages_of(policy: Policy) -> Iterator[Stage]:
    """The stages of every ladder that the policy has."""
    yield from policy.stages
    for ladder in policy.ladders.values():
        yield from ladder


def _policy_files(places: AuditPlaces) -> Iterator[Path]:
    if places.earlier is not None:
        yield from sorted(places.earlier.glob("*.toml"))
    yield from sorted((SHIPPED / "policies" / "earlier").glob("*.toml"))


def _books(folder: Path) -> Iterator[ApprovedTexts]:
    for path in sorted(folder.glob("*.toml")):
        body = _toml(path)
        book = TextBook.model_validate(body)
        by_id = {text.id: _text(book, name, text) for name, tones in book.texts.items() for text in tones.values()}
        yield ApprovedTexts(book, content_hash(book.model_dump(mode="json", exclude_unset=True)), by_id)


def _text(book: TextBook, name: str, text: Text) -> ApprovedText:
    body = expanded(book, text)
    return ApprovedText(name, text.id, body, slots_of(body), frozenset(elements_of(book, text)))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
