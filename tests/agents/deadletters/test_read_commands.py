"""A dead letter read back: what of it is the original, which ones are meant, and what of it is shown."""

import base64
import json
from typing import Any

import pytest

from agents.deadletters import showing
from agents.deadletters.letters import Coordinates, DeadLetterFault, Filter, coordinates, read_letter
from agents.deadletters.record_format import owner_of
from schemas.reading import Reason, UnusableInput
from streams.transport.partitioner import partition_of
from tests.agents.deadletters.put_aside import (
    HEADERS,
    LIMIT_BYTES,
    PUT_ASIDE_MS,
    SAID_MS,
    TOPIC_ROLES,
    letter_of,
    record,
)

BODY = {"surname": "王", "phones": ["+8613800138000", None], "amount_minor": 12_345, "vip": True, "more": {}, "no": []}


def test_the_original_is_found_again() -> None:
    letter = letter_of()
    assert letter.at == Coordinates("payment-received", 2, 1041)
    assert (letter.key, letter.value, letter.headers) == (b"A-1", b'{"amount_minor":"5"}', HEADERS)
    assert (letter.reason, letter.detail) == ("WRONG_TYPE", "amount_minor: int_type")
    assert (letter.timestamp_ms, letter.put_aside_ms) == (SAID_MS, PUT_ASIDE_MS)
    assert (letter.size_bytes, letter.left_out, letter.foreign) == (20, False, False)


def test_an_original_that_was_a_dead_letter_elsewhere_keeps_its_headers() -> None:
    """The headers that tell why are last; the same names before them are the bank's."""
    theirs = (*HEADERS, *letter_of().told, ("tactful.original-sha256", b"theirs"))
    letter = letter_of(headers=theirs, offset=5)
    assert letter.headers == theirs
    assert letter.at.offset == 5
    assert not letter.left_out


def test_headers_without_content_are_kept() -> None:
    headers: Any = (("null", None), ("empty", b""))
    assert letter_of(headers=headers).headers == headers


@pytest.mark.parametrize(
    ("changes", "size_bytes"),
    [
        ({"value": b"x" * LIMIT_BYTES}, LIMIT_BYTES),
        ({"key": b"k" * LIMIT_BYTES}, 20),
        ({"key": None, "value": None, "headers": (("h", b"h" * LIMIT_BYTES),)}, 0),
    ],
)
def test_what_was_left_out_is_known(changes: dict[str, Any], size_bytes: int) -> None:
    letter = letter_of(**changes)
    assert letter.left_out
    assert letter.size_bytes == size_bytes


def test_a_record_of_somebody_else_is_no_dead_letter() -> None:
    ours = record()
    for headers in ((), ours.headers[:-1], (*ours.headers, ("__streams.errors.offset", b"four"))):
        assert read_letter(ours._replace(headers=headers), TOPIC_ROLES) is None


def test_another_topic_is_never_taken_for_an_input() -> None:
    letter = letter_of(topic="payment-received")
    assert letter.foreign
    assert str(letter.at) == "topic:payment-received/2/1041"
    assert coordinates(str(letter.at)) == letter.at


@pytest.mark.parametrize("text", ["", "payment-received/2", "payment-received/2/-1", "payments/2/1", "a/b/c", "/2/1"])
def test_what_are_no_coordinates_is_refused(text: str) -> None:
    with pytest.raises(DeadLetterFault, match="are no coordinates"):
        coordinates(text)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        (Filter(), True),
        (Filter(code="WRONG_TYPE", role="payment-received", partition=2, account="A-1", since_ms=PUT_ASIDE_MS), True),
        (Filter(code="BAD_PHONE"), False),
        (Filter(role="case-updated"), False),
        (Filter(partition=1), False),
        (Filter(account="A-2"), False),
        (Filter(since_ms=PUT_ASIDE_MS + 1), False),
        (Filter(named=frozenset({Coordinates("payment-received", 2, 1041)})), True),
        (Filter(named=frozenset({Coordinates("payment-received", 2, 1042)})), False),
        (Filter(code="BAD_PHONE", named=frozenset({Coordinates("payment-received", 2, 1041)})), False),
    ],
)
def test_a_letter_is_meant_when_all_of_the_filter_fits(wanted: Filter, meant: bool) -> None:
    assert wanted.matches(letter_of()) is meant


def test_the_key_tells_the_owner_where_the_partition_has_such_an_account() -> None:
    own = partition_of(b"A-1", 4)
    assert owner_of(b"A-1", own, 4) == "A-1"
    assert owner_of(b"A-1", (own + 1) % 4, 4) is None, "its account lies elsewhere: nothing here could hold it"
    for key in (None, b"", b"\xff", b"tab\t", b"k" * 129):
        assert {owner_of(key, partition, 4) for partition in range(4)} == {None}


