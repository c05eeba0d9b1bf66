"""The facts that follow from a reply that was understood: codes and never words. Pure.

Each goes to the answered account with ids that come from the reply's, so a repeat changes nothing. Self-harm and
vulnerability are one code here, and no rule is named for them: a rule's name tells which it was.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from agents.replies.following import Consequence, follows, follows_from
from agents.replies.intents import FoundIntent, Intent, NamedAmount, Sureness, Understood
from agents.replies.process.attribution import Answered, SentReminder
from schemas.cases import BY_REPLY, HoldPlaced, PromiseMade, ReplyReceived
from schemas.policy.keywords import VULNERABLE
from schemas.replies import BorrowerReply
from schemas.values.identity import identify
from schemas.values.money import EXPONENTS, MINOR_MAX

PROMISE_DAYS_MAX: Final = 62
"""A promise for later is a plan, and a person agrees it."""
UNCLEAR: Final = "UNCLEAR"
UNREADABLE: Final = "UNREADABLE"
_HUNDREDTHS: Final = 2
_VULNERABLE: Final = frozenset({Intent.SELF_HARM, Intent.VULNERABLE})
_HOLDS: Final = {
    Consequence.DISOWNED_NUMBER: "wrong_number",
    Consequence.HOLD_VULNERABLE: "vulnerable",
    Consequence.HOLD_DISPUTE: "dispute",
    Consequence.HOLD_HARDSHIP: "hardship",
}

ReplyFact = ReplyReceived | HoldPlaced | PromiseMade


class Words(NamedTuple):
    """The policy's keywords for what a reply says."""

    stop: str
    paid: str
    taken: frozenset[str]
    """All that mean something; a question is told by none of them."""
    help: str = "HELP"


class _Writing(NamedTuple):
    """What every fact of one reply shares."""

    namespace: str
    reply: BorrowerReply
    account_id: str
    first: bool
    """Of several accounts that one reply is told to, one answers it."""

    def common(self, what: str) -> dict[str, Any]:
        event_id = identify(self.namespace, "reply", self.reply.reply_id, self.account_id, what)
        return {"event_id": event_id, "account_id": self.account_id, "time": self.reply.heard_at, "source": BY_REPLY}

    def name(self, what: str) -> str:
        return f"{self.reply.reply_id}-{what}"


def facts_of(
    reply: BorrowerReply, understood: Understood, answered: Answered, words: Words, namespace: str, today: date
) -> Iterator[ReplyFact]:
    """In the order of the accounts. Only the first of several is asked about: a person answers once."""
    for place, account_id in enumerate(answered.accounts):
        writing = _Writing(namespace, reply, account_id, place == 0)
        promise = _promise(writing, understood, answered.last, today)
        yield from _silences(writing, understood, words)
        if promise is not None:
            yield promise
        if place == 0 and (asked := _question(reply, understood, words, promised=promise is not None)) is not None:
            yield _received(writing, "question", asked.keyword, asked.finding, answer=asked.keyword == words.help)


def _silences(writing: _Writing, understood: Understood, words: Words) -> Iterator[ReplyFact]:
    done: set[Consequence] = set()
    for finding, consequence in ((one, what) for one in understood.findings for what in follows_from(one)):
        if consequence in done:
            continue
        done.add(consequence)
        if consequence is Consequence.OPT_OUT:
            yield _received(writing, "stop", words.stop, finding, answer=writing.first)
        elif consequence is Consequence.PAID_CLAIM:
            yield _received(writing, "paid", words.paid, finding)
        elif consequence in _HOLDS:
            kind = _HOLDS[consequence]
            yield HoldPlaced(
                **writing.common(kind),
                hold_id=writing.name(kind),
                kind=kind,
                placed_by="BORROWER",
                rule=None if finding.intent in _VULNERABLE else finding.rule,
            )


def _received(
    writing: _Writing, what: str, keyword: str, finding: FoundIntent | None, *, answer: bool = False
) -> ReplyReceived:
    told = finding is not None and finding.intent not in _VULNERABLE
    return ReplyReceived(
        **writing.common(what),
        reply_id=writing.name(what),
        keyword=keyword,
        rule=finding.rule if finding is not None and told else None,
        sure=None if finding is None else finding.sureness is Sureness.SURE,
        answer=answer,
    )


class _Asked(NamedTuple):
    keyword: str
    finding: FoundIntent | None


def _question(reply: BorrowerReply, understood: Understood, words: Words, *, promised: bool) -> _Asked | None:
    """What a person should look at, the most urgent of it; None when nothing is left to them."""
    found = [finding for finding in understood.findings if _needs_person(finding, promised=promised)]
    if found:
        keyword = _keyword(found[0], words)
        # Two of the same code are one question: the surer one speaks.
        first = min((one for one in found if _keyword(one, words) == keyword), key=lambda one: one.sureness)
        return _Asked(keyword, first)
    if not reply.readable or reply.missing:
        return _Asked(UNREADABLE, None)
    return _Asked(UNCLEAR, None) if not understood.findings else None


def _needs_person(finding: FoundIntent, *, promised: bool) -> bool:
    if finding.intent is Intent.PROMISE and finding.sureness is Sureness.SURE:
        return not promised
    if finding.intent is Intent.HELP:
        return True
    return Consequence.PERSON in follows_from(finding)


def _keyword(finding: FoundIntent, words: Words) -> str:
    if finding.intent in _VULNERABLE:
        return VULNERABLE
    if finding.intent is Intent.HELP and finding.sureness is Sureness.SURE:
        return words.help
    keyword = finding.intent.value if finding.sureness is Sureness.SURE else f"UNSURE_{finding.intent.value}"
    return f"ASKS_{keyword}" if keyword in words.taken else keyword


def _promise(writing: _Writing, understood: Understood, last: SentReminder | None, today: date) -> PromiseMade | None:
    """A promise whose day and amount can be read in one way; without an amount it is what our message stated."""
    if not any(following.consequence is Consequence.PROMISE for following in follows(understood)) or last is None:
        return None
    (finding,) = [one for one in understood.findings if one.intent is Intent.PROMISE]
    day = None if finding.day is None else finding.day.day
    amount_minor = last.total_overdue_minor if finding.amount is None else _minor(finding.amount, last.currency)
    if day is None or not today <= day <= today + timedelta(days=PROMISE_DAYS_MAX) or not amount_minor:
        return None
    return PromiseMade(
        **writing.common("promise"),
        promise_id=writing.name("promise"),
        amount_minor=amount_minor,
        currency=last.currency,
        pay_by=day,
        rule=finding.rule,
        answer=writing.first,
    )


def _minor(amount: NamedAmount, currency: str) -> int | None:
    """In the minor units of the debt's currency; None where another one is named, or it has no such units."""
    if amount.currency is not None:
        return amount.minor if amount.currency == currency else None
    hundredths, rest = amount.minor, EXPONENTS[currency] - _HUNDREDTHS
    if rest < 0 and hundredths % 10**-rest:
        return None
    minor = hundredths * 10**rest if rest >= 0 else hundredths // 10**-rest
    return minor if 0 < minor <= MINOR_MAX else None


def day_of(instant: datetime, zone: str) -> date:
    """The borrower's calendar day."""
    return instant.astimezone(ZoneInfo(zone)).date()
