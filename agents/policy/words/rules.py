"""Rules of packs in plain words, from their own data: one sentence a rule."""

from collections.abc import Sequence
from functools import singledispatch
from typing import Final

from agents.policy.words.speech import count, joined
from schemas.facts import PersonRole
from schemas.policy.packs import (
    DAYS,
    AgreedHoursRule,
    CapRule,
    Category,
    CoolDownRule,
    Element,
    ForbidRule,
    FormatRule,
    FreshnessRule,
    HelpRule,
    HoldRule,
    NumberCheckRule,
    Opening,
    OptOutRule,
    ProviderRule,
    RequireRule,
    RoleRule,
    Rule,
    Weekday,
    WindowRule,
    ZoneRule,
)

ELEMENTS: Final[dict[Element, str]] = {
    "signature": "the lender's signature",
    "addressee": "who it is for",
    "amount": "the amount",
    "due_date": "the due date",
    "days_past_due": "the days past due",
    "payment_route": "the official way to pay",
    "service_number": "the service number",
    "ignore_if_paid": "a word to ignore it if already paid",
    "help_offer": "an offer of help or of a plan",
    "dispute_route": "the way to dispute or complain",
    "opt_out": "how to opt out",
    "collector_disclosure": "who collects, and for whom",
    "debt_advice": "a pointer to debt advice",
}
CATEGORIES: Final[dict[Category, str]] = {
    "THREAT": "no threat, intimidation or ultimatum",
    "INSULT": "no insult and no shaming",
    "EXPOSE": "no publicity and no pressure by family, friends or employer",
    "AUTHORITY": "no court, police, government or lawyer that is not behind it",
    "FALSE_LEGAL": "no legal consequence that is untrue or exaggerated",
    "CREDIT": "no word on credit reports",
    "THIRD_PARTY": "nothing of the debt to anybody but the debtor and guarantors",
    "PRESSURE": "no push to borrow or sell, no deadline of hours, no countdown",
    "FEES": "no fee outside the contract and no private payee",
    "FALSE_AMOUNT": "no amount but the ledger's",
    "VISIT": "no visit at home or at work",
    "PROMO": "no advertising",
    "SENSITIVE": "no full identity, card or account number, nothing of health or work",
    "DECEPT": "no false pretext, no hidden sender, no short link",
    "FORMAT": "no character that the channel does not carry",
}
_DAY_NAMES: Final[dict[Weekday, str]] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_ROLES: Final[dict[PersonRole, str]] = {
    "debtor": "the debtor",
    "guarantor": "guarantors by contract",
    "third_related": "third persons who are related to the debt",
    "third_unrelated": "any other third person",
}
_TEXTS: Final = {
    "always": "Every text",
    "overdue": "Every text of an overdue stage",
    "hardship": "Every text for people in hardship",
    "agency": "Every text of a sender who is not the lender",
}
_NEEDS: Final = {
    "collections_allowed": "The gateway's contract allows reminders of debts.",
    "signature_registered": "The signature is registered with the gateway.",
    "templates_registered": "The texts are registered with the gateway.",
    "callback_whitelisted": "The numbers that texts name are whitelisted with the gateway.",
}
_CALENDAR_PERIODS: Final = {1: "a day", 7: "a week from Monday on", 31: "a calendar month"}
_NOUNS: Final = {
    ("sms", "contacts"): ("SMS", "SMS"),
    ("voice", "contacts"): ("phone call", "phone calls"),
    ("voice", "conversations"): ("conversation by phone", "conversations by phone"),
    ("voice", "attempts"): ("unanswered call", "unanswered calls"),
    ("any", "contacts"): ("contact by any channel", "contacts by any channel"),
    ("any", "conversations"): ("conversation", "conversations"),
    ("any", "attempts"): ("attempt that reached nobody", "attempts that reached nobody"),
}


@singledispatch
def says(rule: Rule) -> str:
    """What a rule asks for, as one sentence. Raises TypeError for what is no rule."""
    raise TypeError(f"not a rule of a pack: {rule!r}")


@says.register
def _(rule: WindowRule) -> str:
    said = f"Messages leave {joined((_opening(opening) for opening in rule.openings), 'or')}"
    if rule.holidays == "deny":
        said += f", but not on public holidays of the calendar {rule.calendar}"
    if rule.calendar is not None:
        said += "; a weekend day that is worked in lieu counts as a Monday"
    if rule.override is not None:
        said += "; hours that the person agreed to, with evidence, stand in their place"
    return f"{said}."


