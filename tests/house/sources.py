"""The files of the house, parsed once, and what they import of each other."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
LAYERS: Final = ("schemas", "streams", "agents")
"""Each may import itself and what stands before it."""
SOURCES: Final = sorted(path.relative_to(ROOT) for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
ALL: Final = SOURCES + sorted(
    path.relative_to(ROOT) for folder in ("tests", "benchmarks", "examples") for path in (ROOT / folder).rglob("*.py")
)
MODULES: Final = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCES}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def imported_modules(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, wherever in it; a name out of a module counts as the module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in MODULES else node.module for name in inside if node.module in MODULES)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
