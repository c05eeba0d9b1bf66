"""Proof from the topics, one file for each command."""

import typer

from agents.commands.proof import report, verify


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    verify.register(app)
    report.register(app)
