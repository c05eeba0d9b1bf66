"""`tactful intake check`: what a person and a program read, and the exit code that a pipeline looks at."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agents.cli import app
from agents.intake.mappings.files import MappingFault
from tests.agents.intake.mappings.samples import PAYMENT, PAYMENTS


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "payments.toml"
    path.write_text(PAYMENTS)
    return path


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["intake", "check", *map(str, arguments)])


def samples(mapping: Path, *lines: object) -> Path:
    path = mapping.with_suffix(".jsonl")
    path.write_text("\n\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_a_right_mapping(mapping: Path) -> None:
    result = check(mapping, "--output", "json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["mapping"], len(told["edition"]), told["samples"]) == ("payments", 12, [])


def test_a_wrong_mapping_is_told_as_a_whole(mapping: Path) -> None:
    mapping.write_text(PAYMENTS.replace("[account]", "[acount]"))
    result = check(mapping)
    assert isinstance(result.exception, MappingFault), "which the command line tells in lines, with exit code 2"
    assert set(result.exception.faults) == {"account: Field required", "acount: Extra inputs are not permitted"}


def test_samples_for_a_program(mapping: Path) -> None:
    file = samples(mapping, {"value": PAYMENT}, {"value": {**PAYMENT, "amount": "1.234"}}, {"key": "k"})
    result = check(mapping, "--sample", file, "--output", "json")
    assert result.exit_code == 1
    first, second, third = json.loads(result.stdout)["samples"]
    assert (first["line"], first["facts"][0]["topic"]) == (1, "payment-received")
    assert first["facts"][0]["body"]["amount_minor"] == 1234
    assert second["line"] == 3
    assert second["dead_letter"]["reason"] == "INEXACT_AMOUNT"
    assert second["dead_letter"]["accounts"] == ["C-1001"]
    assert third["dead_letter"]["reason"] == "TOMBSTONE"


def test_samples_for_a_person(mapping: Path) -> None:
    result = check(mapping, "--sample", samples(mapping, {"value": PAYMENT, "timestamp": 1_772_759_520_000}))
    assert result.exit_code == 0
    assert 'line 1: payment-received {"type":"payment.booked"' in result.stdout


@pytest.mark.parametrize("line", ["{", '{"valu": 1}', '{"value_base64": "?"}', '{"value": {}, "timestamp": "now"}'])
def test_a_line_that_is_no_sample_is_named(mapping: Path, line: str) -> None:
    result = check(mapping, "--sample", samples(mapping, {"value": PAYMENT}, line))
    assert isinstance(result.exception, MappingFault)
    assert "line 3: " in str(result.exception)


def test_an_id_that_looks_like_a_phone_number_is_warned_of(mapping: Path) -> None:
    result = check(mapping, "--sample", samples(mapping, {"value": PAYMENT | {"id": "13800138000"}}))
    assert "payment-received: payment_id looks like a phone number" in result.stderr
