"""`tactful audit` on files: exit codes, and a report that shows nobody."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agents.cli import app
from tests.agents.audit.story import EXAMPLES, Body, Planted, simulated
from tests.agents.audit.test_planted import FACTS


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Facts, and an output in which one message went to another number."""
    folder = tmp_path_factory.mktemp("audit")
    story = Planted(FACTS, simulated(FACTS, folder, "2026-03-31"))
    story.message("FRIENDLY")["recipient"]["phone"] = "+8613900139000"
    story.message("FRIENDLY")["template_id"] = "<script>\x1b[2J"
    facts, outputs = folder / "facts.jsonl", folder / "outputs.jsonl"
    for path, bodies in ((facts, story.facts), (outputs, story.outputs)):
        path.write_text("".join(json.dumps(body) + "\n" for body in bodies), encoding="utf-8")
    return facts, outputs


def audit(*arguments: object) -> Result:
    environment = {"TACTFUL_APPROVALS": str(EXAMPLES / "approvals.toml")}
    return CliRunner(env=environment).invoke(app, ["audit", *map(str, arguments)])


def test_a_finding_ends_it_with_1_and_names_rule_account_message_and_records(files: tuple[Path, Path]) -> None:
    facts, outputs = files
    result = audit("--facts", facts, "--outputs", outputs, "--output", "json")
    assert result.exit_code == 1
    report: Body = json.loads(result.stdout)
    (found,) = [one for one in report["findings"] if one["rule"] == "RECIPIENT"]
    assert (found["account_id"], found["severity"], found["at"]) == ("A-1", "grave", "2026-03-06T01:00:00Z")
    assert len(found["message_id"]) == 32
    assert found["evidence"][0].startswith("reminders/line")


def test_what_is_shown_holds_no_person_and_nothing_that_steers(files: tuple[Path, Path]) -> None:
    for form in ("text", "json", "html"):
        shown = audit("--facts", files[0], "--outputs", files[1], "--output", form).stdout
        assert "RECIPIENT" in shown
        assert not [told for told in ("王", "13900139000", "1,234.50", "\x1b") if told in shown]
        assert form != "html" or "<script>" not in shown


def test_what_cannot_be_read_is_refused_in_one_line(files: tuple[Path, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bodies = ("no json", '{"type": "of.nobody"}', '{"topic": "nowhere", "body": {}}', '{"type": "profile.updated"}')
    for content in bodies:
        bad.write_text(content + "\n", encoding="utf-8")
        result = audit("--facts", files[0], "--outputs", bad)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "bad.jsonl:1" in result.stderr
    assert audit("--facts", tmp_path / "none.jsonl", "--outputs", files[1]).exit_code == 2
    assert audit("--facts", files[0], "--outputs", files[1], "--policy", bad).exit_code == 2


def test_facts_alone_are_refused_since_everybody_would_look_forgotten(files: tuple[Path, Path]) -> None:
    assert audit("--facts", files[0]).exit_code == 2
    assert audit("--outputs", files[1]).exit_code == 2


def test_an_honest_run_ends_with_0(tmp_path: Path) -> None:
    simulated(FACTS, tmp_path, "2026-03-31")
    result = audit("--facts", tmp_path / "told.jsonl", "--outputs", tmp_path / "said.jsonl")
    assert result.exit_code == 0, result.output
    assert "nobody was forgotten" in result.stdout
