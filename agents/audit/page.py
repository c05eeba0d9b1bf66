"""The report as JSON and as one page of HTML. Ids, places, times and amounts; nobody's name, number or text."""

from collections.abc import Iterator
from html import escape
from typing import Any

from agents.audit.findings import RULES, AuditFinding, AuditTally
from schemas.printable import printable

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:75rem}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#f3f3f3}.bad{color:#a40000}.good{color:#006400}"
)


def as_json(tally: AuditTally) -> dict[str, Any]:
    """What a program reads."""
    return {
        "clean": tally.clean,
        "judged": dict(sorted(tally.judged.items())),
        "found": {str(code): count for code, count in sorted(tally.found.items())},
        "not_judged": dict(sorted(tally.not_judged.items())),
        "findings": [
            {
                "rule": str(one.code),
                "asks_for": RULES[one.code].rule,
                "source": RULES[one.code].source,
                "severity": one.severity,
                "account_id": one.account_id,
                "message_id": one.message_id or None,
                "at": one.at,
                "evidence": list(one.evidence),
            }
            for one in tally.findings
        ],
        "findings_left_out": sum(tally.found.values()) - len(tally.findings),
    }


def as_html(tally: AuditTally) -> str:
    """One page that needs nothing else."""
    verdict = (
        '<p class="good">Nothing was found.</p>'
        if tally.clean
        else f'<p class="bad">{sum(tally.found.values())} findings.</p>'
    )
    left_out = sum(tally.found.values()) - len(tally.findings)
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Audit</title><style>{_STYLE}</style>',
        "<h1>Audit</h1>",
        verdict,
        _table(("judged", "count"), sorted(tally.judged.items())),
        "<h2>Not judged</h2>",
        _table(("why", "count"), sorted(tally.not_judged.items())),
        "<h2>Findings</h2>",
        _table(("rule", "asks for", "count"), [(code, RULES[code].rule, count) for code, count in tally.found.items()]),
        _table(("rule", "severity", "account", "message", "at", "evidence"), [_row(one) for one in tally.findings]),
        f"<p>{left_out} more are counted and not listed.</p>" if left_out else "",
        "</html>\n",
    ]
    return "\n".join(parts)


def _row(one: AuditFinding) -> tuple[str, ...]:
    return (str(one.code), one.severity, one.account_id, one.message_id, one.at, "; ".join(one.evidence))


def _table(head: tuple[str, ...], rows: Any) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "\n".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>\n{body}</table>"


def _cell(cell: object) -> str:
    return escape(printable(str(cell)))


def lines(tally: AuditTally, at_most: int) -> Iterator[str]:
    """The first findings, a line each."""
    for one in tally.findings[:at_most]:
        named = (str(one.code), one.account_id, one.message_id, one.at, *one.evidence)
        yield printable(f"✗ {'  '.join(part for part in named if part)}")
    more = sum(tally.found.values()) - at_most
    if more > 0:
        yield f"… {more} more: --output json"
