"""The table of commands is the commands, and asking for little loads little."""

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest
import typer

import agents.commands
from agents.cli import load
from agents.commands import COMMANDS
from tests.agents.commands.running import EXIT_FAULTS, REFUSED, Tactful
from tests.places import ROOT

HEAVY = ("aiokafka", "faust", "pydantic", "babel", "phonenumbers", "streams", "agents.decisions")


def registering() -> dict[str, set[str]]:
    """Each file with commands for the program, and their names."""
    found = {}
    for module in pkgutil.walk_packages(agents.commands.__path__, "agents.commands."):
        register = getattr(import_module(module.name), "register", None)
        if register is not None:
            app = typer.Typer()
            register(app)
            found[module.name.removeprefix("agents.commands.")] = set(typer.main.get_group(app).commands)
    return found


def test_every_command_of_every_file_is_in_the_table() -> None:
    told: dict[str, set[str]] = {}
    for name, place in COMMANDS.items():
        told.setdefault(place.module, set()).add(name)
    assert told == registering()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says_of_itself(name: str) -> None:
    assert load(name).help.split("\n\n")[0] == COMMANDS[name].help


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_neither_help_nor_version_loads_the_product(option: str) -> None:
    program = (
        "import sys; from agents.cli import main\n"
        f"sys.argv = ['tactful', '{option}']\n"
        "try: main()\n"
        f"finally: sys.stderr.write(str([name for name in {HEAVY} if name in sys.modules]))"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stderr == "[]"
    assert "tactful" in ended.stdout


def test_a_name_that_no_command_has_is_refused_with_the_nearest(tactful: Tactful) -> None:
    result = tactful("verfy")
    assert result.code == REFUSED
    assert "Did you mean 'verify'?" in result.err


def test_a_command_without_its_options_is_itself_and_not_its_name_alone(tactful: Tactful) -> None:
    assert "--facts" in tactful("simulate", "--help").out
    assert tactful("topics").code in {EXIT_FAULTS, REFUSED}
