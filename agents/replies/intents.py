"""What a reply may mean, how sure that is, and what it says about days and money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol


class Intent(StrEnum):
    """In the order in which a person should look at them."""

    STOP = "STOP"
    WRONG_PERSON = "WRONG_PERSON"
    SELF_HARM = "SELF_HARM"
    VULNERABLE = "VULNERABLE"
    DISPUTE = "DISPUTE"
    HARDSHIP = "HARDSHIP"
    PAID = "PAID"
    PROMISE = "PROMISE"
    ASKS_PLAN = "ASKS_PLAN"
    QUESTION = "QUESTION"
    HELP = "HELP"


RULES_ONLY: Final = frozenset({Intent.STOP, Intent.WRONG_PERSON, Intent.SELF_HARM})
"""What a rule that people approved says of these, no classifier takes back."""


class Sureness(StrEnum):
    """A sure intent has a consequence of its own; an unsure one goes to a person."""

    SURE = "sure"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that the borrower named, by the borrower's calendar; without a doubt it can be taken as it is."""

    day: date | None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class NamedAmount:
    """An amount that the borrower named. Without a currency its minor units are hundredths."""

    minor: int
    currency: str | None = None
    """Only where a word or sign names exactly one; 元 and $ name several."""
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class FoundIntent:
    """One intent of a reply, by the first rule that is surest of it."""

    intent: Intent
    rule: str
    sureness: Sureness
    doubt: str | None = None
    """Why it is not sure."""
    day: NamedDay | None = None
    """PROMISE: pay by; PAID: paid on."""
    amount: NamedAmount | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a reply means; ``look_at`` is what a person should look at, empty when nothing is left to them."""

    findings: tuple[FoundIntent, ...]
    look_at: tuple[str, ...]

    @property
    def abstained(self) -> bool:
        """Nothing in it is sure."""
        return not any(finding.sureness is Sureness.SURE for finding in self.findings)

    def sure(self, intent: Intent) -> bool:
        """The reply surely says so."""
        return any(finding.intent is intent and finding.sureness is Sureness.SURE for finding in self.findings)


class Opinion(StrEnum):
    """What a classifier makes of one intent of a reply."""

    SAYS = "says"
    MAY_SAY = "may say"
    UNLIKELY = "unlikely"


class Classifier(Protocol):
    """A model beside the rules. It never says STOP surely, and takes back nothing of `RULES_ONLY`."""

    @property
    def name(self) -> str:
        """Stands where a rule's id would, as in ``model-1-2148d65b``."""
        ...

    @property
    def hash(self) -> str:
        """What an approval of kind ``replies`` names beside the hashes of the rules."""
        ...

    def views(self, spelt: str) -> Mapping[Intent, Opinion]:
        """Of a reply that was normalised and written out; an intent of which it has no view is missing."""
        ...


class NoClassifier:
    """The rules alone."""

    name = "no-model"
    hash = ""

    def views(self, spelt: str) -> Mapping[Intent, Opinion]:
        """None."""
        return {}
