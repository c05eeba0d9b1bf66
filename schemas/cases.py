"""Facts of the case file: holds, promises, plans, complaints, contacts by others, the end of an account, cut-over.

Kinds of holds are codes that packs define; a lift names its hold and ends every placing that is not newer.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.facts import (
    AnyInstant,
    Code,
    Contract,
    Day,
    Fact,
    Id,
    Instant,
    KnownInstant,
    RecordedId,
    Version,
    check_due,
)
from schemas.values.channels import SendingChannel
from schemas.values.money import Currency, Minor, PositiveMinor

PLAN_YEARS_AHEAD: Final = 30
BY_REPLY: Final = "borrower-replies"
"""The source of what a borrower's SMS was understood to say: a promise or a dispute of it is believed once a cycle."""
DISPUTE: Final = "dispute"
"""The kind of hold, in small letters, that a borrower's word alone may place."""


class HoldPlaced(Fact):
    """A reason to be silent, until lifted or until ``until`` (exclusive)."""

    type: Literal["hold.placed"] = "hold.placed"
    hold_id: Id
    kind: Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_.-]{0,47}$")]
    """A code that packs define; with ``HOLD_`` before it, it is the reason of each silence."""
    until: AnyInstant | None = None
    placed_by: Code | None = None
    rule: Code | None = None
    """The rule that read it so, where a borrower's words were read."""


class HoldLifted(Fact):
    """The end of one hold, or of what stands like one: a complaint, a reply that opted out."""

    type: Literal["hold.lifted"] = "hold.lifted"
    hold_id: Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[^\x00-\x1f\x7f]+$")]
    """That of the hold; ``complaint/<complaint_id>`` for a complaint, ``reply/`` and the id of a reply or of its
    promise for what was misread."""
    lifted_by: Code | None = None
    evidence_id: Id | None = None
    """Where it is kept why: the decision names it."""


class PromiseMade(Fact):
    """The borrower promises to pay an amount by a day: silence until then and a grace, kept by what is paid after
    ``time``."""

    type: Literal["promise.made"] = "promise.made"
    promise_id: Id
    amount_minor: PositiveMinor
    currency: Currency
    pay_by: Day
    rule: Code | None = None
    """The rule that read it so, where a borrower's words were read."""
    answer: bool = False
    """Whether the borrower awaits a notice of it."""

    @model_validator(mode="after")
    def _near(self) -> Self:
        check_due(self.pay_by, self.time.date())
        return self


class PlanPart(Contract):
    """One part of an agreed repayment plan."""

    due_date: Day
    amount_minor: PositiveMinor


class PlanAgreed(Fact):
    """A repayment plan stands: silence while what is paid after ``time`` covers the parts that are due."""

    type: Literal["plan.agreed"] = "plan.agreed"
    plan_id: Id
    currency: Currency
    parts: Annotated[tuple[PlanPart, ...], Field(min_length=1, max_length=120)]

    @model_validator(mode="after")
    def _near(self) -> Self:
        for part in self.parts:
            check_due(part.due_date, self.time.date(), PLAN_YEARS_AHEAD)
        return self


class PlanEnded(Fact):
    """A repayment plan was fulfilled, broken or cancelled; it wins over its own agreement, in any order."""

    type: Literal["plan.ended"] = "plan.ended"
    plan_id: Id
    outcome: Literal["fulfilled", "broken", "cancelled"]


class ComplaintReceived(Fact):
    """The borrower complains about us: silence until ``hold.lifted`` names ``complaint/<complaint_id>``."""

    type: Literal["complaint.received"] = "complaint.received"
    complaint_id: Id
    kind: Code


class ContactMade(Fact):
    """Somebody else of the lender's wrote to or spoke with the borrower: it counts for the minimum gap."""

    type: Literal["contact.made"] = "contact.made"
    contact_id: Id
    channel: Code
    conversation: bool
    made_at: Instant


class ReplyReceived(Fact):
    """The borrower answered a reminder; only the recognised keyword is told, never the text."""

    type: Literal["reply.received"] = "reply.received"
    reply_id: Id
    keyword: Code
    rule: Code | None = None
    """The rule that read it so, where words were read."""
    sure: bool | None = None
    """Whether that rule was sure; what is not goes to a person."""
    answer: bool = False
    """Whether the borrower awaits a notice from this account: of several that one reply is told to, one answers."""


