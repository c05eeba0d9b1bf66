"""`tactful dead-letters`: what could not be used is found, shown, said again or given up by a named person."""

import asyncio
from contextlib import aclosing
from typing import Annotated

import typer

from agents.commands.dead_letters import repairs
from agents.commands.dead_letters.options import (
    Account,
    AlsoOutcome,
    Limit,
    NamedLetter,
    OpenOnly,
    Partition,
    Reveal,
    Since,
    Topic,
    chosen,
    look_up,
    meant,
    nothing,
    ready,
)
from agents.deadletters import reading, showing
from agents.deadletters.letters import Filter, Letter, coordinates
from agents.deadletters.outcomes import Outcomes
from agents.terminal.console import Output, say, write_json, write_json_line
from agents.terminal.options import Shown

commands = typer.Typer(no_args_is_help=True, help="Inputs that could not be used: list, replay or dismiss them.")


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    repairs.extend(commands)
    app.add_typer(commands, name="dead-letters")


@commands.command("list")
def show_list(
    code: Annotated[str | None, typer.Option("--reason", "--code", help="the reason code")] = None,
    topic: Topic = None,
    partition: Partition = None,
    account: Account = None,
    since: Since = None,
    limit: Limit = None,
    open_only: OpenOnly = False,
    also_outcome: AlsoOutcome = False,
    reveal: Reveal = False,
    output: Shown = Output.text,
) -> None:
    """One line for each dead letter, partition by partition, the oldest first."""
    wanted = meant(code, topic, partition, account, since)

    async def run() -> int:
        shown, settings = 0, await ready()
        outcomes = await look_up(settings, wanted) if open_only or also_outcome else None
        async with aclosing(chosen(settings, wanted, outcomes if open_only else None, limit)) as them:
            async for letter in them:
                became = None if outcomes is None else outcomes.of(letter)
                if output is Output.json:
                    write_json_line(showing.summary(letter, reveal=reveal, outcome=became))
                else:
                    say(showing.line(letter, reveal=reveal, outcome=became))
                shown += 1
        return shown

    if not asyncio.run(run()):
        nothing()


@commands.command("show")
def show_one(
    place: NamedLetter,
    also_outcome: AlsoOutcome = False,
    reveal: Reveal = False,
    output: Shown = Output.text,
) -> None:
    """Everything about one dead letter: why, whence, its headers and body."""
    named = frozenset({coordinates(place)})

    async def run() -> tuple[Letter | None, Outcomes | None]:
        settings = await ready()
        outcomes = await look_up(settings, Filter(named=named)) if also_outcome else None
        return next(iter((await reading.find(settings, named)).values()), None), outcomes

    letter, outcomes = asyncio.run(run())
    if letter is None:
        nothing(named)
    became = None if outcomes is None else outcomes.of(letter)
    if output is Output.json:
        write_json(showing.whole(letter, reveal=reveal, outcome=became))
    else:
        say(showing.page(letter, reveal=reveal, outcome=became))
