"""`tactful report`: what messages came to, from the topics or from files."""

import asyncio
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from agents.decisions import Rulebook
from agents.policy.files.policy import load_rulebook, places_of
from agents.report import showing
from agents.report.counting import DIMENSIONS, ReportTerms, RowCounting
from agents.report.page import page
from agents.report.reading import read_files_into, read_topics_into
from agents.report.sorting import SortedEvents
from agents.report.table import PartPrice, ReportTable, finished
from agents.report.translating import REPORTED, ReportReading
from agents.terminal.console import Output, errors, instant, say, show_table, write_json
from schemas.values.instants import instant_of
from streams.cluster import admin
from streams.settings import Settings

DAYS_MAX = 366


def register(app: typer.Typer) -> None:
    """Put the command on the program."""
    app.command()(report)


class _Period(NamedTuple):
    since_ms: int | None
    until_ms: int | None


def report(
    by: Annotated[
        list[str] | None, typer.Option(help="stage, arm, segment, hour or text; may be repeated; default: arm")
    ] = None,
    within: Annotated[int, typer.Option(min=1, max=DAYS_MAX, help="days for which an account is followed")] = 14,
    since: Annotated[str | None, typer.Option(help="messages from this on; default: all that is kept")] = None,
    until: Annotated[
        str | None, typer.Option(help="as it was known then; a bare date means its end; default: the last event")
    ] = None,
    price: Annotated[
        str | None, typer.Option(help="of one SMS, as in 0.045; default: the policy's [gateway] price_per_part")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="of --price")] = None,
    policy: Annotated[Path | None, typer.Option(help="policy file; default: the one in the settings")] = None,
    facts: Annotated[
        list[str] | None, typer.Option("--facts", help="with --outputs: the file of facts; may be repeated")
    ] = None,
    outputs: Annotated[
        list[str] | None, typer.Option("--outputs", help="read this output of `simulate` and no topic; may be repeated")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="write a page with charts here, too")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="write the rows as CSV")] = False,
    output: Annotated[Output, typer.Option()] = Output.text,
) -> None:
    """What follows messages, by what they were and against the hold-out, with intervals that bear being looked at."""
    settings = Settings()
    wanted = _by(by or ["arm"])
    period = _Period(None if since is None else _start(since), None if until is None else instant(until))
    if facts and not outputs:
        raise typer.BadParameter("--facts needs --outputs: what was sent stands in the output")
    rulebook = load_rulebook(places_of(settings, policy), settings.namespace)
    priced = _price(rulebook, price, currency)
    with SortedEvents() as events:
        answers_from_ms = _read(events, settings, rulebook, period.since_ms or 0, facts or [], outputs or [])
        table = _counted(events, rulebook, period, wanted, within, answers_from_ms, priced)
    if html is not None:
        html.write_text(page(table), encoding="utf-8")
    _show(table, output, csv=csv)


def _start(text: str) -> int:
    """Of a bare date its beginning, in UTC."""
    return instant(f"{text}T00:00:00Z" if len(text) == len("2026-01-31") else text)


def _by(names: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for several in names for name in several.split(",")]
    unknown = [name for name in names if name not in DIMENSIONS]
    if unknown:
        raise typer.BadParameter(f"--by {', '.join(unknown)}: only {', '.join(DIMENSIONS)}")
    return tuple(dict.fromkeys(names))


def _price(rulebook: Rulebook, amount: str | None, currency: str | None) -> PartPrice | None:
    if (amount is None) != (currency is None):
        raise typer.BadParameter("--price and --currency go together")
    gateway = rulebook.policy.gateway
    amount, currency = (amount, currency) if amount else (gateway.price_per_part, gateway.price_currency)
    if amount is None or currency is None:
        return None
    try:
        value = Decimal(amount)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0:
        raise typer.BadParameter("--price is a number such as 0.045")
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        raise typer.BadParameter("--currency is a code such as CNY")
    return PartPrice(value, currency)


def _read(
    events: SortedEvents,
    settings: Settings,
    rulebook: Rulebook,
    since_ms: int,
    facts: list[str],
    outputs: list[str],
) -> int:
    reading = ReportReading(rulebook, settings.input_max_bytes)
    if outputs:
        read_files_into(events, reading, facts, outputs)
        return 0

    async def topics() -> int:
        await admin.require(settings, REPORTED)
        return await read_topics_into(events, settings, reading, since_ms)

    return asyncio.run(topics())


def _counted(
    events: SortedEvents,
    rulebook: Rulebook,
    period: _Period,
    by: tuple[str, ...],
    within: int,
    answers_from_ms: int,
    price: PartPrice | None,
) -> ReportTable:
    as_of_ms = events.last_ms + 1 if period.until_ms is None else min(period.until_ms, events.last_ms) + 1
    since_ms = (events.first_ms or 0) if period.since_ms is None else period.since_ms
    counting = RowCounting(ReportTerms(by, since_ms, as_of_ms, within, answers_from_ms))
    for of_account in events.accounts():
        counting.account(of_account)
    zone = rulebook.policy.lender.zone
    began_ms = {one.code: instant_of(zone, one.first_day) for one in rulebook.policy.experiments}
    return finished(counting, None if period.since_ms is None else began_ms, price)


def _show(table: ReportTable, output: Output, *, csv: bool) -> None:
    if csv:
        showing.write_csv(table, sys.stdout)
    elif output is Output.json:
        write_json(showing.as_json(table))
    else:
        show_table(showing.title(table), showing.head(table), showing.lines(table))
    if csv or output is Output.text:
        for note in showing.notes(table):
            say(f"tactful: note: {note}", to=errors)
