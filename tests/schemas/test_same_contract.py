"""The reader accepts what the published schemas accept, and nothing else, but for the rules that no schema can say.

Samples of every fact are changed at random. Where the two disagree, the schema accepts and the reader names one of
`BUSINESS_RULES`.
"""

import copy
import json
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from schemas import reading
from tests.places import ROOT
from tests.schemas.samples import INPUTS

BUSINESS_RULES: Final = {
    "UNKNOWN_CURRENCY": "a currency of ISO 4217 with its exponent",
    "OUT_OF_RANGE": "nothing told lies before 2001-09-09, no instant beyond 2199",
    "BAD_ZONE": "a zone of the IANA list",
    "BAD_PHONE": "a possible number",
    "BAD_NAME": "a name without signs that forge a signature",
    "DUE_DATE_OUT_OF_RANGE": "a due date near its `as_of`",
    "OUTSTANDING_ABOVE_AMOUNT": "outstanding at most the amount due",
    "ALLOCATION_ABOVE_AMOUNT": "allocations at most the payment",
    "MISSING_FIELD": "a silence by staff names its end",
    "BAD_VALUE account_id": "an account id in NFC",
    "BAD_VALUE agreed_hours": "hours that do not begin when they end",
    "WRONG_TYPE": "1.0 is no integer",
}
FACTS: Final = [(role, body) for role, body in INPUTS if role in reading.MODELS]
VALUES: Final[list[Any]] = [
    *(None, True, False, 0, 1, -1, 1.0, 1.5, 2**53, 2**53 - 1, 10**20, [], {}, [1], [{}], 1_772_759_520),
    *("", " ", "x", " x", "x ", "A-1", "é", "e\u0301", "\u200b", "a\u202eb", "\u00a0x", "a" * 129, "second", "day"),
    *("20260306", "2026-03-06", "2026-02-30", "1772759520", "1772759520.5", "12:00", "24:00", "sms", "all", "STOP"),
    *("2026-03-06T02:00:00+08:00", "2026-03-06T02:00:00Z", "2026-03-06t02:00:00z", "2026-03-06 02:00:00Z"),
    *("2026-03-06T02:00Z", "2026-03-06T24:00:00Z", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-12:00"),
    *("1999-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026-03-06T02:00:00.123456Z", "2026-03-06T02:00:00.1234567Z"),
    *("2026-03-06T02:00:00+24:00", "CNY", "USD", "cny", "XXX", "+8613800138000", "+1", "13800138000"),
    *("zh-Hans", "Asia/Shanghai", "UTC+8"),
]


@pytest.fixture(scope="module")
def validators() -> dict[tuple[str, str], Draft202012Validator]:
    folder = Path(ROOT / "docs" / "schemas")
    return {
        (role, body["type"]): Draft202012Validator(
            json.loads((folder / role / f"{body['type']}.json").read_text(encoding="utf-8")),
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        for role, body in FACTS
    }


def changed(body: dict[str, Any], random: Random) -> dict[str, Any]:
    """The body with one or two of its fields gone or given another value, however deep."""
    body = copy.deepcopy(body)
    for _ in range(random.choice([0, 1, 1, 1, 2])):
        place: dict[str, Any] = body
        while True:
            name = random.choice(sorted(place)) if place else ""
            inner = place.get(name)
            if isinstance(inner, list) and inner and random.random() < 0.7:
                inner = inner[0]
            if isinstance(inner, dict) and inner and random.random() < 0.7:
                place = inner
                continue
            break
        if name in {"", "type"}:
            continue
        if random.random() < 0.1:
            del place[name]
        else:
            place[name] = copy.deepcopy(random.choice(VALUES))
    return body


def refusal(role: str, key: bytes, raw: bytes) -> set[str]:
    """By which rule the reader refuses a record; nothing where it takes it."""
    try:
        reading.read(role, key, raw, 65_536)
    except reading.UnusableInput as fault:
        return {fault.reason, f"{fault.reason} {fault.detail.partition(':')[0]}"}
    return set()


@pytest.mark.parametrize("seed", range(4))
def test_reader_and_schema_accept_the_same(seed: int, validators: dict[tuple[str, str], Draft202012Validator]) -> None:
    random, accepted = Random(seed), 0
    for _ in range(1_500):
        role, sample = random.choice(FACTS)
        body = changed(sample, random)
        key = body["account_id"].encode() if isinstance(body.get("account_id"), str) else b"A-1"
        raw = json.dumps(body, ensure_ascii=False).encode()
        by_schema = validators[role, sample["type"]].is_valid(json.loads(raw))
        refused = refusal(role, key, raw)
        assert by_schema or refused, raw
        assert not by_schema or not refused or refused & BUSINESS_RULES.keys(), (raw, refused)
        accepted += by_schema
    assert accepted > 1_500 // 4, "too few of them are records at all"
