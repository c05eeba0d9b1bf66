"""Packs: a jurisdiction's rules as data. Strict: an unknown or missing field is refused at start.

Every rule is a restriction and carries where it comes from. An overlay only adds rules to the pack it extends, so it
can only tighten: all windows must be open, every cap must have room, every hold and ban of both stands.
Hours are wall-clock times in each zone that counts, half-open; days are calendar days.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.facts import Code, PersonRole, PolicyVersion, Zone
from schemas.values.channels import Channel
from schemas.values.file_data import FileData

RuleId = Annotated[str, Field(pattern="^[A-Z][A-Z0-9]{1,9}(-[A-Z0-9]+){1,4}$", max_length=48)]
Clock = Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Keyword = Annotated[str, Field(pattern="^[A-Z][A-Z0-9_.-]{0,63}$")]
Category = Literal[
    "THREAT",
    "INSULT",
    "EXPOSE",
    "AUTHORITY",
    "FALSE_LEGAL",
    "CREDIT",
    "THIRD_PARTY",
    "PRESSURE",
    "FEES",
    "FALSE_AMOUNT",
    "VISIT",
    "PROMO",
    "SENSITIVE",
    "DECEPT",
    "FORMAT",
]
"""What a reminder must not contain: regulation.md section 8."""
Element = Literal[
    "signature",
    "addressee",
    "amount",
    "due_date",
    "days_past_due",
    "payment_route",
    "service_number",
    "ignore_if_paid",
    "help_offer",
    "dispute_route",
    "opt_out",
    "collector_disclosure",
    "debt_advice",
]
"""What a reminder must contain: regulation.md section 9."""
CAP_LIMIT_MAX: Final = 60
CAP_DAYS_MAX: Final = 31


@lru_cache(maxsize=2048)
def minute_of(clock: str) -> int:
    """Minutes after midnight of ``HH:MM``; 24:00 is 1440."""
    return int(clock[:2]) * 60 + int(clock[3:])


class _Sourced(FileData):
    id: RuleId
    strength: Literal["must", "should"] = "must"
    basis: Literal["law", "standard", "self_regulation", "provider", "policy"]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    confidence: Literal["V1", "V2", "G", "P"]
    """Read in the official text, read second-hand, general knowledge, or proposed by this project."""
    note: str = ""

    @model_validator(mode="after")
    def _honest(self) -> Self:
        if self.confidence in {"G", "P"} and self.basis != "policy":
            raise ValueError(f"{self.id}: what nobody verified is project policy: its basis must be policy")
        return self


class Opening(FileData):
    """Hours of some weekdays; ``22:00`` to ``06:00`` goes over midnight and belongs to the day it starts on."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = DAYS
    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start in {self.end, "24:00"}:
            raise ValueError("an opening that is never open; the whole day is 00:00 to 24:00")
        return self


class WindowRule(_Sourced):
    """When a message may leave: while one of the openings is open, in every zone that counts."""

    kind: Literal["window"]
    openings: Annotated[tuple[Opening, ...], Field(min_length=1, max_length=14)]
    calendar: Code | None = None
    """The public holidays that count, and the weekend days that are worked in lieu (such a day counts as Monday)."""
    holidays: Literal["allow", "deny"] = "allow"
    override: Literal["agreed_hours"] | None = None
    """Hours that the person agreed to, with evidence, stand in this rule's place."""

    @model_validator(mode="after")
    def _has_calendar(self) -> Self:
        if self.holidays == "deny" and self.calendar is None:
            raise ValueError(f"{self.id}: which holidays are denied is told by a calendar")
        return self


class ZoneRule(_Sourced):
    """Zones in which the hours must be permitted, besides the borrower's own."""

    kind: Literal["zone"]
    also: tuple[Zone, ...] = ()
    all_known: bool = False
    """Also every other zone that the profile or the number's area names."""


class AgreedHoursRule(_Sourced):
    """Hours that the person asked for are kept: nothing leaves outside them."""

    kind: Literal["agreed_hours"]


class CapRule(_Sourced):
    """At most ``limit`` contacts with the person in the period, over all loans, ours and everybody else's."""

    kind: Literal["cap"]
    channel: Channel | Literal["any"] = "any"
    counts: Literal["contacts", "conversations", "attempts"] = "contacts"
    """Every contact, those in which somebody spoke with the person, or the others."""
    limit: Annotated[int, Field(ge=1, le=CAP_LIMIT_MAX)]
    days: Annotated[int, Field(ge=1, le=CAP_DAYS_MAX)] = 1
    period: Literal["calendar", "rolling"]
    """``calendar`` with 1 day is the local day, with 7 the week from Monday, with 31 the month; ``rolling`` counts
    back so many local days, today included."""
    stops: Literal["messages", "calls"] = "messages"
    """A cap on calls makes a hand-off wait: it has somebody phone."""

    @model_validator(mode="after")
    def _known_period(self) -> Self:
        if self.period == "calendar" and self.days not in {1, 7, 31}:
            raise ValueError(f"{self.id}: a calendar period is 1 (day), 7 (week) or 31 (month)")
        return self


