"""The command line as a fixture."""

import os
import sys
from pathlib import Path

import pytest

from agents.cli import main
from agents.offline.generator import generate
from tests.agents.commands.running import Result, Tactful
from tests.places import VARIABLES


@pytest.fixture
def tactful(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Tactful:
    """The command, run here, in an empty folder and with no settings but the example approvals and the given ones."""
    for name in [name for name in os.environ if name.startswith("TACTFUL_")]:
        monkeypatch.delenv(name)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **settings: str) -> Result:
        with monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(f"TACTFUL_{name.upper()}", value)
            patch.setattr(sys, "argv", ["tactful", *arguments])
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0
        sys.stdout.flush()
        return Result(code, *capfd.readouterr())

    return run


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty accounts over sixty days, with one broken record of each kind."""
    path = tmp_path_factory.mktemp("facts") / "facts.jsonl"
    path.write_bytes(b"".join(generate(seed=5, accounts=60, days=60)))
    return path