def _opening(opening: Opening) -> str:
    hours = f"between {opening.start} and {opening.end}"
    if (opening.start, opening.end) == ("00:00", "24:00"):
        hours = "at any hour"
    elif opening.end < opening.start:
        hours += " of the next day"
    return hours if len(set(opening.days)) == len(DAYS) else f"{_weekdays(opening.days)} {hours}"


def _weekdays(days: Sequence[Weekday]) -> str:
    ordered = [day for day in DAYS if day in days]
    first, last = DAYS.index(ordered[0]), DAYS.index(ordered[-1])
    if len(ordered) > 2 and last - first == len(ordered) - 1:
        return f"from {_DAY_NAMES[ordered[0]]} to {_DAY_NAMES[ordered[-1]]}"
    return f"on {joined(_DAY_NAMES[day] for day in ordered)}"


@says.register
def _(rule: ZoneRule) -> str:
    zones = [f"in {zone}" for zone in rule.also]
    if rule.all_known:
        zones.append("in every other zone that the profile or the number's area names")
    where = joined(["in the person's own zone", *zones])
    return f"The hours must be permitted {where}."


@says.register
def _(rule: AgreedHoursRule) -> str:
    return "Nothing leaves outside the hours that the person asked for."


@says.register
def _(rule: CapRule) -> str:
    told = (f"{rule.counts[:-1]} by {rule.channel}", f"{rule.counts} by {rule.channel}")
    noun = _NOUNS.get((rule.channel, rule.counts), told)[rule.limit > 1]
    period = _CALENDAR_PERIODS[1] if rule.days == 1 else f"in any {rule.days} days, today included"
    if rule.period == "calendar":
        period = _CALENDAR_PERIODS[rule.days]
    said = f"At most {rule.limit} {noun} {period}, over all loans and senders"
    return f"{said}; otherwise a hand-off to a person waits." if rule.stops == "calls" else f"{said}."


@says.register
def _(rule: CoolDownRule) -> str:
    what = "nobody phones and a hand-off waits" if rule.stops == "calls" else "no message leaves"
    if rule.days == 1:
        return f"On the day of a conversation {what}."
    return f"For {rule.days} days from a conversation on, its own day counted, {what}."


@says.register
def _(rule: RoleRule) -> str:
    return f"Nobody is written to but {joined(_ROLES[role] for role in rule.allow)}."


@says.register
def _(rule: OptOutRule) -> str:
    words = joined((f"`{word}`" for word in rule.keywords), "or")
    return f"A reply of {words} stops all messages at once."


@says.register
def _(rule: HelpRule) -> str:
    words = joined((f"`{word}`" for word in rule.keywords), "or")
    return f"A reply of {words} is answered with how to get help."


@says.register
def _(rule: HoldRule) -> str:
    said = f"While a hold of the kind `{rule.hold}` stands, no message leaves"
    if not rule.calls:
        said += " and nobody phones"
    if rule.max_days is not None:
        said += f"; without an end of its own it ends after {count(rule.max_days, 'day')}"
    if rule.min_days is not None:
        said += f"; it lasts at least {count(rule.min_days, 'day')} from the day after it was placed"
    return f"{said}."


@says.register
def _(rule: NumberCheckRule) -> str:
    return f"The number was confirmed to be the person's at most {count(rule.max_age_days, 'day')} ago."


@says.register
def _(rule: FreshnessRule) -> str:
    return f"An amount is stated only while the ledger's word is at most {count(rule.max_age_minutes, 'minute')} old."


@says.register
def _(rule: RequireRule) -> str:
    late = "" if rule.from_dpd is None else f" from day {rule.from_dpd} past due on"
    return f"{_TEXTS[rule.when]}{late} shows {ELEMENTS[rule.element]}."


@says.register
def _(rule: ForbidRule) -> str:
    said = f"A text has {CATEGORIES[rule.category]}"
    return f"{said}; one that does passes with a warning." if rule.severity == "warn" else f"{said}."


@says.register
def _(rule: FormatRule) -> str:
    said = []
    if rule.max_chars is not None:
        said.append(f"an SMS has at most {count(rule.max_chars, 'character')} with its signature")
    if rule.max_parts is not None:
        said.append(f"an SMS has at most {count(rule.max_parts, 'part')}")
    if rule.signature is not None:
        said.append(f"the whole signature fits `{rule.signature}`")
    if rule.forbidden:
        said.append(f"the body has none of `{rule.forbidden}`")
    if rule.fixed_links:
        said.append("no link or phone number comes out of a variable")
    if not said:
        return "It asks for nothing."
    sentence = joined(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


@says.register
def _(rule: ProviderRule) -> str:
    return _NEEDS[rule.needs]
