"""Facts: what the lender's systems tell us. Frozen, strict in types, tolerant of fields we do not know.

``time`` is when the source said it (it orders a replay); ``as_of``, ``booked_at`` and ``value_date`` are when it
was true. Identity is the business key, never ``event_id``: an end-of-day rerun brings new event ids.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar, Final, Literal, Self
from unicodedata import is_normalized
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.printable import HIDDEN
from schemas.values.money import Currency, Minor, PositiveMinor
from schemas.values.phones import possible

DUE_YEARS_BACK: Final = 30
DUE_YEARS_AHEAD: Final = 2
INSTANT_YEARS: Final = range(1970, 2200)
FLOOR: Final = datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)
"""Thirteen digits of milliseconds: nothing that is told lies before."""
INSTANT_PATTERN: Final = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
"""RFC 3339, without leap seconds. Digits alone are no instant."""
DAY_PATTERN: Final = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"

RecordedId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An id that is or may be on a topic already: of a control, of whoever has old dead letters. It is only read."""
Id = Annotated[str, Field(min_length=1, max_length=128, pattern=f"^[^{HIDDEN}]+$")]
"""An id of the lender's that everybody can see: no controls, no marks of direction, nothing without a width."""
Code = Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
Version = Annotated[int, Field(ge=0, le=2**53 - 1)]
PolicyVersion = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


def _account_id(text: str) -> str:
    if not text.isascii() and not (text.isprintable() and is_normalized("NFC", text)):
        raise PydanticCustomError("bad_value", "an account id is printable, in NFC")
    return text


_NOT_IN: Final = HIDDEN + r"\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
AccountId = Annotated[
    str,
    Field(min_length=1, max_length=128, pattern=f"^[^{_NOT_IN} ]([^{_NOT_IN}]*[^{_NOT_IN} ])?$"),
    AfterValidator(_account_id),
]
"""An id of an account, which two people must read as the same: in NFC, and without blanks around it, besides."""

_ZONES = available_timezones()


def _instant(instant: datetime) -> datetime:
    # Every zone must still be able to name the day around it; a sentinel such as 9999-12-31 in Pacific time is not one.
    if instant.year not in INSTANT_YEARS:
        raise PydanticCustomError("time_out_of_range", "a time that no living loan has")
    return instant


def _known(instant: datetime) -> datetime:
    # The year alone spares almost every one the comparison of two zones.
    if instant.year <= FLOOR.year and instant < FLOOR:
        raise PydanticCustomError("time_out_of_range", "a time before anything that is told")
    return instant


_INSTANT: Final = re.compile(INSTANT_PATTERN)
_DAY: Final = re.compile(DAY_PATTERN)


def _written_instant(value: object) -> object:
    # The parser behind also takes digits for seconds since 1970, and dates without a time.
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.match(value)):
        return value
    kind = "datetime_parsing" if isinstance(value, str) else "datetime_type"
    raise PydanticCustomError(kind, "not a time with a zone as RFC 3339 writes it")


def _written_day(value: object) -> object:
    if (isinstance(value, date) and not isinstance(value, datetime)) or (isinstance(value, str) and _DAY.match(value)):
        return value
    raise PydanticCustomError("date_parsing" if isinstance(value, str) else "date_type", "not a day as 2026-03-05")


def _zone(name: str) -> str:
    if name not in _ZONES:
        raise PydanticCustomError("bad_zone", "not an IANA time zone name")
    return name


def _phone(number: str) -> str:
    if possible(number) is None:
        raise PydanticCustomError("bad_phone", "not a possible phone number in E.164")
    return number


_SPELLING: Final = str.maketrans("\u00a0\u202f\u2009", "   ", "\u200c\u200d")


def _name(text: str) -> str:
    # 【】 delimit the sender's registered signature in Chinese SMS: inside a name they would forge one.
    # Joiners between letters and no-break spaces are spelling; other invisible signs hide something.
    if not text.translate(_SPELLING).isprintable() or any(mark in text for mark in "【】") or text != text.strip():
        raise PydanticCustomError("bad_name", "a name holds printable characters only, without 【】 or outer spaces")
    return text


AnyInstant = Annotated[
    AwareDatetime,
    Field(strict=False, json_schema_extra={"pattern": INSTANT_PATTERN}),
    BeforeValidator(_written_instant),
]
"""An instant with its offset, however far away."""
Instant = Annotated[AnyInstant, AfterValidator(_instant)]
KnownInstant = Annotated[Instant, AfterValidator(_known)]
"""An instant of which something is told."""
Day = Annotated[date, Field(strict=False, json_schema_extra={"pattern": DAY_PATTERN}), BeforeValidator(_written_day)]
Zone = Annotated[str, AfterValidator(_zone)]
Phone = Annotated[str, AfterValidator(_phone), Field(json_schema_extra={"pattern": "^\\+[1-9][0-9]{1,14}$"})]
Name = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_name)]


PersonRole = Literal["debtor", "guarantor", "third_related", "third_unrelated"]
"""Who the person is to the debt."""


class Contract(BaseModel):
    """A record read from the bus: immutable, exact types, unknown fields pass."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", use_attribute_docstrings=True)


def known_version(number: object) -> object:
    """The number as it came; a literal would take True for 1."""
    if isinstance(number, bool):
        raise PydanticCustomError("literal_error", "a version is a number")
    return number


class Fact(Contract):
    """What every fact carries besides its own content."""

    schema_version: Annotated[Literal[1, 2], BeforeValidator(known_version)] = 1
    """2 only in facts with fields whose absence would change their meaning."""
    event_id: Id
    account_id: AccountId
    time: KnownInstant
    source: Code = "core-banking"
    source_version: Version = 0
    """The source's own version of the thing it speaks of; 0 when it keeps none."""


