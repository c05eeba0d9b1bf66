"""Whatever a record, a file, an argument or an exception holds: read from the bytes that a command leaves."""

import json
import logging
import os
import subprocess
import sys
import threading
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mode.utils.logging import DefaultFormatter, ExtensionFormatter

from agents.cli import main
from agents.commands.gateway import described
from agents.delivery.process import DeliveryEvent
from agents.intake.mappings.files import load_mapping
from agents.offline.generator import generate
from agents.policy.files.policy import DEFAULT_POLICY
from agents.terminal.console import say, show_table
from schemas.printable import keep_printable, printable, printable_json
from tests.agents.intake.mappings.samples import PAYMENT, PAYMENTS
from tests.places import ROOT, VARIABLES

HOSTILE = "\x1b[2J\x07\x00\x9b31m\u202e\u2066\u200b\u200d\ufeff\x7f\r\u2028\u00ad\U000e0041\u034f\u061c[red]:smile:"
IN_A_NAME = HOSTILE.replace("\x00", "")
SEEN = {*map(chr, range(0x600, 0x606)), *map(chr, (0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))}
"""Of category Cf, and drawn."""
UNTIL = "2026-02-01"


def steers(character: str) -> bool:
    """By the tables of Unicode, and by no list of ours."""
    if 0x13430 <= ord(character) <= 0x1345F or character in SEEN or character == "\n":
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character in "\u034f\u3164\u115f\ufe0f"


def assert_clean(*written: bytes) -> None:
    for raw in written:
        found = {character for character in raw.decode() if steers(character)}
        assert not found, f"{sorted(map(ascii, found))} in {raw[:2000]!r}"


