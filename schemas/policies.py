"""Policies: what a strategist writes as TOML. Strict: an unknown or missing field is refused at start.

Days are calendar days. Delays and days past due count from the effective due date in the lender's zone; hours and
the minimum gap are in the borrower's zone.
"""

import re
from datetime import time
from functools import lru_cache
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from schemas.facts import Code, PolicyVersion, Zone
from schemas.money import Currency, Minor

SLOTS = frozenset({"lender", "name", "amount", "due_date", "days_past_due", "service_number"})
"""The closed set of named slots that a text may use."""

PERSONAL_SLOTS = frozenset({"name"})

_SLOT = re.compile(r"{([^{}]*)}")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lender(_Data):
    """Who writes."""

    name: Annotated[str, Field(min_length=2, max_length=20)]
    names: dict[str, Annotated[str, Field(min_length=2, max_length=20)]] = {}
    """The name by language, where it differs: Chinese characters in an English text double its SMS parts."""
    service_number: Annotated[str, Field(pattern=r"^[0-9+][0-9 -]{4,20}$")]
    zone: Zone

    def name_in(self, language: str) -> str:
        """How the lender calls itself in a language."""
        return self.names.get(language, self.name)


class Hours(_Data):
    """The permitted window of each day in the borrower's zone, half-open; 24:00 is written ``end = "24:00"``."""

    start: Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    end: Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError("the window must start before it ends on the same day")
        return self

    @property
    def start_minute(self) -> int:
        """Minutes after local midnight."""
        return _minutes(self.start)

    @property
    def end_minute(self) -> int:
        """Minutes after local midnight, exclusive; 1440 is the end of the day."""
        return _minutes(self.end)


@lru_cache(maxsize=1440)
def _minutes(clock: str) -> int:
    if clock == "24:00":
        return 24 * 60
    parsed = time.fromisoformat(clock)
    return parsed.hour * 60 + parsed.minute


class Stage(_Data):
    """One step of the ladder. Its code keeps its meaning for ever."""

    code: Code
    kind: Literal["pre_due", "overdue"] = "overdue"
    delay_days: Annotated[int, Field(ge=-60, le=720)]
    """Days after the effective due date; negative for a pre-due notice."""
    dpd_from: int | None = None
    dpd_to: int | None = None
    """Days past due within which the stage makes sense, inclusive; absent: it never lapses."""
    channel: Literal["sms"] = "sms"
    text: Code

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.kind == "pre_due") != (self.delay_days <= 0):
            raise ValueError(f"stage {self.code}: a pre-due notice has a delay of 0 or less, every other one above 0")
        low, high = self.dpd_from, self.dpd_to
        if low is not None and high is not None and low > high:
            raise ValueError(f"stage {self.code}: dpd_from above dpd_to")
        if high is not None and self.delay_days > high:
            raise ValueError(f"stage {self.code}: its delay lies beyond dpd_to, so it could only lapse")
        return self


NEVER_FOR: Final = ("DECEASED", "CEASE_CONTACT", "BANKRUPTCY", "REPRESENTED")
"""Kinds of holds under which no person phones either."""


class HandOff(_Data):
    """When a person takes over, whatever was sent."""

    code: Code = "HAND_OFF"
    dpd: Annotated[int, Field(ge=1, le=720)]
    blocked_days: Annotated[int, Field(ge=1, le=720)] = 30
    """Days after the first blocked send, in the lender's zone. Silences that have an end do not count."""
    never_for: Annotated[tuple[Code, ...], Field(max_length=64)] = NEVER_FOR
    """Kinds of holds, in capitals, under which no case is handed off, and one that was is withdrawn."""


class Returned(_Data):
    """What is said after a payment came back."""

    text: Code = "returned"
    grace_days: Annotated[int, Field(ge=0, le=30)] = 3
    """Days after the return was booked, in the lender's zone."""


class Promises(_Data):
    """What a promise to pay is given."""

    grace_days: Annotated[int, Field(ge=0, le=14)] = 1
    """Days after the promised one, in the lender's zone, before it counts as broken."""


class Plans(_Data):
    """What a repayment plan is given."""

    grace_days: Annotated[int, Field(ge=0, le=30)] = 3
    """Days after each part's due date, in the lender's zone, before the plan counts as broken."""


