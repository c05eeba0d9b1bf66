"""What is asked about one account, and done to it, one file for each command."""

import typer

from agents.commands.desk import erase


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    erase.register(app)