class AccountEnded(Fact):
    """Sold, closed or written off: nothing more is said to the borrower."""

    type: Literal["account.ended"] = "account.ended"
    outcome: Literal["sold", "closed", "written_off"]
    as_of: KnownInstant


class AccountReopened(Fact):
    """The account's end is undone: what the ledger told meanwhile counts again."""

    type: Literal["account.reopened"] = "account.reopened"
    as_of: KnownInstant


class AccountErased(Fact):
    """The person of the account is erased: name and number go; opt-outs, holds and what counts for caps stay.

    `tactful erase` writes it. A profile that was told before it says nothing any more.
    """

    type: Literal["account.erased"] = "account.erased"
    by: Code
    reason: Code
    """Why, as a code of the lender's; no free text."""
    opt_out: Code | None = None
    """The keyword under which an opt-out goes on that stood on the erased profile."""
    contacts: Annotated[tuple[KnownInstant, ...], Field(max_length=64)] = ()
    """When messages left that may still count for a cap: they count for another account that comes to the number."""


class ConsentGiven(Fact):
    """The borrower agreed to be written to: it ends what they opted out of by reply before."""

    type: Literal["consent.given"] = "consent.given"
    consent_id: Id
    scope: Literal["all", SendingChannel]
    given_at: Instant
    evidence_id: Id
    """Where their consent is kept."""
    wording_id: Code
    """The words that they agreed to."""


class JudgedProfile(Contract):
    """Which word of the account's profile was judged; it says nothing of what stood in it."""

    as_of: KnownInstant
    time: KnownInstant
    version: Version = 0


class NumberTold(Fact):
    """How many accounts carry the number of this one; `tactful numbers` writes it. Two or more take turns."""

    type: Literal["number.told"] = "number.told"
    accounts: Annotated[int, Field(ge=1, le=64)]
    """Those that carry the number, this one among them."""
    turn: Annotated[int, Field(ge=0, le=63)]
    """From 0 on, another one for each of them."""
    changed_at: KnownInstant | None = None
    """When it became these accounts; absent where nobody else ever carried the number. All wait a minimum gap then."""
    profile: JudgedProfile
    """The profile that told the number: what is said holds for that number alone."""


class StaffDecision(Fact):
    """A named person decided: silent until a time, or send the next stage now, once. The newest word stands."""

    type: Literal["staff.decided"] = "staff.decided"
    decision: Literal["silent_until", "send_now"]
    until: AnyInstant | None = None
    """When the silence ends; ``silent_until`` must name it."""
    decided_by: Id
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.decision == "silent_until" and self.until is None:
            raise PydanticCustomError("missing_field", "a silence must have an end")
        return self


class ImportedStage(Contract):
    """A stage that the old system had already sent at cut-over."""

    stage: Code
    sent_at: Instant


class CaseImported(Fact):
    """A cycle taken over from another system, open, with the stages and contacts already made."""

    type: Literal["case.imported"] = "case.imported"
    loan_id: Id
    instalment_id: Id
    stages: Annotated[tuple[ImportedStage, ...], Field(max_length=64)]
    last_contact_at: Instant | None = None
    total_overdue_minor: Minor = 0


class DeadLetterDismissed(Fact):
    """A named person gave up a record that could not be read: it holds its account no longer."""

    type: Literal["dead-letter.dismissed"] = "dead-letter.dismissed"
    account_id: RecordedId
    role: Code
    """The input on which the record lies, by its name in the contract."""
    partition: Annotated[int, Field(ge=0)]
    offset: Annotated[int, Field(ge=0)]
    dismissed_by: RecordedId
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    @property
    def at(self) -> str:
        """The coordinates of the record."""
        return f"{self.role}/{self.partition}/{self.offset}"


class ReminderReceipt(Fact):
    """What the gateway knows of one reminder."""

    type: Literal["reminder.receipt"] = "reminder.receipt"
    account_id: RecordedId
    reminder_id: Id
    status: Literal["accepted", "delivered", "failed", "expired", "recalled", "too_late", "unknown"]
    at: Instant
    detail: Code | None = None


CaseFact = (
    HoldPlaced
    | HoldLifted
    | PromiseMade
    | PlanAgreed
    | PlanEnded
    | ComplaintReceived
    | ContactMade
    | ReplyReceived
    | AccountEnded
    | AccountReopened
    | AccountErased
    | ConsentGiven
    | NumberTold
    | StaffDecision
    | CaseImported
    | DeadLetterDismissed
)
