"""The report as a table for people, as JSON and as CSV. No account stands in any of them."""

import csv
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from agents.report.intervals import Interval
from agents.report.table import CureDifference, ReportRow, ReportTable, SeenShare
from schemas.printable import printable
from schemas.values.instants import to_utc


def title(table: ReportTable) -> str:
    """What is shown, of which time."""
    terms = table.terms
    since, until = (to_utc(ms).strftime("%Y-%m-%d %H:%M") for ms in (terms.since_ms, terms.as_of_ms))
    return f"Report by {', '.join(terms.by)}: messages from {since} to {until} UTC, {terms.within_days} days followed"


def head(table: ReportTable) -> tuple[str, ...]:
    """The names of the columns."""
    price = () if table.price is None else (f"{table.price.currency} per cure",)
    return (
        *table.terms.by,
        "sent",
        "delivered",
        "accounts",
        "days over",
        f"cured in {table.terms.within_days} d",
        "half cured by day",
        *price,
        "complained",
        "opted out",
        "handed off",
        "cured, less the hold-out",
    )


class Drawn(NamedTuple):
    """A figure and its interval, within what the chart spans."""

    value: float
    interval: Interval
    span: Interval


class ReportCell(NamedTuple):
    """One figure in words, and what a chart of it shows where it has an interval."""

    text: str
    drawn: Drawn | None = None


def cells(table: ReportTable) -> Iterator[tuple[ReportCell, ...]]:
    """The cells of each row, under `head`."""
    widest = [max(map(abs, row.difference.interval)) for row in table.rows if row.difference is not None]
    reach = max(widest, default=1.0)
    for row in table.rows:
        price = () if table.price is None else ("-" if row.price_per_cure is None else f"{row.price_per_cure:,}",)
        words = (
            *row.key,
            f"{row.withheld:,} withheld" if row.withheld and not row.sent else f"{row.sent:,}",
            f"{row.delivered:,} of {row.receipted:,}",
            f"{row.entered:,}",
            f"{row.cured.of:,}",
            _share_cell(row.cured),
            "-" if row.days_median is None else str(row.days_median),
            *price,
            _share_cell(row.complained),
            _share_cell(row.opted_out),
            _share_cell(row.handed_off),
            ReportCell(row.standing) if row.difference is None else _difference_cell(row.difference, reach),
        )
        yield tuple(ReportCell(cell) if isinstance(cell, str) else cell for cell in words)


def lines(table: ReportTable) -> Iterator[tuple[str, ...]]:
    """A line for each row, under `head`."""
    for row in cells(table):
        yield tuple(cell.text for cell in row)


def _share_cell(found: SeenShare) -> ReportCell:
    return ReportCell(share(found), Drawn(found.rate, found.interval, Interval(0.0, 1.0)) if found.of else None)


def _difference_cell(found: CureDifference, reach: float) -> ReportCell:
    return ReportCell(difference(found), Drawn(found.rate, found.interval, Interval(-reach, reach)))


def share(found: SeenShare) -> str:
    """Per cent, and from where to where."""
    if not found.of:
        return "-"
    low, high = (100 * end for end in found.interval)
    return f"{100 * found.rate:.1f} % ({low:.1f} to {high:.1f})"


def difference(found: CureDifference) -> str:
    """Percentage points, and from where to where."""
    low, high = (100 * end for end in found.interval)
    return f"{100 * found.rate:+.1f} points ({low:+.1f} to {high:+.1f})"


def notes(table: ReportTable) -> Iterator[str]:
    """How to read it, and what bounds it."""
    yield "in brackets: 95 % intervals that stay right however often one looks, each on its own"
    if table.compared:
        yield f"against the hold-out: 95 % for all {table.compared:,} rows compared together"
    yield from table.notes


def as_json(table: ReportTable) -> dict[str, Any]:
    """For programs: shares between 0 and 1, times in UTC, the price a decimal as text."""
    terms = table.terms
    return {
        "by": list(terms.by),
        "since": to_utc(terms.since_ms).isoformat(),
        "until": to_utc(terms.as_of_ms).isoformat(),
        "within_days": terms.within_days,
        "answers_from": to_utc(max(terms.since_ms, terms.answers_from_ms)).isoformat(),
        "price_per_part": None if table.price is None else str(table.price.amount),
        "currency": None if table.price is None else table.price.currency,
        "rows_compared": table.compared,
        "rows": [_row(table, row) for row in table.rows],
        "notes": list(notes(table)),
    }


def _row(table: ReportTable, row: ReportRow) -> dict[str, Any]:
    found = row.difference
    return {
        **dict(zip(table.terms.by, row.key, strict=True)),
        "sent": row.sent,
        "withheld": row.withheld,
        "receipted": row.receipted,
        "delivered": row.delivered,
        "accounts": row.entered,
        "accounts_days_over": row.cured.of,
        **_share("cured", row.cured),
        "days_median": row.days_median,
        "price_per_cure": None if row.price_per_cure is None else str(row.price_per_cure),
        "accounts_answerable": row.complained.of,
        **_share("complained", row.complained),
        **_share("opted_out", row.opted_out),
        **_share("handed_off", row.handed_off),
        "difference": None if found is None else round(found.rate, 6),
        "difference_low": None if found is None else round(found.interval.low, 6),
        "difference_high": None if found is None else round(found.interval.high, 6),
        "standing": row.standing,
    }


def _share(name: str, found: SeenShare) -> dict[str, Any]:
    low, high = found.interval
    return {name: found.seen, f"{name}_low": round(low, 6), f"{name}_high": round(high, 6)}


def write_csv(table: ReportTable, to: IO[str]) -> None:
    """The rows of the JSON, one a line, under their names; what would steer a terminal is shown as text."""
    rows = [_row(table, row) for row in table.rows]
    if not rows:
        return
    writer = csv.DictWriter(to, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: object) -> object:
    """A spreadsheet takes what begins with one of these for a formula."""
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if text.startswith(("=", "+", "@", "\t", "\r")) else text
