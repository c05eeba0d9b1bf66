"""`tactful dead-letters replay|dismiss|resume`: what a named person says about them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, nullcontext
from typing import Annotated, Any, Final, NamedTuple

import typer

from agents.commands.dead_letters.options import (
    Account,
    Limit,
    NamedLetters,
    OpenOnly,
    Partition,
    Since,
    Topic,
    chosen,
    look_up,
    meant,
    nothing,
    ready,
)
from agents.deadletters import reading, saying
from agents.deadletters.letters import Coordinates, DeadLetterFault, Filter, Letter, coordinates
from agents.deadletters.record_format import owner_of
from agents.deadletters.saying import Person
from agents.deadletters.writing import RecordWriter, WriteRate
from agents.terminal.console import Output, errors, instant, say, write_json_line
from agents.terminal.options import At, By, Shown, Why
from streams import roles
from streams.clock import SystemClock
from streams.settings import Settings

EXIT_REFUSED: Final = 2


def extend(commands: typer.Typer) -> None:
    """Put them beside those that only read."""
    commands.command()(replay)
    commands.command()(dismiss)
    commands.command()(resume)


class ReplayResult(NamedTuple):
    """What a replay came to."""

    replayed: int
    refused: int
    named: frozenset[Coordinates]
    """Of the letters that were asked for by name, those that are there."""


def replay(
    by: By,
    why: Why,
    places: NamedLetters = None,
    code: Annotated[str | None, typer.Option(help="the reason code")] = None,
    topic: Topic = None,
    partition: Partition = None,
    account: Account = None,
    since: Since = None,
    limit: Limit = None,
    open_only: OpenOnly = False,
    everything: Annotated[bool, typer.Option("--all", help="every letter there is; without it say which")] = False,
    dry_run: Annotated[bool, typer.Option(help="tell what would be replayed and write nothing")] = False,
    rate: Annotated[float, typer.Option(min=0.01, help="records a second")] = 100,
    output: Shown = Output.text,
) -> None:
    """Write originals once more to their own topic and partition, byte for byte. To do it twice is harmless."""
    who, wanted = saying.person(by, why), meant(code, topic, partition, account, since, places or ())
    if wanted == Filter() and not (everything or open_only):
        raise DeadLetterFault("say which: coordinates, a filter, --open or --all")

    async def run() -> ReplayResult:
        settings = await ready()
        outcomes = await look_up(settings, wanted) if open_only else None
        async with aclosing(chosen(settings, wanted, outcomes, limit)) as them:
            return await _replay_all(settings, them, wanted, who, None if dry_run else WriteRate(rate), output)

    tally = asyncio.run(run())
    _tell(output, {"would replay" if dry_run else "replayed": tally.replayed, "refused": tally.refused})
    if tally.refused:
        raise typer.Exit(EXIT_REFUSED)
    missing = wanted.named - tally.named
    if missing or not tally.replayed:
        nothing(missing)


async def _replay_all(
    settings: Settings,
    letters: AsyncIterator[Letter],
    asked: Filter,
    who: Person,
    pace: WriteRate | None,
    output: Output,
) -> ReplayResult:
    """One after the other, telling each; without a pace nothing is written. What is refused does not stop the rest."""
    replayed = refused = 0
    named: frozenset[Coordinates] = frozenset()
    async with nullcontext() if pace is None else RecordWriter(settings) as writer:
        async for letter in letters:
            named |= asked.named & {letter.at}
            try:
                written = "nothing"
                again = saying.again(letter, who, letter.timestamp_ms if settings.clock == "replay" else None)
                if pace is not None and writer is not None:
                    await asyncio.sleep(pace.wait_s(time.monotonic()))
                    written = str(await writer.write(again))
            except DeadLetterFault as fault:
                refused += 1
                say(f"tactful: {letter.at}: {fault}", to=errors)
            else:
                replayed += 1
                _tell(output, {"letter": str(letter.at), "reason": letter.reason, "written": written})
    return ReplayResult(replayed, refused, named)


def dismiss(
    by: By,
    why: Why,
    places: Annotated[list[str], typer.Argument(metavar="COORDINATES", help="ROLE/PARTITION/OFFSET")],
    account: Annotated[str | None, typer.Option(help="whose it was, when it is kept no longer")] = None,
    unowned: Annotated[bool, typer.Option("--unowned", help="it was nobody's, and is kept no longer")] = False,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """Give records up: they hold their accounts no longer. Say why; it stays on the topic of cases."""
    who, named = saying.person(by, why), frozenset(coordinates(place) for place in places)

    async def run() -> set[Coordinates]:
        settings = await ready()
        gone = account is not None or unowned
        found = {} if gone else await reading.find(settings, named)
        owners = (
            {place: _gone_owner(settings, place, account) for place in named}
            if gone
            else {place: owner_of(letter.key, place.partition, settings.partitions) for place, letter in found.items()}
        )
        async with RecordWriter(settings) as writer:
            for place, owner in sorted(owners.items()):
                letter = found.get(place)
                time_ms = _when(settings, at, None if letter is None else letter.timestamp_ms)
                written = await writer.write(saying.dismissal(place, owner, who, time_ms))
                _tell(output, {"dismissed": str(place), "as": str(written), "held_an_account": owner is not None})
        return set(owners)

    if missing := named - asyncio.run(run()):
        nothing(missing)


def resume(
    role: Annotated[str, typer.Argument(help="the input, by its role")],
    partition: Annotated[int, typer.Argument(min=0)],
    by: By,
    why: Why,
    records: Annotated[int | None, typer.Option(min=1, max=2**31 - 1, help="tolerate bad ones among the next")] = None,
    until: Annotated[str | None, typer.Option(help="tolerate bad ones that were told before this")] = None,
    to_end: Annotated[bool, typer.Option("--to-end", help="tolerate bad ones up to the end as it is now")] = False,
    at: At = None,
    output: Shown = Output.text,
) -> None:
    """End the pause of an input partition that had too large a share of bad records.

    Without a bound the next share of bad records pauses it again. What is tolerated goes to dead letters all the same.
    """
    who = saying.person(by, why)
    if (records is not None) + (until is not None) + to_end > 1:
        raise DeadLetterFault("say one of --records, --until and --to-end")
    until_ms = None if until is None else instant(until)

    async def run() -> dict[str, Any]:
        settings = await ready()
        if role not in roles.INPUTS or partition >= settings.partitions:
            raise DeadLetterFault(f"no input {role} partition {partition}; inputs are {', '.join(roles.INPUTS)}")
        to = await reading.end_of(settings, role, partition, until_ms) if to_end or until_ms is not None else None
        told: dict[str, Any] = {"resumed": f"{role}/{partition}"}
        if to is not None:
            told["tolerated below"] = to
        async with RecordWriter(settings) as writer:
            said = saying.resumption(role, partition, who, _when(settings, at, None), to, records)
            return {**told, "as": str(await writer.write(said))}

    _tell(output, asyncio.run(run()))


def _gone_owner(settings: Settings, place: Coordinates, account: str | None) -> str | None:
    """Whose a record was that is kept no longer, by the word of the person."""
    if account is not None and owner_of(account.encode(), place.partition, settings.partitions) is None:
        raise DeadLetterFault(f"{account} is no account of partition {place.partition}")
    return account


def _when(settings: Settings, at: str | None, facts_ms: int | None) -> int:
    """Epoch milliseconds at which it is said: now, and in a replay, where now says nothing, a time of the facts."""
    if settings.clock == "system":
        if at is not None:
            raise DeadLetterFault("--at is for a replay only")
        return SystemClock().now_ms()
    if at is not None:
        return instant(at)
    if facts_ms is None:
        raise DeadLetterFault("a replay goes by the facts' time: say with --at when it is")
    return facts_ms


def _tell(output: Output, told: dict[str, Any]) -> None:
    if output is Output.json:
        write_json_line({name.replace(" ", "_"): value for name, value in told.items()})
    else:
        say(", ".join(f"{name}: {value}" for name, value in told.items()))
