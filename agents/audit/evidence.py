"""What lies on the topics about one account, read for the audit, each record with the place where it lies."""

from datetime import date
from typing import Any, Final, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from agents.audit.standards.zones import ms_of
from schemas.cases import AccountErased
from schemas.facts import Fact
from schemas.reading import MODELS, Reason, UnusableInput, read
from streams import roles

VALUE_BYTES_MAX: Final = 1_200_000
"""No record of ours is larger; a larger one is not read."""


class FoundRecord(NamedTuple):
    """One record as it lies somewhere."""

    role: str
    partition: int
    """-1 in a file."""
    offset: int
    """In a file the number of the line."""
    time_ms: int
    """When its source said it, by Kafka's timestamp or the body's `time`."""
    key: bytes | None
    value: bytes | None
    replay_of: str | None = None

    @property
    def place(self) -> str:
        """Where to find it again."""
        where = f"{self.partition}/{self.offset}" if self.partition >= 0 else f"line {self.offset}"
        return f"{self.role}/{where}"


class _Seen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SeenRecipient(_Seen):
    """Who a message is for."""

    name: str
    phone: str
    role: str


class SeenMessage(_Seen):
    """A reminder or a notice, as far as the audit looks at it."""

    type: str
    account_id: str
    reminder_id: str
    cycle_id: str = ""
    stage: str
    attempt: int = 1
    supersedes: str | None = None
    channel: str
    recipient: SeenRecipient
    language: str
    tone: str = "neutral"
    text: str
    parts: int
    template_id: str
    variables: dict[str, str]
    signature: str
    amount_minor: int = 0
    total_overdue_minor: int = 0
    currency: str = ""
    oldest_due_date: date | None = None
    days_past_due: int = 0
    service_number: str
    offer: dict[str, Any] | None = None
    segment: str | None = None
    answers: str | None = None
    decided_for: AwareDatetime
    issued_at: AwareDatetime
    not_before: AwareDatetime
    expires_at: AwareDatetime
    policy_id: str
    policy_version: str
    pack_id: str
    pack_version: str

    @property
    def is_notice(self) -> bool:
        """An answer to what the borrower wrote."""
        return self.type == "notice.issued"


class SeenEvidence(_Seen):
    """What a decision says that it saw."""

    inputs: dict[str, int] = {}
    watermarks: dict[str, int] = {}
    controls: int | None = None
    complete_to: AwareDatetime | None = None
    unread: int = 0
    total_overdue_minor: int = 0
    numbers_required: bool = False


class SeenNext(_Seen):
    """What a decision says comes next."""

    stage: str
    at: AwareDatetime | None
    code: str


class SeenDecision(_Seen):
    """A decision, as far as the audit looks at it."""

    decision_id: str
    account_id: str
    trigger: str
    now: AwareDatetime
    outcome: str
    code: str
    stage: str | None = None
    cycle_id: str | None = None
    reminder_id: str | None = None
    until: AwareDatetime | None = None
    policy_id: str
    policy_version: str
    policy_hash: str
    pack_id: str
    pack_version: str
    pack_hash: str
    template_id: str | None = None
    variables: dict[str, str] | None = None
    text_hash: str | None = None
    evidence: SeenEvidence
    next: tuple[SeenNext, ...] = ()


class SeenEvent(_Seen):
    """Any other record on `reminders`: a recall, a case, a cycle."""

    type: str
    account_id: str
    reminder_id: str | None = None
    cycle_id: str | None = None
    stage: str | None = None
    reason: str | None = None
    reopened: bool = False
    cancelled_at: AwareDatetime | None = None
    handed_off_at: AwareDatetime | None = None
    withdrawn_at: AwareDatetime | None = None
    opened_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None

    @property
    def at_ms(self) -> int:
        """When it left."""
        times = (self.cancelled_at, self.handed_off_at, self.withdrawn_at, self.opened_at, self.closed_at)
        return max((ms_of(time) for time in times if time is not None), default=0)


