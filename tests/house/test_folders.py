"""A folder is a room that a stranger can look over, and rooms import each other one way."""

from collections import Counter, defaultdict
from pathlib import Path

from tests.house.sources import MODULES, SOURCES, imported_modules

FILES_MAX = 12
LEXICON = Path("agents/decisions/text/linter/lexicon")
"""One file for each category of words: it grows with the languages, and nobody reads it from the top."""


def _steps(module: str) -> list[str]:
    """The way from the root to a module; a package's own file is a step below the package."""
    return [*module.split("."), *(["__init__"] if MODULES[module].name == "__init__.py" else [])]


def _arrows() -> dict[str, dict[str, set[str]]]:
    """Folder -> which of its files and folders imports which other of them."""
    arrows: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for module, path in MODULES.items():
        for other in set(imported_modules(path)) - {module}:
            mine, theirs = _steps(module), _steps(other)
            depth = next(depth for depth, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b)
            arrows[".".join(mine[:depth])][mine[depth]].add(theirs[depth])
    return arrows


def _circles(arrows: dict[str, set[str]]) -> set[str]:
    """What remains when whatever imports nothing else that remains is taken away, again and again."""
    left = set(arrows)
    while done := {name for name in left if not arrows[name] & left}:
        left -= done
    return left


def test_a_folder_can_be_looked_over() -> None:
    count = Counter(path.parent for path in SOURCES)
    assert count[LEXICON], "this test would not see it"
    assert not {str(folder): n for folder, n in count.items() if n > FILES_MAX and folder != LEXICON}


def test_neither_files_nor_folders_import_each_other_in_a_circle() -> None:
    arrows = _arrows()
    assert arrows["agents.decisions"]["step"], "this test would not see it"
    assert not {folder: sorted(circle) for folder, inside in arrows.items() if (circle := _circles(inside))}


def test_a_circle_is_seen() -> None:
    assert _circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == {"a", "b", "c", "d"}
    assert not _circles({"a": {"b", "c"}, "b": {"c"}})
