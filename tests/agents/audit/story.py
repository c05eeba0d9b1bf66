"""One person's story, told by `tactful simulate` as anybody runs it, with what is planted into it."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from agents.audit.findings import AuditTally, Code
from agents.audit.reading import audit_files
from agents.audit.standards.standard import AuditPlaces, Standard
from agents.cli import app
from schemas.values.identity import fingerprint
from tests.house.sources import ROOT

EXAMPLES = ROOT / "examples"
LIMIT = 65_536
Body = dict[str, Any]


class Planted:
    """Facts and outputs of a story, to be changed before they are audited."""

    def __init__(self, facts: list[Body], outputs: list[Body]) -> None:
        self.facts, self.outputs = copy.deepcopy(facts), copy.deepcopy(outputs)

    def fact(self, kind: str, time: str, /, **fields: Any) -> None:
        """One more fact."""
        body = {"type": kind, "event_id": f"planted-{len(self.facts)}", "account_id": "A-1", "time": time, **fields}
        self.facts.append(body)

    def message(self, stage: str) -> Body:
        """The reminder of a stage."""
        return next(one for one in self.bodies() if one.get("text") and one["stage"] == stage)

    def sent(self, stage: str) -> Body:
        """The decision that sent it."""
        return next(one for one in self.bodies() if one.get("outcome") == "sent" and one["stage"] == stage)

    def bodies(self) -> list[Body]:
        """Every message and decision."""
        return [line["body"] for line in self.outputs]

    def drop(self, which: Callable[[Body], bool]) -> None:
        """Take away what is said of something."""
        self.outputs = [line for line in self.outputs if not which(line["body"])]

    def reword(self, stage: str, old: str, new: str) -> None:
        """Another text, and a decision that says so."""
        body = self.message(stage)
        body["text"] = body["text"].replace(old, new)
        self.sent(stage)["text_hash"] = fingerprint(body["text"])

    def move(self, stage: str, to: str) -> None:
        """At another time, in message and decision."""
        body, decided = self.message(stage), self.sent(stage)
        body.update(issued_at=to, decided_for=to, not_before=to, expires_at=to.replace(":00Z", ":10Z"))
        decided["now"] = to

    def audit(self, folder: Path, standard: Standard | None = None, until: int | None = None) -> AuditTally:
        """What the audit finds in it."""
        facts, outputs = folder / "facts.jsonl", folder / "outputs.jsonl"
        facts.write_text("".join(json.dumps(one) + "\n" for one in self.facts), encoding="utf-8")
        outputs.write_text("".join(json.dumps(one) + "\n" for one in self.outputs), encoding="utf-8")
        return audit_files(standard or STANDARD, LIMIT, [facts, outputs], until)

    def found(self, folder: Path) -> set[Code]:
        """The rules that were broken."""
        return set(self.audit(folder).found)


STANDARD = Standard(AuditPlaces(packs=EXAMPLES / "packs", approvals=EXAMPLES / "approvals.toml"))


def simulated(facts: list[Body], folder: Path, until: str, *options: str) -> list[Body]:
    """The output lines of `tactful simulate`, with ticks an hour apart."""
    told, output = folder / "told.jsonl", folder / "said.jsonl"
    told.write_text("".join(json.dumps(one) + "\n" for one in facts), encoding="utf-8")
    environment = {"TACTFUL_TICK_PERIOD_S": "3600", "TACTFUL_APPROVALS": str(EXAMPLES / "approvals.toml")}
    arguments = ["simulate", "--facts", str(told), "--until", until, "--output", str(output), *options]
    result = CliRunner(env=environment).invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