def check_due(due: date, as_of: date, years_ahead: int = DUE_YEARS_AHEAD) -> None:
    """Refuse a due date that no living loan has (settled in the design: as_of -30/+2 years)."""
    if not as_of.year - DUE_YEARS_BACK <= due.year <= as_of.year + years_ahead:
        raise PydanticCustomError("due_date_out_of_range", "due date too far from as_of")


class _Owed(Fact):
    """One amount due on one date on one loan, or one card statement."""

    loan_id: Id
    instalment_id: Id
    kind: Literal["instalment", "statement"] = "instalment"
    due_date: Day
    effective_due_date: Day | None = None
    """The due date moved by a bank holiday or a grace period; the due date itself when absent."""
    amount_due_minor: PositiveMinor
    currency: Currency
    as_of: KnownInstant

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        as_of = self.as_of.date()
        check_due(self.due_date, as_of)
        if self.effective_due_date is not None:
            check_due(self.effective_due_date, as_of)
        self._check_amounts()
        return self

    def _check_amounts(self) -> None:
        """For a subclass; a second validator of the model would cost every fact a microsecond."""

    @property
    def effective_due(self) -> date:
        return self.effective_due_date or self.due_date


Resolution = Literal["second", "day"]
"""How finely a source keeps a time: `day` where it knows the day only."""


class RepaymentMissed(_Owed):
    """A snapshot from the ledger of something unpaid; ``outstanding_minor`` 0 says that it is paid after all."""

    type: Literal["repayment.missed"] = "repayment.missed"
    outstanding_minor: Minor
    as_of_resolution: Resolution | None = None
    """`second` when absent. Written under `schema_version` 2."""

    def _check_amounts(self) -> None:
        if self.outstanding_minor > self.amount_due_minor:
            raise PydanticCustomError("outstanding_above_amount", "outstanding above the amount due")


class InstalmentScheduled(_Owed):
    """Something falls due soon; sent again when it is amended."""

    type: Literal["instalment.scheduled", "instalment.amended"] = "instalment.scheduled"


class InstalmentWithdrawn(Fact):
    """The instalment is no longer owed."""

    type: Literal["instalment.withdrawn"] = "instalment.withdrawn"
    loan_id: Id
    instalment_id: Id
    as_of: KnownInstant


class Allocation(Contract):
    """The part of a payment that the bank booked against one instalment."""

    loan_id: Id
    instalment_id: Id
    amount_minor: Minor


class PaymentBooked(Fact):
    """Money booked. Without ``allocations`` it goes to the oldest overdue first."""

    type: Literal["payment.booked"] = "payment.booked"
    payment_id: Id
    amount_minor: PositiveMinor
    currency: Currency
    booked_at: KnownInstant
    booked_resolution: Resolution | None = None
    """`second` when absent. Written under `schema_version` 2."""
    value_date: Day | None = None
    allocations: Annotated[tuple[Allocation, ...], Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _allocated(self) -> Self:
        parts = self.allocations
        if parts is not None and sum(part.amount_minor for part in parts) > self.amount_minor:
            raise PydanticCustomError("allocation_above_amount", "allocations above the payment's amount")
        return self


class PaymentReturned(Fact):
    """A payment came back (a returned debit), or a part of it; that part counts no more from ``booked_at`` on."""

    type: Literal["payment.returned"] = "payment.returned"
    payment_id: Id
    return_id: Id | None = None
    """Its own id; without one, returns of one payment are told apart by ``booked_at``."""
    amount_minor: PositiveMinor | None = None
    """What came back; all of it when absent. Written under `schema_version` 2."""
    booked_at: KnownInstant
    booked_resolution: Resolution | None = None
    """`second` when absent. Written under `schema_version` 2."""
    reason: Code | None = None


class OptOut(Contract):
    """The borrower wants no more messages on a channel, to an address, or at all."""

    scope: Literal["channel", "address", "all"]
    value: Annotated[str, Field(max_length=64)] | None = None


class AgreedHours(Contract):
    """Hours in which the person wants to be written to, wall clock in their zone; they may go over midnight."""

    start: Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    end: Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
    evidence_id: Id | None = None
    """Where their consent is kept: only with it can these hours stand in the place of a pack's."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start == self.end:
            raise PydanticCustomError("empty_hours", "agreed hours that begin when they end")
        return self


class ProfileUpdated(Fact):
    """The versioned snapshot of who is written to, how, and what they agreed to."""

    type: Literal["profile.updated"] = "profile.updated"
    surname: Name
    given_name: Name | None = None
    salutation: Literal["mr", "ms", "none"] = "none"
    phone: Phone | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    zone: Zone
    other_zones: Annotated[tuple[Zone, ...], Field(max_length=8)] = ()
    """Other zones in which the person may be: of an address, of a work place."""
    agreed_hours: AgreedHours | None = None
    number_confirmed_at: Instant | None = None
    """When the phone number was last known to be this person's."""
    role: PersonRole = "debtor"
    consents: Annotated[tuple[Code, ...], Field(max_length=32)] = ()
    opt_outs: Annotated[tuple[OptOut, ...], Field(max_length=32)] = ()
    risk_segment: Code | None = None
    as_of: KnownInstant


class SourceProgress(Contract):
    """A source says: this topic partition is complete up to ``complete_to``. It has no key and no account."""

    TYPE: ClassVar[str] = "source.progress"

    schema_version: Literal[1] = 1
    type: Literal["source.progress"] = "source.progress"
    source: Code = "core-banking"
    complete_to: Instant
