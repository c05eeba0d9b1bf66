"""What the commands of `tactful dead-letters` share: their options, and what these mean."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Annotated, NoReturn

import typer

from agents.deadletters import desk
from agents.deadletters.letters import FOREIGN, Coordinates, DeadLetterFault, Filter, Letter, coordinates
from agents.deadletters.outcomes import OPEN, Outcomes
from agents.terminal.console import Output, errors, instant, progress, say
from streams import roles
from streams.cluster import admin
from streams.settings import Settings

EXIT_NOTHING = 1

Places = Annotated[list[str] | None, typer.Argument(metavar="COORDINATES", help="ROLE/PARTITION/OFFSET")]
Place = Annotated[str, typer.Argument(metavar="COORDINATES", help="ROLE/PARTITION/OFFSET, as `list` tells")]
Topic = Annotated[str | None, typer.Option(help="an input by its role, or topic:NAME for another topic")]
Partition = Annotated[int | None, typer.Option(min=0)]
Account = Annotated[str | None, typer.Option(help="the record's key")]
Since = Annotated[str | None, typer.Option(help="put aside at or after this; a bare date means its beginning in UTC")]
Limit = Annotated[int | None, typer.Option(min=1, help="stop after so many")]
OpenOnly = Annotated[bool, typer.Option("--open", help="only those neither replayed nor dismissed")]
AlsoOutcome = Annotated[bool, typer.Option("--outcome", help="also tell what became of it; reads what came since")]
Reveal = Annotated[bool, typer.Option(help="show keys and values, which may be personal")]
Shown = Annotated[Output, typer.Option()]


def meant(
    code: str | None,
    topic: str | None,
    partition: int | None,
    account: str | None,
    since: str | None,
    places: Iterable[str] = (),
) -> Filter:
    """The filter that the options make. Raises DeadLetterFault."""
    if topic is not None and topic not in roles.INPUTS and not topic.startswith(FOREIGN):
        raise DeadLetterFault(f"no input {topic}: inputs are {', '.join(roles.INPUTS)}, another topic is {FOREIGN}NAME")
    # A bare date is the end of its day elsewhere; what happened since a day began with it.
    since_ms = None if since is None else instant(f"{since}T00:00:00" if len(since) == len("2026-01-31") else since)
    return Filter(code, topic, partition, account, since_ms, frozenset(coordinates(place) for place in places))


async def ready() -> Settings:
    """The settings, once every topic that is read or written is known to be there."""
    settings = Settings()
    await admin.require(settings, (roles.REMINDER_DEAD_LETTERS, *roles.INPUTS))
    return settings


async def look_up(settings: Settings, wanted: Filter) -> Outcomes:
    """What became of the letters that are meant; says so when it could not read far enough."""
    with progress("looking what became of them") as told:
        outcomes, whole = await desk.look_up(settings, wanted, told)
    if not whole:
        say(f"looked at {desk.LOOKED_AT_MAX:,} records and no further: what seems open may be settled", to=errors)
    return outcomes


async def chosen(
    settings: Settings, wanted: Filter, outcomes: Outcomes | None, limit: int | None
) -> AsyncGenerator[Letter]:
    """The letters that are meant, at most ``limit``; where outcomes are given, only the open ones."""
    count = 0
    async with aclosing(desk.letters(settings, wanted)) as letters:
        async for letter in letters:
            if outcomes is None or outcomes.of(letter) == OPEN:
                yield letter
                count += 1
                if count == limit:
                    return


def nothing(missing: Iterable[Coordinates] = ()) -> NoReturn:
    """Tell what is not there, and end."""
    names = ", ".join(str(place) for place in sorted(missing))
    say(f"tactful: no dead letter {names}" if names else "tactful: no dead letters", to=errors)
    raise typer.Exit(EXIT_NOTHING)
