"""The published schemas are those of the models, and real records fit them."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from agents.commands.schema_files import export, published, rendered, schema_of
from schemas import controls
from streams import roles
from tests.agents.decisions.answering import answering
from tests.agents.decisions.story import Story, ended, missed, paid, profile, replied, returned
from tests.schemas.samples import INPUTS

CHECKED_IN = Path(__file__).parents[2] / "docs" / "schemas"
SCHEMAS = {(record.topic, record.name): schema_of(record) for record in published()}


def check(topic: str, body: dict[str, Any]) -> None:
    schema = SCHEMAS[topic, body["type"]]
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(body)


def said() -> list[tuple[str, dict[str, Any]]]:
    """Everything that leaves in a life with all that can happen."""
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-09 12:00").on("2026-03-09 13:00", paid(100_00)).on("2026-03-10 00:00", returned())
    story.tick_until("2026-04-20 00:00").on("2026-04-20 01:00", ended())
    answer = Story(answering()).on("2026-03-01 10:00", profile(), replied("STOP", answer=True))
    answer.tick_until("2026-03-01 11:00")
    said = [(roles.REMINDERS, message) for one in (story, answer) for message in one.messages]
    why = [(roles.REMINDER_DECISIONS, decision) for one in (story, answer) for decision in one.decisions]
    return [(topic, json.loads(msgspec.json.encode(record))) for topic, record in (*said, *why)]


def test_the_checked_in_files_are_those_of_the_models() -> None:
    there = {str(path.relative_to(CHECKED_IN)) for path in CHECKED_IN.rglob("*") if path.is_file()}
    files = rendered()
    assert there == set(files), "run `make schemas`"
    drifted = [path for path, content in files.items() if (CHECKED_IN / path).read_text(encoding="utf-8") != content]
    assert not drifted, "run `make schemas`"


def test_export_writes_all_of_it(tmp_path: Path) -> None:
    assert export(tmp_path) == len(SCHEMAS)
    assert (tmp_path / "README.md").exists()
    assert (tmp_path / "reminders" / "reminder.issued.json").exists()


@pytest.mark.parametrize("key", SCHEMAS, ids="/".join)
def test_each_schema_is_one(key: tuple[str, str]) -> None:
    Draft202012Validator.check_schema(SCHEMAS[key])


@pytest.mark.parametrize(("topic", "body"), INPUTS, ids=[body["type"] for _, body in INPUTS])
def test_what_a_source_writes_fits(topic: str, body: dict[str, Any]) -> None:
    check(topic, body)
    check(topic, {**body, "added_next_year": 1})
    with pytest.raises(Exception, match="required property"):
        check(topic, {name: value for name, value in body.items() if name not in {"time", "complete_to"}})


def test_every_control_is_read_as_its_model() -> None:
    models = {record.name: record.model for record in published() if record.topic == roles.REMINDER_CONTROLS}
    bodies = [body for topic, body in INPUTS if topic == roles.REMINDER_CONTROLS]
    assert {body["type"] for body in bodies} == set(models)
    for body in bodies:
        assert isinstance(models[body["type"]].model_validate_json(json.dumps(body)), controls.Control)


def test_all_that_leaves_fits_and_every_type_leaves() -> None:
    left = said()
    for topic, body in left:
        check(topic, body)
    outgoing = {key for key in SCHEMAS if key[0] in {roles.REMINDERS, roles.REMINDER_DECISIONS}}
    assert {(topic, body["type"]) for topic, body in left} == outgoing


def test_no_personal_data_stands_in_a_decision() -> None:
    decisions = [json.dumps(body, ensure_ascii=False) for topic, body in said() if topic == roles.REMINDER_DECISIONS]
    assert decisions
    for body in decisions:
        assert "王" not in body
        assert "13800138000" not in body
