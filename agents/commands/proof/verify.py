"""`tactful verify`: recompute from the topics what should have left, and compare."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from agents.policy.files.policy import load_versions, places_of
from agents.terminal.console import Output, say, show_table, write_json
from agents.verifier.compare import VerifierReport
from agents.verifier.run import verify_cluster
from agents.verifier.state import StateReport, verify_state
from schemas.printable import printable
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
    state: Annotated[
        bool, typer.Option("--state", help="also: is what the accounts say was sent on the topic?")
    ] = False,
    state_only: Annotated[bool, typer.Option("--state-only", help="only that; it needs no inputs")] = False,
    output: Annotated[Output, typer.Option()] = Output.text,
) -> None:
    """Recompute every message and decision from the topics and compare; exit code 1 if anything differs."""
    settings = Settings()
    report, stated = asyncio.run(_verify(settings, policy, slack_seconds, state=state, state_only=state_only))
    if output is Output.json:
        body = {} if report is None else report._asdict()
        write_json(body if stated is None else {**body, "state": stated._asdict()})
    else:
        if report is not None:
            show_report(report)
        if stated is not None:
            _show_state(stated)
    if not all(found.clean for found in (report, stated) if found is not None):
        raise typer.Exit(EXIT_FAULTS)


async def _verify(
    settings: Settings, policy: Path | None, slack_seconds: int, *, state: bool, state_only: bool
) -> tuple[VerifierReport | None, StateReport | None]:
    report = None
    if not state_only:
        versions = load_versions(places_of(settings, policy), settings.namespace)
        report = await verify_cluster(settings, versions, slack_seconds * 1000)
    return report, await verify_state(settings) if state or state_only else None


def show_report(report: VerifierReport) -> None:
    """The verdict as a table, with the accounts that it is about."""
    rows = [("accounts", report.accounts), ("messages", report.messages), ("decisions", report.decisions)]
    raced = [("raced", report.raced), ("of them told before", len(report.told_before))]
    if report.by_another_core:
        raced.append(("accounts decided by another core, not recomputed", report.by_another_core))
    if report.erased:
        raced.append(("accounts erased, not recomputed", report.erased))
    show_table("Verified", ("", "count"), [*rows, *report.faults.items(), *raced])
    _show_faults(report.examples)
    if report.clean:
        of_this_core = " of the accounts that only this core has decided" if report.by_another_core else ""
        say(f"✓ every message and decision{of_this_core} is what the facts lead to", style="green")


def _show_state(stated: StateReport) -> None:
    rows = [("accounts", stated.accounts), ("reminders", stated.reminders), *stated.faults.items()]
    show_table("What the accounts say was sent", ("", "count"), rows)
    _show_faults(stated.examples)
    if stated.clean:
        say("✓ every reminder that the accounts tell of is on the topic, as far as it goes back", style="green")


def _show_faults(examples: Mapping[str, Sequence[str]]) -> None:
    for fault, names in examples.items():
        say(f"✗ {fault}: {', '.join(map(printable, names))}", style="red")
