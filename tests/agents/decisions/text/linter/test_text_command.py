"""`tactful text check`: a verdict for each text, and an exit code for a script."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agents.cli import app

BLOCKED = 1


def check(*arguments: str, given: str = "") -> tuple[int, list[dict[str, object]]]:
    result = CliRunner().invoke(app, ["text", "check", *arguments, "--output", "json"], input=given)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def test_lines_of_standard_input() -> None:
    code, records = check("-", given="您的账单明天到期\n\n老赖\n")
    assert code == BLOCKED
    assert [(record["line"], record["verdict"], record["codes"]) for record in records] == [
        (1, "ok", []),
        (3, "block", ["INSULT"]),
    ]


def test_a_warning_is_no_fault() -> None:
    code, records = check("--line", "逾期会影响征信", "--line", "谢谢")
    assert code == 0
    assert [record["verdict"] for record in records] == ["warn", "ok"]


def test_who_reads_it() -> None:
    assert check("--line", "您的还款已逾期")[0] == 0
    assert check("--line", "您的还款已逾期", "--role", "third_unrelated")[0] == BLOCKED


def test_parts_of_a_row_are_linted_by_themselves() -> None:
    assert check("--line", "我们不会 | 上门催收")[0] == BLOCKED
    assert check("--line", "我们不会上门催收")[0] == 0


def test_a_table_has_its_texts_in_a_column(tmp_path: Path) -> None:
    table = tmp_path / "texts.tsv"
    table.write_text("id\ttext\nT1\tThank you\nT2\tYou will go to jail\n", encoding="utf-8")
    code, records = check(str(table))
    assert code == BLOCKED
    assert [(record["line"], record["verdict"]) for record in records] == [(2, "ok"), (3, "block")]


@pytest.mark.parametrize("name", ["no-such-file.txt"])
def test_a_missing_file_is_told(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        CliRunner().invoke(app, ["text", "check", name], catch_exceptions=False)


def test_texts_in_another_encoding_are_refused_and_not_passed(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes(b"ok\n" + "老赖".encode("gbk"))
    result = CliRunner().invoke(app, ["text", "check", str(file)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "UTF-8 (line 2)" in result.stderr


def test_people_read_it_too() -> None:
    result = CliRunner().invoke(app, ["text", "check", "--line", "[bold]pay or else"])
    assert result.exit_code == BLOCKED
    assert "✗ 1: block  THREAT (block): or else" in result.stdout
