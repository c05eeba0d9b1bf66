"""`tactful experiment`: how the arms of the policy's experiments do, and the end of one that harms."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from agents.controls import topic as desk
from agents.decisions.policy.rulebook import PolicyFault, Rulebook
from agents.experiments.figures import ACCOUNTS_MAX, ATTRIBUTION_DAYS, Counting
from agents.experiments.reading import open_reading
from agents.experiments.showing import HEAD, as_json, notes, rows, title
from agents.experiments.stopping import ControlDesk, stop_of
from agents.experiments.translating import READ, watched
from agents.experiments.watching import Look, Watch
from agents.policy.files.policy import load_rulebook, places_of
from agents.terminal.console import Output, errors, instant, say, show_table, write_json, write_json_line
from agents.terminal.options import At, By, Why
from schemas.values.instants import instant_of
from streams import roles
from streams.clock import SystemClock
from streams.cluster import admin
from streams.settings import Settings

EXIT_BROKEN = 1

commands = typer.Typer(no_args_is_help=True, help="Champion and challengers: how each arm does, and the end of one.")

Shown = Annotated[Output, typer.Option()]


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.add_typer(commands, name="experiment")


@commands.command()
def watch(
    policy: Annotated[Path | None, typer.Option(help="policy file; default: the one in the settings")] = None,
    once: Annotated[
        bool, typer.Option("--once", help="read up to now and end; code 1 if a stop rule is broken")
    ] = False,
    act: Annotated[bool, typer.Option("--act", help="stop what harms, in the name of --by")] = False,
    by: Annotated[str | None, typer.Option(help="who lets it act: a name or number that the lender knows")] = None,
    attribution_days: Annotated[
        int, typer.Option(min=1, max=90, help="how long after a message an answer belongs to it")
    ] = ATTRIBUTION_DAYS,
    accounts_max: Annotated[
        int, typer.Option(min=1_000, help="accounts remembered; beyond it the longest silent one is forgotten")
    ] = ACCOUNTS_MAX,
    every_seconds: Annotated[int, typer.Option(min=1, max=86_400, help="between two looks")] = 30,
    output: Shown = Output.text,
) -> None:
    """Count messages, complaints and opt-outs of each arm, and judge them by the stop rules of the policy."""
    settings = Settings()
    _may_act(settings, by, act=act)
    rulebook = load_rulebook(places_of(settings, policy), settings.namespace)
    if not rulebook.policy.experiments:
        say(f"policy {rulebook.policy.id} has no experiments", to=errors)
        return
    counting = Counting(attribution_days=attribution_days, accounts_max=accounts_max)

    async def run() -> Look:
        shown: Look | None = None
        async with aclosing(_looks(settings, rulebook, counting, by or "nobody", every_seconds, act=act)) as looks:
            async for look in looks:
                # A rule that is broken is told at every look, the rest when it changes.
                if look != shown or look.harmful:
                    _tell(look, output, once=once)
                shown = look
                if once:
                    break
        assert shown is not None
        return shown

    try:
        last = asyncio.run(run())
    except KeyboardInterrupt:
        raise typer.Exit from None
    if last.harmful:
        raise typer.Exit(EXIT_BROKEN)


def _may_act(settings: Settings, by: str | None, *, act: bool) -> None:
    if act and by is None:
        raise typer.BadParameter("--act needs --by: somebody answers for it")
    if act and settings.clock == "replay":
        raise typer.BadParameter("--act is for the time of day; in a replay say `tactful experiment stop --at …`")


async def _looks(
    settings: Settings, rulebook: Rulebook, counting: Counting, by: str, every_s: int, *, act: bool
) -> AsyncGenerator[Look]:
    await admin.require(settings, (*READ, roles.REMINDER_CONTROLS))
    if act:
        await admin.require(settings, (roles.REMINDER_CONTROLS,), "Write")
    experiments, zone = rulebook.policy.experiments, rulebook.policy.lender.zone
    wanted = watched(rulebook, [experiment.code for experiment in experiments], settings.input_max_bytes)
    async with open_reading(settings, wanted) as reading:
        first_ms = min(instant_of(zone, experiment.first_day) for experiment in experiments)
        counting.counted_from_ms = await reading.begin(first_ms)
        watching = Watch(rulebook.policy, reading, counting, ControlDesk(settings, by), act=act)
        while True:
            yield await watching.look()
            await asyncio.sleep(every_s)


def _tell(look: Look, output: Output, *, once: bool) -> None:
    if output is Output.json:
        (write_json if once else write_json_line)(as_json(look))
        return
    for experiment, verdict in zip(look.experiments, look.verdicts, strict=True):
        show_table(title(look, verdict), HEAD, rows(look, experiment))
        if verdict.broken:
            say(f"{'stopped now, ' if verdict.experiment in look.acted else ''}{verdict.reason()}")
    for note in notes(look):
        say(f"tactful: note: {note}", to=errors)


@commands.command()
def stop(
    experiment: Annotated[str, typer.Argument(metavar="CODE", help="as the policy has it")],
    by: By,
    why: Why,
    policy: Annotated[str | None, typer.Option(help="of this policy; default: the one in the settings")] = None,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """End an experiment for everybody, for good: open cycles go on without its arms."""
    settings = Settings()
    owner = _owner(settings, policy, experiment)
    try:
        control = stop_of(owner, experiment, _time_ms(settings, at), by, why)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise typer.BadParameter(f"{first['loc'][0]}: {first['msg']}") from None
    place = asyncio.run(desk.say(settings, control))
    told: dict[str, Any] = {**control.model_dump(mode="json"), **place._asdict()}
    if output is Output.json:
        write_json(told)
    else:
        written = f"{control.control_id} written to {place.topic} at offset {place.offset}"
        say(f"{written}. stopped: experiment {experiment} of policy {owner}")


def _owner(settings: Settings, named: str | None, experiment: str) -> str:
    """The policy's id; a name that this machine does not know is told and stopped all the same."""
    try:
        known = load_rulebook(places_of(settings), settings.namespace).policy
    except PolicyFault:
        if named is None:
            raise
        say("tactful: note: the policy of these settings cannot be read, so the name is not checked", to=errors)
        return named
    codes = [other.code for other in known.experiments]
    if named not in (None, known.id):
        say(f"tactful: note: the policy here is {known.id}, not {named}", to=errors)
    elif experiment not in codes:
        told = f"policy {known.id} has no experiment {experiment}, it has {', '.join(codes) or 'none'}"
        say(f"tactful: note: {told}", to=errors)
    return named or known.id


def _time_ms(settings: Settings, at: str | None) -> int:
    if (at is None) == (settings.clock == "replay"):
        raise typer.BadParameter("--at belongs to a replay, which goes by the facts' time, and to nothing else")
    return SystemClock().now_ms() if at is None else instant(at)
