"""What both importers share: where the optional real data lies, and fact lines written to a file or standard output."""

import argparse
import gzip
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

Fact = dict[str, Any]
"""One fact body, as it stands on its topic."""


def data_folder() -> Path:
    """The folder of optional real data: TACTFUL_DATA, or `shared/data` beside the repository."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("TACTFUL_DATA", beside))


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The options that every importer has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--output", default="-", help="file of JSON lines, .gz by its name; - is standard output")
    return parser


def write_lines(facts: Iterable[Fact], output: str) -> Counter[str]:
    """One JSON body a line; returns how many of each type were written."""
    counts: Counter[str] = Counter()
    with _open(output) as lines:
        for fact in facts:
            lines.write(json.dumps(fact, ensure_ascii=False, separators=(",", ":")) + "\n")
            counts[fact["type"]] += 1
    return counts


def _open(output: str) -> Any:
    if output == "-":
        return nullcontext(sys.stdout)
    if output.endswith(".gz"):
        # The level trades a little size for half the time.
        return gzip.open(output, "wt", encoding="utf-8", compresslevel=4)
    return Path(output).open("w", encoding="utf-8")


def report(counts: Counter[str], stream: IO[str] | None = None) -> None:
    """Say what was written, beside the lines themselves."""
    for kind, count in sorted(counts.items()):
        print(f"{count:>9,}  {kind}", file=stream or sys.stderr)
