"""The case file of a stored account: promises, plans, complaints, contacts by others, replies, staff, cut-over.

Times are epoch milliseconds UTC. ``others`` are the other words that stand, the best first; ``beat`` says that it was
told of a word that lost to this one.
"""

from datetime import date
from typing import Literal

from schemas.stored.structs import Passed, Struct


class Pledged(Struct, frozen=True):
    """What is to be paid by a day."""

    due: date
    amount_minor: int


class PlanEnd(Struct, frozen=True):
    """A word that ends a plan."""

    version: int
    time_ms: int
    source: str
    outcome: str


class Pledge(Struct, frozen=True):
    """A promise to pay, or a plan of several parts: the word that counts, and every end that may still decide."""

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
    """The outcome of its end, as it was stored before ends had words of their own."""
    ended_by: tuple[int, int, str] | None = None
    """Version, time and kindness of that end, likewise."""
    source: str = ""
    ends: tuple[PlanEnd, ...] = ()
    """Of each source the highest version and the latest one."""
    others: "tuple[Pledge, ...]" = ()
    """The other words that stand, the best first."""
    beat: bool = False
    """It was told that another word lost to it."""


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
    source: str = ""
    time_ms: int = 0
    others: "tuple[Contact, ...]" = ()
    beat: bool = False


class Reply(Struct, frozen=True):
    """A keyword that the person sent; the policy says what it means."""

    reply_id: str
    version: int
    said_ms: int
    """When this keyword was first told of this version."""
    keyword: str
    done: bool = False
    """A person was told of it, or its time is over."""
    source: str = ""
    time_ms: int = 0
    """When it was last told."""
    told_of: tuple[tuple[str, int], ...] = ()
    """Other keywords that were told of this version, each with when it was first told."""
    others: "tuple[Reply, ...]" = ()
    beat: bool = False


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
    source: str = ""
    others: "tuple[StaffWord, ...]" = ()
    beat: bool = False


class Consent(Struct, frozen=True):
    """The person agreed to be written to again."""

    consent_id: str
    version: int
    time_ms: int
    given_ms: int
    source: str = ""
    others: "tuple[Consent, ...]" = ()
    beat: bool = False


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
    source: str = ""
    others: "tuple[Imported, ...]" = ()
    beat: bool = False


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
