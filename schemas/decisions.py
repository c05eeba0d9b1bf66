"""Decisions: why a message left, waited, lapsed, was blocked or recalled. They carry no personal data.

One record each time the reason changes; what the decision saw is in it, so that anyone can recompute it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.facts import Code
from schemas.policy.offers import Offered
from schemas.records import Outbound
from schemas.values.money import Minor


class Outcome(StrEnum):
    """What became of the account at this decision."""

    SENT = "sent"
    DEFERRED = "deferred"
    BLOCKED = "blocked"
    LAPSED = "lapsed"
    HANDED_OFF = "handed_off"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    REOPENED = "reopened"
    NOTED = "noted"
    """Nothing follows at once: a promise was kept or broken, a named person decided."""


class LedgerLine(Outbound, frozen=True, kw_only=True):
    """What was overdue on one instalment when the decision was taken."""

    loan_id: str
    instalment_id: str
    due_date: date
    overdue_minor: Minor


class Evidence(Outbound, frozen=True, kw_only=True, omit_defaults=True):
    """What the decision saw."""

    inputs: dict[str, int]
    """Input topic -> the offset up to which its partition had been applied (exclusive)."""
    watermarks: dict[str, int]
    """Input topic -> the end of its partition as sampled for this transaction."""
    controls: int | None
    """The offset up to which the controls had been read (exclusive); absent where there are none to read."""
    complete_to: datetime | None
    """The oldest progress mark of the sources that the ledger needs; absent where time itself follows the marks."""
    unmarked: tuple[str, ...]
    """Inputs that give no progress marks, by an explicit setting."""
    unread: int
    """Open records of the partition that nobody could read and that tell no account."""
    ledger: tuple[LedgerLine, ...]
    total_overdue_minor: Minor
    days_past_due: int | None
    reminders_in_cycle: int
    counters: dict[str, int] | None
    """Cap rule -> contacts counted in its period; absent where none was asked."""
    pace_us: int | None
    """Epoch microseconds from which the partition's next message may leave; absent without pacing."""
    time_data: str
    """Versions of the zone and holiday data by which hours were judged."""
    last_contact_at: datetime | None
    local_time: str | None
    """The borrower's wall clock, with its offset; absent while the zone is unknown."""
    numbers_required: bool = False
    """Whether a number was written to only once it had been told which accounts carry it; absent where it was not."""


class Next(Outbound, frozen=True, kw_only=True):
    """What comes next on the account, as it looked then."""

    stage: Code
    at: datetime | None
    """Absent when only a fact can bring it."""
    code: Code
    """Why not before."""


class Ignored(Outbound, frozen=True, kw_only=True):
    """A word of the bank that does not count, and the word that counts in its place."""

    type: str
    """The fact's type."""
    event_id: str
    winner_source: str
    winner_version: int
    winner_time: datetime


class Lifted(Outbound, frozen=True, kw_only=True):
    """What a named person took back, and where it is kept why."""

    hold_id: str
    evidence_id: str


class Erased(Outbound, frozen=True, kw_only=True):
    """By whom and why the person of the account was erased."""

    event_id: str
    by: Code
    reason: Code


class Decision(Outbound, frozen=True, kw_only=True, omit_defaults=True):
    """One reason, with its evidence. ``now`` is the tick's instant, or that of the fact which changed things."""

    type: Literal["decision.recorded"]
    schema_version: Literal[1]
    decision_id: str
    account_id: str
    trigger: Literal["tick", "fact", "control"]
    now: datetime
    outcome: Outcome
    code: Code
    rule: str | None
    """The rule of the pack that was applied."""
    stage: Code | None
    cycle_id: str | None
    reminder_id: str | None
    until: datetime | None
    policy_id: str
    policy_version: str
    policy_hash: str
    pack_id: str
    pack_version: str
    pack_hash: str
    core: Annotated[int, Field(ge=1)] = 1
    """The revision of the rules in the program that decided; absent while it is 1."""
    segment: Code | None
    experiment: Code | None
    arm: Code | None
    offer: Offered | None
    warnings: tuple[str, ...]
    """Rules of the pack that let the text pass and warn of it."""
    template_id: str | None
    variables: dict[str, str] | None
    """The text's slots without the personal ones."""
    text_hash: str | None
    evidence: Evidence
    parts: Annotated[int, Field(ge=1)] | None = None
    """How many SMS the text that was sent is; absent where nothing was sent, and before `core` 3."""
    next: tuple[Next, ...] = ()
    """What comes next, and why not before; of several decisions of one instant the last one has it."""
    lifted: Lifted | None = None
    """What was lifted with evidence, where that is what is noted; absent otherwise."""
    erased: Erased | None = None
    """Who erased the person, where that is what is noted; absent otherwise."""
    ignored: Ignored | None = None
    """The word that lost, where that is what is noted; absent otherwise."""