class CoolDownRule(_Sourced):
    """After a conversation nothing for so many days, its own day counted as the first."""

    kind: Literal["cool_down"]
    days: Annotated[int, Field(ge=1, le=CAP_DAYS_MAX)]
    stops: Literal["messages", "calls"] = "messages"


class RoleRule(_Sourced):
    """Who may be written to."""

    kind: Literal["roles"]
    allow: Annotated[tuple[PersonRole, ...], Field(min_length=1)]


class OptOutRule(_Sourced):
    """Replies that stop all messages at once."""

    kind: Literal["opt_out"]
    keywords: Annotated[tuple[Keyword, ...], Field(min_length=1, max_length=64)]
    """As the reply topic names them, in capitals."""


class HelpRule(_Sourced):
    """Replies that are answered with how to get help."""

    kind: Literal["help"]
    keywords: Annotated[tuple[Keyword, ...], Field(min_length=1, max_length=64)]


class HoldRule(_Sourced):
    """A kind of hold; a kind that no rule defines silences, too, and cites none."""

    kind: Literal["hold"]
    hold: Code
    calls: bool = True
    """False: no person phones either, and a case that was handed off is withdrawn."""
    max_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """Without an end of its own it ends after so many days of the lender's zone, even when nobody lifts it."""
    min_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """Its own end counts only if it is later than so many days from the day after it was placed (lender's zone)."""


class NumberCheckRule(_Sourced):
    """The number was confirmed to be the person's, at most so many days ago."""

    kind: Literal["number_check"]
    max_age_days: Annotated[int, Field(ge=1, le=3660)]


class FreshnessRule(_Sourced):
    """How old the ledger's word may be when an amount is stated, in minutes."""

    kind: Literal["freshness"]
    max_age_minutes: Annotated[int, Field(ge=1, le=1440)]


class RequireRule(_Sourced):
    """An element that every text must contain."""

    kind: Literal["require"]
    element: Element
    when: Literal["always", "overdue", "hardship", "agency"] = "always"
    """``overdue``: texts of overdue stages; ``hardship``: texts with the tone ``supportive``; ``agency``: the sender is
    not the lender."""
    from_dpd: Annotated[int, Field(ge=1, le=720)] | None = None
    """Of ``overdue``: only texts of stages that may leave so many days past due, or later."""
    words: tuple[Annotated[str, Field(min_length=2, max_length=40)], ...] = ()
    """Besides those that are known: words by which the element says what it is for."""

    @model_validator(mode="after")
    def _of_days(self) -> Self:
        if self.from_dpd is not None and self.when != "overdue":
            raise ValueError(f"{self.id}: days past due bind texts of overdue stages only")
        return self


class ForbidRule(_Sourced):
    """A category that no text may contain. ``warn`` lets it pass and says so."""

    kind: Literal["forbid"]
    category: Category
    severity: Literal["block", "warn"] = "block"


class FormatRule(_Sourced):
    """The form of an SMS."""

    kind: Literal["format"]
    max_chars: Annotated[int, Field(ge=1, le=2000)] | None = None
    """Characters, the signature counted."""
    max_parts: Annotated[int, Field(ge=1, le=6)] | None = None
    signature: str | None = None
    """A regular expression that the signature must match as a whole."""
    forbidden: str = ""
    """Characters that the body must not contain."""
    fixed_links: bool = False
    """No link or phone number comes out of a variable."""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        try:
            re.compile(self.signature or "")
        except re.error as error:
            raise ValueError(f"{self.id}: the signature's expression cannot be read: {error}") from error
        return self


class ProviderRule(_Sourced):
    """What the gateway's contract must allow; the policy's ``[gateway]`` says what it does."""

    kind: Literal["provider"]
    needs: Literal["collections_allowed", "signature_registered", "templates_registered", "callback_whitelisted"]


Rule = Annotated[
    WindowRule
    | ZoneRule
    | AgreedHoursRule
    | CapRule
    | CoolDownRule
    | RoleRule
    | OptOutRule
    | HelpRule
    | HoldRule
    | NumberCheckRule
    | FreshnessRule
    | RequireRule
    | ForbidRule
    | FormatRule
    | ProviderRule,
    Field(discriminator="kind"),
]


class Duty(_Sourced):
    """What the lender must see to elsewhere: Tactful names it and does not enforce it."""

    duty: Annotated[str, Field(min_length=1, max_length=500)]


class Pack(FileData):
    """One version of a jurisdiction's rules."""

    id: Code
    version: PolicyVersion
    title: Annotated[str, Field(min_length=1, max_length=80)]
    status: Literal["draft", "reviewed"] = "draft"
    """What its authors say of it. Whether it may send is told by its approvals alone."""
    effective_from: date
    effective_to: date | None = None
    """The last day, in the lender's zone."""
    extends: Code | None = None
    requires_overlay: bool = False
    """It sends only as part of a pack that extends it."""
    rules: Annotated[tuple[Rule, ...], Field(max_length=256)] = ()
    duties: Annotated[tuple[Duty, ...], Field(max_length=128)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [entry.id for entry in (*self.rules, *self.duties)]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"rule ids that stand twice: {', '.join(twice)}")
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("it ends before it begins")
        return self
