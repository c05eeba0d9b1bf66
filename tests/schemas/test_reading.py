"""Bad input of each kind has its reason; good input passes with fields nobody knows (issue: "it must show", 5)."""

import json
from typing import Any

import pytest

from schemas.facts import ProfileUpdated, RepaymentMissed
from schemas.reading import MODELS, Reason, UnusableInput, read, read_progress, replay_order
from tests.schemas.samples import INPUTS, MISSED

LIMIT = 20_000
PROFILE = next(body for topic, body in INPUTS if topic == "profile-updated")
PAYMENT = next(body for topic, body in INPUTS if body["type"] == "payment.booked")
FACTS = [(topic, body) for topic, body in INPUTS if topic in MODELS]


def dump(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def without(body: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != field}


def refused(role: str, value: bytes | None, key: bytes | None = b"A-1") -> UnusableInput:
    with pytest.raises(UnusableInput) as caught:
        read(role, key, value, LIMIT)
    return caught.value


@pytest.mark.parametrize(("topic", "body"), FACTS, ids=[body["type"] for _, body in FACTS])
def test_every_kind_of_fact_is_read_with_fields_nobody_knows(topic: str, body: dict[str, Any]) -> None:
    fact = read(topic, b"A-1", dump({**body, "added_next_year": {"a": [1, None]}}), LIMIT)
    assert fact.account_id == "A-1"
    assert fact.source_version == 3


def test_every_type_of_every_topic_has_a_sample() -> None:
    assert {(topic, name) for topic, models in MODELS.items() for name in models} == {
        (topic, body["type"]) for topic, body in FACTS
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"outstanding_minor": "8000"}, Reason.WRONG_TYPE),
        ({"outstanding_minor": 80.5}, Reason.WRONG_TYPE),
        ({"outstanding_minor": 8000.0}, Reason.WRONG_TYPE),
        ({"outstanding_minor": True}, Reason.WRONG_TYPE),
        ({"outstanding_minor": None}, Reason.WRONG_TYPE),
        ({"loan_id": 7}, Reason.WRONG_TYPE),
        ({"as_of": 1_772_409_600}, Reason.WRONG_TYPE),
        ({"outstanding_minor": -1}, Reason.OUT_OF_RANGE),
        ({"amount_due_minor": 0}, Reason.OUT_OF_RANGE),
        ({"amount_due_minor": 2**53}, Reason.OUT_OF_RANGE),
        ({"amount_due_minor": 2**70}, Reason.OUT_OF_RANGE),
        ({"source_version": -1}, Reason.OUT_OF_RANGE),
        ({"outstanding_minor": 10_001}, Reason.OUTSTANDING_ABOVE_AMOUNT),
        ({"due_date": "1900-01-01"}, Reason.DUE_DATE_OUT_OF_RANGE),
        ({"due_date": "2099-01-01"}, Reason.DUE_DATE_OUT_OF_RANGE),
        ({"effective_due_date": "2099-01-01"}, Reason.DUE_DATE_OUT_OF_RANGE),
        ({"due_date": "2026-02-30"}, Reason.BAD_VALUE),
        ({"as_of": "2026-03-02T00:00:00"}, Reason.BAD_VALUE),
        ({"as_of": "9999-12-31T23:59:59-08:00"}, Reason.OUT_OF_RANGE),
        ({"time": "0001-01-01T00:00:00+08:00"}, Reason.OUT_OF_RANGE),
        ({"currency": "XXX"}, Reason.UNKNOWN_CURRENCY),
        ({"currency": "cny"}, Reason.UNKNOWN_CURRENCY),
        ({"currency": "RMB"}, Reason.UNKNOWN_CURRENCY),
        ({"kind": "mortgage"}, Reason.BAD_VALUE),
        ({"event_id": ""}, Reason.BAD_VALUE),
        ({"event_id": "a\u0000b"}, Reason.BAD_VALUE),
        ({"schema_version": 3}, Reason.UNKNOWN_VERSION),
        ({"type": "repayment.forgiven"}, Reason.UNKNOWN_TYPE),
        ({"type": ["repayment.missed"]}, Reason.UNKNOWN_TYPE),
        ({"account_id": "A-2"}, Reason.KEY_MISMATCH),
    ],
)
def test_a_wrong_miss_is_refused_with_its_reason(change: dict[str, Any], reason: Reason) -> None:
    assert refused("repayment-missed", dump({**MISSED, **change})).reason is reason


