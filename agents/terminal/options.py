"""Options that several commands share: which named person says it, why, when, and how the result is written."""

from typing import Annotated

import typer

from agents.terminal.console import Output

By = Annotated[str, typer.Option(help="who: a name or number that the lender knows")]
Why = Annotated[str, typer.Option("--reason", help="why, for the record; nothing personal")]
At = Annotated[str | None, typer.Option(help="in a replay only: at which of the facts' times it is said")]
Shown = Annotated[Output, typer.Option()]
