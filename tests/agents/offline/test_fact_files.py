"""Files of facts: merged by time, keyed by account, raw records byte for byte; a wrong line is named."""

import base64
import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.offline.fact_files import FactFileFault, FactLine, read_lines


def fact(minute: int, account: str = "A-1", kind: str = "payment.booked") -> dict[str, Any]:
    return {"type": kind, "account_id": account, "time": f"2026-03-02T00:{minute:02}:00+08:00"}


def write(path: Path, *bodies: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(body) + "\n" for body in bodies))
    return str(path)


def raw(**fields: object) -> dict[str, Any]:
    return {"type": "raw", "topic": "payment-received", "time": "2026-03-02T00:00:00Z", **fields}


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_line_has_a_topic_a_key_and_its_own_bytes(tmp_path: Path) -> None:
    body = json.dumps(fact(1), indent=None, separators=(" ,  ", ":"))
    (tmp_path / "facts").write_text(f"\n  {body}  \n\n")
    assert list(read_lines([str(tmp_path / "facts")])) == [
        FactLine(1_772_380_860_000, "payment-received", b"A-1", body.encode())
    ]


def test_several_files_become_one_by_time(tmp_path: Path) -> None:
    first = write(tmp_path / "a", fact(1, "a1"), fact(4, "a4"))
    second = write(tmp_path / "b", fact(0, "b0", "repayment.missed"), fact(4, "b4"), fact(5, "b5"))
    keys = [line.key for line in read_lines([first, second])]
    assert keys == [b"b0", b"a1", b"a4", b"b4", b"b5"]


def test_packed_files_and_standard_input_are_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = write(tmp_path / "facts.jsonl", fact(1), fact(2))
    packed = tmp_path / "facts.jsonl.gz"
    packed.write_bytes(gzip.compress(Path(plain).read_bytes()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(plain).read_bytes())))
    lines = list(read_lines([plain]))
    assert len(lines) == 2
    assert list(read_lines([str(packed)])) == lines
    assert list(read_lines(["-"])) == lines


def test_a_raw_line_is_any_record_at_all(tmp_path: Path) -> None:
    path = write(
        tmp_path / "facts",
        raw(key_b64=b64(b"\xff"), value_b64=b64(b"\x00{")),
        raw(key_b64=None, value_b64=None),
        raw(key_b64="", value_b64=""),
    )
    records = [(line.role, line.key, line.value) for line in read_lines([path])]
    assert records == [
        ("payment-received", b"\xff", b"\x00{"),
        ("payment-received", None, None),
        ("payment-received", b"", b""),
    ]


def test_a_raw_line_may_have_headers(tmp_path: Path) -> None:
    headers = [("ce_type", b"source.progress"), ("any", b"\xff"), ("any", b"")]
    given = [[name, b64(value)] for name, value in headers]
    first, second = read_lines([write(tmp_path / "facts", raw(headers=given), raw())])
    assert first.headers == tuple(headers)
    assert second.headers == ()


@pytest.mark.parametrize("account", [{}, {"account_id": None}, {"account_id": 7}])
def test_a_fact_of_nobody_has_no_key(tmp_path: Path, account: dict[str, Any]) -> None:
    body = {name: value for name, value in fact(1).items() if name != "account_id"}
    (line,) = read_lines([write(tmp_path / "facts", {**body, **account})])
    assert line.key is None


def test_a_file_out_of_order_is_named_where_it_breaks(tmp_path: Path) -> None:
    path = write(tmp_path / "facts", fact(3), fact(3), fact(2))
    with pytest.raises(FactFileFault, match=r"facts:3: its time lies before .*; sort the file by time"):
        list(read_lines([path]))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not a JSON object"),
        ("[]", "not a JSON object"),
        ('{"type":"payment.booked"}', "no time with a zone"),
        ('{"type":"payment.booked","time":"2026-03-02T00:00:00"}', "no time with a zone"),
        ('{"time":"2026-03-02T00:00:00Z"}', "no topic carries the type None"),
        ('{"type":["a"],"time":"2026-03-02T00:00:00Z"}', "no topic carries the type"),
        (json.dumps({**raw(), "topic": "reminders"}), "no input topic 'reminders'"),
        (json.dumps(raw(key_b64="=?")), "the field `key_b64` is not base64"),
        (json.dumps(raw(headers={"any": "YQ=="})), "the field `headers` is not a list of names with base64"),
        (json.dumps(raw(headers=[["any", "=?"]])), "the field `headers` is not a list of names with base64"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "facts").write_text(line)
    with pytest.raises(FactFileFault, match="facts:1: ") as fault:
        list(read_lines([str(tmp_path / "facts")]))
    assert told in str(fault.value)


@pytest.mark.parametrize("damage", [lambda packed: packed[:-12], lambda _: b"not packed at all"])
def test_a_damaged_packed_file_is_named(tmp_path: Path, damage: Any) -> None:
    path = tmp_path / "facts.gz"
    path.write_bytes(damage(gzip.compress(b"\n" * 1_000)))
    with pytest.raises(FactFileFault, match=r"facts.gz: not a whole .gz file"):
        list(read_lines([str(path)]))
