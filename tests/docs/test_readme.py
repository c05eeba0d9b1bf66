"""README.md: its table of topics, its commands, its example and the tests it names are those of the code."""

import ast
import json
import os
import re
import shlex
from collections.abc import Iterator
from typing import Any, Final

import pytest

from agents.cli import load
from agents.commands import COMMANDS
from agents.offline.fact_files import read_lines
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook
from schemas.facts import RepaymentMissed
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from streams.settings import Settings
from streams.topics.topology import plan
from tests.docs.pages import OPERATIONS, README, ROOT, blocks, table_after
from tests.places import PLACES

PAGES: Final = (README, OPERATIONS)
EXAMPLE: Final = ROOT / "examples" / "one-account.jsonl"
UNTIL_MS: Final = to_ms(RepaymentMissed.model_validate_json(EXAMPLE.read_text("utf-8").splitlines()[1]).time)
FOUR_WEEKS_MS: Final = 28 * 86_400_000


def test_the_topics_are_those_of_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TACTFUL_")]:
        monkeypatch.delenv(name)
    keys = {
        roles.REMINDER_CONTROLS: "",
        roles.REMINDER_DEAD_LETTERS: "as it came",
        roles.DELIVERY_JOURNAL: "`reminder_id`",
        roles.BORROWER_REPLIES: "the number",
        roles.NUMBERS: "an HMAC of the number",
    }
    assert table_after(README, "## The contract") == [
        {
            "topic": f"`{spec.name}`",
            "in/out": spec.direction,
            "key": keys.get(spec.role, "`account_id`"),
            "carries": spec.meaning,
        }
        for spec in plan(Settings(_env_file=None))
    ]


def commands() -> Iterator[str]:
    """Every `tactful …` of the pages, in blocks and in sentences, without what the shell does with it."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
        lines += re.findall(r"`(tactful [^`]+)`", text)
        for line in lines:
            found = re.match(r"(?:[A-Z_]+=\S+ )*tactful (.+)", line)
            if found:
                yield found[1]


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_each_command_exists_with_its_options(line: str) -> None:
    words = shlex.split(line, comments=True)
    assert words[0] in COMMANDS, f"no command {words[0]}"
    command: Any = load(words.pop(0))
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"no command {words[0]}"
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


def test_each_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)(?=`|  )", README.read_text(encoding="utf-8")))
    assert {"demo", "test", "setup", "check"} <= named <= targets


def test_each_test_that_proves_a_promise_exists() -> None:
    rows = table_after(README, "## What it promises, and the test that shows it")
    for row in rows:
        path, _, name = row["shown by"].strip("`").partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}


def left() -> list[dict[str, Any]]:
    """What leaves on `reminders` when the example's facts are told."""
    simulation = Simulation(load_rulebook(PLACES, "tactful"), Grid(1), 65_536)
    emitted = list(simulation.run(read_lines([str(EXAMPLE)]), UNTIL_MS + FOUR_WEEKS_MS))
    return [json.loads(e.value) for e in emitted if e.role == roles.REMINDERS]


def test_the_example_is_what_happens() -> None:
    fact, *messages = (json.loads(block) for block in blocks(README, "json"))
    assert fact == json.loads(EXAMPLE.read_text(encoding="utf-8").splitlines()[1])
    real = {message["type"]: message for message in left()}
    assert [message["type"] for message in messages] == ["reminder.issued", "reminder.cancelled"]
    for message in messages:
        assert message.items() <= real[message["type"]].items()
