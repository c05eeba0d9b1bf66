"""From a record to facts: all of them or a reason, whom it is about, and nothing that disappears."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.intake.mappings.files import LoadedMapping, MappingFault, load_mapping
from agents.intake.mappings.samples import try_samples
from schemas.reading import Reason
from tests.agents.intake.mappings.samples import PAYMENT, PAYMENTS, TIME_MS, bodies, loaded, translated

EXAMPLES = Path(__file__).parents[4] / "examples" / "intake"


@pytest.fixture
def payments(tmp_path: Path) -> LoadedMapping:
    return loaded(tmp_path)


def changed(folder: Path, *pairs: tuple[str, str]) -> LoadedMapping:
    text = PAYMENTS
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return loaded(folder, text)


def test_a_payment(payments: LoadedMapping) -> None:
    (body,) = bodies(translated(payments, PAYMENT))
    event_id = body.pop("event_id")
    assert len(event_id) == 32
    assert body == {
        "type": "payment.booked",
        "account_id": "C-1001",
        "source": "bank",
        "time": "2026-03-06T01:12:00Z",
        "payment_id": "P-1",
        "amount_minor": 1234,
        "currency": "CNY",
        "booked_at": "2026-03-06T09:00:00+08:00",
    }


def test_the_same_record_has_the_same_event_id_and_another_place_another(payments: LoadedMapping) -> None:
    first, again = translated(payments, PAYMENT), translated(payments, PAYMENT)
    assert first.facts == again.facts


def test_a_json_number_keeps_its_digits(payments: LoadedMapping) -> None:
    raw = b'{"kind":"PAY","customer":1001,"id":7,"amount":9007199254740.93,"currency":"CNY","at":"2026-03-06T09:00:00"}'
    (body,) = bodies(translated(payments, raw))
    assert (body["amount_minor"], body["payment_id"], body["account_id"]) == (900719925474093, "7", "C-1001")


@pytest.mark.parametrize(
    ("change", "reason", "detail"),
    [
        ({"amount": "12.345"}, Reason.INEXACT_AMOUNT, "amount_minor: more than the 2 decimals of its currency"),
        ({"amount": None}, Reason.MISSING_FIELD, "amount_minor: nothing at value.amount"),
        ({"currency": None}, Reason.MISSING_FIELD, "amount_minor: no currency at value.currency"),
        ({"currency": "RMB"}, Reason.UNKNOWN_CURRENCY, "amount_minor: unknown_currency"),
        ({"at": "9 o'clock"}, Reason.BAD_VALUE, "booked_at: not a time"),
        ({"id": {"x": 1}}, Reason.WRONG_TYPE, "payment_id: not text"),
        ({"id": ""}, Reason.BAD_VALUE, "payment_id: string_too_short"),
        ({"amount": "-1"}, Reason.OUT_OF_RANGE, "amount_minor: greater_than"),
        ({"kind": "REFUND"}, Reason.UNMAPPED, "no rule speaks of it"),
        ({"kind": None}, Reason.UNMAPPED, "no rule speaks of it"),
    ],
)
def test_what_is_no_fact_is_refused_and_says_whose_it_is(
    payments: LoadedMapping, change: dict[str, Any], reason: Reason, detail: str
) -> None:
    found = translated(payments, {**PAYMENT, **change})
    assert found.refused is not None
    assert (found.facts, found.time_ms) == ((), TIME_MS)
    assert (found.refused.fault.reason, found.refused.fault.detail) == (reason, detail)
    assert found.refused.accounts == ("C-1001",)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"{", Reason.NOT_JSON),
        (b'{"kind":"PAY","kind":"PAY"}', Reason.DUPLICATE_KEY),
        (b"\xff", Reason.NOT_JSON),
        (b"[" * 5000, Reason.TOO_DEEP),
        (b" " * 1_048_577, Reason.TOO_LARGE),
        (None, Reason.TOMBSTONE),
        ({**PAYMENT, "customer": None}, Reason.MISSING_FIELD),
        ({**PAYMENT, "customer": "x" * 200}, Reason.BAD_VALUE),
        ([], Reason.UNMAPPED),
        (5, Reason.UNMAPPED),
    ],
)
def test_a_record_of_nobody(payments: LoadedMapping, value: object, reason: Reason) -> None:
    found = translated(payments, value)
    assert found.refused is not None
    assert (found.refused.fault.reason, found.refused.accounts) == (reason, ())


def test_the_key_tells_whose_a_broken_value_is(tmp_path: Path) -> None:
    mapping = changed(
        tmp_path, ('"value.customer"', '"key"'), ('topic = "bank.payments"', 'topic = "x"\nkey_format = "int64"')
    )
    found = translated(mapping, b"{", (7).to_bytes(8, "big"))
    assert found.refused is not None
    assert found.refused.accounts == ("C-7",)
    broken = translated(mapping, b"{", b"seven")
    assert broken.refused is not None
    assert (broken.refused.fault.reason, broken.refused.accounts) == (Reason.NOT_JSON, ())


def test_what_others_are_meant_to_read_is_passed_over_only_if_the_mapping_says_so(tmp_path: Path) -> None:
    mapping = changed(tmp_path, ("[account]", '[[skip]]\nwhen = [{ path = "value.kind", equals = "FEE" }]\n[account]'))
    assert translated(mapping, {**PAYMENT, "kind": "FEE"})[:2] == ((), None)
    assert translated(mapping, {**PAYMENT, "kind": "OTHER"}).refused is not None
    lenient = changed(tmp_path, ('source = "bank"', 'source = "bank"\notherwise = "skip"'))
    assert translated(lenient, {**PAYMENT, "kind": "OTHER"})[:2] == ((), None)
    assert translated(lenient, b"{").refused is not None
    quiet = changed(tmp_path, ('topic = "bank.payments"', 'topic = "x"\ntombstones = "skip"'))
    assert translated(quiet, None)[:2] == ((), None)


def test_a_condition_compares_types_too(tmp_path: Path) -> None:
    mapping = changed(tmp_path, ('equals = "PAY"', "in = [1, 2]"))
    assert translated(mapping, {**PAYMENT, "kind": 2}).refused is None
    for other in (True, "1", 1.0, 3, None):
        assert translated(mapping, {**PAYMENT, "kind": other}).refused is not None


def test_fan_out_keeps_the_business_key_and_tells_events_apart(tmp_path: Path) -> None:
    mapping = changed(
        tmp_path,
        ('"value.customer"', '"each.no"'),
        (
            'type = "payment.booked"',
            'type = "payment.booked"\neach = "value.borrowers"\nevent_id = {text = "value.ev"}',
        ),
    )
    found = bodies(translated(mapping, {**PAYMENT, "ev": "E9", "borrowers": [{"no": 1}, {"no": 2}, {"no": 3}]}))
    assert [(b["account_id"], b["event_id"]) for b in found] == [("C-1", "E9"), ("C-2", "E9.1"), ("C-3", "E9.2")]
    assert {b["payment_id"] for b in found} == {"P-1"}


def test_all_facts_of_a_record_or_none(tmp_path: Path) -> None:
    mapping = changed(
        tmp_path,
        ('"value.customer"', '"each.no"'),
        ('type = "payment.booked"', 'type = "payment.booked"\neach = "value.borrowers"'),
    )
    found = translated(mapping, {**PAYMENT, "borrowers": [{"no": 1}, {"no": None}]})
    assert found.refused is not None
    assert (found.facts, found.refused.accounts) == ((), ("C-1",))
    nobody = translated(mapping, {**PAYMENT, "borrowers": []})
    assert nobody.refused is not None
    assert nobody.refused.fault.detail == "no list with elements at value.borrowers"
    crowd = translated(mapping, {**PAYMENT, "borrowers": [{"no": n} for n in range(101)]})
    assert crowd.refused is not None
    assert crowd.refused.fault.reason is Reason.TOO_LARGE


def test_json_as_text_inside_json(tmp_path: Path) -> None:
    mapping = changed(
        tmp_path,
        ('type = "payment.booked"', 'type = "payment.booked"\npayload = "value.doc"'),
        ('{ text = "value.id" }', '{ text = "payload.ids.0" }'),
    )
    (body,) = bodies(translated(mapping, {**PAYMENT, "doc": '{"ids":["Q-1"]}'}))
    assert body["payment_id"] == "Q-1"
    broken: object
    for broken in ("{", {"ids": []}, '{"ids":[]}', None):
        assert translated(mapping, {**PAYMENT, "doc": broken}).refused is not None


def test_the_sources_time_is_the_facts_and_the_progress(tmp_path: Path) -> None:
    mapping = changed(tmp_path, ("settle_ms = 0", 'time = { instant = "value.at", zone = "UTC" }'))
    found = translated(mapping, PAYMENT)
    assert bodies(found)[0]["time"] == "2026-03-06T09:00:00Z"
    assert found.time_ms == 1_772_787_600_000
    assert translated(mapping, {**PAYMENT, "at": None}).time_ms is None
    assert translated(mapping, b"{").time_ms is None


async def test_the_core_banking_example() -> None:
    folder = EXAMPLES / "core-banking"
    tried = await try_samples(load_mapping(folder / "payments.toml"), folder / "payments.jsonl", 65_536)
    booked, returned, pending, broken, deleted, tombstone = (one.translated for one in tried)
    assert [(b["account_id"], b["amount_minor"], b["value_date"]) for b in bodies(booked)] == [
        ("C-1001", 123450, "2026-03-06"),
        ("C-1002", 123450, "2026-03-06"),
    ]
    assert bodies(booked)[0]["allocations"] == [{"loan_id": "L-7", "instalment_id": "3", "amount_minor": 120000}]
    assert [b["reason"] for b in bodies(returned)] == ["insufficient_funds"] * 2
    assert bodies(pending) == bodies(tombstone) == []
    assert broken.refused is not None
    assert (broken.refused.fault.reason, broken.refused.accounts) == (Reason.INEXACT_AMOUNT, ("C-1003",))
    assert deleted.refused is not None
    assert deleted.refused.fault.reason is Reason.UNMAPPED


async def test_the_fineract_example() -> None:
    folder = EXAMPLES / "fineract"
    tried = await try_samples(load_mapping(folder / "loan-events.toml"), folder / "loan-events.jsonl", 65_536)
    missed, paid, adjusted, approved, broken = (one.translated for one in tried)
    (body,) = bodies(missed)
    assert (body["account_id"], body["instalment_id"], body["outstanding_minor"]) == ("loan-7", "3", 123450)
    assert (body["as_of"], body["source_version"]) == ("2026-03-06T01:12:00.123456Z", 1)
    assert [b["payment_id"] for b in bodies(paid)] == ["91"]
    assert [(b["type"], b["payment_id"], b["event_id"]) for b in bodies(adjusted)] == [
        ("payment.returned", "91", "key-3"),
        ("payment.booked", "92", "key-3.1"),
    ]
    assert bodies(approved) == []
    assert broken.refused is not None
    assert (broken.refused.fault.reason, broken.refused.accounts) == (Reason.INEXACT_AMOUNT, ("loan-9",))


PARTS = (
    'currency = { text = "value.currency" }\nallocations = { list = "value.parts", fields = { loan_id = '
    '{ text = "item.l" }, instalment_id = { text = "item.n" }, amount_minor = { amount = "item.a", '
    'currency_code = "CNY" } } }'
)


def test_a_list_of_nothing_is_left_out(tmp_path: Path) -> None:
    mapping = changed(tmp_path, ('currency = { text = "value.currency" }', PARTS))
    (body,) = bodies(translated(mapping, {**PAYMENT, "parts": []}))
    assert "allocations" not in body
    (body,) = bodies(translated(mapping, {**PAYMENT, "parts": [{"l": "L", "n": "1", "a": "5"}]}))
    assert len(body["allocations"]) == 1
    parts: object
    for parts in ([{}], [None], None):
        assert translated(mapping, {**PAYMENT, "parts": parts}).refused is not None


@pytest.mark.parametrize(
    ("how", "at", "resolution"),
    [
        ("date", "2026-03-06", "day"),
        ("iso", "2026-03-06", "day"),
        ("iso", "2026-03-06T00:00:00", None),
        ("iso", "2026-03-06T00:00:00+08:00", None),
        ("epoch-s", 1_772_759_515, None),
    ],
)
def test_a_day_is_stated_as_one_only_where_the_mapping_says_so(
    tmp_path: Path, how: str, at: object, resolution: str | None
) -> None:
    instant = ('{ instant = "value.at", zone', f'{{ instant = "value.at", format = "{how}", zone')
    (before,) = bodies(translated(changed(tmp_path, instant), {**PAYMENT, "at": at}))
    assert {"schema_version", "booked_resolution"}.isdisjoint(before)
    stating = changed(tmp_path, instant, ('source = "bank"', 'source = "bank"\nresolution = true'))
    (body,) = bodies(translated(stating, {**PAYMENT, "at": at}))
    assert body == before | ({} if resolution is None else {"booked_resolution": "day", "schema_version": 2})


def test_a_resolution_is_not_mapped_behind_the_settings_back(tmp_path: Path) -> None:
    currency = 'currency = { text = "value.currency" }'
    constant = (currency, f'{currency}\nbooked_resolution = {{ constant = "day" }}')
    with pytest.raises(MappingFault, match="booked_resolution: needs resolution = true"):
        changed(tmp_path, constant)
    stating = changed(tmp_path, constant, ('source = "bank"', 'source = "bank"\nresolution = true'))
    (body,) = bodies(translated(stating, PAYMENT))
    assert (body["booked_resolution"], body["schema_version"]) == ("day", 2)


VALUES = st.sampled_from([*PAYMENT.values()])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(PAYMENT)), inner, max_size=4),
    max_leaves=8,
)
NUMBERS = (b"1" * 4300, b"-1" + b"0" * 4000, b"1e999999", b"1E-999999", b"0." + b"1" * 5000)
ODD = st.sampled_from([*NUMBERS, b'"' + b"9" * 5000 + b'"'])
NAMES = st.sampled_from([*PAYMENT, "parts"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES, JSON), NAMES, ODD, st.booleans())
def test_no_json_ends_the_intake(tmp_path: Path, change: dict[str, Any], field: str, odd: bytes, oddly: bool) -> None:
    mapping = changed(tmp_path, ('currency = { text = "value.currency" }', PARTS))
    raw = json.dumps({**PAYMENT, **change, **({field: "ODD"} if oddly else {})}).encode().replace(b'"ODD"', odd)
    found = translated(mapping, raw)
    assert (found.refused is None) == bool(found.facts)
