"""The account as the table stores it: one person, everything that facts said, and what was sent.

Not a public contract, so these are msgspec structs: the hot loop reads and writes one for every record
(docs/decisions.md). Times are epoch milliseconds UTC. The first field has a fixed place and width, so that the
due index is rebuilt without decoding anything else. ``others`` are the other words that stand, the best first; `beat`:
it was told that another word lost to it.
"""

from datetime import date
from typing import Any, Final

import msgspec

from schemas.facts import PersonRole
from schemas.stored.case_files import CaseFile, PlanEnd, Pledge
from schemas.stored.heard import Heard
from schemas.stored.holds import Hold
from schemas.stored.numbers import NumberState
from schemas.stored.structs import LastReason, Passed, Struct, Wait

STATE_VERSION: Final = 3
"""No 2: a program of version 1 keeps what it does not know of a version 2, but not inside of nested parts."""
READABLE: Final = frozenset({1, STATE_VERSION})
NEVER_MS: Final = 9_999_999_999_999
"""No due time. Thirteen digits, like every time from 2001 to 2286."""
DUE_MIN_MS: Final = 1_000_000_000_000


class Owed(Struct, frozen=True):
    """The dates and the amount that the winning record of an instalment gave."""

    kind: str
    due: date
    effective_due: date
    amount_minor: int
    currency: str


class Snapshot(Struct, frozen=True):
    """What the ledger said of one instalment at one instant, and the amount and dates that it gave with it."""

    version: int
    as_of_ms: int
    """Never later than the word itself."""
    outstanding_minor: int
    source: str = ""
    """Empty in what was stored before sources were kept apart: it counts as any."""
    time_ms: int = 0  # when it was last told
    told_ms: int = 0
    """When it was first told; 0 where that was not kept."""
    day: int | None = None
    """The day of its ``as_of``, as written, where its source keeps only days."""
    owed: Owed | None = None
    """What it gave as dates and amount; absent where it is what the instalment has."""
    told_of: tuple[tuple[int, int], ...] = ()
    """Other amounts that were told of the same instant and version, each with when it was first told."""
    beat: bool = False  # it was told that another word lost to it; so with every word


class Schedule(Struct, frozen=True):
    """What ``instalment-scheduled`` says of an instalment: owed on a day, or withdrawn (``owed`` absent)."""

    version: int
    as_of_ms: int
    owed: Owed | None = None
    source: str = ""
    time_ms: int = 0
    as_of_day: int = 0
    """The calendar day of ``as_of`` in its own offset: a date before it is past."""
    others: "tuple[Schedule, ...]" = ()
    beat: bool = False
    least_minor: int | None = None
    """The smallest amount that any word on the instalment itself gave, where it is not this one's."""


class Notice(Struct, frozen=True):
    """The pre-due notice of one instalment: passed, and by which reminder if one was sent."""

    code: str
    at_ms: int


class Item(Struct, frozen=True):
    """One instalment or statement."""

    loan_id: str
    instalment_id: str
    missed: Owed | None = None
    snapshots: tuple[Snapshot, ...] = ()
    """Sorted by as_of; the superseded ones tell where an older unallocated payment went."""
    schedule: Schedule | None = None
    notice: Notice | None = None


class Part(Struct, frozen=True):
    """The part of a payment that the bank booked against one instalment."""

    loan_id: str
    instalment_id: str
    amount_minor: int


class Return(Struct, frozen=True):
    """Money of a payment that came back."""

    return_id: str
    """Its own id, or when it was booked."""
    version: int
    returned_ms: int
    time_ms: int
    source: str = ""
    amount_minor: int | None = None
    """All of it where the bank states none."""
    others: "tuple[Return, ...]" = ()
    beat: bool = False


