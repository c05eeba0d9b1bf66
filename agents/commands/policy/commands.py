"""`tactful policy`: a policy in words, what changed in one, what is wrong with one, and what people approve."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from agents.commands.policy.reading import facts, hashed, located, side
from agents.decisions import Rulebook
from agents.decisions.policy.rulebook import PolicyFault
from agents.policy.approvals import approval_lines
from agents.policy.changes.comparing import Difference, diff
from agents.policy.files.packs import all_packs
from agents.policy.files.policy import Places, load_rulebook, load_versions, places_of
from agents.policy.rules_page import page
from agents.policy.toml.fault_lines import Located
from agents.policy.warnings import warnings
from agents.policy.words.explaining import explain
from agents.policy.words.rules import says
from agents.terminal.console import Output, errors, say, write_json
from agents.terminal.options import Shown
from schemas.policy.policies import Policy
from schemas.printable import printable_lines
from schemas.values.instants import local_date
from streams.clock import SystemClock
from streams.settings import Settings

EXIT_FAULTS = 1
NAME_MIN, NAME_MAX = 2, 80
"""As `schemas.policy.packs.Approval` has it: a name that it refuses must not come out of here."""
_ANYWHERE = "policy"
"""A namespace stands in ids of messages, of which none is made here."""

commands = typer.Typer(no_args_is_help=True, help="Policies, the packs of rules they write under, and their texts.")

PolicyFile = Annotated[Path | None, typer.Option("--policy", help="policy file; default: the one in the settings")]
PacksFolder = Annotated[Path | None, typer.Option("--packs", help="folder of packs, searched before those that ship")]
ApprovalsFile = Annotated[Path | None, typer.Option("--approvals", help="who approved which pack and texts")]
TextsFolder = Annotated[Path | None, typer.Option("--texts", help="folder of texts; default: the one in the settings")]


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.add_typer(commands, name="policy")


@commands.command("explain")
def policy_explain(
    policy: PolicyFile = None,
    packs: PacksFolder = None,
    approvals: ApprovalsFile = None,
    texts: TextsFolder = None,
    output: Shown = Output.text,
) -> None:
    """Say a policy as a person would: who writes, when, how often, what, to whom, and in which words."""
    places = _places(policy, packs, approvals, texts)
    known = facts(load_rulebook(places, _ANYWHERE), places)
    sections = explain(known.policy, known.pack, known.approved_by, known.texts, known.texts_approved_by)
    if output is Output.json:
        write_json([section._asdict() for section in sections])
        return
    for place, section in enumerate(sections):
        for line in ([""] if place else []) + [section.title, *(f"  {line}" for line in section.lines)]:
            say(line)


@commands.command("diff")
def policy_diff(
    earlier: Annotated[Path, typer.Argument(metavar="A", help="policy file")],
    later: Annotated[Path, typer.Argument(metavar="B", help="the version after it")],
    packs: PacksFolder = None,
    texts: TextsFolder = None,
    earlier_packs: Annotated[Path | None, typer.Option(help="those of A; default: those of B")] = None,
    earlier_texts: Annotated[Path | None, typer.Option(help="those of A; default: those of B")] = None,
    output: Shown = Output.text,
) -> None:
    """Say what changed from A to B, and what that does to open cycles; exit code 1 if B must not replace A."""
    places, faults = _places(None, packs, None, texts), list[str]()
    sides = (
        side(earlier, earlier_packs or places.packs, earlier_texts or places.texts, faults),
        side(later, places.packs, places.texts, faults),
    )
    if faults or sides[0] is None or sides[1] is None:
        raise PolicyFault(list(dict.fromkeys(faults)))
    found = diff(sides[0], sides[1])
    if output is Output.json:
        write_json(_as_json(found, sides[0].policy, sides[1].policy))
    else:
        _tell(found, sides[0].policy, sides[1].policy)
    if found.faults:
        raise typer.Exit(EXIT_FAULTS)


@commands.command("check")
def policy_check(
    policy: Annotated[Path | None, typer.Argument(help="policy file; default: the one in the settings")] = None,
    packs: PacksFolder = None,
    approvals: ApprovalsFile = None,
    texts: TextsFolder = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="judge calendars by this day; default: today")] = None,
    output: Shown = Output.text,
) -> None:
    """Name every fault of a policy, its packs, texts and approvals at once; exit code 1 if there is one."""
    places = _places(policy, packs, approvals, texts)
    faults: list[Located] = []
    warned: list[str] = []
    rulebook: Rulebook | None = None
    try:
        rulebook = load_versions(places, _ANYWHERE).latest
    except PolicyFault as fault:
        faults = located(fault.faults, places)
    else:
        warned = warnings(facts(rulebook, places), _day(on, rulebook.policy.lender.zone))
    if output is Output.json:
        named = (
            {}
            if rulebook is None
            else {"policy": rulebook.policy.id, "version": rulebook.policy.version, "hash": rulebook.hash}
        )
        write_json({**named, "faults": [fault._asdict() for fault in faults], "warnings": warned})
    else:
        for line in (*map(str, faults), *(f"warning: {line}" for line in warned)):
            say(line, to=errors)
        if rulebook is not None:
            said = rulebook.policy
            say(f"{said.id} {said.version}: {len(said.stages)} stages, hash {rulebook.hash}")
    if faults:
        raise typer.Exit(EXIT_FAULTS)


@commands.command("hashes")
def policy_hashes(
    policy: PolicyFile = None,
    packs: PacksFolder = None,
    approvals: ApprovalsFile = None,
    texts: TextsFolder = None,
    everything: Annotated[bool, typer.Option("--all", help="every pack there is, not only the policy's")] = False,
    by: Annotated[str | None, typer.Option(help="who approves; left empty otherwise, to be filled in")] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="the day of the approval; default: today")] = None,
    output: Shown = Output.text,
) -> None:
    """Print ids, versions and hashes, as lines to paste into the file of approvals once somebody has read it all."""
    name = "" if by is None else _name(by)
    places = _places(policy, packs, approvals, texts)
    rulebook = load_rulebook(places, _ANYWHERE)
    day = _day(on, rulebook.policy.lender.zone)
    listed = list(hashed(rulebook, places, everything=everything))
    if output is Output.json:
        named = {"policy": rulebook.policy.id, "version": rulebook.policy.version, "hash": rulebook.hash}
        write_json({**named, "approvals": [one._asdict() for one in listed]})
        return
    version = f"{rulebook.policy.id} {rulebook.policy.version}"
    say(f"# policy {version}, hash {rulebook.hash}: `tactful activate` names it by itself")
    for line in approval_lines(listed, name, day):
        say(line)


@commands.command("rules")
def policy_rules(packs: PacksFolder = None, output: Shown = Output.text) -> None:
    """Write every rule of every pack, with its source and where it is enforced, as Markdown (docs/rules.md)."""
    faults: list[str] = []
    known = all_packs(_places(None, packs, None, None).packs, faults)
    if faults:
        raise PolicyFault(faults)
    if output is Output.text:
        sys.stdout.write(printable_lines(page(known)))
        return
    rules = {
        pack.id: [{**rule.model_dump(mode="json"), "says": says(rule)} for rule in pack.rules]
        for pack in known.values()
    }
    write_json({pack.id: {"version": pack.version, "rules": rules[pack.id]} for pack in known.values()})


def _places(policy: Path | None, packs: Path | None, approvals: Path | None, texts: Path | None) -> Places:
    """Where the settings say that everything stands, and what the command line says instead."""
    places = places_of(Settings(), policy, texts)
    return places._replace(packs=packs or places.packs, approvals=approvals or places.approvals)


def _tell(found: Difference, earlier: Policy, later: Policy) -> None:
    say(f"{earlier.id} {earlier.version} -> {later.id} {later.version}")
    for note in found.notes:
        say(f"note: {note}")
    changed = bool(found.touching or found.sparing)
    if not changed:
        say("Nothing changed.")
    if changed or earlier.version != later.version:
        say(found.in_flight)
    for title, changes in (
        ("Counts for open cycles, too:", found.touching),
        ("Leaves open cycles as they are:", found.sparing),
    ):
        for line in (title, *(f"  {change.text}" for change in changes)) if changes else ():
            say(line)
    for fault in found.faults:
        say(f"fault: {fault}", to=errors)


def _as_json(found: Difference, earlier: Policy, later: Policy) -> dict[str, Any]:
    return {
        "earlier": {"id": earlier.id, "version": earlier.version},
        "later": {"id": later.id, "version": later.version},
        "in_flight": later.in_flight,
        "changes": [
            {"about": change.about, "text": change.text, "touches_open_cycles": touches}
            for touches, changes in ((True, found.touching), (False, found.sparing))
            for change in changes
        ],
        "notes": found.notes,
        "faults": found.faults,
    }


def _name(text: str) -> str:
    """A name as an approval has it."""
    name = text.strip()
    if not NAME_MIN <= len(name) <= NAME_MAX or not name.isprintable():
        raise typer.BadParameter(f"--by takes a person's name of {NAME_MIN} to {NAME_MAX} characters, not {text!r}")
    return name


def _day(text: str | None, zone: str) -> date:
    """The day that is told, or today where the lender is."""
    if text is None:
        return local_date(zone, SystemClock().now_ms())
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--on takes a date such as 2026-03-31, not {text!r}") from None
