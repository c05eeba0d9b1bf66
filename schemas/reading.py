"""From bytes on the bus to a fact, or to the reason why not. Nothing is lost here: the caller keeps the bytes."""

from enum import StrEnum
from typing import Final, Literal

import jiter
from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas import cases, controls, facts

TopicRole = str


class Reason(StrEnum):
    """Why an input cannot be used; the reason header of its dead letter."""

    UNREADABLE_BATCH = "UNREADABLE_BATCH"
    NULL_KEY = "NULL_KEY"
    KEY_MISMATCH = "KEY_MISMATCH"
    WRONG_PARTITION = "WRONG_PARTITION"
    TOMBSTONE = "TOMBSTONE"
    TOO_LARGE = "TOO_LARGE"
    TOO_DEEP = "TOO_DEEP"
    NOT_JSON = "NOT_JSON"
    NOT_AN_OBJECT = "NOT_AN_OBJECT"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    UNKNOWN_TYPE = "UNKNOWN_TYPE"
    UNKNOWN_VERSION = "UNKNOWN_VERSION"
    MISSING_FIELD = "MISSING_FIELD"
    WRONG_TYPE = "WRONG_TYPE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    BAD_VALUE = "BAD_VALUE"
    UNKNOWN_CURRENCY = "UNKNOWN_CURRENCY"
    BAD_ZONE = "BAD_ZONE"
    BAD_PHONE = "BAD_PHONE"
    BAD_NAME = "BAD_NAME"
    DUE_DATE_OUT_OF_RANGE = "DUE_DATE_OUT_OF_RANGE"
    OUTSTANDING_ABOVE_AMOUNT = "OUTSTANDING_ABOVE_AMOUNT"
    ALLOCATION_ABOVE_AMOUNT = "ALLOCATION_ABOVE_AMOUNT"
    NOT_AVRO = "NOT_AVRO"
    UNKNOWN_SCHEMA = "UNKNOWN_SCHEMA"
    UNSAFE_SCHEMA = "UNSAFE_SCHEMA"
    INEXACT_AMOUNT = "INEXACT_AMOUNT"
    UNMAPPED = "UNMAPPED"


