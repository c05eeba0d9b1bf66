"""`tactful reply check`: what a person and a program read of a reply."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from agents.cli import app

NOW = ("--zone", "Asia/Shanghai", "--now", "2026-03-11T10:00:00+08:00")


def check(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["reply", "check", *NOW, *arguments], input=given)


def test_a_reply_is_told_with_its_rules_and_what_follows() -> None:
    result = check("没钱，下周五还500")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "没钱，下周五还500",
        "  HARDSHIP sure, rule zh-no-money",
        "  PROMISE sure, rule zh-promise-day, 2026-03-20, 500.00 in an unnamed currency",
        "  -> hold-hardship (zh-no-money)",
        "  -> promise (zh-promise-day)",
    ]


def test_what_a_person_should_look_at() -> None:
    lines = check("can you stop the interest?").stdout.splitlines()
    assert "  -> person (en-stop-something)" in lines
    assert "  look at: STOP is unsure: the words can mean something else" in lines
    assert not [line for line in lines if "opt-out" in line]


def test_each_line_of_a_file_or_of_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "replies.txt"
    path.write_bytes("STOP\n\n已还\r\n".encode())
    for result in (check("--file", str(path), "--output", "json"), check("--output", "json", given=path.read_bytes())):
        told = [json.loads(line) for line in result.stdout.splitlines()]
        assert [[one["intent"] for one in reply["intents"]] for reply in told] == [["STOP"], ["PAID"]]
        assert [reply["follows"][0]["consequence"] for reply in told] == ["opt-out", "paid-claim"]
        assert [reply["abstained"] for reply in told] == [False, False]


def test_foreign_text_gives_a_terminal_nothing_to_obey(tmp_path: Path) -> None:
    path = tmp_path / "replies.txt"
    path.write_bytes(b"\x1b[2Jpaid\xff\xe2\x80\xae\n")
    for output in ("text", "json"):
        shown = check("--file", str(path), "--output", output).stdout
        assert "paid" in shown
        assert not {"\x1b", "\u202e"} & set(shown)


def test_wrong_options_are_refused() -> None:
    assert check("paid", "--zone", "Mars/Base").exit_code == 2
    assert check("paid", "--file", "x").exit_code == 2
    assert check("--now", "yesterday", "paid").exit_code == 2


def test_the_model_can_be_left_out_and_its_hash_told() -> None:
    text = "Zelle went thru on monday, check your side"
    with_model, without = (json.loads(check(*more, "--output", "json", text).stdout) for more in ((), ("--no-model",)))
    assert not [one for one in without["intents"] if one["rule"].startswith("model-")]
    assert with_model["intents"]
    told = CliRunner().invoke(app, ["reply", "hashes"]).stdout.split()
    assert told[::2][:2] == ["en", "zh"]
    assert told[4].startswith("model-")