def shown(**changes: Any) -> str:
    """All ways to show a letter without revealing it."""
    letter = letter_of(**changes)
    ways = (showing.summary(letter, reveal=False), showing.whole(letter, reveal=False))
    return "\n".join(
        [
            showing.line(letter, reveal=False),
            showing.page(letter, reveal=False),
            *(json.dumps(way, ensure_ascii=False) for way in ways),
        ]
    )


@pytest.mark.parametrize("value", [json.dumps(BODY, ensure_ascii=False).encode(), "王 13800138000 12345 VIP".encode()])
def test_no_value_is_shown_unless_asked_for(value: bytes) -> None:
    text = shown(value=value, key="王-13800138000".encode(), headers=(("who", "王 13800138000".encode()),))
    assert not any(personal in text for personal in ("王", "13800138000", "12345", "VIP"))
    assert "payment-received/2/1041" in text
    assert "amount_minor: int_type" in text
    assert "who: ***" in text


def test_the_keys_of_a_body_stay() -> None:
    assert showing.body(json.dumps(BODY).encode(), reveal=False) == (
        '{\n  "surname": <text>,\n  "phones": [\n    <text>,\n    null\n  ],\n  "amount_minor": <number>,\n'
        '  "vip": <true or false>,\n  "more": {},\n  "no": []\n}'
    )


def test_a_field_that_is_named_twice_is_shown_twice() -> None:
    assert showing.body(b'{"a":1,"a":"2"}', reveal=False) == '{\n  "a": <number>,\n  "a": <text>\n}'


@pytest.mark.parametrize("value", [b"[" * 60_000, b"\xff\xfe", b"{", b"", b"9" * 5_000])
def test_a_body_that_is_no_json_is_not_shown(value: bytes) -> None:
    assert showing.body(value, reveal=False).startswith(showing.MASK)


def test_a_revealed_body_is_text_or_hexadecimal() -> None:
    assert showing.body("a\n王".encode(), reveal=True) == "a\n王"
    assert showing.body("王".encode("gb18030"), reveal=True) == "cd f5"
    assert showing.body(bytes(range(248, 256)) * 5, reveal=True).splitlines()[1] == "f8 f9 fa fb fc fd fe ff"
    assert showing.body(None, reveal=True) == showing.body(None, reveal=False) == "(a tombstone)"


def test_a_long_body_is_cut_and_says_so() -> None:
    text = showing.body(("王" * showing.SHOWN_BYTES_MAX).encode(), reveal=True)
    assert text.endswith(f"\n… {2 * showing.SHOWN_BYTES_MAX} bytes more")
    assert "e7 8e" not in text, "a cut through a character makes no hexadecimal of a text"
    assert len(showing.body(b"[" + b"1," * 100_000 + b"1]", reveal=False)) < showing.SHOWN_BYTES_MAX + 10


def test_nothing_steers_the_terminal() -> None:
    evil = "\x1b[2J\r\u202e\x9b31m"
    fault = UnusableInput(Reason.BAD_VALUE, f"field{evil}\nmore")
    letter = letter_of(fault=fault, key=evil.encode(), value=evil.encode(), headers=((evil, evil.encode()),))
    for reveal in (False, True):
        text = showing.line(letter, reveal=reveal) + showing.page(letter, reveal=reveal)
        assert all(character.isprintable() or character == "\n" for character in text)
        assert "\n" not in showing.line(letter, reveal=reveal)
    assert r"\x1b[2J\r\u202e\x9b31m" in showing.body(letter.value, reveal=True)


def test_a_program_gets_the_exact_bytes_when_it_asks() -> None:
    letter = letter_of(key=b"\xff", value=b"\x00\xfe", headers=(("bytes", b"\xfd"), ("null", None)))
    whole = showing.whole(letter, reveal=True, outcome="open")
    assert base64.b64decode(whole["key_b64"]) == b"\xff"
    assert base64.b64decode(whole["value_b64"]) == b"\x00\xfe"
    assert whole["headers"] == [["bytes", base64.b64encode(b"\xfd").decode()], ["null", None]]
    assert (whole["key"], whole["outcome"], whole["told"]["tactful.reason"]) == ("ff", "open", "WRONG_TYPE")
    none = showing.whole(letter_of(key=None, value=None), reveal=True)
    assert (none["key_b64"], none["value_b64"], none["key"]) == (None, None, None)


def test_a_line_tells_size_key_and_outcome() -> None:
    assert showing.line(letter_of(), reveal=True, outcome="open") == (
        "2026-03-02T00:01:40.000+00:00  payment-received/2/1041  WRONG_TYPE  amount_minor: int_type  20 bytes"
        "  key A-1  open"
    )
    assert "10000 bytes, left out  key ***" in showing.line(letter_of(value=b"x" * LIMIT_BYTES), reveal=False)
    assert "key none" in showing.line(letter_of(key=None), reveal=False)
