"""Whatever a record holds, a terminal obeys none of it, and a reader sees all of it."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.facts import AccountId, Id, RecordedId
from schemas.printable import printable, printable_json, printable_lines, to_json

STEERING = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *map(chr, (0xAD, 0x61C, 0x200B, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x2060, 0xFEFF, 0xD800, 0xDFFF, 0xE0041)),
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
]


@pytest.mark.parametrize("mark", STEERING, ids=ascii)
def test_what_steers_a_terminal_is_written_out(mark: str) -> None:
    shown = printable(f"a{mark}b")
    assert mark not in shown
    assert shown.isascii()
    assert shown.startswith("a\\")
    assert printable_lines(f"{mark}\nb").count("\n") == 1 + (mark == "\n")


@pytest.mark.parametrize("text", ["王女士您好", "Zoë O\u2019Neill", "1\u00a0234,50 €", "a b", "\u3000全角"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("mark", STEERING, ids=ascii)
def test_json_keeps_its_content(mark: str) -> None:
    value = {f"k{mark}": [f"v{mark}王", 1]}
    shown = to_json(value, indent=2)
    assert json.loads(shown) == value
    assert mark == "\n" or mark not in shown
    assert json.loads(printable_json(json.dumps(value))) == value


ORDINARY = ["A-1", "1234567890", "a b", "客户-7", "Zo\u00eb", "acct:7/2", "ACC_7#ö", "x" * 128]
HIDING = ["a\x9b31m", "a\u202eb", "a\u200bb", "\ufeffa", "a\x7f", "a\u2066b", "a\u3164", "a\u00ad"]


@pytest.mark.parametrize("name", ORDINARY)
@pytest.mark.parametrize("kind", [AccountId, Id, RecordedId])
def test_an_ordinary_id_is_one(kind: Any, name: str) -> None:
    assert TypeAdapter(kind).validate_python(name) == name


@pytest.mark.parametrize("name", HIDING)
def test_an_id_hides_nothing(name: str) -> None:
    for kind in (AccountId, Id):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(name)


@pytest.mark.parametrize("name", [" a", "a ", "\u3000a", "a\u00a0b", "Zoe\u0308", "a\ue000", "a\U000e0041", ""])
def test_an_account_id_reads_as_one_thing_only(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AccountId).validate_python(name)


def test_a_padded_id_of_a_loan_is_as_it_was() -> None:
    assert TypeAdapter(Id).validate_python("L1   ") == "L1   "
