"""Proof from the topics, one file for each command."""

import typer

from agents.commands.proof import audit, verify


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    audit.register(app)
    verify.register(app)
