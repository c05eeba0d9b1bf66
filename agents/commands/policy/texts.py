"""`tactful text check`: what the linter says of texts in a file, on standard input, or on the command line."""

import csv
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from agents.decisions.text.linter.lint import Finding, Verdict, lint, lint_parts, verdict
from agents.terminal.console import Output, say, write_json_line
from schemas.facts import Role
from streams.text_files import decoded

EXIT_BLOCKED = 1
PARTS = " | "
"""Between the variables of a template that stand in one row."""
_MARKS: dict[Verdict, str] = {"ok": "✓", "warn": "!", "block": "✗"}

text = typer.Typer(no_args_is_help=True, help="What a text may say.")


class Recipient(StrEnum):
    """Who reads the text."""

    debtor = "debtor"
    guarantor = "guarantor"
    third_related = "third_related"
    third_unrelated = "third_unrelated"


class _Line(NamedTuple):
    number: int
    text: str


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.add_typer(text, name="text")


@text.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="one text a line; .tsv: its column `text`; default: -")] = None,
    line: Annotated[list[str] | None, typer.Option("--line", help="a text; may be repeated")] = None,
    role: Annotated[Recipient, typer.Option(help="who reads it")] = Recipient.debtor,
    output: Annotated[Output, typer.Option(help="json: one object a line")] = Output.text,
) -> None:
    """Lint texts by the categories of forbidden content; exit code 1 if one is blocked.

    A text whose parts are separated by " | " is a template's variables: each is linted by itself, too.
    """
    blocked = False
    for number, body in _lines(file, line or []):
        findings = _lint(body, role.value)
        worst = verdict(findings)
        blocked = blocked or worst == "block"
        if output is Output.json:
            write_json_line(_record(number, worst, findings))
        else:
            _show(number, worst, findings)
    if blocked:
        raise typer.Exit(EXIT_BLOCKED)


def _lint(body: str, role: Role) -> tuple[Finding, ...]:
    parts = body.split(PARTS)
    if len(parts) == 1:
        return lint(body, role=role)
    return lint_parts(body, {str(number): part for number, part in enumerate(parts)}, role=role)


def _lines(file: Path | None, given: list[str]) -> Iterator[_Line]:
    if given:
        yield from (_Line(number, body) for number, body in enumerate(given, 1))
    if file is None and given:
        return
    if file is None or str(file) == "-":
        yield from _texts(_decoded(sys.stdin.buffer.read()), table=False)
    else:
        yield from _texts(_decoded(file.read_bytes()), table=file.suffix == ".tsv")


def _decoded(content: bytes) -> str:
    """Text in another encoding would be linted as signs that nobody wrote, and pass."""
    try:
        return decoded(content)
    except ValueError as error:
        raise typer.BadParameter(f"the file of texts {error}") from None


def _texts(content: str, *, table: bool) -> Iterator[_Line]:
    """Numbers are those of the file's lines; empty ones are left out."""
    lines: Iterable[str] = StringIO(content)
    if table:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        head = next(rows, [])
        if "text" not in head:
            raise typer.BadParameter("a .tsv file has a head with a column `text`")
        lines = (row[head.index("text")] if len(row) > head.index("text") else "" for row in rows)
    for number, body in enumerate(lines, 2 if table else 1):
        if body.strip():
            yield _Line(number, body.rstrip("\r\n"))


def _record(number: int, worst: Verdict, findings: Iterable[Finding]) -> dict[str, object]:
    found = list(findings)
    return {
        "line": number,
        "verdict": worst,
        "codes": list(dict.fromkeys(finding.category for finding in found)),
        "phrases": [finding.phrase for finding in found],
    }


def _show(number: int, worst: Verdict, findings: Iterable[Finding]) -> None:
    said = "; ".join(f"{f.category} ({f.severity}): {f.phrase}".replace("\n", " ") for f in findings)
    say(f"{_MARKS[worst]} {number}: {worst}" + (f"  {said}" if said else ""))
