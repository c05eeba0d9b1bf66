"""`tactful audit`: did anything leave that must not have left, was anybody forgotten?"""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agents.audit import page
from agents.audit.findings import RULES, AuditTally
from agents.audit.reading import AuditFault, audit_cluster, audit_files, places_of
from agents.audit.standards.standard import Standard, StandardFault
from agents.terminal.console import errors, instant, say, show_table, write_json
from streams.settings import Settings

EXIT_FAULTS = 1
EXIT_REFUSED = 2
SHOWN_MAX = 50
"""Findings in the text; JSON and HTML have more."""


class AuditForm(StrEnum):
    """How the report is written."""

    text = "text"
    json = "json"
    html = "html"


def register(app: typer.Typer) -> None:
    """Put the command on the program."""
    app.command()(audit)


def audit(
    facts: Annotated[list[Path] | None, typer.Option(help="facts or controls; then no cluster is read")] = None,
    outputs: Annotated[list[Path] | None, typer.Option(help="messages and decisions, as simulate writes")] = None,
    policy: Annotated[Path | None, typer.Option(help="policy file; default: the one in the settings")] = None,
    until: Annotated[str | None, typer.Option(help="how far time has come; default: the newest record")] = None,
    output: Annotated[AuditForm, typer.Option()] = AuditForm.text,
) -> None:
    """Derive again, by code of its own, that nothing left that must not have left and that nobody was forgotten.

    From facts, messages, decisions, receipts and controls: of the cluster, or of files. Exit code 1 if one is found.
    """
    settings = Settings()
    if bool(facts) != bool(outputs):
        raise typer.BadParameter("say both --facts and --outputs: one without the other makes everybody forgotten")
    until_ms = None if until is None else instant(until)
    try:
        standard = Standard(places_of(settings, policy))
        files = [*(facts or ()), *(outputs or ())]
        if files:
            tally = audit_files(standard, settings.input_max_bytes, files, until_ms)
        else:
            tally = asyncio.run(audit_cluster(settings, standard, until_ms))
    except (AuditFault, StandardFault, FileNotFoundError, IsADirectoryError) as fault:
        say(f"tactful: {fault}", to=errors)
        raise typer.Exit(EXIT_REFUSED) from None
    if output is AuditForm.json:
        write_json(page.as_json(tally))
    elif output is AuditForm.html:
        sys.stdout.write(page.as_html(tally))
    else:
        show_tally(tally)
    if not tally.clean:
        raise typer.Exit(EXIT_FAULTS)


def show_tally(tally: AuditTally) -> None:
    """The report for people."""
    show_table("Audited", ("", "count"), sorted(tally.judged.items()))
    if tally.not_judged:
        show_table("Not judged", ("why", "count"), sorted(tally.not_judged.items()))
    if tally.found:
        rows = [(code, RULES[code].rule, count) for code, count in sorted(tally.found.items())]
        show_table("Found", ("rule", "what it asks for", "count"), rows)
    for line in page.lines(tally, SHOWN_MAX):
        say(line, style="red")
    if tally.clean:
        say("✓ nothing left that must not have left, and nobody was forgotten", style="green")
