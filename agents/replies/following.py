"""What follows from a reply: the kinds of facts that its sure intents lead to. What is not sure leads to a person."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from agents.replies.intents import FoundIntent, Intent, Sureness, Understood


class Consequence(StrEnum):
    """A kind of fact, or who acts."""

    OPT_OUT = "opt-out"
    DISOWNED_NUMBER = "disowned-number"
    HOLD_VULNERABLE = "hold-vulnerable"
    HOLD_DISPUTE = "hold-dispute"
    HOLD_HARDSHIP = "hold-hardship"
    PAID_CLAIM = "paid-claim"
    PROMISE = "promise"
    HELP_TEXT = "help-text"
    PERSON = "person"


class Following(NamedTuple):
    """One consequence and the rule that it comes from; without a rule nothing was found."""

    consequence: Consequence
    because: str


_OF_INTENT: Final[dict[Intent, tuple[Consequence, ...]]] = {
    Intent.STOP: (Consequence.OPT_OUT,),
    Intent.WRONG_PERSON: (Consequence.DISOWNED_NUMBER,),
    Intent.SELF_HARM: (Consequence.HOLD_VULNERABLE, Consequence.PERSON),
    Intent.VULNERABLE: (Consequence.HOLD_VULNERABLE, Consequence.PERSON),
    Intent.DISPUTE: (Consequence.HOLD_DISPUTE,),
    Intent.HARDSHIP: (Consequence.HOLD_HARDSHIP,),
    Intent.PAID: (Consequence.PAID_CLAIM,),
    Intent.ASKS_PLAN: (Consequence.PERSON,),
    Intent.QUESTION: (Consequence.PERSON,),
    Intent.HELP: (Consequence.HELP_TEXT,),
}


def follows(understood: Understood) -> Iterator[Following]:
    """The consequences, in the order of the intents."""
    for finding in understood.findings:
        yield from (Following(consequence, finding.rule) for consequence in follows_from(finding))
    if not understood.findings:
        yield Following(Consequence.PERSON, "none")


def follows_from(finding: FoundIntent) -> tuple[Consequence, ...]:
    """The consequences of one intent. Whoever may speak of ending their life is held like one who surely does."""
    if finding.intent is Intent.SELF_HARM or finding.sureness is Sureness.SURE:
        if finding.intent is Intent.PROMISE:
            return (Consequence.PROMISE if _has_its_day(finding) else Consequence.PERSON,)
        return _OF_INTENT[finding.intent]
    return (Consequence.PERSON,)


def _has_its_day(finding: FoundIntent) -> bool:
    """A promise is only booked for a day that can be read in one way; its amount may be what is owed."""
    named = finding.day
    return (
        named is not None
        and named.day is not None
        and named.doubt is None
        and (finding.amount is None or finding.amount.doubt is None)
    )
