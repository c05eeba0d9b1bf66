"""`tactful simulate --compare-core`: what the version before said of the same facts, against this one."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from agents.policy.files.policy import DEFAULT_POLICY
from tests.agents.commands.running import EXAMPLE, REFUSED, Result, Tactful

UNPAID = "".join(EXAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)[:2])


def simulate(tactful: Tactful, output: str, *more: str, facts: Path | str = EXAMPLE) -> Result:
    arguments = ("--facts", str(facts), "--until", "2026-03-31", "--output", output)
    return tactful("simulate", *arguments, *more, tick_period_s="3600")


def compared(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.out)["compared"]
    return found


@pytest.fixture
def unpaid(tactful: Tactful, tmp_path: Path) -> Path:
    """What a version said that did not understand the payment."""
    (tmp_path / "unpaid.jsonl").write_text(UNPAID, encoding="utf-8")
    assert simulate(tactful, "before.jsonl", facts="unpaid.jsonl").code == 0
    return tmp_path / "before.jsonl"


def test_against_itself_nobody_is_treated_otherwise(tactful: Tactful, tmp_path: Path) -> None:
    simulate(tactful, "before.jsonl.gz")
    result = simulate(tactful, "now.jsonl", "--compare-core", "before.jsonl.gz", "--summary", "json")
    assert result.code == 0
    found = compared(result)
    assert (found["accounts"], found["treated_otherwise"], found["decided_otherwise"]) == (1, 0, 0)
    assert found["messages"] == found["decisions"] == found["refused"] == found["listed"] == []
    assert gzip.decompress((tmp_path / "before.jsonl.gz").read_bytes()) == (tmp_path / "now.jsonl").read_bytes()


def test_programs_and_people_are_told_the_same(tactful: Tactful, unpaid: Path) -> None:
    found = compared(simulate(tactful, "now.jsonl", "--compare-core", str(unpaid), "--summary", "json"))
    assert (found["accounts"], found["treated_otherwise"]) == (1, 1)
    (firm,) = (row for row in found["messages"] if row["kind"] == "reminder")
    assert (firm["change"], firm["code_now"], firm["examples"]) == ("no longer leaves", "CURED", ["A-1001"])
    result = simulate(tactful, "now.jsonl", "--compare-core", str(unpaid))
    assert result.code == 0
    assert "Treated otherwise than by the version before" in result.out
    assert "1 of 1 accounts are treated otherwise" in result.out
    shown = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.out.splitlines()]
    for row in found["messages"]:
        codes = [row["code_before"], row["code_now"]]
        assert [row["kind"], row["change"], *codes, str(row["messages"]), str(row["accounts"]), "A-1001"] in shown


def test_a_packed_file_is_read_as_a_plain_one(tactful: Tactful, unpaid: Path, tmp_path: Path) -> None:
    packed = tmp_path / "before.jsonl.gz"
    packed.write_bytes(gzip.compress(unpaid.read_bytes()))
    results = [simulate(tactful, "now.jsonl", "--compare-core", str(path)) for path in (unpaid, packed)]
    assert results[0].out == results[1].out


def test_another_policy_is_told_as_a_warning(tactful: Tactful, unpaid: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    other.write_text(text.replace("4008800123", "4008800124"), encoding="utf-8")
    arguments = ("--compare-core", str(unpaid), "--policy", str(other))
    warned = "before.jsonl was not all decided by this policy"
    assert warned in simulate(tactful, "now.jsonl", *arguments).err
    result = simulate(tactful, "now.jsonl", *arguments, "--summary", "json")
    assert any(warned in warning for warning in json.loads(result.out)["warnings"])
    assert "not all decided" not in simulate(tactful, "now.jsonl", "--compare-core", str(unpaid)).err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"topic":"reminders"}', "before.jsonl:1: not a line as `tactful simulate` writes it"),
        (b'\n{"topic":"elsewhere","body":{}}', "before.jsonl:2: not a line as `tactful simulate` writes it"),
        (b'{"topic":"reminders","body":{"type":"x","account_id":"a","cycle_id":"c"}}', "before.jsonl:1: not a line"),
        (UNPAID.encode(), "before.jsonl:1: not a line"),
        (None, "No such file"),
    ],
)
def test_what_is_no_output_is_refused_before_anything_is_written(
    tactful: Tactful, tmp_path: Path, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / "before.jsonl").write_bytes(content)
    (tmp_path / "now.jsonl").write_bytes(b"the last one")
    result = simulate(tactful, "now.jsonl", "--compare-core", "before.jsonl")
    assert (result.code, len(result.err.splitlines())) == (REFUSED, 1)
    assert told in result.err
    assert (tmp_path / "now.jsonl").read_bytes() == b"the last one"
