"""The rules of the house, as far as a program can see them (design section 5)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ALL, LAYERS, ROOT, SOURCES, tree

CLOCK = Path("streams/clock.py")
CORE = Path("agents/decisions")
RANKS = {
    "account": 0,
    "time": 0,
    "text": 0,
    "policy": 1,
    "guard": 2,
    "inputs": 2,
    "recorder": 3,
    "ladder": 4,
    "step": 5,
}
"""Rooms of the core: each imports what lies below it, and itself."""
NOT_IN_THE_CORE = {"faust", "aiokafka", "time", "streams", "asyncio", "random", "secrets", "uuid", "os", "socket"}
TIME_OF_DAY = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "ctime"}
CLOCKS = {"datetime", "date", "time"}
FILE_LINES_MAX = 350
FUNCTION_LINES_MAX = 60


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides its direction"
            yield (node.module or "").split(".")[0]


def asks_the_time(path: Path) -> Iterator[int]:
    """Lines that ask a clock for the time of day."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in TIME_OF_DAY:
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if owner in CLOCKS:
                yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for alias in node.names if alias.name in TIME_OF_DAY)


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_inward(layer: str) -> None:
    forbidden = set(LAYERS[LAYERS.index(layer) + 1 :]) | {"tests"}
    wrong = [
        (str(path), name) for path in SOURCES if path.parts[0] == layer for name in imported(path) if name in forbidden
    ]
    assert not wrong


def test_the_core_knows_no_kafka_no_clock_and_no_chance() -> None:
    files = [path for path in SOURCES if path.is_relative_to(CORE)]
    assert files
    assert not [(str(path), name) for path in files for name in imported(path) if name in NOT_IN_THE_CORE]


def test_the_rooms_of_the_core_import_downwards() -> None:
    upwards = []
    for path in (path for path in SOURCES if path.is_relative_to(CORE) and path.name != "__init__.py"):
        room = path.relative_to(CORE).parts[0].removesuffix(".py")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("agents.decisions."):
                other = (node.module or "").split(".")[2]
                if other != room and RANKS[other] >= RANKS[room]:
                    upwards.append((str(path), node.module))
    assert not upwards


def test_only_the_clock_asks_the_time() -> None:
    assert list(asks_the_time(CLOCK)), "this test would not see it"
    assert not [(str(path), line) for path in SOURCES if path != CLOCK for line in asks_the_time(path)]


def test_a_file_can_be_read_in_one_sitting() -> None:
    lines = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in ALL}
    assert not {path: count for path, count in lines.items() if count > FILE_LINES_MAX}


def test_a_function_fits_a_screen() -> None:
    long = [
        (str(path), node.name, (node.end_lineno or 0) - node.lineno + 1)
        for path in ALL
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not long


def test_every_file_says_what_it_is_for() -> None:
    silent = [str(path) for path in SOURCES if (ROOT / path).stat().st_size and not ast.get_docstring(tree(path))]
    assert not silent
