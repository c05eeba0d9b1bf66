"""`tactful intake`: a bank's own topic to the topics of the contract, by a mapping file."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from agents.intake import start as starting
from agents.intake.lane import IntakeStopped
from agents.intake.mappings.files import load_mapping
from agents.intake.mappings.samples import Tried, try_samples
from agents.intake.process import Intake
from agents.terminal.console import Output, errors, say, write_json
from schemas.printable import printable_json
from streams.errors import TransactionGivenUp
from streams.health import HealthSite, ensure_free
from streams.metrics import Metrics
from streams.settings import Settings
from streams.tasks import TaskLost
from streams.transport.group.instances import EXIT_TAKEN_OVER, InstanceTaken
from streams.transport.outages.logs import limit_repeats

EXIT_FAULTS = 1

commands = typer.Typer(no_args_is_help=True, help="A bank's own topic to ours, by a mapping file.")
MappingFile = Annotated[Path, typer.Argument(help="mapping file (TOML)")]


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.add_typer(commands, name="intake")


@commands.command("check")
def check(
    mapping: MappingFile,
    sample: Annotated[Path | None, typer.Option(help="JSON lines: value or value_base64, key, headers")] = None,
    output: Annotated[Output, typer.Option()] = Output.text,
) -> None:
    """Name every fault of a mapping, and show what it does to samples; exit code 1 if one is a dead letter."""
    loaded = load_mapping(mapping)
    tried = [] if sample is None else asyncio.run(try_samples(loaded, sample, Settings().input_max_bytes))
    if output is Output.json:
        write_json({"mapping": loaded.mapping.id, "edition": loaded.edition, "samples": [t.as_json() for t in tried]})
    else:
        say(f"{loaded.mapping.id}@{loaded.edition}: {len(loaded.mapping.facts)} rules for {loaded.mapping.input.topic}")
        for line in (line for one in tried for line in _told(one)):
            say(line)
    for line in dict.fromkeys(line for one in tried for line in one.phones()):
        say(f"warning: {line}", to=errors)
    if any(one.translated.refused for one in tried):
        raise typer.Exit(EXIT_FAULTS)


def _told(tried: Tried) -> Iterator[str]:
    translated, where = tried.translated, f"line {tried.line}"
    if translated.refused is not None:
        owners = ", ".join(translated.refused.accounts) or "nobody known"
        yield f"{where}: dead letter of {owners}: {translated.refused.fault}"
    elif not translated.facts:
        yield f"{where}: passed over"
    for made in translated.facts:
        yield f"{where}: {made.role} {printable_json(made.body.decode())}"


@commands.command("begin")
def begin(
    mapping: MappingFile,
    start: Annotated[Literal["earliest", "latest"], typer.Option(help="where a NEW group starts")] = "earliest",
) -> None:
    """Commit the starting offsets of a mapping's new group. Moves no offset that is there."""
    made = asyncio.run(starting.begin(Settings(), load_mapping(mapping).mapping, start))
    say(f"starting offsets committed: {len(made)}")


@commands.command("run")
def run(
    mapping: MappingFile,
    skip_check: Annotated[bool, typer.Option(help="do not look at topics and offsets first")] = False,
) -> None:
    """Translate until stopped. Refuses to start, naming every fault at once, when topics or offsets are wrong."""
    settings, loaded = Settings(), load_mapping(mapping)
    ensure_free(settings)
    faults = [] if skip_check else asyncio.run(starting.faults(settings, loaded.mapping))
    for fault in faults:
        say(f"- {fault}", to=errors)
    if faults:
        say(f"tactful: {len(faults)} faults, the intake does not start", to=errors)
        raise typer.Exit(EXIT_FAULTS)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    limit_repeats()
    metrics = Metrics()
    try:
        asyncio.run(_run(Intake(settings, loaded, metrics), settings, metrics))
    except InstanceTaken as reason:
        say(f"tactful: the intake stops: {reason}", to=errors)
        raise typer.Exit(EXIT_TAKEN_OVER) from None
    except (IntakeStopped, TaskLost, TransactionGivenUp) as reason:
        say(f"tactful: the intake stops: {reason}", to=errors)
        raise typer.Exit(EXIT_FAULTS) from None


async def _run(intake: Intake, settings: Settings, metrics: Metrics) -> None:
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, intake.stop)
    if settings.health_port == 0:
        await intake.run()
        return
    site = HealthSite(settings.health_host, settings.health_port, metrics, intake.status)
    await site.start()
    try:
        await intake.run()
    finally:
        await site.stop()
