"""The written pages as data: their tables, code and links, so that a test can hold them against the code."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
README: Final = ROOT / "README.md"
DECISIONS: Final = ROOT / "docs" / "decisions.md"
OPERATIONS: Final = ROOT / "docs" / "operations.md"


def table_after(page: Path, heading: str) -> list[dict[str, str]]:
    """The rows of the first table after a heading, by the names of its columns."""
    _, _, rest = page.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    lines: list[str] = []
    for line in rest.splitlines():
        if line.startswith("|"):
            lines.append(line)
        elif lines:
            break
    assert lines, f"{page.name} has no table after {heading!r}"
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(head, row, strict=True)) for row in rows]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
