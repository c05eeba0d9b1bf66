"""`tactful index`: bring the local index up to the topics, say how it stands, remove it."""

import asyncio
from typing import Any

import typer

from agents.index.rows import INDEXED
from agents.index.store import IndexStore, IndexUnusable, drop
from agents.index.topics import Caught, about, index_file, update
from agents.terminal.console import Output, errors, progress, say, show_table, write_json
from agents.terminal.options import Shown
from streams.cluster import admin
from streams.settings import Settings

EXIT_REFUSED = 2
index = typer.Typer(
    no_args_is_help=True, help="Where each account's records lie: a local file that makes `tactful explain` quick."
)


def register(app: typer.Typer) -> None:
    """Put the commands on the program."""
    app.add_typer(index, name="index")


@index.command("update")
def bring_up(output: Shown = Output.text) -> None:
    """Read on from where the index ends; the first time, and after other topics came, from the beginning."""
    settings = Settings()
    try:
        caught, size = asyncio.run(_update(settings))
    except IndexUnusable as error:
        say(f"tactful: {error}", to=errors)
        raise typer.Exit(EXIT_REFUSED) from None
    if output is Output.json:
        write_json({"records": caught.records, "anew": caught.anew, "bytes": size})
        return
    if caught.anew:
        say("tactful: the topics are not those of the index: it was built anew", to=errors)
    say(f"{caught.records:,} records read; {index_file(settings)} has {size:,} bytes")


async def _update(settings: Settings) -> tuple[Caught, int]:
    await admin.require(settings, INDEXED)
    path = index_file(settings)
    with IndexStore(path, await about(settings)) as store, progress("indexing") as told:
        caught = await update(settings, store, told)
    return caught, path.stat().st_size


@index.command()
def status(output: Shown = Output.text) -> None:
    """How many records it holds of each topic, and how far it has read."""
    settings = Settings()
    path = index_file(settings)
    if not path.exists():
        say("tactful: no index is at hand; `tactful index update` builds one", to=errors)
        raise typer.Exit(EXIT_REFUSED)
    try:
        told = asyncio.run(_status(settings))
    except IndexUnusable as error:
        say(f"tactful: {error}", to=errors)
        raise typer.Exit(EXIT_REFUSED) from None
    if output is Output.json:
        write_json(told)
        return
    rows = [(role, f"{count:,}", f"{told['read'].get(role, 0):,}") for role, count in told["records"].items()]
    show_table(f"{path}, {told['bytes']:,} bytes", ("topic", "records", "offsets read"), rows)


async def _status(settings: Settings) -> dict[str, Any]:
    path = index_file(settings)
    with IndexStore(path, await about(settings)) as store:
        read: dict[str, int] = {}
        for (role, _), at in store.positions().items():
            read[role] = read.get(role, 0) + at
        return {"file": path, "bytes": path.stat().st_size, "records": store.counts(), "read": read}


@index.command("drop")
def remove() -> None:
    """Remove it. Nothing is lost: it is built anew from the topics."""
    path = index_file(Settings())
    say(f"{path} removed" if drop(path) else f"there was no index at {path}")
