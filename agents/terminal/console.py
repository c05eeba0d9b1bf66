"""What all commands share: the terminal, JSON output, and dates from a person.

Records, files and arguments may hold what steers a terminal: whatever is shown goes through `schemas.printable`.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from schemas.printable import printable, printable_lines, to_json
from schemas.values.instants import to_ms

terminal = Console()
errors = Console(stderr=True)

_PIPED_COLUMNS = 240


class Output(StrEnum):
    """How a result is written."""

    text = "text"
    json = "json"


def write_json(result: Any, *, to: Console = terminal) -> None:
    """One JSON document, on standard output unless that is taken."""
    to.file.write(to_json(result, indent=2) + "\n")


def write_json_line(result: Any) -> None:
    """One JSON document on one line, at once: whoever reads a stream must not wait for a buffer to fill."""
    sys.stdout.write(to_json(result) + "\n")
    sys.stdout.flush()


def say(text: str, *, to: Console = terminal, style: str | None = None) -> None:
    """Lines as they are: not wrapped, as a log or a program may read them, nothing taken for markup or a picture."""
    to.print(Text(printable_lines(text), style or ""), soft_wrap=True)


def show_table(title: str, head: Iterable[str], rows: Iterable[Iterable[object]], *, to: Console = terminal) -> None:
    """A table for people."""
    table = Table(*(Column(Text(printable(name))) for name in head), title=Text(printable(title)), title_justify="left")
    for row in rows:
        table.add_row(*(Text(printable(str(cell))) for cell in row))
    # A pipe has no width of its own, and half a topic name is none.
    (to if to.is_terminal else Console(file=to.file, width=_PIPED_COLUMNS)).print(table)


@contextmanager
def progress(label: str) -> Iterator[Callable[[str], None]]:
    """A line on standard error that is rewritten while something long runs; silent where nobody looks."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task(label)
        yield lambda text: bar.update(task, description=f"{label}: {printable(text)}")


def instant(text: str) -> int:
    """Epoch milliseconds of an ISO 8601 instant; a bare date is its end in UTC, one without zone is in UTC."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not an ISO 8601 date or time") from error
    if len(text) == len("2026-01-31"):
        parsed = parsed.replace(hour=23, minute=59, second=59)
    return to_ms(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))