@pytest.mark.parametrize(
    "field", ["event_id", "account_id", "time", "loan_id", "due_date", "outstanding_minor", "type"]
)
def test_a_missing_field_is_named(field: str) -> None:
    fault = refused("repayment-missed", dump(without(MISSED, field)))
    assert fault.reason is Reason.MISSING_FIELD
    assert field in fault.detail


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"zone": "UTC+8"}, Reason.BAD_ZONE),
        ({"zone": "China Standard Time"}, Reason.BAD_ZONE),
        ({"zone": "../etc/passwd"}, Reason.BAD_ZONE),
        ({"phone": "13800138000"}, Reason.BAD_PHONE),
        ({"phone": "+86 138 0013 8000"}, Reason.BAD_PHONE),
        ({"phone": "0086-13800138000"}, Reason.BAD_PHONE),
        ({"phone": "+86138001380001380013800"}, Reason.BAD_PHONE),
        ({"surname": "王\u0007"}, Reason.BAD_NAME),
        ({"surname": "【银行】"}, Reason.BAD_NAME),
        ({"surname": "王\n小明"}, Reason.BAD_NAME),
        ({"surname": "王\u200b"}, Reason.BAD_NAME),
        ({"given_name": " 小明"}, Reason.BAD_NAME),
        ({"surname": ""}, Reason.BAD_VALUE),
        ({"language": "Chinese!"}, Reason.BAD_VALUE),
    ],
)
def test_a_wrong_profile_is_refused_without_telling_the_value(change: dict[str, Any], reason: Reason) -> None:
    fault = refused("profile-updated", dump({**PROFILE, **change}))
    assert fault.reason is reason
    value = next(iter(change.values()))
    assert not value or value not in f"{fault} {fault.detail}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"hello", Reason.NOT_JSON),
        (b"\xff\xfe{}", Reason.NOT_JSON),
        (b'{"type": "repayment.missed"', Reason.NOT_JSON),
        (b'{"outstanding_minor": NaN}', Reason.NOT_JSON),
        (b'{"outstanding_minor": Infinity}', Reason.NOT_JSON),
        (b'{"a": "\\ud800"}', Reason.NOT_JSON),
        (b"{} {}", Reason.NOT_JSON),
        (b"[1, 2]", Reason.NOT_AN_OBJECT),
        (b"null", Reason.NOT_AN_OBJECT),
        (dump(MISSED)[:-1] + b', "loan_id": "M"}', Reason.DUPLICATE_KEY),
        (b'{"a": {"b": 1, "b": 1}}', Reason.DUPLICATE_KEY),
        (b'{"a": ' + b"[" * 3_000 + b"]" * 3_000 + b"}", Reason.TOO_DEEP),
        (dump({**MISSED, "note": "x" * LIMIT}), Reason.TOO_LARGE),
        (None, Reason.TOMBSTONE),
    ],
)
def test_bytes_that_are_no_fact_are_refused_with_their_reason(value: bytes | None, reason: Reason) -> None:
    assert refused("repayment-missed", value).reason is reason


def test_a_fact_needs_a_key() -> None:
    assert refused("repayment-missed", dump(MISSED), key=None).reason is Reason.NULL_KEY
    assert refused("repayment-missed", dump(MISSED), key=b"\xff").reason is Reason.KEY_MISMATCH


def test_a_fact_on_the_wrong_topic_is_not_known_there() -> None:
    assert refused("payment-received", dump(MISSED)).reason is Reason.UNKNOWN_TYPE


def test_a_payment_cannot_be_allocated_above_its_amount() -> None:
    body = {**PAYMENT, "amount_minor": 4_999}
    assert refused("payment-received", dump(body)).reason is Reason.ALLOCATION_ABOVE_AMOUNT


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("staff.decided", {"decision": "silent_until"}, Reason.MISSING_FIELD),
        ("promise.made", {"pay_by": "2029-01-01"}, Reason.DUE_DATE_OUT_OF_RANGE),
        ("plan.agreed", {"parts": [{"due_date": "2057-01-01", "amount_minor": 1}]}, Reason.DUE_DATE_OUT_OF_RANGE),
        ("plan.agreed", {"parts": []}, Reason.BAD_VALUE),
    ],
)
def test_a_case_fact_that_could_not_end_is_refused(kind: str, change: dict[str, Any], reason: Reason) -> None:
    body = next(body for _, body in INPUTS if body["type"] == kind)
    assert refused("case-updated", dump({**body, **change})).reason is reason


def test_currencies_with_other_exponents_are_read_as_they_are() -> None:
    for currency in ("JPY", "KWD"):
        fact = read("repayment-missed", b"A-1", dump({**MISSED, "currency": currency}), LIMIT)
        assert isinstance(fact, RepaymentMissed)
        assert (fact.currency, fact.outstanding_minor) == (currency, 8_000)


def test_a_name_of_another_script_is_a_name() -> None:
    for surname in ("O'Neill", "Nguyễn", "محمد", "欧阳", "de la Cruz"):
        fact = read("profile-updated", b"A-1", dump({**PROFILE, "surname": surname}), LIMIT)
        assert isinstance(fact, ProfileUpdated)
        assert fact.surname == surname


def test_a_progress_mark_is_told_from_everything_else() -> None:
    mark = next(body for topic, body in INPUTS if topic == "every-input")
    found = read_progress(dump(mark))
    assert found is not None
    assert found.complete_to.isoformat() == "2026-03-02T00:00:00+08:00"
    for other in (None, b"", b"{}", dump(MISSED), dump({**mark, "complete_to": "soon"}), b"\xff"):
        assert read_progress(other) is None


def test_replay_order_never_fails() -> None:
    assert replay_order("r", None, dump({"source_version": 4, "event_id": "x"})) == (4, "x")
    for value in (None, b"", b"\xff", b"[]", b'{"source_version": "9"}', b'{"event_id": {}}'):
        version, event_id = replay_order("r", None, value)
        assert isinstance(version, int)
        assert isinstance(event_id, str)
