"""The report as one HTML page that needs nothing else: beside each figure a small chart of its interval."""

from collections.abc import Iterable
from html import escape
from typing import Final

from agents.report import showing
from agents.report.showing import Drawn, ReportCell
from agents.report.table import ReportTable
from schemas.printable import printable

_WIDTH: Final = 160
_HEIGHT: Final = 14
_STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #1c2733; background: #fff; }
table { border-collapse: collapse; }
th, td { text-align: right; padding: .35rem .8rem; border-bottom: 1px solid #d8dee5; vertical-align: top;
  font-variant-numeric: tabular-nums; }
.key { text-align: left; }
svg { display: block; margin-left: auto; }
.bar { fill: #9db8d2; } .dot { fill: #123f6b; } .axis { stroke: #8895a3; }
li { max-width: 60rem; }
@media (prefers-color-scheme: dark) {
  body { color: #dde5ed; background: #14191f; } th, td { border-color: #37424e; }
  .bar { fill: #3f617f; } .dot { fill: #b5d4f2; }
}
"""


def page(table: ReportTable) -> str:
    """The whole document."""
    name, keys = _text(showing.title(table)), len(table.terms.by)
    heads = _line("th", (ReportCell(head) for head in showing.head(table)), keys)
    rows = "\n".join(_line("td", row, keys) for row in showing.cells(table))
    notes = "".join(f"<li>{_text(note)}</li>" for note in showing.notes(table))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{name}</h1>\n<table><thead>{heads}</thead><tbody>\n"
        f"{rows}\n</tbody></table>\n<ul>{notes}</ul></body></html>\n"
    )


def _line(tag: str, cells: Iterable[ReportCell], keys: int) -> str:
    made = [
        f"<{tag} class='{'key' if n < keys else 'figure'}'>{_text(cell.text)}{_chart(cell.drawn)}</{tag}>"
        for n, cell in enumerate(cells)
    ]
    return f"<tr>{''.join(made)}</tr>"


def _text(text: str) -> str:
    return escape(printable(text))


def _chart(drawn: Drawn | None) -> str:
    """A bar from end to end, a dot at what was seen, and a line at nothing where the chart has it in its middle."""
    if drawn is None:
        return ""
    low, high = drawn.span

    def at(value: float) -> float:
        return round((value - low) / (high - low) * _WIDTH, 1)

    left, right = at(drawn.interval.low), at(drawn.interval.high)
    axis = at(0.0)
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true">'
        f'<path class="axis" d="M0 13H{_WIDTH}M{axis} 0V13"/>'
        f'<rect class="bar" x="{left}" y="4" width="{round(right - left, 1)}" height="5"/>'
        f'<circle class="dot" cx="{at(drawn.value)}" cy="6.5" r="3"/></svg>'
    )