@pytest.fixture
def tactful(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Any:
    """The command; returns its exit code and the bytes on standard output and standard error."""
    for name in [name for name in os.environ if name.startswith("TACTFUL_")]:
        monkeypatch.delenv(name)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("TACTFUL_TICK_PERIOD_S", "86400")
    monkeypatch.chdir(tmp_path)
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, logging.getLogRecordFactory()

    def run(*arguments: str) -> tuple[int, bytes, bytes]:
        monkeypatch.setattr(sys, "argv", ["tactful", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        assert_clean(out, err)
        return code, out, err

    yield run
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks[:3]
    logging.setLogRecordFactory(hooks[3])


def hostile_facts() -> bytes:
    """A portfolio whose accounts and names steer what it can."""
    lines = []
    for number, raw in enumerate(generate(seed=5, accounts=20, days=40)):
        fact = json.loads(raw)
        names = ("surname", "given_name", "placed_by", *(("account_id",) if number % 5 == 0 else ()))
        fact |= {name: fact[name] + HOSTILE for name in names if name in fact}
        lines.append(json.dumps(fact, ensure_ascii=False).encode().replace(b"\x7f", b"\\u007f") + b"\n")
    return b"".join(lines)


def test_every_character_that_steers_or_hides_is_written_out() -> None:
    for code in range(sys.maxunicode + 1):
        if steers(chr(code)):
            assert printable(chr(code)).isascii(), hex(code)
            assert json.loads(printable_json(json.dumps(chr(code), ensure_ascii=False))) == chr(code)


@pytest.mark.parametrize("summary", ["text", "json"])
def test_simulate(tactful: Any, tmp_path: Path, summary: str) -> None:
    (tmp_path / "facts.jsonl").write_bytes(hostile_facts())
    arguments = ("--facts", "facts.jsonl", "--until", UNTIL, "--summary", summary)
    code, out, _ = tactful("simulate", *arguments, "--output", "-")
    assert code == 0
    bodies = [json.loads(line)["body"] for line in out.decode().splitlines()]
    assert {body["reason"] for body in bodies if "value_b64" in body} >= {"BAD_NAME", "BAD_VALUE"}
    code, out, _ = tactful("simulate", *arguments, "--output", "said.jsonl")
    assert (code, b"dead letters" in out) == (0, True)


@pytest.mark.parametrize("output", ["text", "json"])
def test_samples_of_an_intake(tactful: Any, tmp_path: Path, output: str) -> None:
    (tmp_path / "m.toml").write_text(PAYMENTS)
    load_mapping(tmp_path / "m.toml")
    samples = [{**PAYMENT, name: str(PAYMENT[name]) + HOSTILE} for name in PAYMENT]
    lines = [json.dumps({"value": sample, "key": HOSTILE, "headers": {HOSTILE: HOSTILE}}) for sample in samples]
    (tmp_path / "s.jsonl").write_text("\n".join(lines))
    code, out, _ = tactful("intake", "check", "m.toml", "--sample", "s.jsonl", "--output", output)
    assert code == 1
    assert out


@pytest.mark.parametrize("output", ["text", "json"])
@pytest.mark.parametrize("command", [("reply", "check", "--file"), ("text", "check")])
def test_texts_and_replies(tactful: Any, tmp_path: Path, command: tuple[str, ...], output: str) -> None:
    (tmp_path / "t.txt").write_bytes(f"不还钱就抓{HOSTILE}你 STOP{HOSTILE}\nstop {HOSTILE} 500 CNY\n".encode())
    _, out, _ = tactful(*command, "t.txt", "--output", output)
    assert out


@pytest.mark.parametrize("command", [("check",), ("explain",), ("hashes",), ("diff", str(DEFAULT_POLICY))])
@pytest.mark.parametrize("key", ["name", "id", "version", "code", "text"])
def test_policies(tactful: Any, tmp_path: Path, command: tuple[str, ...], key: str) -> None:
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    at = next(line for line in text.splitlines() if line.startswith(f"{key} ="))
    (tmp_path / "p.toml").write_text(text.replace(at, f"{at.rpartition(chr(34))[0]}{json.dumps(HOSTILE)[1:]}", 1))
    _, out, err = tactful("policy", *command, "p.toml")
    assert out + err


@pytest.mark.parametrize(
    "arguments",
    [
        ("simulate", "--facts", IN_A_NAME, "--until", UNTIL, "--output", "-"),
        ("simulate", "--facts", "f.jsonl", "--until", UNTIL, "--output", "-"),
        ("simulate", "--facts", "f.jsonl", "--until", IN_A_NAME, "--output", "-"),
        ("policy", "check", IN_A_NAME),
        ("policy", "hashes", "--by", IN_A_NAME),
        ("intake", "check", IN_A_NAME),
        ("gateway", "--config", IN_A_NAME),
        ("text", "check", IN_A_NAME),
        ("reply", "check", "--file", IN_A_NAME),
        ("reply", "check", "x", "--zone", IN_A_NAME),
        ("topics", "plan", "--format", "acls", "--principal", IN_A_NAME),
        ("schema", "export", f"f.jsonl/{IN_A_NAME}"),
        ("watch", IN_A_NAME),
        ("watch", f"--{IN_A_NAME}"),
        ("watch", "--limit", IN_A_NAME),
        ("watch", "--output", IN_A_NAME),
        (IN_A_NAME,),
        ("dead-letters", "show", IN_A_NAME),
        ("pause", "--by", IN_A_NAME, "--reason", "x", "--scope", IN_A_NAME),
    ],
)
def test_names_of_files_and_arguments(tactful: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    line = json.dumps({"type": HOSTILE, "account_id": HOSTILE, "time": "2026-01-01T00:00:00Z"})
    (tmp_path / "f.jsonl").write_text(line)
    code, _, err = tactful(*arguments)
    assert err or code == 0
    assert b"Traceback" not in err


def test_a_line_of_the_gateway() -> None:
    line = described(DeliveryEvent("accepted", datetime(2026, 1, 1, tzinfo=UTC), "A" + HOSTILE, "R" + HOSTILE, HOSTILE))
    assert_clean(line.encode())


def test_text_is_neither_markup_nor_the_name_of_a_picture(capfd: pytest.CaptureFixture[str]) -> None:
    say("acct:smile:7 [red]x[/red]")
    show_table("t:smile:[red]", ("a:smile:[red]",), [["c:smile:[red]"]])
    shown = capfd.readouterr().out
    assert "acct:smile:7 [red]x[/red]" in shown
    assert all(f"{name}:smile:[red]" in shown for name in "tac")


@pytest.mark.parametrize("formatter", [logging.Formatter, DefaultFormatter, ExtensionFormatter])
def test_lines_of_a_log(formatter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    before = logging.getLogRecordFactory()
    keep_printable()
    log, handler = logging.Logger("tactful.hostile"), Kept()
    handler.setFormatter(formatter())
    log.addHandler(handler)
    try:
        log.warning("a record of %s: %r", "A\n" + HOSTILE, HOSTILE)
        log.warning(HOSTILE)
        try:
            raise ValueError("first\n" + HOSTILE) from KeyError(HOSTILE)
        except ValueError:
            log.exception("of %s", HOSTILE)
    finally:
        logging.setLogRecordFactory(before)
    assert len(written) == 3
    assert_clean(*(line.encode() for line in written))
    assert "\n" not in written[0], "no value forges a line"
    assert "ValueError" in written[2]


FAULTS = {
    "in the main thread": "raise ValueError(HOSTILE) from KeyError(HOSTILE)",
    "in another thread": "import threading; t = threading.Thread(target=fail); t.start(); t.join()",
    "where nobody can be told": "Silent()",
    "of a task": "import asyncio; asyncio.run(lost())",
}


@pytest.mark.parametrize("where", FAULTS)
def test_a_fault_of_our_own_shows_its_stack_and_steers_nothing(where: str) -> None:
    program = f"""
import sys
HOSTILE = {HOSTILE!a}
def fail(*_):
    raise ValueError(HOSTILE) from KeyError(HOSTILE)
class Silent:
    __del__ = fail
async def lost():
    import asyncio, gc
    async def task():
        fail()
    running = asyncio.create_task(task())
    await asyncio.sleep(0)
    del running
    gc.collect()
def run():
    {FAULTS[where]}
import agents.cli, typer
agents.cli.app = typer.Typer(pretty_exceptions_enable=False)
agents.cli.app.command()(run)
agents.cli.main()
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert b"Traceback" in done.stderr
    assert b"ValueError: \\x1b[2J" in done.stderr
    assert_clean(done.stdout, done.stderr)
