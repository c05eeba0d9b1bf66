"""Policies: what a strategist writes as TOML. Strict: an unknown or missing field is refused at start.

Days are calendar days from the effective due date in the lender's zone; hours and the gap are in the borrower's zone.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from schemas.facts import Code, PolicyVersion, Zone
from schemas.policy.limits import Amounts, Gateway, Pacing
from schemas.policy.packs import minute_of
from schemas.policy.replies import Notices, Replies
from schemas.values.channels import SMS, SendingChannel
from schemas.values.file_data import FileData
from schemas.values.money import Currency, Minor


def _refuse(faults: Iterable[str]) -> None:
    """All of them at once, a line each."""
    if found := "\n".join(faults):
        raise ValueError(found)


LenderRole = Literal["lender", "agency", "purchaser"]
"""Whose claim it is, for whoever writes: the lender's own, one that it was given to collect, or one that it bought."""


class Lender(FileData):
    """Who writes."""

    name: Annotated[str, Field(min_length=2, max_length=20)]
    names: dict[str, Annotated[str, Field(min_length=2, max_length=20)]] = {}
    """The name by language, where it differs: Chinese characters in an English text double its SMS parts."""
    service_number: Annotated[str, Field(pattern=r"^[0-9+][0-9 -]{4,20}$")]
    zone: Zone
    role: LenderRole = "lender"
    """Whoever is not the lender discloses it, where the pack asks for it."""

    def name_in(self, language: str) -> str:
        """How the lender calls itself in a language."""
        return self.names.get(language, self.name)


class Hours(FileData):
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
        return minute_of(self.start)

    @property
    def end_minute(self) -> int:
        """Minutes after local midnight, exclusive; 1440 is the end of the day."""
        return minute_of(self.end)


class Stage(FileData):
    """One step of the ladder. Its code keeps its meaning for ever."""

    code: Code
    kind: Literal["pre_due", "overdue"] = "overdue"
    delay_days: Annotated[int, Field(ge=-60, le=720)]
    """Days after the effective due date; negative for a pre-due notice."""
    dpd_from: int | None = None
    dpd_to: int | None = None
    """Days past due within which the stage makes sense, inclusive; absent: it never lapses."""
    channel: SendingChannel = SMS
    text: Code
    offer: Code | None = None
    """One of the policy's offers."""
    offer_text: Code | None = None
    """The text that speaks of it; ``text`` is used where the offer does not fit the debt."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        found = []
        if (self.kind == "pre_due") != (self.delay_days <= 0):
            found.append("a pre-due notice has a delay of 0 or less, every other one above 0")
        low, high = self.dpd_from, self.dpd_to
        if low is not None and high is not None and low > high:
            found.append("dpd_from above dpd_to")
        if self.offer_text is not None and self.offer is None:
            found.append("a text for an offer, and no offer")
        if high is not None and self.delay_days > high:
            found.append(f"its delay lies beyond dpd_to, so it could only lapse ({self.delay_days} > {high})")
        _refuse(f"stage {self.code}: {fault}" for fault in found)
        return self


NEVER_FOR: Final = ("DECEASED", "CEASE_CONTACT", "BANKRUPTCY", "REPRESENTED")
"""Kinds of holds under which no person phones either."""


class HandOff(FileData):
    """When a person takes over, whatever was sent."""

    code: Code = "HAND_OFF"
    dpd: Annotated[int, Field(ge=1, le=720)]
    blocked_days: Annotated[int, Field(ge=1, le=720)] = 30
    """Days after the first blocked send, in the lender's zone. Silences that have an end do not count."""
    never_for: Annotated[tuple[Code, ...], Field(max_length=64)] = NEVER_FOR
    """Kinds of holds, in capitals, under which no case is handed off, and one that was is withdrawn."""


class Returned(FileData):
    """What is said after a payment came back."""

    text: Code = "returned"
    grace_days: Annotated[int, Field(ge=0, le=30)] = 3
    """Days after the return was booked, in the lender's zone."""


class Promises(FileData):
    """What a promise to pay is given."""

    grace_days: Annotated[int, Field(ge=0, le=14)] = 1
    """Days after the promised one, in the lender's zone, before it counts as broken."""


class Plans(FileData):
    """What a repayment plan is given."""

    grace_days: Annotated[int, Field(ge=0, le=30)] = 3
    """Days after each part's due date, in the lender's zone, before the plan counts as broken."""


class Sending(FileData):
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
    found = [f"stage {code}: a stage code stands twice" for code in dict.fromkeys(codes) if codes.count(code) > 1]
    overdue = [stage for stage in stages if stage.kind == "overdue"]
    found += [
        f"stage {later.code}: the delays of the overdue stages must rise: "
        f"{later.delay_days} after the {earlier.delay_days} of {earlier.code}"
        for earlier, later in pairwise(overdue)
        if later.delay_days <= earlier.delay_days
    ]
    if len(codes) - len(overdue) > 1:
        found.append("more than one pre-due stage")
    _refuse(found)
    return stages


Stages = Annotated[tuple[Stage, ...], Field(min_length=1, max_length=32), AfterValidator(_unique)]


