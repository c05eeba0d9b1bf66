"""Messages: what leaves on ``reminders``. The gateway acts on them; CRM and dialler listen.

A message is final once it left: a change of mind is another message (``reminder.cancelled``, ``case.withdrawn``).
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from schemas.facts import Code, PersonRole
from schemas.policy.offers import Offered
from schemas.records import Outbound
from schemas.values.channels import SendingChannel
from schemas.values.money import Minor


class Message(Outbound, frozen=True, kw_only=True):
    """What every message carries. Times are UTC."""

    schema_version: Literal[1] = 1
    account_id: str


class Recipient(Outbound, frozen=True, kw_only=True):
    """The person who is written to. Personal data: it stays on ``reminders`` and in the accounts table."""

    name: str
    phone: str
    role: PersonRole


class Reminder(Message, frozen=True, kw_only=True):
    """One text to one person over all that is overdue (or, before the due date, about one instalment)."""

    type: Literal["reminder.issued", "reminder.escalated"]
    reminder_id: str
    """Deterministic in namespace, account, cycle, stage and attempt: a repeat is recognisable."""
    cycle_id: str
    """The episode it belongs to; for a pre-due notice its loan and instalment."""
    stage: Code
    attempt: Annotated[int, Field(ge=1)]
    supersedes: str | None = None
    """The reminder that an escalation replaces: the gateway must not send that one any more."""
    channel: SendingChannel
    recipient: Recipient
    language: str
    tone: Code
    text: str
    parts: Annotated[int, Field(ge=1)]
    """How many SMS the text is."""
    template_id: str
    variables: dict[str, str]
    """The template's named slots, for gateways that render registered templates themselves."""
    signature: str
    amount_minor: Minor
    """The amount that the text states: the total overdue, or for a pre-due notice what falls due."""
    total_overdue_minor: Minor
    currency: str
    oldest_due_date: date
    days_past_due: int
    service_number: str
    offer: Offered | None = None
    """What the text offers, for whoever takes the call."""
    segment: Code | None = None
    """The policy's segment that the account was in."""
    experiment: Code | None = None
    arm: Code | None = None
    decided_for: datetime
    """The tick's grid instant."""
    issued_at: datetime
    not_before: datetime
    expires_at: datetime
    """The gateway must drop it from this instant on."""
    policy_id: str
    policy_version: str
    pack_id: str
    pack_version: str


class NoticeIssued(Message, frozen=True, kw_only=True):
    """The answer to one reply of the borrower's: that a STOP was heard, how to get help, or what was promised.

    It asks for nothing. It is sent like a reminder, and its receipts name its ``reminder_id``.
    """

    type: Literal["notice.issued"] = "notice.issued"
    reminder_id: str
    """Deterministic in namespace, account and reply: one reply has one notice, whatever repeats."""
    stage: Literal["NOTICE_STOP", "NOTICE_HELP", "NOTICE_PROMISE"]
    answers: str
    """The id of the reply's keyword or of the promise."""
    channel: SendingChannel
    recipient: Recipient
    language: str
    text: str
    parts: Annotated[int, Field(ge=1)]
    template_id: str
    variables: dict[str, str]
    signature: str
    service_number: str
    decided_for: datetime
    """The tick's grid instant."""
    issued_at: datetime
    not_before: datetime
    expires_at: datetime
    """Five minutes after the reply: a later answer is none."""
    policy_id: str
    policy_version: str
    pack_id: str
    pack_version: str


class ReminderCancelled(Message, frozen=True, kw_only=True):
    """The recall of one reminder, or of a notice."""

    type: Literal["reminder.cancelled"] = "reminder.cancelled"
    reminder_id: str
    cycle_id: str
    stage: Code
    reason: Code
    cancelled_at: datetime


class AskedReply(Outbound, frozen=True, kw_only=True, omit_defaults=True):
    """A word of the borrower's that a person is to look at."""

    intent: Code
    """What it was read as, or the keyword. ``UNSURE_`` stands before a guess; ``VULNERABLE`` is told by this alone."""
    rule: Code | None = None
    """The rule that read it so."""
    sure: bool | None = None
    """Whether that rule was sure; absent where no rule spoke."""


class CaseHandedOff(Message, frozen=True, kw_only=True):
    """A person takes over; no further reminder leaves in this cycle."""

    type: Literal["case.handed-off"] = "case.handed-off"
    cycle_id: str
    stage: Code
    reason: Code
    total_overdue_minor: Minor
    currency: str | None
    oldest_due_date: date | None
    days_past_due: int | None
    handed_off_at: datetime
    priority: Literal["normal", "urgent"] = "normal"
    """``urgent``: somebody should look within minutes; it leaves with the reply, whatever the hour or a pause says."""
    replies: tuple[AskedReply, ...] = ()
    """What the borrower said that asks for a person."""


class CaseWithdrawn(Message, frozen=True, kw_only=True):
    """The case that was handed off is over, or the account must be left alone: nobody phones any more."""

    type: Literal["case.withdrawn"] = "case.withdrawn"
    cycle_id: str
    reason: Code
    withdrawn_at: datetime


class CycleOpened(Message, frozen=True, kw_only=True):
    """The first message of an episode leaves; its id is frozen with this."""

    type: Literal["cycle.opened"] = "cycle.opened"
    cycle_id: str
    loan_id: str
    instalment_id: str
    oldest_due_date: date | None
    reopened: bool
    """True when a returned payment or a corrected snapshot brings back a cycle that was closed."""
    opened_at: datetime


class CycleClosed(Message, frozen=True, kw_only=True):
    """The episode is over: nothing overdue above tolerance, or the account has ended."""

    type: Literal["cycle.closed"] = "cycle.closed"
    cycle_id: str
    reason: Code
    reminders_sent: int
    closed_at: datetime


Sendable = Reminder | NoticeIssued
"""What a gateway brings to a phone."""
AnyMessage = Reminder | NoticeIssued | ReminderCancelled | CaseHandedOff | CaseWithdrawn | CycleOpened | CycleClosed
