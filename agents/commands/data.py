"""Commands that read or write files: feed, simulate, generate, schema export, config, policy."""

import asyncio
import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Annotated, Any, cast

import typer
from rich.console import Console

from agents.commands.schema_files import export
from agents.decisions import Rulebook
from agents.offline import tally
from agents.offline.comparison.lines import entered, read_output
from agents.offline.comparison.report import CoreComparison, document, sheets, verdict
from agents.offline.comparison.store import BEFORE, NOW, Store
from agents.offline.fact_files import read_lines
from agents.offline.feed import Feeder
from agents.offline.generator import ACCOUNTS_MAX
from agents.offline.generator import generate as generate_facts
from agents.offline.simulation import Simulation
from agents.policy.files.policy import load_rulebook, places_of
from agents.terminal.console import Output, errors, instant, progress, say, show_table, terminal, write_json
from schemas.printable import printable_json
from schemas.values.instants import to_utc
from streams import roles
from streams.clock import Grid
from streams.cluster import admin
from streams.settings import Settings

HOUR_MS = 3_600_000
_TOLD_EVERY = 10_000

schema = typer.Typer(no_args_is_help=True, help="The published JSON Schemas.")
config = typer.Typer(no_args_is_help=True, help="The effective settings.")


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.command()(feed)
    app.command()(simulate)
    app.command()(generate)
    app.add_typer(schema, name="schema")
    app.add_typer(config, name="config")


Facts = Annotated[list[str], typer.Option("--facts", help="file of JSON lines, plain or .gz, or - ; may be repeated")]


def feed(
    files: Annotated[list[str], typer.Argument(help="files of JSON lines, plain or .gz, or - ; each in order of time")],
    complete_to: Annotated[str | None, typer.Option(help="the last progress mark; default: the last fact")] = None,
    mark_every_hours: Annotated[int, typer.Option(min=1, help="progress marks, in hours of the facts' own time")] = 24,
    output: Annotated[Output, typer.Option()] = Output.text,
) -> None:
    """Write facts to their topics, keyed by account, with progress marks."""

    async def run() -> Any:
        settings = Settings()
        await admin.require(settings, roles.INPUTS, "Write")
        async with Feeder(settings, mark_every_hours * HOUR_MS) as feeder:
            with progress("feeding") as told:
                end_ms = None if complete_to is None else instant(complete_to)
                return await feeder.feed(read_lines(files), end_ms, lambda n: told(f"{n:,} facts"))

    fed = asyncio.run(run())
    if output is Output.json:
        write_json({"facts": fed.facts, "marks": fed.marks, "complete_to": to_utc(fed.complete_to_ms)})
    else:
        say(f"{fed.facts:,} facts and {fed.marks:,} marks, complete to {to_utc(fed.complete_to_ms)}")


def simulate(
    facts: Facts,
    until: Annotated[str, typer.Option(help="the last tick is at or before this; a bare date means its end")],
    output: Annotated[Path, typer.Option(help="messages and decisions as JSON lines (.gz by name), or - ")],
    policy: Annotated[Path | None, typer.Option(help="policy file; default: the one that ships")] = None,
    texts: Annotated[Path | None, typer.Option(help="folder of texts; default: those that ship")] = None,
    packs: Annotated[Path | None, typer.Option(help="folder of packs, searched before those that ship")] = None,
    approvals: Annotated[Path | None, typer.Option(help="who approved what; without it nothing leaves")] = None,
    summary: Annotated[Output, typer.Option(help="how the summary is written")] = Output.text,
    compare_core: Annotated[
        str | None,
        typer.Option(help="output of the version before, of the same facts and policy: who is treated otherwise now"),
    ] = None,
) -> None:
    """Try a policy on recorded facts, without Kafka: what would leave, when, and why."""
    settings, end_ms = Settings(), instant(until)
    places = places_of(settings, policy, texts)
    places = places._replace(packs=packs or places.packs, approvals=approvals or places.approvals)
    rulebook = load_rulebook(places, settings.namespace)
    piped = str(output) == "-"
    known = [*tally.nothing_leaves(rulebook), *_coarse(rulebook, settings.tick_period_s)]
    quiet = piped and summary is Output.json  # standard error is one document, which has the warnings in it
    if not quiet:
        _warn(known)
    grid = Grid(settings.tick_period_s, settings.tick_offset_s, settings.tick_zone)
    simulation = Simulation(
        rulebook,
        grid,
        settings.input_max_bytes,
        settings.partitions,
        settings.tick_period_s,
        settings.silencing_inputs or roles.INPUTS,
        numbers_required=settings.numbers == "required",
    )
    with nullcontext() if compare_core is None else Store() as store:
        if store is not None:
            before = _read_before(store, str(compare_core), rulebook)
            known += before
            if not quiet:
                _warn(before)
        with _writing(output) as out, progress("simulating") as told:
            for emitted in simulation.run(read_lines(facts, in_order=False), end_ms, lambda ms: told(str(to_utc(ms)))):
                body = printable_json(emitted.value.decode()).encode() if piped else emitted.value
                out.write(b'{"topic":"' + emitted.role.encode() + b'","body":' + body + b"}\n")
                if store is not None:
                    store.add(NOW, entered(emitted.role, emitted.value))
        compared = None if store is None else CoreComparison(store.accounts())
    _sum_up(simulation, rulebook, end_ms, known, summary, errors if piped else terminal, compared)