class UnusableInput(Exception):
    """Their bad input. ``detail`` names fields and rules, never values: it goes into headers and logs."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


def _by_type(*models: type[facts.Fact]) -> dict[str, type[facts.Fact]]:
    return {name: model for model in models for name in _names(model)}


def _names(model: type[BaseModel]) -> tuple[str, ...]:
    arguments: tuple[str, ...] = model.model_fields["type"].annotation.__args__  # type: ignore[union-attr]  # a Literal
    return arguments


MODELS: Final[dict[TopicRole, dict[str, type[facts.Fact]]]] = {
    "repayment-missed": _by_type(facts.RepaymentMissed),
    "payment-received": _by_type(facts.PaymentBooked, facts.PaymentReturned),
    "instalment-scheduled": _by_type(facts.InstalmentScheduled, facts.InstalmentWithdrawn),
    "profile-updated": _by_type(facts.ProfileUpdated),
    "case-updated": _by_type(*cases.CaseFact.__args__),
    "reminder-receipts": _by_type(cases.ReminderReceipt),
}
"""Which facts each input topic carries. `source.progress` may stand on every one of them."""

ROLE_OF: Final[dict[str, TopicRole]] = {name: role for role, models in MODELS.items() for name in models}
"""The input topic of each type of fact."""

_VALIDATORS: Final = {
    role: {name: TypeAdapter(model).validator.validate_json for name, model in models.items()}
    for role, models in MODELS.items()
}
"""What `model_validate_json` calls in the end."""

_CONTROLS: Final[dict[str, type[controls.AnyControl]]] = {
    name: model for model in controls.AnyControl.__args__ for name in _names(model)
}
_OWN_CODES: Final = {reason.value.lower(): reason for reason in Reason}
_RANGES: Final = frozenset({"greater_than_equal", "less_than_equal", "greater_than", "less_than"})
_SHAPES: Final = frozenset({"string_too_short", "string_too_long", "string_pattern_mismatch", "too_long", "too_short"})
_VALUES: Final = frozenset(
    {
        "literal_error",
        "timezone_aware",
        "date_parsing",
        "date_from_datetime_parsing",
        "datetime_parsing",
        "datetime_from_date_parsing",
    }
)
"""A string, but not one of those allowed: another word, a time without a zone, a day that no calendar has."""


def _explain(error: ValidationError) -> UnusableInput:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    kind, where = first["type"], ".".join(str(step) for step in first["loc"])
    if kind == "missing":
        reason = Reason.MISSING_FIELD
    elif where == "schema_version":
        reason = Reason.UNKNOWN_VERSION
    elif where == "currency" and kind == "string_pattern_mismatch":
        reason = Reason.UNKNOWN_CURRENCY
    elif kind in _RANGES or kind == "time_out_of_range":
        reason = Reason.OUT_OF_RANGE
    elif kind in _SHAPES or kind in _VALUES:
        reason = Reason.BAD_VALUE
    else:
        reason = _OWN_CODES.get(kind, Reason.WRONG_TYPE)
    return UnusableInput(reason, f"{where}: {kind}" if where else kind)


def read_json(raw: bytes, floats: Literal["float", "decimal"] = "float") -> object:
    """One JSON value; an object that names a field twice is refused, as which of two amounts is meant nobody knows.

    Raises UnusableInput.
    """
    try:
        # Of the strings only keys are cached: the others are personal data, and seldom come twice.
        return jiter.from_json(
            raw, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys", float_mode=floats
        )
    except ValueError as error:
        text = str(error)
        if "duplicate key" in text.lower():
            raise UnusableInput(Reason.DUPLICATE_KEY, "an object names a field twice") from None
        if "recursion" in text:
            raise UnusableInput(Reason.TOO_DEEP, "nested too deeply") from None
        raise UnusableInput(Reason.NOT_JSON, "not one JSON value in UTF-8") from None


def _object(raw: bytes) -> dict[str, object]:
    # pydantic keeps the last of two equal keys and says nothing, so the bytes are first read by a reader that minds.
    body = read_json(raw)
    if not isinstance(body, dict):
        raise UnusableInput(Reason.NOT_AN_OBJECT, "the body is not a JSON object")
    return body


def read(role: TopicRole, key: bytes | None, value: bytes | None, limit_bytes: int) -> facts.Fact:
    """The fact in a record of the input topic ``role``.

    Raises UnusableInput with the reason. The key must be the account id in UTF-8.
    """
    if key is None:
        raise UnusableInput(Reason.NULL_KEY, "a fact without a key belongs to no account")
    if value is None:
        raise UnusableInput(Reason.TOMBSTONE, "an event cannot be deleted")
    if len(value) > limit_bytes:
        raise UnusableInput(Reason.TOO_LARGE, f"body above {limit_bytes} bytes")
    body = _object(value)
    validate = _VALIDATORS[role].get(str(body.get("type")))
    if validate is None:
        raise UnusableInput(Reason.MISSING_FIELD if "type" not in body else Reason.UNKNOWN_TYPE, "type")
    try:
        fact: facts.Fact = validate(value)
    except ValidationError as error:
        raise _explain(error) from None
    if fact.account_id.encode() != key:
        raise UnusableInput(Reason.KEY_MISMATCH, "the key is not the account_id of the body")
    return fact


def read_progress(value: bytes | None) -> facts.SourceProgress | None:
    """The progress mark in a record without a key, or None when it is none."""
    if value is None:
        return None
    try:
        return facts.SourceProgress.model_validate_json(value)
    except ValidationError:
        return None


def account_told(value: bytes | None) -> str | None:
    """The account that a record names, however little else of it can be used."""
    try:
        body = jiter.from_json(value or b"")
    except ValueError:
        return None
    told = body.get("account_id") if isinstance(body, dict) else None
    return told if isinstance(told, str) else None


def replay_order(role: TopicRole, _key: bytes | None, value: bytes | None) -> tuple[int, str]:
    """Source version and event id, which order facts of the same millisecond in a replay; unreadable ones first."""
    try:
        body = jiter.from_json(value or b"")
    except ValueError:
        return (-1, role)
    if not isinstance(body, dict):
        return (-1, role)
    version, event_id = body.get("source_version", 0), body.get("event_id", "")
    return (version if isinstance(version, int) else -1, str(event_id))


def read_control(value: bytes | None) -> controls.AnyControl:
    """The control in a record of `reminder-controls`.

    Raises UnusableInput with the reason.
    """
    if value is None:
        raise UnusableInput(Reason.TOMBSTONE, "a control cannot be deleted")
    kind = _object(value).get("type")
    model = _CONTROLS.get(str(kind))
    if model is None:
        raise UnusableInput(Reason.MISSING_FIELD if kind is None else Reason.UNKNOWN_TYPE, "type")
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        raise _explain(error) from None
