"""The case file of a stored account: promises, plans, complaints, contacts by others, replies, staff, cut-over.

Times are epoch milliseconds UTC.
"""

from datetime import date
from typing import Literal

from schemas.structs import Passed, Struct


class Pledged(Struct, frozen=True):
    """What is to be paid by a day."""

    due: date
    amount_minor: int


class Pledge(Struct, frozen=True):
    """A promise to pay, or a plan of several parts. The newest record wins by version, then time."""

    pledge_id: str
    version: int = 0
    time_ms: int = 0
    made_ms: int = 0
    """When this version was first told: payments booked after it count."""
    currency: str = ""
    parts: tuple[Pledged, ...] = ()
    """By due date; empty while only the plan's end is known."""
    carried_minor: int = 0
    """What counts of the payments that are folded."""
    mark: Literal["kept", "broken", "cured", "cancelled"] | None = None
    """What was told of it last; ``cured`` is nothing to tell: the debt itself went."""
    ended: str | None = None
    """The outcome that ``plan.ended`` gave: it wins over the agreement."""
    ended_by: tuple[int, int, str] | None = None
    """Version and time of the record that ended it, and how kind it was."""
    source: str = ""
    ended_source: str = ""


class Complaint(Struct, frozen=True):
    """A complaint; it stands until the hold ``complaint/<complaint_id>`` is lifted."""

    complaint_id: str
    said_ms: int


class Contact(Struct, frozen=True):
    """Somebody else of the lender's reached the person."""

    contact_id: str
    version: int
    made_ms: int
    conversation: bool
    channel: str = ""


class Reply(Struct, frozen=True):
    """A keyword that the person sent; the policy says what it means."""

    reply_id: str
    version: int
    said_ms: int
    keyword: str
    done: bool = False
    """A person was told of it, or its time is over."""


class StaffWord(Struct, frozen=True):
    """The last decision of a named person about this account."""

    decision: Literal["silent_until", "send_now"]
    version: int
    time_ms: int
    decided_by: str
    until_ms: int | None = None
    told: bool = False
    used: bool = False
    """What was to be sent now has been sent, or there was nothing to send."""


class Consent(Struct, frozen=True):
    """The person agreed to be written to again."""

    consent_id: str
    version: int
    time_ms: int
    given_ms: int


class Imported(Struct, frozen=True):
    """What the system before us had done in the cycle of one instalment."""

    loan_id: str
    instalment_id: str
    version: int
    time_ms: int
    stages: tuple[Passed, ...] = ()
    contact_ms: int | None = None
    """The last contact of any kind."""
    done_ms: int | None = None
    """The cycle that goes on from it was closed then."""


class CaseFile(Struct, frozen=True):
    """What ``case-updated`` says beside holds and the account's end; each kind sorted by its business key."""

    promises: tuple[Pledge, ...] = ()
    plans: tuple[Pledge, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    contacts: tuple[Contact, ...] = ()
    replies: tuple[Reply, ...] = ()
    imports: tuple[Imported, ...] = ()
    staff: StaffWord | None = None
    broken_promises: int = 0
    consents: tuple[Consent, ...] = ()
