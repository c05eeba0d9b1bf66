"""The audit shares nothing with what it judges: it imports the contract, the transport and the standard library."""

import sys
from pathlib import Path

from tests.house.sources import SOURCES, imported_modules
from tests.house.test_house import imported

AUDIT = Path("agents/audit")
OURS = {"schemas", "streams"}
DATA = {
    "holidays": "the public holidays themselves, which the calendars' files name and nobody can derive",
    "phonenumbers": "in which zone an area of numbers lies",
}
"""Packages that are tables of facts about the world."""
MODELS = {"pydantic", "pydantic_core"}


def test_it_imports_no_code_of_ours_but_the_contract_and_the_transport() -> None:
    files = [path for path in SOURCES if path.is_relative_to(AUDIT)]
    assert files
    others = {(str(path), name) for path in files for name in imported_modules(path) if name.split(".")[0] == "agents"}
    assert others, "this test would not see it"
    assert not {(path, name) for path, name in others if not f"{name}.".startswith("agents.audit.")}


def test_beside_that_it_imports_the_standard_library_and_tables_of_the_world() -> None:
    allowed = {*sys.stdlib_module_names, *OURS, *MODELS, *DATA, "agents"}
    files = [path for path in SOURCES if path.is_relative_to(AUDIT)]
    assert not [(str(path), name) for path in files for name in imported(path) if name not in allowed]