class Payment(Struct, frozen=True):
    """One payment; ``amount_minor`` is 0 while only its return is known."""

    payment_id: str
    version: int = 0
    booked_ms: int = 0
    amount_minor: int = 0
    currency: str = ""
    parts: tuple[Part, ...] | None = None
    returned_ms: int | None = None
    """The latest return that counts, as it was stored before returns had words of their own."""
    source: str = ""
    time_ms: int = 0
    """When the booking that counts was last told."""
    told_ms: int = 0
    """When the payment was first told; 0 where that was not kept."""
    day: int | None = None
    """The day of its booking, as written, where its source keeps only days."""
    returns: tuple[Return, ...] = ()
    others: "tuple[Payment, ...]" = ()
    """The other words that stand, the best first, without their returns."""
    beat: bool = False


class Profile(Struct, frozen=True):
    """Who is written to."""

    version: int
    as_of_ms: int
    surname: str
    given_name: str | None
    salutation: str
    phone: str | None
    language: str
    zone: str
    role: PersonRole
    opted_out: bool = False
    """No SMS to this person: an opt-out of everything, of the channel, or of this number."""
    segment: str | None = None
    other_zones: tuple[str, ...] = ()
    agreed: tuple[int, int] | None = None
    """Local minutes in which the person wants to be written to; the end may lie before the start."""
    agreed_with: str | None = None
    """The evidence of their consent to these hours."""
    confirmed_ms: int | None = None
    """When the number was last known to be theirs."""
    source: str = ""
    time_ms: int = 0
    fixed_line: bool = False
    """The number is surely one of a fixed line: no SMS reaches it."""
    others: "tuple[Profile, ...]" = ()
    beat: bool = False


class Sent(Struct, frozen=True):
    """One reminder that left: history, never recomputed."""

    reminder_id: str
    cycle_id: str
    stage: str
    attempt: int
    issued_ms: int
    expires_ms: int
    amount_minor: int
    payments_seen: int
    """The offset up to which this account's payments had been read when it left; -1 where there are no offsets."""
    phone: str
    predue: bool = False
    due: date | None = None
    """The day that a pre-due notice named."""
    final: bool = False
    """Recalled, superseded, or the gateway has told how it ended."""
    recalled_for: str | None = None
    """Why we recalled it, if we did."""
    outcome: str | None = None
    """How it ended, by the receipt that counts most; absent while none has come."""
    submitted: bool = False
    """The network has had it: it counts for the caps whatever became of it."""
    day: date | None = None
    """The borrower's local day on which it left: moving to another zone does not change the past."""
    offer: str | None = None


class Cycle(Struct, frozen=True):
    """One episode from the first unpaid instalment until the account is cured."""

    cycle_id: str
    loan_id: str
    instalment_id: str
    opened_ms: int
    passed: tuple[Passed, ...] = ()
    handed_off_ms: int | None = None
    closed_ms: int | None = None
    grace_until_ms: int | None = None
    """Set when a returned payment reopened it: its own text is due then."""
    reminders: int = 0
    returns: int = 0
    """How often a text about a returned payment left in it."""
    announced: bool = False
    """``cycle.opened`` has left. A cycle that only passed lapsed stages is not known outside."""
    restated: int = 0
    """How often a stage came again because the person never got it."""
    handed_off_for: str | None = None
    """The reason of the hand-off that stands."""
    policy: str | None = None
    """The pin of the policy version under which its last message left; absent once it is closed."""
    segment: str | None = None
    arm: str | None = None
    """``experiment/arm``, for as long as the cycle lasts."""


class End(Struct, frozen=True):
    """A word on whether the account has ended; ``outcome`` is absent where it was opened again."""

    version: int
    as_of_ms: int
    time_ms: int
    source: str = ""
    outcome: str | None = None
    others: "tuple[End, ...]" = ()
    beat: bool = False
    claim_told: bool = False
    """It was told that the ledger goes on claiming."""
    handed_off: bool = False
    """A person was told that the ledger goes on claiming."""


