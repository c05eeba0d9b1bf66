"""An explanation as one HTML page that needs nothing else, for whoever answers a complaint."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from agents.explain.showing import Explanation
from agents.explain.timeline import Entry, place_of, wall_clock
from schemas.printable import printable

_STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #1c2733; background: #fff; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .35rem .8rem; border-bottom: 1px solid #d8dee5; vertical-align: top; }
td { max-width: 44rem; overflow-wrap: anywhere; }
.evidence { font: 12px/1.4 ui-monospace, monospace; color: #53616f; max-width: 24rem; }
.message td { background: #eef5fb; }
@media (prefers-color-scheme: dark) {
  body { color: #dde5ed; background: #14191f; } th, td { border-color: #37424e; }
  .evidence { color: #9fb0c0; } .message td { background: #1e2a36; }
}
"""


def page(told: Explanation) -> str:
    """The whole document."""
    title = _text(f"What was said to {told.account_id}, and why")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n{''.join(_parts(told))}</body></html>\n"
    )


def _parts(told: Explanation) -> Iterator[str]:
    as_known = "all that is known" if told.at_ms is None else f"as known at {wall_clock(told.at_ms, told.zone)}"
    yield f"<p>Times in {_text(place_of(told.zone))}, {_text(as_known)}; read from {_text(told.source)}.</p>\n"
    if told.answer is not None:
        yield f"<h2>{told.answer.day}</h2><p>{_text(told.answer.words)}.</p>\n{_table(told.answer.evidence, told.zone)}"
    yield f"<h2>What happened</h2>\n{_table(told.entries, told.zone)}<h2>What comes next</h2>\n"
    coming = "".join(f"<li>{_text(one.words)}</li>" for one in told.ahead)
    yield f"<ul>{coming or '<li>Nothing, until another fact is told.</li>'}</ul>\n"


def _table(entries: Sequence[Entry], zone: str) -> str:
    rows = "".join(_row(entry, zone) for entry in entries)
    return f"<table><thead><tr><th>when<th>what<th><th>evidence</tr></thead><tbody>\n{rows}</tbody></table>\n"


def _row(entry: Entry, zone: str) -> str:
    record = entry.record
    evidence = f"{_text(record.place)}<br>sha256 {record.sha256() or '-'}"
    return (
        f'<tr class="{entry.kind.split()[0]}"><td>{wall_clock(entry.at_ms, zone)}</td><td>{entry.kind}</td>'
        f'<td>{_text(entry.words)}</td><td class="evidence">{evidence}</td></tr>\n'
    )


def _text(text: str) -> str:
    return escape(printable(text))
