"""Options that several commands share: which named person says it, why, and when."""

from typing import Annotated

import typer

By = Annotated[str, typer.Option(help="who: a name or number that the lender knows")]
Why = Annotated[str, typer.Option("--reason", help="why, for the record; nothing personal")]
At = Annotated[str | None, typer.Option(help="in a replay only: at which of the facts' times it is said")]