class Account(Struct, frozen=True):
    """Everything about one account. ``next_due_at`` comes first: see `encode`."""

    next_due_at: int
    state_version: int
    account_id: str
    currencies: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    payments: tuple[Payment, ...] = ()
    holds: tuple[Hold, ...] = ()
    profile: Profile | None = None
    cycle: Cycle | None = None
    past: tuple[Cycle, ...] = ()
    sent: tuple[Sent, ...] = ()
    """Closed cycles and what left, newest last; both bounded."""
    last_contact_ms: int | None = None
    blocked_since_ms: int | None = None
    deferred_ms: int | None = None
    """Until then the gate of the partition need not be asked again."""
    blocked_message: bool = False
    """What was blocked last was one message, by its amount, its hour or its words: only a fact can change that."""
    turn_ms: int | None = None
    """The turn that pacing gave to its next message."""
    failed_number: tuple[str, int] | None = None
    """A phone number to which messages failed, and how many in a row."""
    reason: LastReason | None = None
    """Of the last decision about what to send: a reason is recorded when it changes."""
    on_time: int = 0
    """Of what is folded: scheduled instalments paid on time since the last missed one."""
    unsupported: str | None = None
    ended: str | None = None
    ended_by: tuple[int, int, str] | None = None
    """Source version, as_of and event id of the record that won, as it was stored before `end`."""
    end: End | None = None
    case: CaseFile | None = None
    next: tuple[Wait, ...] = ()
    """What was last told to come next: it is told again when it changes."""
    heard: tuple[Heard, ...] = ()
    number: NumberState | None = None
    erased_ms: int | None = None
    carried: dict[str, Any] | None = None
    """Top-level fields of a newer state version, kept as they came (a version adds top-level fields only)."""


class UnreadableState(ValueError):
    """A stored account that this version cannot read: our own fault, never the bank's."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Account)


def encode(account: Account) -> bytes:
    """The stored bytes: JSON whose first field is ``next_due_at`` in exactly thirteen digits."""
    assert DUE_MIN_MS <= account.next_due_at <= NEVER_MS, "a due time outside the thirteen digits of its fixed place"
    if account.carried is None:
        return _encoder.encode(account)
    fields = msgspec.to_builtins(account)
    carried = fields.pop("carried")
    return _encoder.encode({**fields, **carried})


def decode(raw: bytes) -> Account:
    """Read a stored account, also one written by the next version.

    Raises UnreadableState when it is not one of ours or too new.
    """
    try:
        account = _decoder.decode(raw)
    except msgspec.MsgspecError as error:
        raise UnreadableState(str(error)) from error
    if account.state_version == STATE_VERSION:
        return account
    if account.state_version in READABLE:
        return _of_version_1(account)
    if account.state_version != STATE_VERSION + 1:
        known = ", ".join(map(str, sorted(READABLE)))
        raise UnreadableState(f"state version {account.state_version}, this program reads {known} and the next")
    unknown = {k: v for k, v in msgspec.json.decode(raw).items() if k not in Account.__struct_fields__}
    return msgspec.structs.replace(account, carried=unknown or None)


def _of_version_1(account: Account) -> Account:
    """Returns and ends have words of their own since."""
    payments = tuple(
        payment
        if payment.returned_ms is None
        else msgspec.structs.replace(payment, returns=(Return("", 0, payment.returned_ms, payment.returned_ms),))
        for payment in account.payments
    )
    end = account.end
    if account.ended_by is not None:
        version, as_of_ms, _ = account.ended_by
        end = End(version, as_of_ms, as_of_ms, outcome=account.ended)
    case = account.case and msgspec.structs.replace(account.case, plans=tuple(map(_with_end, account.case.plans)))
    changes = {"payments": payments, "end": end, "ended_by": None, "case": case}
    return msgspec.structs.replace(account, state_version=STATE_VERSION, **changes)


def _with_end(plan: Pledge) -> Pledge:
    """An end stored then is newer than the agreement that it was stored with."""
    if plan.ended is None:
        return plan
    ended_ms = 0 if plan.ended_by is None else plan.ended_by[1]
    end = PlanEnd(0, max(ended_ms, plan.time_ms + 1), "", plan.ended)
    return msgspec.structs.replace(plan, ended=None, ended_by=None, ends=(end,))
