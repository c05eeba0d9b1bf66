"""One borrower's story as the program tells it, into which a violation can be planted."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from agents.audit.findings import AuditTally
from agents.audit.reading import audit_files
from agents.audit.standards.standard import AuditPlaces, Standard
from schemas.values.identity import fingerprint
from schemas.values.instants import to_ms
from tests.places import APPROVALS, PACKS, ROOT, VARIABLES

UNTIL: Final = "2026-05-10"
LIMIT_BYTES: Final = 1_000_000
JsonObject = dict[str, Any]

FACTS: Final[list[JsonObject]] = [
    {
        "type": "profile.updated", "event_id": "p1", "account_id": "A-1", "time": "2026-02-20T08:00:00+08:00",
        "surname": "王", "salutation": "ms", "phone": "+8613800138000", "language": "zh-Hans", "zone": "Asia/Shanghai",
        "risk_segment": "R4", "as_of": "2026-02-20T08:00:00+08:00",
    },
    {
        "type": "instalment.scheduled", "event_id": "s1", "account_id": "A-1", "time": "2026-02-20T09:00:00+08:00",
        "loan_id": "L-7", "instalment_id": "2026-03", "due_date": "2026-03-05", "amount_due_minor": 123450,
        "currency": "CNY", "as_of": "2026-02-20T09:00:00+08:00",
    },
    {
        "type": "repayment.missed", "event_id": "m1", "account_id": "A-1", "time": "2026-03-06T02:00:00+08:00",
        "loan_id": "L-7", "instalment_id": "2026-03", "due_date": "2026-03-05", "amount_due_minor": 123450,
        "outstanding_minor": 123450, "currency": "CNY", "as_of": "2026-03-06T00:00:00+08:00",
    },
]  # fmt: skip
"""PRE_DUE on 2 March, FRIENDLY on the 6th, FIRM on the 12th, LAST on the 20th, a person on 4 April."""


@cache
def standard() -> Standard:
    """What ships, with the examples' approvals."""
    return Standard(AuditPlaces(packs=PACKS, approvals=APPROVALS))


def simulated(facts: list[JsonObject], folder: Path) -> list[JsonObject]:
    """What the program says of facts; it runs by itself, as a user would have it run."""
    source, output = folder / "told.jsonl", folder / "said.jsonl"
    source.write_text("".join(json.dumps(fact) + "\n" for fact in facts))
    arguments = ["simulate", "--facts", str(source), "--until", UNTIL, "--output", str(output)]
    program = [sys.executable, "-c", "from agents.cli import main; main()", *arguments]
    variables = {**os.environ, **VARIABLES, "TACTFUL_TICK_PERIOD_S": "3600"}
    subprocess.run(program, cwd=ROOT, env=variables, check=True, capture_output=True)
    return [json.loads(line) for line in output.read_text().splitlines()]


class PlantedTale:
    """Facts, outputs and controls, each of which a test may change."""

    def __init__(self, facts: list[JsonObject], outputs: list[JsonObject]) -> None:
        self.facts, self.outputs = deepcopy(facts), deepcopy(outputs)

    def message(self, stage: str = "FIRM") -> JsonObject:
        """The message of a stage."""
        return self._body(lambda body: body.get("reminder_id") and "recipient" in body and body["stage"] == stage)

    def decision(self, stage: str = "FIRM") -> JsonObject:
        """The decision that sent it."""
        return self._body(lambda body: body.get("outcome") == "sent" and body["stage"] == stage)

    def event(self, kind: str) -> JsonObject:
        """The first record of a type on `reminders`."""
        return self._body(lambda body: body["type"] == kind)

    def _body(self, wanted: Any) -> JsonObject:
        return next(line["body"] for line in self.outputs if line["body"].get("type") and wanted(line["body"]))

    def tell(self, kind: str, time: str, /, **fields: Any) -> Self:
        """Another fact."""
        fact = {"type": kind, "event_id": f"x{len(self.facts)}", "account_id": "A-1", "time": time, **fields}
        self.facts.append(fact)
        return self

    def control(self, kind: str, time: str, /, **fields: Any) -> Self:
        """A control."""
        said = {"type": kind, "control_id": f"c{len(self.facts)}", "time": time, "by": "u-7", "reason": "planted"}
        self.facts.append({"topic": "reminder-controls", "body": {**said, **fields}})
        return self

    def move(self, hours: float, stage: str = "FIRM") -> Self:
        """Let message and decision happen at another time."""
        for body in (self.message(stage), self.decision(stage)):
            for name in ("now", "decided_for", "issued_at", "not_before", "expires_at"):
                if name in body:
                    moved = datetime.fromisoformat(body[name]) + timedelta(hours=hours)
                    body[name] = moved.isoformat().replace("+00:00", "Z")
        return self

    def reword(self, old: str, new: str, stage: str = "FIRM") -> Self:
        """Another text, and a decision that says the same of it."""
        message = self.message(stage)
        assert old in message["text"]
        message["text"] = message["text"].replace(old, new)
        self.decision(stage)["text_hash"] = fingerprint(message["text"])
        return self

    def drop(self, *bodies: JsonObject) -> Self:
        """As if it had never been said."""
        self.outputs = [line for line in self.outputs if not any(line["body"] is body for body in bodies)]
        return self

    def again(self, stage: str = "FIRM", *, hours: float = 24 * 5, name: str | None = "other") -> Self:
        """Message and decision a second time, under another name if one is given."""
        for body in (self.message(stage), self.decision(stage)):
            copy = deepcopy(body)
            if name is not None:
                copy["reminder_id"] = name
            if "decision_id" in copy:
                copy["decision_id"] = f"decision of {name}"
            topic = "reminders" if "recipient" in copy else "reminder-decisions"
            self.outputs.append({"topic": topic, "body": copy})
        late = PlantedTale([], [])
        late.outputs = self.outputs[-2:]
        late.move(hours, stage)
        return self

    def audited(self, folder: Path, standard_: Standard | None = None) -> AuditTally:
        """What the audit finds."""
        facts, outputs = folder / "facts.jsonl", folder / "outputs.jsonl"
        facts.write_text("".join(json.dumps(fact) + "\n" for fact in self.facts))
        outputs.write_text("".join(json.dumps(line) + "\n" for line in self.outputs))
        until_ms = to_ms(datetime.fromisoformat(f"{UNTIL}T00:00:00+00:00"))
        return audit_files(standard_ or standard(), LIMIT_BYTES, [facts, outputs], until_ms)