class Condition(FileData):
    """What must hold of an account; everything that is given must. No expression language: a table."""

    grades: Annotated[tuple[Code, ...], Field(max_length=64)] = ()
    """The lender's own ``risk_segment``."""
    late_episodes_min: Annotated[int, Field(ge=1, le=12)] | None = None
    late_episodes_max: Annotated[int, Field(ge=0, le=12)] | None = None
    """Closed cycles before this one; the last twelve are remembered."""
    days_to_cure_min: Annotated[int, Field(ge=0, le=720)] | None = None
    days_to_cure_max: Annotated[int, Field(ge=0, le=720)] | None = None
    """Of the last closed cycle, from its first reminder on; neither holds where there is none."""
    on_time_streak_min: Annotated[int, Field(ge=1, le=120)] | None = None
    """Scheduled instalments paid on time since the last missed one."""
    broken_promises_min: Annotated[int, Field(ge=1, le=100)] | None = None
    overdue_from_minor: dict[Currency, Minor] = {}
    overdue_to_minor: dict[Currency, Minor] = {}
    """Bounds of the total overdue, inclusive; a currency that is not named is outside."""


class Segment(FileData):
    """Whom a ladder variant, a tone and an hour are for; the first whose condition holds counts."""

    code: Code
    when: Condition = Condition()
    ladder: Code | None = None
    """One of ``[ladders]``; absent: the policy's own stages."""
    tone: Code = "neutral"
    preferred_hours: Hours | None = None
    """A wish, in the borrower's zone: kept where the permitted hours allow it."""
    hours_of_payments: bool = False
    """Prefer the hour of the day at which the account's own payments were booked."""


class Offer(FileData):
    """What a stage may offer. Absent from a message when it does not fit the debt."""

    kind: Literal["plan", "extension", "hardship", "debt_advice"]
    parts_max: Annotated[int, Field(ge=2, le=36)] = 3
    """Of a plan: at most so many equal parts, the last one takes the rest."""
    part_min_minor: dict[Currency, Minor] = {}
    """Of a plan: no part is smaller; with fewer than two parts nothing is offered."""
    first_after_days: Annotated[int, Field(ge=1, le=60)] = 7
    """Of a plan: the first part is due so many days after the message, in the lender's zone."""
    every_days: Annotated[int, Field(ge=7, le=92)] = 30
    extension_days: Annotated[int, Field(ge=1, le=90)] = 14
    """Of an extension, before the due date only: so many days after it."""


class Arm(FileData):
    """One way to treat an account in an experiment."""

    code: Code
    share: Annotated[int, Field(ge=1, le=100)]
    """Percent of the accounts."""
    ladder: Code | None = None
    tone: Code | None = None
    silent: bool = False
    """The hold-out: nothing is said to it, and it is handed off by its days as everybody is."""


class StopRule(FileData):
    """When an experiment harms: it stops for everybody."""

    sent_min: Annotated[int, Field(ge=20, le=1_000_000)] = 200
    """Nothing is concluded from fewer messages of an arm."""
    complaints_per_1000: Annotated[float, Field(gt=0, le=1000)]
    opt_outs_per_1000: Annotated[float, Field(gt=0, le=1000)]


class Experiment(FileData):
    """Champion and challengers. An account keeps its arm while the experiment lasts."""

    code: Code
    first_day: date
    last_day: date
    """In the lender's zone, inclusive."""
    when: Condition = Condition()
    arms: Annotated[tuple[Arm, ...], Field(min_length=2, max_length=8)]
    stop: StopRule

    @model_validator(mode="after")
    def _whole(self) -> Self:
        found = []
        if self.last_day < self.first_day:
            found.append("it ends before it begins")
        whole = sum(arm.share for arm in self.arms)
        if whole != 100:
            found.append(f"the shares of its arms must make 100, not {whole}")
        codes = [arm.code for arm in self.arms]
        found += [f"arm {code}: an arm stands twice" for code in dict.fromkeys(codes) if codes.count(code) > 1]
        _refuse(f"experiment {self.code}: {fault}" for fault in found)
        return self


class Policy(FileData):
    """One version of a lender's reminder policy."""

    id: Code
    version: PolicyVersion
    replaces: PolicyVersion | None = None
    """The version before this one."""
    in_flight: Literal["finish", "next_stage", "restart"] = "next_stage"
    """What becomes of a cycle that an earlier version opened: it ends on that version, goes on with this one at its
    next stage, or begins this one's ladder anew."""
    pack: Code
    """The jurisdiction whose rules stand in front of every send."""
    lender: Lender
    languages: dict[str, str] = {}
    """A borrower's language -> the texts that are used for it; absent: every language has its own."""
    hours: Hours
    sending: Sending = Sending()
    returned: Returned = Returned()
    promises: Promises = Promises()
    plans: Plans = Plans()
    replies: Replies = Replies()
    notices: Notices = Notices()
    tolerance_minor: dict[Currency, Minor] = {}
    """A total overdue up to this is cured; 0 for a currency that is not named."""
    amounts: Amounts = Amounts()
    stages: Stages
    hand_off: HandOff | None = None
    ladders: dict[Code, Stages] = {}
    """Variants of the ladder; a code that stands in two of them is the same stage."""
    segments: Annotated[tuple[Segment, ...], Field(max_length=64)] = ()
    offers: dict[Code, Offer] = {}
    experiments: Annotated[tuple[Experiment, ...], Field(max_length=16)] = ()
    pacing: Pacing | None = None
    gateway: Gateway = Gateway()

    @model_validator(mode="after")
    def _window_outlasts_margin(self) -> Self:
        if self.hours.end_minute - self.sending.window_margin_minutes <= self.hours.start_minute:
            raise ValueError("the window margin leaves nothing of the permitted hours")
        return self
