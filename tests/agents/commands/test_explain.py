"""`tactful explain` and `tactful show` out of files: the answers of the example in the README, checked by hand."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest

from agents.offline.fact_files import read_lines
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook
from schemas.values.instants import to_ms
from streams.clock import Grid
from tests.agents.commands.running import EXAMPLE, REFUSED, Tactful
from tests.places import PLACES

LIMIT_BYTES = 65_536

ACCOUNT = "A-1001"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options that name the example's facts and what `tactful simulate` writes of them."""
    output = tmp_path_factory.mktemp("said") / "out.jsonl"
    simulation = Simulation(load_rulebook(PLACES, "tactful"), Grid(3_600), LIMIT_BYTES, tick_period_s=3_600)
    end_ms = to_ms(datetime.fromisoformat("2026-03-31T00:00:00Z"))
    with output.open("wb") as out:
        for said in simulation.run(read_lines([str(EXAMPLE)]), end_ms):
            out.write(b'{"topic":"' + said.role.encode() + b'","body":' + said.value + b"}\n")
    return ("--facts", str(EXAMPLE), "--outputs", str(output))


@pytest.mark.parametrize(
    ("day", "kind", "said"),
    [
        ("2026-02-27", "nothing due", "Nothing had been told of the account"),
        ("2026-03-05", "nothing due", "Nothing was due: no debt that calls for a word was known"),
        ("2026-03-06", "sent", "FRIENDLY was issued: 1,234.50 CNY by sms, at 09:00 Shanghai time"),
        ("2026-03-07", "nothing due", "The episode is over: nothing is overdue any more"),
    ],
)
def test_each_day_of_the_example(tactful: Tactful, files: tuple[str, ...], day: str, kind: str, said: str) -> None:
    result = tactful("explain", ACCOUNT, "--on", day, "--output", "json", *files)
    assert result.code == 0
    answer = json.loads(result.out)["answer"]
    assert answer["kind"] == kind
    assert said in answer["words"]


def test_what_was_known_before_she_paid(tactful: Tactful, files: tuple[str, ...]) -> None:
    before = tactful("explain", ACCOUNT, "--at", "2026-03-06T03:00:00Z", *files).out
    assert "payment" not in before
    assert "FIRM comes not before 2026-03-12 09:00 Shanghai time" in before
    after = tactful("explain", ACCOUNT, *files).out
    assert "A payment of 1,234.50 CNY was booked" in after
    assert "FRIENDLY was taken back: it was paid" in after
    assert "Nothing, until another fact is told" in after


def test_a_period_has_its_own_entries_only(tactful: Tactful, files: tuple[str, ...]) -> None:
    told = json.loads(tactful("explain", ACCOUNT, "--until", "2026-03-05", "--output", "json", *files).out)
    assert [entry["type"] for entry in told["entries"]] == ["profile.updated"]
    told = json.loads(tactful("explain", ACCOUNT, "--since", "2026-03-07", "--output", "json", *files).out)
    assert told["entries"] == []


def test_evidence_names_the_line_and_its_hash_and_nobody(tactful: Tactful, files: tuple[str, ...]) -> None:
    result = tactful("explain", ACCOUNT, "--output", "json", *files)
    facts = [entry for entry in json.loads(result.out)["entries"] if entry["kind"] == "fact"]
    lines = EXAMPLE.read_bytes().splitlines()
    assert [entry["sha256"] for entry in facts] == [hashlib.sha256(line).hexdigest() for line in lines]
    assert [entry["place"] for entry in facts] == [f"{EXAMPLE}:{number}" for number in (1, 2, 3)]
    assert "王" not in result.out
    assert "13800138000" not in result.out


def test_the_page_needs_nothing_else_and_names_nobody(tactful: Tactful, files: tuple[str, ...], tmp_path: Path) -> None:
    html = tmp_path / "a.html"
    assert tactful("explain", ACCOUNT, "--on", "2026-03-06", "--html", str(html), *files).code == 0
    page = html.read_text(encoding="utf-8")
    assert "FRIENDLY was issued: 1,234.50 CNY by sms" in page
    assert "src=" not in page
    assert "href=" not in page
    assert "王" not in page
    assert "13800138000" not in page


def test_words_of_a_message_are_rebuilt_and_proved(tactful: Tactful, files: tuple[str, ...]) -> None:
    reminder_id = next(
        entry["body"]["reminder_id"]
        for entry in map(json.loads, Path(files[-1]).read_text(encoding="utf-8").splitlines())
        if entry["body"]["type"] == "reminder.issued"
    )
    shown = tactful("show", reminder_id, "--account", ACCOUNT, "--output", "json", *files)
    assert shown.code == 0
    told = json.loads(shown.out)
    assert told["standing"] == "proved"
    assert told["text"].startswith("【安和消费金融】•••，您3月5日到期的1,234.50元已逾期1天")
    assert "王" not in shown.out


def test_words_without_the_profile_are_shown_and_not_proved(tactful: Tactful, files: tuple[str, ...]) -> None:
    outputs = files[2:]
    body = next(
        entry["body"]
        for entry in map(json.loads, Path(outputs[1]).read_text(encoding="utf-8").splitlines())
        if entry["body"].get("text_hash")
    )
    shown = tactful("show", body["reminder_id"], "--account", ACCOUNT, "--output", "json", *outputs)
    assert (shown.code, json.loads(shown.out)["standing"]) == (1, "name not known")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "A-404"), "nothing is known of A-404"),
        (("explain", "+8613800138000"), "not a phone number"),
        (("explain", ACCOUNT, "--on", "yesterday"), "is not a day such as"),
        (("show", "unknown", "--account", ACCOUNT), "no decision by which this message left is known"),
    ],
)
def test_what_is_refused(tactful: Tactful, files: tuple[str, ...], arguments: tuple[str, ...], said: str) -> None:
    result = tactful(*arguments, *files)
    assert result.code == REFUSED
    assert said in result.err
    assert result.out == ""


def test_a_file_that_is_not_there_is_told(tactful: Tactful) -> None:
    result = tactful("explain", ACCOUNT, "--facts", "nowhere.jsonl")
    assert result.code == REFUSED
    assert "nowhere.jsonl" in result.err
    assert "Traceback" not in result.err
