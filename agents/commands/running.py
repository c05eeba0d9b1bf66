"""Commands that run until stopped, or for a while: worker, broker, watch, demo."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from agents.terminal import watching
from agents.terminal.console import Output, errors, instant, say, write_json_line
from streams import roles
from streams.broker.broker import Broker
from streams.cluster import admin
from streams.settings import Settings
from streams.topics.faults import Faults

EXIT_FAULTS = 1
BROKER_LOOK_S = 1.0
_STOPS = (signal.SIGINT, signal.SIGTERM)


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.command()(worker)
    app.command()(broker)
    app.command()(watch)
    app.command()(demo)


def worker(
    skip_check: Annotated[bool, typer.Option(help="do not look at topics and offsets first")] = False,
) -> None:
    """Run one worker. Refuses to start, naming every fault at once; a lost offset closes its partition only."""
    from agents.reminders.worker import run  # noqa: PLC0415 - Faust takes a second to import

    settings = Settings()
    faults = Faults() if skip_check else asyncio.run(admin.judge_start(settings))
    for fault in faults.all:
        say(f"- {fault}", to=errors)
    if faults.refusing:
        say(f"tactful: {len(faults.all)} faults, the worker does not start", to=errors)
        raise typer.Exit(EXIT_FAULTS)
    run(settings)


def broker(
    port: Annotated[int, typer.Option(help="port on 127.0.0.1; 0 takes a free one")] = 9092,
    data_dir: Annotated[Path | None, typer.Option(help="keep the data there; default: a temporary folder")] = None,
) -> None:
    """Run a real single-node Kafka for development until Ctrl-C. It needs Java 17 and, the first time, Maven."""
    with Broker(port=port, data_dir=data_dir) as running:
        say(f"Kafka is up: TACTFUL_BOOTSTRAP_SERVERS={running.bootstrap_servers}  (Ctrl-C stops it)")
        # Only a signal that is blocked waits to be taken; otherwise SIGTERM ends us before the broker is stopped.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        while signal.sigtimedwait(_STOPS, BROKER_LOOK_S) is None:
            running.check_alive()


def watch(
    from_start: Annotated[bool, typer.Option(help="begin with the oldest message that is kept")] = False,
    why: Annotated[bool, typer.Option(help="also show decisions: why something left or did not")] = False,
    reveal: Annotated[bool, typer.Option(help="show texts with names and amounts")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="stop after so many")] = None,
    account: Annotated[str | None, typer.Option(help="of this account alone")] = None,
    stage: Annotated[str | None, typer.Option(help="of this stage alone, such as FIRM")] = None,
    since: Annotated[str | None, typer.Option(help="from then on, by time on the bus, up to now")] = None,
    until: Annotated[str | None, typer.Option(help="up to then, or up to now")] = None,
    output: Annotated[Output, typer.Option()] = Output.text,
) -> None:
    """Watch what is issued, escalated and cancelled, and why. With --since or --until it ends by itself."""
    watched = (roles.REMINDERS, roles.REMINDER_DECISIONS) if why else (roles.REMINDERS,)
    ends = since is not None or until is not None
    # A bare day begins at its midnight where it is the first one, and ends at its end where it is the last.
    since_ms = None if since is None else instant(f"{since}T00:00:00Z" if len(since) == len("2026-01-31") else since)
    wanted = watching.Wanted(account, stage, since_ms, None if until is None else instant(until))

    async def run() -> None:
        shown, settings = 0, Settings()
        await admin.require(settings, watched)
        following = watching.follow(settings, watched, from_start=from_start)
        async for seen in watching.until_now(settings, watched, wanted) if ends else following:
            if not wanted.has(seen.body):
                continue
            if output is Output.json:
                write_json_line(seen.body if reveal else watching.masked(seen.body))
            else:
                say(watching.describe(seen, reveal=reveal))
            shown += 1
            if shown == limit:
                return

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        raise typer.Exit from None


def demo(
    summary: Annotated[Path | None, typer.Option(help="write the recount there as JSON")] = None,
    accounts: Annotated[int, typer.Option(min=1_000, max=20_000)] = 2_000,
    days: Annotated[int, typer.Option(min=60, max=365)] = 75,
    seed: int = 7,
    replay_seconds: Annotated[float, typer.Option(min=1, help="how long the simulated days take")] = 75,
) -> None:
    """The main job on an embedded real Kafka: two workers, a generated portfolio, messages as they leave."""
    from agents.offline.demo import Demo, run_demo  # noqa: PLC0415 - only the demo needs it

    if not run_demo(Demo(accounts, days, seed, replay_seconds, summary)):
        raise typer.Exit(EXIT_FAULTS)
