"""`tactful topics`: the topics as they should be, as they are, and what is wrong."""

import asyncio
from typing import Annotated, Literal

import typer

from agents.commands.console import Output, errors, say, show_table, write_json
from streams import admin
from streams.settings import Settings
from streams.topology import plan

EXIT_FAULTS = 1

commands = typer.Typer(no_args_is_help=True, help="Plan, create and check the topics.")


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.add_typer(commands, name="topics")


@commands.command("plan")
def show_plan(output: Annotated[Output, typer.Option()] = Output.text) -> None:
    """What the topics have to be. Asks no cluster."""
    specs = plan(Settings())
    if output is Output.json:
        write_json(
            [{"topic": s.name, "role": s.role, "partitions": s.partitions, "configs": s.configs()} for s in specs]
        )
        return
    head = ("topic", "in/out", "partitions", "cleanup", "retention", "personal data", "carries")
    rows = (
        (
            s.name,
            s.direction,
            s.partitions,
            s.cleanup_policy,
            "-" if s.cleanup_policy == "compact" else _hours(s.retention_ms),
            "yes" if s.personal_data else "",
            s.meaning,
        )
        for s in specs
    )
    show_table("Topics", head, rows)


def _hours(retention_ms: int) -> str:
    return "for ever" if retention_ms < 0 else f"{retention_ms // 3_600_000} h"


@commands.command("create")
def create(
    start: Annotated[
        Literal["earliest", "latest"], typer.Option(help="where a NEW consumer group starts on the inputs")
    ] = "earliest",
) -> None:
    """Make what is missing and commit a new group's starting offsets. Changes nothing that is there."""
    made = asyncio.run(admin.create(Settings(), start=start))
    say(f"created {len(made.topics)} topics; starting offsets committed: {len(made.starts)}")


@commands.command("check")
def check(output: Annotated[Output, typer.Option()] = Output.text) -> None:
    """Name every fault of topics and offsets at once; exit code 1 if there is one."""
    faults = asyncio.run(admin.check(Settings()))
    if output is Output.json:
        write_json({"faults": faults})
    elif not faults:
        say("topics and offsets are as they should be")
    for fault in faults if output is Output.text else ():
        say(f"- {fault}", to=errors)
    if faults:
        raise typer.Exit(EXIT_FAULTS)
