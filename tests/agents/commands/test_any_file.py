"""Whatever stands in a file that a command is given: one clear account of it and the documented exit code."""

import gzip
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.cli import main
from agents.policy.files.policy import DEFAULT_POLICY
from tests.agents.intake.mappings.samples import PAYMENTS
from tests.places import VARIABLES

FACT = b'{"type": "payment.booked", "account_id": "A1", "time": "2026-03-06T09:00:00Z", "x": '
FILES: dict[str, Callable[[Path], Any]] = {
    "missing": lambda path: path,
    "a folder": lambda path: path.mkdir(),
    "empty": lambda path: path.write_bytes(b""),
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 8),
    "nul": lambda path: path.write_bytes(b"\x00" * 64),
    "latin-1": lambda path: path.write_bytes('name = "Überfällig"'.encode("latin-1")),
    "utf-16": lambda path: path.write_bytes('id = "x"'.encode("utf-16")),
    "half a surrogate": lambda path: path.write_bytes(b'id = "\xed\xa0\x80"'),
    "deep TOML": lambda path: path.write_bytes(b"a = " + b"[" * 60_000),
    "deep keys": lambda path: path.write_bytes(b"a." * 5_000 + b"b = 1"),
    "deep JSON": lambda path: path.write_bytes(b"[" * 60_000 + b"]" * 60_000),
    "a deep fact": lambda path: path.write_bytes(FACT + b"[" * 60_000 + b"]" * 60_000 + b"}\n"),
    "a JSON list": lambda path: path.write_bytes(b"[1, 2]"),
    "a JSON number": lambda path: path.write_bytes(b"1" * 6_000),
    "a long line": lambda path: path.write_bytes(b"x" * 2_000_000),
    "wrong types": lambda path: path.write_bytes(
        b"id = 1\nversion = []\npack = {}\nlender = 3\nhours = []\nstages = 4\ninput = 1\naccount = []\nfacts = 7\n"
        b"hand_over = 1\nsmpp = []\nhttp = 3\nstand_in = 'x'\napprovals = 3\nrules = 5\ntexts = 1\nlanguage = 9\n"
        b"topic = {}\ntype = 2\nzone = 2026-01-01\ntime = 1\nlanguages = []\noffers = 1\nladders = 2\nsegments = {}\n"
        b"experiments = 1.5\nsending = true\ngateway = inf\nreplies = nan\nplans = 'x'\nreturned = []\nprogress = 1\n"
    ),
    "lists of wrong things": lambda path: path.write_bytes(
        b"stages = [1, [], 'x']\nsegments = [1]\nexperiments = [{arms = [1]}, {arms = 2}, 3]\nfacts = [1, {}]\n"
        b"ladders = {a = [1], b = 2, c = []}\noffers = {a = 1}\nlanguages = {x = 1}\napprovals = [1, {}]\nrules = [1]\n"
    ),
    "a packed file that ends early": lambda path: path.write_bytes(gzip.compress(b"x" * 9_000)[:-20]),
}
"""Each is written at the path that a command is given."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "policy check": ("policy", "check", "{}"),
    "policy explain": ("policy", "explain", "{}"),
    "policy hashes": ("policy", "hashes", "{}"),
    "policy diff, before": ("policy", "diff", "{}", str(DEFAULT_POLICY)),
    "policy diff, after": ("policy", "diff", str(DEFAULT_POLICY), "{}"),
    "approvals": ("policy", "check", "--approvals", "{}"),
    "a folder of packs": ("policy", "check", "--packs", "{}"),
    "a folder of texts": ("policy", "check", "--texts", "{}"),
    "rules of packs": ("policy", "rules", "--packs", "{}"),
    "intake check": ("intake", "check", "{}"),
    "intake begin": ("intake", "begin", "{}"),
    "intake run": ("intake", "run", "{}"),
    "samples": ("intake", "check", "m.toml", "--sample", "{}"),
    "gateway": ("gateway", "--config", "{}"),
    "simulate": ("simulate", "--facts", "{}", "--until", "2026-03-07", "--output", "-"),
    "simulate, its policy": ("simulate", "--facts", "f", "--until", "2026-03-07", "--output", "-", "--policy", "{}"),
    "text check": ("text", "check", "{}"),
    "reply check": ("reply", "check", "--file", "{}"),
    "schema export": ("schema", "export", "{}/in"),
}
FOLDERS = {"a folder of packs": "packs", "rules of packs": "packs", "a folder of texts": "texts"}
FAULT_CHARACTERS_MAX = 500
CODES = {0, 1, 2}
"""Whatever a command can make of it; what it cannot ends with 1 (faults it was asked for) or 2 (refused)."""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    for name in [name for name in os.environ if name.startswith("TACTFUL_")]:
        monkeypatch.delenv(name)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TACTFUL_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("TACTFUL_TICK_PERIOD_S", "86400")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.toml").write_text(PAYMENTS)
    (tmp_path / "f").write_bytes(b"")
    hook = sys.excepthook
    yield tmp_path
    sys.excepthook = hook


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("suffix", [".toml", ".gz"])
def test_no_file_is_answered_with_a_stack(
    command: str,
    name: str,
    suffix: str,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    if suffix == ".gz" and command not in {"simulate", "samples"}:
        pytest.skip("read by no other command")
    folder = FOLDERS.get(command, ".")
    (place / folder).mkdir(exist_ok=True)
    path = place / folder / f"given{suffix}"
    FILES[name](path)
    given = str(path if folder == "." else path.parent)
    monkeypatch.setattr(sys, "argv", ["tactful", *(part.replace("{}", given) for part in COMMANDS[command])])
    with pytest.raises(SystemExit) as end:
        main()
    sys.stdout.flush()
    _, err = capfdbinary.readouterr()
    assert b"Traceback" not in err
    assert end.value.code in CODES
    assert err or end.value.code == 0 or command in {"samples", "text check", "policy check"}
    faults = re.split(r"; (?!did|there)|\n", err.decode())
    assert max(map(len, faults)) < FAULT_CHARACTERS_MAX, "each fault is a clear line"
