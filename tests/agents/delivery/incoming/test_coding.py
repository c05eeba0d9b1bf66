"""Octets of people's messages as text, and their numbers as E.164."""

import pytest

from agents.delivery.incoming.coding import read_octets
from agents.delivery.incoming.numbers import e164
from agents.delivery.providers.smpp.parts import code_text


@pytest.mark.parametrize("text", ["STOP", "Ça va @ 5€ [ok] {x}", "退订", "不要再发了😡", ""])
def test_what_we_would_send_is_read_back(text: str) -> None:
    coded = code_text(text, 1)
    assert coded is not None
    assert read_octets(coded.parts[0], coded.data_coding, "gsm7") == text


@pytest.mark.parametrize(
    ("octets", "coding", "text"),
    [
        (b"caf\xe9", 3, "café"),
        (b"stop", 1, "stop"),
        ("стоп".encode("iso8859_5"), 6, "стоп"),
        ("退订".encode("utf-16-be"), 0x18, "退订"),
        (b"\x00", 0xF1, "@"),
        (b"\x1b\x41", 0, "A"),
    ],
)
def test_other_codings_and_classes_of_message(octets: bytes, coding: int, text: str) -> None:
    assert read_octets(octets, coding, "gsm7") == text


def test_the_centres_own_alphabet_is_a_setting() -> None:
    assert read_octets(b"caf\xe9", 0, "latin1") == "café"
    assert read_octets(b"caf\xe9", 0, "gsm7") is None


@pytest.mark.parametrize(
    ("octets", "coding"), [(b"\x01\x02", 4), (b"\xd8\x00", 8), (b"\x4e", 8), (b"\xff", 1), (b"a", 14)]
)
def test_what_nobody_can_read_is_none(octets: bytes, coding: int) -> None:
    assert read_octets(octets, coding, "gsm7") is None


@pytest.mark.parametrize(
    ("given", "region", "international", "number"),
    [
        ("8613800138000", "", False, "+8613800138000"),
        ("8613800138000", "CN", True, "+8613800138000"),
        ("8613800138000", "CN", False, "+8613800138000"),
        ("13800138000", "CN", False, "+8613800138000"),
        ("+8613800138000", "GB", False, "+8613800138000"),
        ("008613800138000", "CN", False, "+8613800138000"),
        ("07911 123456", "GB", False, "+447911123456"),
        ("2025550123", "US", False, "+12025550123"),
        ("MyBank", "", False, "MyBank"),
        ("10086", "", False, "10086"),
    ],
)
def test_numbers_as_providers_write_them(given: str, region: str, international: bool, number: str) -> None:
    assert e164(given, region, international=international) == number
