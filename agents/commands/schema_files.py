"""JSON Schema (2020-12) of every record on the bus, written from the models: one file for each topic and type."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from pydantic import BaseModel

from schemas import controls, decisions, facts, messages, partitions, reading, replies
from schemas.envelope import EVERY_INPUT, PARTITION_NOTES, schema_id
from schemas.records import Outbound, contract
from streams import roles

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class Published(NamedTuple):
    """One record type of one topic; ``name`` is its ``type`` field."""

    topic: str
    name: str
    model: type[BaseModel]

    @property
    def path(self) -> str:
        """Where its schema lies, below the folder of all."""
        return f"{self.topic}/{self.name}.json"


def published() -> Iterator[Published]:
    """Everything that the contract says, inputs first."""
    yield Published(EVERY_INPUT, facts.SourceProgress.TYPE, facts.SourceProgress)
    for topic, models in reading.MODELS.items():
        for name, model in models.items():
            yield Published(topic, name, model)
    for topic, union in (
        (PARTITION_NOTES, partitions.AnyNote),
        (roles.REMINDER_CONTROLS, controls.AnyControl),
        (roles.BORROWER_REPLIES, replies.AnyReply),
        (roles.REMINDERS, messages.AnyMessage),
    ):
        for said in get_args(union):
            body = contract(said) if issubclass(said, Outbound) else said
            for name in get_args(body.model_fields["type"].annotation):
                yield Published(topic, name, body)
    yield Published(roles.REMINDER_DECISIONS, "decision.recorded", contract(decisions.Decision))


def schema_of(record: Published) -> dict[str, Any]:
    """The schema of one record type; a model that serves two types is narrowed to the one."""
    outgoing = record.topic in {roles.REMINDERS, roles.REMINDER_DECISIONS}
    body = record.model.model_json_schema(mode="serialization" if outgoing else "validation")
    body["properties"]["type"] = {"const": record.name, "title": "Type", "type": "string"}
    body["required"] = sorted({*body.get("required", ()), "type"})
    return {"$schema": DIALECT, "$id": schema_id(record.topic, record.name), **body}


def _index(records: list[Published]) -> str:
    lines = [
        "# The contract as JSON Schema",
        "",
        "Written by `tactful schema export`; a test fails when the models and these files differ.",
        "Bodies are UTF-8 JSON, the key is the `account_id`, on `borrower-replies` the number that wrote. On input",
        "topics fields that are not named here pass and are ignored. `source.progress` may stand on each of those that",
        "a worker reads. `partition-notes` stand on `case-updated`, without a key, and speak of the partition in which",
        "they stand; their header `ce_type` names the type.",
        "",
        "| topic | type | what it says |",
        "|---|---|---|",
    ]
    for record in records:
        said = " ".join((record.model.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
        lines.append(f"| `{record.topic}` | [`{record.name}`]({record.path}) | {said} |")
    return "\n".join(lines) + "\n"


def rendered() -> dict[str, str]:
    """Path -> content of every file."""
    records = list(published())
    files = {record.path: json.dumps(schema_of(record), indent=2, ensure_ascii=False) + "\n" for record in records}
    return {**files, "README.md": _index(records)}


def export(directory: Path) -> int:
    """Write all of it below ``directory`` and say how many schemas there are."""
    files = rendered()
    for path, content in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return len(files) - 1
