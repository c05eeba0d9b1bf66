"""`tactful explain`: what happened on an account, why a message left on a day, and why none did."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from agents.explain.days import ahead, on_day
from agents.explain.page import page
from agents.explain.reading import READ, from_files, from_index, from_topics
from agents.explain.records import AccountRecord
from agents.explain.showing import Explanation, document, lines
from agents.explain.timeline import Entry, as_known_at, timeline
from agents.index.store import IndexStore, IndexUnusable
from agents.index.topics import about, index_file, update
from agents.offline.fact_files import FactFileFault
from agents.policy.files.policy import lender_zone, places_of
from agents.terminal.console import Output, errors, instant, progress, say, write_json
from agents.terminal.options import Shown
from schemas.values.instants import local_date
from schemas.values.phones import possible
from streams.cluster import admin
from streams.settings import Settings

EXIT_REFUSED = 2


def register(app: typer.Typer) -> None:
    """Put the command on the program."""
    app.command("explain")(run)


def run(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="the account's id")],
    on: Annotated[str | None, typer.Option(metavar="DAY", help="why something left on it, or why nothing did")] = None,
    at: Annotated[str | None, typer.Option(help="as it was known then, by when facts arrived")] = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="the first day of the time line")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="its last day")] = None,
    facts: Annotated[list[str] | None, typer.Option(help="file of facts, in the place of the topics")] = None,
    outputs: Annotated[list[str] | None, typer.Option(help="what `tactful simulate` wrote of them")] = None,
    html: Annotated[Path | None, typer.Option(help="write it there, as one page that needs nothing else")] = None,
    output: Shown = Output.text,
) -> None:
    """Why an account got a message, and why none on a day: facts, decisions and messages in plain words."""
    if possible(account) is not None:
        _refuse("ACCOUNT is the account's id, not a phone number")
    settings = Settings()
    at_ms = None if at is None else instant(at)
    days = tuple(None if text is None else _day(text) for text in (on, since, until))
    zone = lender_zone(places_of(settings))
    if facts or outputs:
        records, source = records_from_files(facts or [], outputs or [], account), "files"
    else:
        try:
            records, source = asyncio.run(account_records(settings, account))
        except IndexUnusable as error:
            _refuse(str(error))
    if not records:
        _refuse(f"nothing is known of {account}")
    entries = timeline(records, zone)
    if at_ms is not None:
        entries = as_known_at(entries, at_ms)
    answer = None if days[0] is None else on_day(entries, days[0], zone)
    shown = [entry for entry in entries if _within(entry, zone, days[1], days[2])]
    told = Explanation(account, zone, source, at_ms, answer, shown, ahead(entries, zone))
    if html is not None:
        html.write_text(page(told), encoding="utf-8")
        say(f"{html} written", to=errors)
    elif output is Output.json:
        write_json(document(told))
    else:
        say("\n".join(lines(told)))


def records_from_files(facts: list[str], outputs: list[str], account_id: str) -> list[AccountRecord]:
    """The account's lines of these files; a file that cannot be read ends the command."""
    try:
        return list(from_files(facts, outputs, account_id))
    except (FactFileFault, OSError) as error:
        _refuse(str(error))


async def account_records(settings: Settings, account_id: str) -> tuple[list[AccountRecord], str]:
    """The account's records out of the topics, and how they were found."""
    await admin.require(settings, READ)
    path = index_file(settings)
    with progress("reading") as told:
        if path.exists():
            with IndexStore(path, await about(settings)) as store:
                await update(settings, store, told)
                return await from_index(settings, store, account_id), f"the topics, by the index {path}"
        say("tactful: no index is at hand (`tactful index update`): one partition of each topic is read", to=errors)
        return [record async for record in from_topics(settings, account_id, told)], "the topics, without an index"


def _within(entry: Entry, zone: str, since: date | None, until: date | None) -> bool:
    day = local_date(zone, entry.at_ms)
    return (since is None or since <= day) and (until is None or day <= until)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2026-03-05") from None


def _refuse(why: str) -> NoReturn:
    say(f"tactful: {why}", to=errors)
    raise typer.Exit(EXIT_REFUSED)
