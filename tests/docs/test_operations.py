"""docs/operations.md: every setting and every metric as the code has it."""

import os
from typing import Final

import pytest

from streams.metrics import METRICS
from streams.settings import Settings
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


def test_alarms_name_metrics_that_exist() -> None:
    page = OPERATIONS.read_text(encoding="utf-8")
    known = {spec.name for spec in METRICS}
    words = {word.strip("`.,:;()") for word in page.split() if word.strip("`.,:;()").startswith("tactful_")}
    assert words <= known
