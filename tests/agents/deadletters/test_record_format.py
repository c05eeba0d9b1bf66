"""A dead letter holds the original untouched, or names what is too large; its headers hold nothing of the body."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from agents.deadletters.record_format import dead_letter
from schemas.reading import Reason, UnusableInput
from streams.transport.events import InputRecord

FAULT = UnusableInput(Reason.BAD_PHONE, "phone: bad_phone")
LIMIT = 10_000


def fact(**changes: Any) -> InputRecord:
    fields: dict[str, Any] = {
        "topic": "bank.profile-updated",
        "partition": 3,
        "offset": 42,
        "timestamp_ms": 1_772_409_600_123,
        "key": b"A-1",
        "value": b'{"phone":"010 1234"}',
        "headers": (("ce_id", b"x"), ("ce_id", b"y")),
        "now": datetime(2026, 3, 2, tzinfo=UTC),
        "positions": {},
    }
    return InputRecord(**{**fields, **changes})


def test_the_original_is_kept_and_its_origin_told() -> None:
    letter = dead_letter(fact(), FAULT, "group", LIMIT)
    assert (letter.key, letter.value) == (b"A-1", b'{"phone":"010 1234"}')
    assert letter.headers[:2] == (("ce_id", b"x"), ("ce_id", b"y")), "repeated headers are legal in Kafka"
    assert letter.headers[2:] == (
        ("__streams.errors.exception", b"UnusableInput"),
        ("__streams.errors.message", b"BAD_PHONE: phone: bad_phone"),
        ("__streams.errors.topic", b"bank.profile-updated"),
        ("__streams.errors.partition", b"3"),
        ("__streams.errors.offset", b"42"),
        ("tactful.reason", b"BAD_PHONE"),
        ("tactful.detail", b"phone: bad_phone"),
        ("tactful.group", b"group"),
        ("tactful.timestamp-ms", b"1772409600123"),
    )


@pytest.mark.parametrize(
    ("key", "value"), [(None, b"{}"), (b"A-1", None), (None, None), (b"", b""), (b"\xff", b"\x00")]
)
def test_keys_and_values_stay_as_they_were(key: bytes | None, value: bytes | None) -> None:
    letter = dead_letter(fact(key=key, value=value), FAULT, "group", LIMIT)
    assert (letter.key, letter.value) == (key, value)


def test_an_original_above_the_limit_is_named_by_hash() -> None:
    value = b"x" * LIMIT
    letter = dead_letter(fact(value=value), FAULT, "group", LIMIT)
    assert letter.value == b""
    assert letter.key == b"A-1"
    headers = dict(letter.headers)
    assert headers["tactful.original-sha256"] == hashlib.sha256(value).hexdigest().encode()
    assert headers["tactful.original-bytes"] == b"10000"
    assert headers["__streams.errors.offset"] == b"42"


def test_key_headers_and_framing_count_towards_the_limit() -> None:
    value = b"x" * (LIMIT // 2)
    assert dead_letter(fact(value=value), FAULT, "group", LIMIT).value == value
    assert dead_letter(fact(value=value, key=b"k" * (LIMIT // 2)), FAULT, "group", LIMIT).value == b""
    headers = (("h", b"h" * (LIMIT // 2)),)
    letter = dead_letter(fact(value=value, headers=headers), FAULT, "group", LIMIT)
    assert letter.value == b""
    assert letter.headers[:1] == headers


@pytest.mark.parametrize("value", [b"{}", None])
@pytest.mark.parametrize("change", [{"key": b"k" * LIMIT}, {"headers": (("h", b"h" * LIMIT),)}])
def test_a_key_or_headers_above_the_limit_are_named_too(change: dict[str, Any], value: bytes | None) -> None:
    original = fact(value=value, **change)
    letter = dead_letter(original, FAULT, "group", LIMIT)
    assert letter.key is None
    assert letter.value == (None if value is None else b"")
    assert sum(len(name) + len(content) for name, content in letter.headers) < LIMIT
    headers = dict(letter.headers)
    assert headers["tactful.reason"] == b"BAD_PHONE"
    assert headers["tactful.original-key-sha256"] == hashlib.sha256(original.key or b"").hexdigest().encode()
    assert headers["tactful.original-headers"] == b"%d" % len(original.headers)
    assert ("tactful.original-sha256" in headers) == (value is not None)
