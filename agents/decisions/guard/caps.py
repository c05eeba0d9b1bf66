"""How often one person may be contacted: caps over all loans and channels, and quiet days after a conversation.

Ours count from the moment they leave, on the borrower's local day of that moment, and are given back only when the
network cannot have had them. Contacts that others report count on the lender's day. Periods are local days.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from agents.decisions.guard.partition import Defer
from agents.decisions.policy.rulebook import Rulebook
from schemas.policy.packs import CapRule, CoolDownRule
from schemas.stored.accounts import Account, Sent
from schemas.stored.structs import Struct
from schemas.values.channels import CHANNELS, SMS
from schemas.values.instants import local_date, midnight_after

_UNSUBMITTED: Final = frozenset({"failed", "expired"})


class Contacted(Struct, frozen=True):
    """One contact, as caps count it."""

    day: date
    channel: str
    conversation: bool


def is_released(sent: Sent) -> bool:
    """Whether the person cannot have got it: the recall was confirmed, or it ended before the network had it."""
    return sent.outcome == "recalled" or (sent.outcome in _UNSUBMITTED and not sent.submitted)


def contacts(account: Account, rulebook: Rulebook, since: date = date.min) -> Iterator[Contacted]:
    """The contacts that are remembered: everybody else's, and ours from the day ``since`` on."""
    zone = rulebook.policy.lender.zone
    for sent in account.sent:
        day = sent.day or local_date(zone, sent.issued_ms)
        if day >= since and not is_released(sent):
            yield Contacted(day, SMS, conversation=False)
    case = account.case
    if case is None:
        return
    for imported in case.imports:
        for stage in imported.stages:
            if stage.sent:
                yield Contacted(local_date(zone, stage.at_ms), SMS, conversation=False)
    for contact in case.contacts:
        yield Contacted(local_date(zone, contact.made_ms), contact.channel, contact.conversation)


def _counts(rule: CapRule, contact: Contacted) -> bool:
    if rule.channel not in {"any", contact.channel} and contact.channel in CHANNELS:
        return False
    if rule.counts == "contacts":
        return True
    return contact.conversation == (rule.counts == "conversations")


def _first_day(rule: CapRule, today: date) -> date:
    """The first day of the period that ``today`` lies in."""
    if rule.period == "rolling":
        return today - timedelta(days=rule.days - 1)
    if rule.days == 1:
        return today
    return today - timedelta(days=today.weekday()) if rule.days == 7 else today.replace(day=1)


def _free_on(rule: CapRule, days: list[date], today: date) -> date:
    """The first day on which one more would not be above the cap; ``days`` are those that count, sorted."""
    if rule.period == "rolling":
        return days[-rule.limit] + timedelta(days=rule.days)
    if rule.days == 1:
        return today + timedelta(days=1)
    if rule.days == 7:
        return _first_day(rule, today) + timedelta(days=7)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def counters(account: Account, rulebook: Rulebook, zone: str, now_ms: int) -> dict[str, int]:
    """What each cap on messages has counted in its period."""
    today = local_date(zone, now_ms)
    first = [(rule, _first_day(rule, today)) for rule in rulebook.rules.caps if rule.stops == "messages"]
    made = list(contacts(account, rulebook, min((since for _, since in first), default=today)))
    return {rule.id: sum(contact.day >= since and _counts(rule, contact) for contact in made) for rule, since in first}


def contacts_say(account: Account, rulebook: Rulebook, zone: str, stops: str, now_ms: int) -> Defer | None:
    """What earlier contacts have against one more message, or against a hand-off, which has somebody phone."""
    rules = [rule for rule in rulebook.rules.caps if rule.stops == stops]
    if not rules and not rulebook.rules.cool_downs:
        return None
    today = local_date(zone, now_ms)
    first = [(rule, _first_day(rule, today)) for rule in rules]
    made = list(contacts(account, rulebook, min((since for _, since in first), default=today)))
    if not made:
        return None
    latest: Defer | None = None
    for rule, since in first:
        days = sorted(contact.day for contact in made if contact.day >= since and _counts(rule, contact))
        if len(days) >= rule.limit:
            free_ms = midnight_after(zone, _free_on(rule, days, today), 0)
            if latest is None or free_ms > latest.until_ms:
                latest = Defer("CAP_REACHED", free_ms, rule.id)
    cooling = _cooling(made, [r for r in rulebook.rules.cool_downs if r.stops == stops], zone, today)
    if cooling is not None and (latest is None or cooling.until_ms > latest.until_ms):
        return cooling
    return latest


def _cooling(made: list[Contacted], rules: list[CoolDownRule], zone: str, today: date) -> Defer | None:
    talked = max((contact.day for contact in made if contact.conversation), default=None)
    if talked is None:
        return None
    best: Defer | None = None
    for rule in rules:
        # The day of the conversation is the first one (12 CFR 1006.14(b)(2)(i)(B)).
        free = talked + timedelta(days=rule.days)
        if today < free:
            until_ms = midnight_after(zone, free, 0)
            if best is None or until_ms > best.until_ms:
                best = Defer("COOL_DOWN", until_ms, rule.id)
    return best
