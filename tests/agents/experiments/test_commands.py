"""What `tactful experiment` refuses before it asks the cluster anything."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agents.cli import app
from agents.offline.workers import environment
from tests.places import VARIABLES

WHO = ("--by", "u-7", "--reason", "too many complaints")


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, **settings: str) -> Result:
    return CliRunner().invoke(app, ("experiment", *arguments), env=environment({**VARIABLES, **settings}))


def test_nobody_acts_without_a_name() -> None:
    said = run("watch", "--act")
    assert (said.exit_code, "somebody answers for it" in said.stderr) == (2, True)


def test_a_replay_is_not_stopped_by_the_watcher() -> None:
    said = run("watch", "--act", "--by", "u-7", TACTFUL_CLOCK="replay")
    assert (said.exit_code, "time of day" in said.stderr) == (2, True)


@pytest.mark.parametrize(("clock", "at"), [("replay", ()), ("system", ("--at", "2026-03-02T09:00:00Z"))])
def test_a_time_belongs_to_a_replay(clock: str, at: tuple[str, ...]) -> None:
    assert run("stop", "X", *WHO, *at, TACTFUL_CLOCK=clock).exit_code == 2


def test_a_name_that_no_policy_can_have_is_refused() -> None:
    said = run("stop", "no code", *WHO)
    assert said.exit_code == 2
    assert "has no experiment no code, it has none" in said.stderr
    assert "experiment: String should match pattern" in said.stderr


def test_a_policy_without_experiments_has_nothing_to_watch() -> None:
    said = run("watch", "--once")
    assert (said.exit_code, said.stderr) == (0, "policy cn-consumer has no experiments\n")