class Told(NamedTuple):
    """A fact, and the record that tells it."""

    fact: Any
    """Of the types in `schemas.facts` and `schemas.cases`."""
    at: FoundRecord


class AuditedMessage(NamedTuple):
    """A message and where it lies."""

    body: SeenMessage
    at: FoundRecord
    issued_ms: int
    expires_ms: int


class AuditedDecision(NamedTuple):
    """A decision and where it lies."""

    body: SeenDecision
    at: FoundRecord
    now_ms: int


class AuditedEvent(NamedTuple):
    """Another record on `reminders` and where it lies."""

    body: SeenEvent
    at: FoundRecord
    at_ms: int


class UnusedRecord(NamedTuple):
    """A record that cannot be used, and why."""

    at: FoundRecord
    reason: str


class AccountRecords(BaseModel):
    """All that lies on the topics of one account, each kind in the order of its time."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    account_id: str
    facts: list[Told] = Field(default_factory=list)
    receipts: list[Told] = Field(default_factory=list)
    unread: list[UnusedRecord] = Field(default_factory=list)
    erased: list[FoundRecord] = Field(default_factory=list)
    """Where a profile was taken away."""
    messages: list[AuditedMessage] = Field(default_factory=list)
    events: list[AuditedEvent] = Field(default_factory=list)
    decisions: list[AuditedDecision] = Field(default_factory=list)
    malformed: list[UnusedRecord] = Field(default_factory=list)
    """Records of ours that say less than the contract asks for."""
    replayed: set[str] = Field(default_factory=set)
    """Coordinates of unreadable records that were said again."""

    @property
    def is_erased(self) -> bool:
        """Whether the person of the account was taken away."""
        return bool(self.erased) or any(isinstance(told.fact, AccountErased) for told in self.facts)


def gather(account_id: str, lying: list[FoundRecord], limit_bytes: int) -> AccountRecords:
    """Read an account's records. ``limit_bytes`` is the largest body of an input that counts."""
    found = AccountRecords(account_id=account_id)
    for record in sorted(lying, key=lambda one: one.time_ms):
        if record.replay_of is not None:
            found.replayed.add(record.replay_of)
        if record.role in MODELS:
            _input(found, record, limit_bytes)
        elif record.role == roles.REMINDERS:
            _said(found, record)
        elif record.role == roles.REMINDER_DECISIONS:
            _decided(found, record)
    found.messages.sort(key=lambda one: one.issued_ms)
    found.decisions.sort(key=lambda one: one.now_ms)
    found.events.sort(key=lambda one: one.at_ms)
    return found


def _input(found: AccountRecords, record: FoundRecord, limit_bytes: int) -> None:
    if record.role == roles.PROFILE_UPDATED and record.value is None:
        found.erased.append(record)
        return
    try:
        fact: Fact = read(record.role, record.key, record.value, limit_bytes)
    except UnusableInput as why:
        if why.reason is not Reason.TOMBSTONE:
            found.unread.append(UnusedRecord(record, str(why.reason)))
        return
    (found.receipts if record.role == roles.REMINDER_RECEIPTS else found.facts).append(Told(fact, record))


_SENDABLE: Final = (b'"reminder.issued"', b'"reminder.escalated"', b'"notice.issued"')


def _said(found: AccountRecords, record: FoundRecord) -> None:
    value = record.value or b""
    try:
        if any(kind in value for kind in _SENDABLE):
            body = SeenMessage.model_validate_json(value)
            found.messages.append(AuditedMessage(body, record, ms_of(body.issued_at), ms_of(body.expires_at)))
        else:
            event = SeenEvent.model_validate_json(value)
            found.events.append(AuditedEvent(event, record, event.at_ms))
    except ValidationError as error:
        found.malformed.append(UnusedRecord(record, _first(error)))


def _decided(found: AccountRecords, record: FoundRecord) -> None:
    try:
        body = SeenDecision.model_validate_json(record.value or b"")
    except ValidationError as error:
        found.malformed.append(UnusedRecord(record, _first(error)))
        return
    found.decisions.append(AuditedDecision(body, record, ms_of(body.now)))


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['type']}"
