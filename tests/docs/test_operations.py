"""docs/operations.md: every setting and every metric as the code has it."""

import os
import re
from typing import Final

import pytest

from agents.deadletters.record_format import dead_letter
from agents.reminders.partition_state import BAD_SHARE
from agents.reminders.pinned import MISSING
from schemas.reading import Reason, UnusableInput
from schemas.values.instants import to_utc
from streams.metrics import METRICS
from streams.settings import Settings
from streams.transport.events import InputRecord
from streams.transport.safeguards.closures import ClosureReason as Cause
from tests.docs.pages import OPERATIONS, table_after

IN_WORDS: Final = {
    "TACTFUL_TOPICS": "the names of the contract",
    "TACTFUL_DATA_DIR": "`tactful` in the system's temporary folder",
}


def shown(variable: str, value: object) -> str:
    """A default as the page writes it."""
    if variable in IN_WORDS:
        return IN_WORDS[variable]
    if value is None or value == "":
        return ""
    return f"`{','.join(map(str, value)) if isinstance(value, list) else value}`"


def test_the_settings_are_those_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TACTFUL_")]:
        monkeypatch.delenv(name)
    expected = [
        {"variable": f"`{d['variable']}`", "default": shown(d["variable"], d["value"]), "meaning": d["meaning"]}
        for d in Settings(_env_file=None).describe()
    ]
    assert all(row["meaning"] for row in expected)
    assert table_after(OPERATIONS, "## Settings") == expected


def test_the_metrics_are_those_of_the_code_and_say_what_to_do() -> None:
    rows = table_after(OPERATIONS, "## Metrics")
    assert all(row.pop("when it moves") for row in rows)
    assert rows == [
        {
            "metric": f"`{spec.name}`",
            "kind": f"{spec.kind}, {spec.unit}",
            "labels": ", ".join(f"`{label}`" for label in spec.labels),
            "meaning": spec.meaning,
        }
        for spec in METRICS
    ]


def test_every_reason_for_a_closed_partition_says_what_to_do() -> None:
    rows = table_after(OPERATIONS, "### Closed partitions")
    assert {row["reason"] for row in rows} == {f"`{reason}`" for reason in (*Cause, BAD_SHARE, MISSING)}
    assert all(row["means"] and row["what to do"] for row in rows)


def test_alarms_name_metrics_that_exist() -> None:
    page = OPERATIONS.read_text(encoding="utf-8")
    known = {spec.name for spec in METRICS}
    words = {word.strip("`.,:;()") for word in page.split() if word.strip("`.,:;()").startswith("tactful_")}
    assert words <= known


def test_the_headers_of_a_dead_letter_are_those_of_the_code() -> None:
    fact = InputRecord("payment-received", 0, 0, 0, b"k", b"v" * 100, (("bank", b"x" * 100),), to_utc(0), {})
    names = {
        name
        for limit_bytes in (10_000, 3_000, 1)
        for name, _ in dead_letter(fact, UnusableInput(Reason.NOT_JSON), "group", limit_bytes).headers
    } - {"bank"}
    told = [re.findall(r"`([^`]+)`", row["header"]) for row in table_after(OPERATIONS, "## Dead letters")]
    assert {name for row in told for name in row} == names
