"""docs/decisions.md: each direct dependency has its line, and what the product imports is one of them."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.docs.pages import DECISIONS, ROOT, table_after

PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LAYERS: Final = ("schemas", "streams", "agents")
MODULE_OF: Final = {"faust-streaming": "faust"}
PART_OF: Final = {"mode": "faust", "dotenv": "pydantic_settings", "pydantic_core": "pydantic", "click": "typer"}
"""Packages that come with a dependency and belong to it."""


def names(requirements: list[str]) -> set[str]:
    """The packages of a list of requirements, without versions."""
    return {re.split(r"[<>=! ]", requirement)[0] for requirement in requirements}


def told(heading: str) -> list[str]:
    return [row["package"].strip("`") for row in table_after(DECISIONS, heading)]


@pytest.mark.parametrize(
    ("heading", "requirements"),
    [
        ("### To run", PROJECT["dependencies"]),
        ("### To work on it", PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_each_direct_dependency_has_its_line_and_no_other(heading: str, requirements: list[str]) -> None:
    assert sorted(told(heading)) == sorted(names(requirements))
    assert all(row["for"] and row["how well it is kept"] for row in table_after(DECISIONS, heading))


def imported() -> Iterator[str]:
    """The top-level packages that the product imports."""
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name.split(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module.split(".")[0]


def test_the_product_imports_what_it_asks_for() -> None:
    """A package that only came along with another may be gone with its next version."""
    asked_for = {MODULE_OF.get(name, name.replace("-", "_")) for name in names(PROJECT["dependencies"])}
    foreign = set(imported()) - set(LAYERS) - sys.stdlib_module_names
    assert {PART_OF.get(module, module) for module in foreign} <= asked_for


def test_pinned_versions_are_those_that_are_named() -> None:
    page = DECISIONS.read_text(encoding="utf-8")
    pins = [requirement.split("==")[1] for requirement in PROJECT["dependencies"] if "==" in requirement]
    assert pins
    assert all(f"Pinned to {version}" in page for version in pins)
