"""An explanation as lines of text and as one JSON document."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from agents.explain.days import DayAnswer, Foreseen
from agents.explain.timeline import Entry, place_of, wall_clock
from schemas.values.instants import to_utc


class Explanation(NamedTuple):
    """What is said of one account."""

    account_id: str
    zone: str
    """In which days and times are written: the lender's."""
    source: str
    """Where the records were read."""
    at_ms: int | None
    """As known then; None for all that is known."""
    answer: DayAnswer | None
    """Of the day that was asked for."""
    entries: Sequence[Entry]
    ahead: Sequence[Foreseen]


def lines(told: Explanation) -> Iterator[str]:
    """For a terminal."""
    as_known = "" if told.at_ms is None else f", as known at {wall_clock(told.at_ms, told.zone)}"
    yield f"{told.account_id}, times in {place_of(told.zone)}{as_known}; read from {told.source}"
    if told.answer is not None:
        yield ""
        yield f"{told.answer.day} ({told.answer.kind}): {told.answer.words}."
        for entry in told.answer.evidence:
            yield f"    {entry.record.place}  sha256 {entry.record.sha256() or '-'}"
        return
    day = ""
    for entry in told.entries:
        clock = wall_clock(entry.at_ms, told.zone)
        if clock[:10] != day:
            day = clock[:10]
            yield ""
            yield day
        yield f"  {clock[11:]}  {entry.kind:<11}  {entry.words}  [{entry.record.place}]"
    yield ""
    yield "What comes next:"
    if not told.ahead:
        yield "  Nothing, until another fact is told."
    for one in told.ahead:
        yield f"  {one.words}"


def document(told: Explanation) -> dict[str, Any]:
    """The same with everything that it rests on."""
    return {
        "account_id": told.account_id,
        "zone": told.zone,
        "source": told.source,
        "as_known_at": None if told.at_ms is None else to_utc(told.at_ms),
        "answer": None if told.answer is None else _answer(told.answer),
        "entries": [_entry(entry) for entry in told.entries],
        "next": [
            {
                "stage": one.stage,
                "at": None if one.at_ms is None else to_utc(one.at_ms),
                "code": one.code,
                "words": one.words,
            }
            for one in told.ahead
        ],
    }


def _answer(answer: DayAnswer) -> dict[str, Any]:
    return {
        "day": answer.day,
        "kind": answer.kind,
        "words": answer.words,
        "evidence": [_entry(entry) for entry in answer.evidence],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "at": to_utc(entry.at_ms),
        "arrived": to_utc(entry.record.at_ms),
        "kind": entry.kind,
        "type": entry.type,
        "stage": entry.body.get("stage"),
        "code": entry.body.get("code") or entry.body.get("reason") or entry.body.get("status"),
        "rule": entry.body.get("rule"),
        "words": entry.words,
        "place": entry.record.place,
        "sha256": entry.record.sha256(),
    }
