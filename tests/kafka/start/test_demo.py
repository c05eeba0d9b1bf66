"""`tactful demo` as anybody runs it: it ends by itself, every number is right, and nothing is left running."""

import json
import os
import signal
import subprocess
import uuid
from pathlib import Path

import pytest

from agents.offline.demo import LEAST_ISSUED, TYPES
from agents.offline.workers import environment
from streams import roles
from tests.kafka.command import TACTFUL, tactful

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"),
]

MARK = "DEMO_OF_TEST"
"""A variable that every process of the demo inherits, by whomever it was started."""


def left_running(mark: str) -> list[str]:
    """Command lines of processes whose environment holds the mark."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it ended while we looked, or is not ours to look at
    return found


async def test_the_demo_ends_well_and_leaves_nothing_running(tmp_path: Path) -> None:
    mark, summary = uuid.uuid4().hex, tmp_path / "summary.json"
    run = await tactful(
        {MARK: mark, "TMPDIR": str(tmp_path)},
        "demo",
        "--replay-seconds",
        "12",
        "--summary",
        str(summary),
        timeout_s=600,
    )
    assert run.returncode == 0, run.stdout[-3_000:] + run.stderr[-3_000:]
    assert left_running(mark) == []
    assert os.listdir(tmp_path) == [summary.name], "temporary files stay behind"
    told = json.loads(summary.read_text())
    assert told["faults"] == []
    assert sum(n for name, n in told["messages"].items() if name.startswith("reminder.issued")) >= LEAST_ISSUED
    for wanted in TYPES:
        assert any(f"{name} ".startswith(f"{wanted} ") for name in told["messages"]), wanted
    assert set(told["facts"]) == set(roles.INPUTS) - {roles.REMINDER_RECEIPTS}
    assert told["cures"] > 0
    assert {"accepted", "delivered", "failed", "recalled"} <= set(told["receipts"])
    assert (told["unanswered"], told["accepted_twice"]) == (0, 0)
    assert sum(told["dead_letters"].values()) > 20
    assert (told["doubled"], told["sent_with_payment_known"], told["raced"]) == (0, 0, 0)
    assert "✓ every number is as it must be" in run.stdout
    assert "→" in run.stdout, "messages are shown as they leave"


def test_a_demo_that_is_stopped_leaves_nothing_running(tmp_path: Path) -> None:
    mark = uuid.uuid4().hex
    variables = environment({MARK: mark, "TMPDIR": str(tmp_path)})
    with subprocess.Popen((*TACTFUL, "demo"), env=variables, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        assert any("Two workers replay" in line for line in demo.stdout)
        assert len(left_running(mark)) >= 2
        demo.send_signal(signal.SIGTERM)  # Ctrl-C goes the same way
        assert demo.wait(600) != 0
    assert left_running(mark) == []
    assert os.listdir(tmp_path) == []
