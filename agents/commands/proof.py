"""`tactful verify`: recompute from the topics what should have left, and compare."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from agents.commands.console import Output, show_table, terminal, write_json
from agents.reminders.policy_files import load_book
from agents.verifier.run import verify_cluster
from streams.settings import Settings

EXIT_FAULTS = 1


def register(app: typer.Typer) -> None:
    """Put the command on the program."""
    app.command()(verify)


def verify(
    policy: Annotated[Path | None, typer.Option(help="policy file; default: the one in the settings")] = None,
    slack_seconds: Annotated[
        int, typer.Option(min=0, help="how late a tick may be before it counts as forgotten")
    ] = 60,
    output: Annotated[Output, typer.Option()] = Output.text,
) -> None:
    """Recompute every message and decision from the topics and compare; exit code 1 if anything differs."""
    settings = Settings()
    book = load_book(policy or settings.policy, settings.texts, settings.namespace)
    report = asyncio.run(verify_cluster(settings, book, slack_seconds * 1000))
    if output is Output.json:
        write_json(report._asdict())
    else:
        rows = [("accounts", report.accounts), ("messages", report.messages), ("decisions", report.decisions)]
        rows += [*report.faults.items(), ("raced", report.raced)]
        show_table("Verified", ("", "count"), rows)
        for fault, accounts in report.examples.items():
            terminal.print(f"[red]✗ {fault}: {', '.join(accounts)}")
        if report.clean:
            terminal.print("[green]✓ every message and decision is what the facts lead to")
    if not report.clean:
        raise typer.Exit(EXIT_FAULTS)