Keyword = Annotated[str, Field(pattern="^[A-Z][A-Z0-9_.-]{0,63}$")]


class Replies(_Data):
    """What the keywords of replies mean; any other one goes to a person."""

    opt_out: Annotated[tuple[Keyword, ...], Field(max_length=64)] = ("STOP", "T", "TD", "N", "UNSUBSCRIBE")
    paid: Annotated[tuple[Keyword, ...], Field(max_length=64)] = ("PAID", "Y")
    paid_days: Annotated[int, Field(ge=0, le=14)] = 2
    """Days of silence for money that is said to be on its way, in the lender's zone."""

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        both = sorted(set(self.opt_out) & set(self.paid))
        if both:
            raise ValueError(f"keywords with two meanings: {', '.join(both)}")
        return self


class Sending(_Data):
    """How long a reminder that left stays valid."""

    minimum_gap_days: Annotated[int, Field(ge=1, le=60)] = 1
    conversation_cool_down_days: Annotated[int, Field(ge=0, le=30)] = 3
    """Days after somebody of the lender's spoke with the borrower, in the borrower's zone."""
    window_margin_minutes: Annotated[int, Field(ge=0, le=240)] = 10
    """A reminder expires this long before the permitted window ends: the gateway's queue needs it."""
    freshness_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """How long the ledger's word is good for: the other bound of ``expires_at``."""
    receipt_grace_hours: Annotated[int, Field(ge=0, le=240)] = 72
    """After expiry plus this without a final receipt the outcome is unknown and is not recalled any more."""
    max_sms_parts: Annotated[int, Field(ge=1, le=6)] = 2
    failures_to_hand_off: Annotated[int, Field(ge=1, le=10)] = 1
    """So many messages in a row that failed at a number: nothing more is sent to it, and a person takes over."""


def _unique(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    codes = [stage.code for stage in stages]
    if len(set(codes)) != len(codes):
        raise ValueError("a stage code stands twice")
    delays = [stage.delay_days for stage in stages if stage.kind == "overdue"]
    if delays != sorted(set(delays)):
        raise ValueError("the delays of the overdue stages must rise")
    return stages


class Policy(_Data):
    """One version of a lender's reminder policy."""

    id: Code
    version: PolicyVersion
    pack: Code | None = None
    """The jurisdiction, as controls name it; a pause of any pack covers a policy that names none."""
    lender: Lender
    hours: Hours
    sending: Sending = Sending()
    returned: Returned = Returned()
    promises: Promises = Promises()
    plans: Plans = Plans()
    replies: Replies = Replies()
    tolerance_minor: dict[Currency, Minor] = {}
    """A total overdue up to this is cured; 0 for a currency that is not named."""
    stages: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=32), AfterValidator(_unique)]
    hand_off: HandOff | None = None

    @model_validator(mode="after")
    def _window_outlasts_margin(self) -> Self:
        if self.hours.end_minute - self.sending.window_margin_minutes <= self.hours.start_minute:
            raise ValueError("the window margin leaves nothing of the permitted hours")
        return self


class Text(_Data):
    """One approved text in one language. ``body`` holds named slots such as ``{amount}``."""

    id: Code
    body: Annotated[str, Field(min_length=10, max_length=500)]

    @model_validator(mode="after")
    def _closed_slots(self) -> Self:
        unknown = sorted(set(_SLOT.findall(self.body)) - SLOTS)
        if unknown:
            raise ValueError(f"text {self.id}: unknown slots {', '.join(unknown)}")
        bare = _SLOT.sub("", self.body)
        if "{" in bare or "}" in bare:
            raise ValueError(f"text {self.id}: a brace that belongs to no slot")
        return self


class TextBook(_Data):
    """All texts of one language."""

    language: str
    signature: Annotated[str, Field(max_length=24)]
    """Stands before each body; ``{lender}`` is its only slot."""
    amount: str
    """How an amount is written: the slots ``{amount}`` and ``{currency}``."""
    amount_by_currency: dict[Currency, str] = {}
    date: str
    """How a date is written: the slots ``{year}``, ``{month}``, ``{day}`` and ``{month_name}``."""
    month_names: tuple[str, ...] = ()
    salutations: dict[Literal["mr", "ms", "none"], str]
    """How the recipient is named: the slots ``{surname}`` and ``{given_name}``."""
    texts: dict[Code, Text]