def _read_before(store: Store, path: str, rulebook: Rulebook) -> list[str]:
    """Read what the version before said. Returns a warning where it was not of this policy."""
    another = False
    with progress("reading") as told:
        for count, found in enumerate(read_output(path), 1):
            store.add(BEFORE, found)
            another |= found.policy_hash not in ("", rulebook.hash)
            if count % _TOLD_EVERY == 0:
                told(f"{path}, {count:,} lines")
    if not another:
        return []
    return [f"{path} was not all decided by this policy: what differs may come from that, and not from the version"]


def _warn(warnings: list[str]) -> None:
    for warning in warnings:
        say(f"tactful: warning: {warning}", to=errors)


def _coarse(rulebook: Rulebook, period_s: int) -> list[str]:
    if rulebook.policy.pacing is None or period_s == 1:
        return []
    return [
        f"the policy paces by the second and ticks are {period_s:,} s apart: turns that fall between them are missed, "
        "so waits are longer and counts lower than a worker's; unset TACTFUL_TICK_PERIOD_S"
    ]


def _out_of_force(simulation: Simulation, rulebook: Rulebook) -> list[str]:
    count, pack = simulation.counts["decisions", "blocked PACK_NOT_IN_FORCE"], rulebook.law.pack
    if not count:
        return []
    until = "" if pack.effective_to is None else f" to {pack.effective_to}"
    return [
        f"{count:,} times nothing left because pack {pack.id} is in force from {pack.effective_from}{until} only; to "
        "try it on facts of other days, give a copy of it another effective_from, and approve the copy for the trial"
    ]


def _sum_up(
    simulation: Simulation,
    rulebook: Rulebook,
    end_ms: int,
    known: list[str],
    form: Output,
    where: Console,
    compared: CoreComparison | None,
) -> None:
    counts = sorted(simulation.counts.items())
    found = _out_of_force(simulation, rulebook)
    if form is Output.json:
        flat = {f"{kind}: {what}": count for (kind, what), count in counts}
        whole = {**flat, **tally.summary(simulation.tally, rulebook, end_ms), "warnings": [*known, *found]}
        write_json(whole if compared is None else {**whole, "compared": document(compared)}, to=where)
        return
    rows = ((kind, what, f"{n:,}") for (kind, what), n in counts)
    show_table("Simulation", ("", "what", "count"), rows, to=where)
    for sheet in tally.sheets(simulation.tally, rulebook, end_ms):
        show_table(*sheet, to=where)
    if compared is not None:
        for sheet in sheets(compared):
            show_table(*sheet, to=where)
        say(verdict(compared), to=where)
    # What was known is said before the run, too; but whoever looks for messages looks here.
    _warn([*([] if simulation.tally.reminders else known), *found])


def generate(
    output: Annotated[Path, typer.Option(help="facts as JSON lines (.gz by name), or - ")],
    accounts: Annotated[int, typer.Option(min=1, max=ACCOUNTS_MAX)] = 2_000,
    days: Annotated[int, typer.Option(min=1)] = 75,
    seed: int = 7,
) -> None:
    """A seeded, realistic portfolio: good payers, forgetters, strugglers, part payers, returned debits, disorder."""
    count = 0
    with _writing(output) as out:
        for line in generate_facts(seed=seed, accounts=accounts, days=days):
            out.write(line)
            count += 1
    if str(output) != "-":
        say(f"{count:,} facts of {accounts:,} accounts in {output}")


@schema.command("export")
def schema_export(directory: Path) -> None:
    """Write the JSON Schema of every record on every topic."""
    say(f"{export(directory)} schemas in {directory}")


@config.command("show")
def config_show(output: Annotated[Output, typer.Option()] = Output.text) -> None:
    """The effective settings, secrets masked, and where each comes from."""
    described = Settings().describe()
    if output is Output.json:
        write_json(described)
        return
    rows = ((d["variable"], d["value"], d["origin"], d["meaning"]) for d in described)
    show_table("Settings", ("variable", "value", "origin", "meaning"), rows)


@contextmanager
def _writing(path: Path) -> Iterator[IO[bytes]]:
    """What was there before stays until the new file is whole: half a file looks like a short one."""
    if str(path) == "-":
        yield sys.stdout.buffer
        return
    target = path.resolve()
    if path.absolute().is_relative_to("/dev") or (target.exists() and not target.is_file()):
        # A pipe or a device takes what comes.
        with _opened(target, path.name) as out:
            yield out
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _opened(part, path.name) as out:
            yield out
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    """Packed or plain, by the name that the file has in the end."""
    with path.open("wb") as plain:
        if not name.endswith(".gz"):
            yield plain
            return
        with gzip.GzipFile(name, "wb", fileobj=plain) as packed:
            yield cast("IO[bytes]", packed)
