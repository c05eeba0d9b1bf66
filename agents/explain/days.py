"""Why a message left on a day, or why none did; what comes next, and what stands against it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from agents.explain.timeline import SENT, Entry, place_of, reason, said_ms, wait_words, wall_clock
from schemas.values.instants import midnight_after

UNKNOWN: Final = "unknown"
_LIMIT_OF_CAUSES: Final = 3
_HANDED_OFF: Final = "case.handed-off"
_CASE_TYPES: Final = frozenset({_HANDED_OFF, "case.withdrawn", "cycle.closed", "cycle.opened"})
MAY_END_IT: Final = frozenset(
    {
        "payment.booked",
        "repayment.missed",
        "instalment.scheduled",
        "instalment.amended",
        "instalment.withdrawn",
        "account.ended",
    }
)
"""Types of facts after which nothing may be due; where nothing had left yet, none of them leaves a decision."""


class DayAnswer(NamedTuple):
    """Of one day."""

    day: date
    kind: str
    """``sent``, ``waited``, ``silent``, ``nothing due``, ``with a person`` or ``unknown``."""
    words: str
    evidence: tuple[Entry, ...]
    """What it rests on."""


class Foreseen(NamedTuple):
    """What comes next."""

    stage: str
    at_ms: int | None
    """None when only a fact can bring it."""
    code: str
    """Why not before."""
    words: str


def on_day(entries: Sequence[Entry], day: date, zone: str) -> DayAnswer:
    """The answer for one calendar day of the zone; the entries are in their order."""
    start_ms, end_ms = midnight_after(zone, day, 0), midnight_after(zone, day, 1)
    known = [entry for entry in entries if entry.at_ms < end_ms]
    sent = [entry for entry in known if entry.at_ms >= start_ms and entry.type in SENT]
    if sent:
        return _sent(sent, known, day, zone)
    decisions = [entry for entry in known if entry.kind == "decision"]
    if not decisions:
        return _before_any(known, day)
    return _silent(decisions, known, day, zone, end_ms)


def _sent(sent: Sequence[Entry], known: Sequence[Entry], day: date, zone: str) -> DayAnswer:
    ids = {entry.body.get("reminder_id") for entry in sent}
    why = [e for e in known if e.kind == "decision" and e.body.get("reminder_id") in ids]
    words = [f"{entry.words}, at {wall_clock(entry.at_ms, zone)[11:]} {place_of(zone)}" for entry in sent]
    issued = {reason(entry.body) for entry in why if entry.body.get("outcome") == "sent"}
    because = f", because {'; '.join(sorted(issued))}" if issued else ""
    return DayAnswer(day, "sent", "; ".join(words) + because, (*sent, *why))


def _before_any(known: Sequence[Entry], day: date) -> DayAnswer:
    if not known:
        return DayAnswer(day, "nothing due", "Nothing had been told of the account", ())
    return DayAnswer(day, "nothing due", "Nothing was due: no debt that calls for a word was known", tuple(known[-1:]))


def _silent(decisions: Sequence[Entry], known: Sequence[Entry], day: date, zone: str, end_ms: int) -> DayAnswer:
    last, latest = decisions[-1], _of_one_instant(decisions)
    waits = last.body.get("next")
    foreseen = [_ahead(wait, zone) for wait in waits] if isinstance(waits, list) else []
    stopped = next((entry for entry in reversed(latest) if entry.body.get("outcome") in {"blocked", "deferred"}), None)
    if stopped is None and not foreseen:
        return _at_rest(last, known, day, zone)
    changed = [e for e in known if e.at_ms >= last.at_ms and _may_end_it(e)][-_LIMIT_OF_CAUSES:]
    facts = "; ".join(f"{entry.words} ({wall_clock(entry.at_ms, zone)})" for entry in changed)
    past = next((one for one in foreseen if one.at_ms is not None and one.at_ms < end_ms), None)
    if past is not None and changed:
        words = f"{past.stage} was foreseen, but before it left, this came and nothing was due any more: {facts}"
        return DayAnswer(day, "nothing due", words, (last, *changed))
    since = f". Since then: {facts}" if facts else ""
    if stopped is not None:
        kind = "waited" if stopped.body["outcome"] == "deferred" else "silent"
        words = f"{stopped.words} (decided {wall_clock(stopped.at_ms, zone)}){since}"
        return DayAnswer(day, kind, words, (stopped, *changed))
    if past is not None:
        words = f"{past.words}, and no record says what became of it: `tactful verify` recomputes it"
        return DayAnswer(day, UNKNOWN, words, (last,))
    return DayAnswer(day, "silent", "; ".join(one.words for one in foreseen) + since, (last, *changed))


def _may_end_it(entry: Entry) -> bool:
    owed, due = entry.body.get("outstanding_minor"), entry.body.get("amount_due_minor")
    repeats = entry.type == "repayment.missed" and owed == due
    return entry.type in MAY_END_IT and not repeats


def _of_one_instant(decisions: Sequence[Entry]) -> list[Entry]:
    """The last decision and those that were taken with it."""
    last = decisions[-1]
    return [e for e in decisions if (e.at_ms, e.body.get("trigger")) == (last.at_ms, last.body.get("trigger"))]


def _at_rest(last: Entry, known: Sequence[Entry], day: date, zone: str) -> DayAnswer:
    handed = _with_person(known)
    if handed is not None:
        words = f"A person has the case since {wall_clock(handed.at_ms, zone)}, so no message leaves: {handed.words}"
        return DayAnswer(day, "with a person", words, (handed,))
    owed = (last.body.get("evidence") or {}).get("total_overdue_minor")
    words = f"Nothing was due. The last decision, of {wall_clock(last.at_ms, zone)}: {last.words}"
    if owed and last.body.get("outcome") not in {"recalled", "closed", "withdrawn", "noted"}:
        return DayAnswer(day, UNKNOWN, f"{words}; what came next was not recorded", (last,))
    return DayAnswer(day, "nothing due", words, (last,))


def _with_person(known: Sequence[Entry]) -> Entry | None:
    last = next((entry for entry in reversed(known) if entry.type in _CASE_TYPES), None)
    return last if last is not None and last.type == _HANDED_OFF else None


def ahead(entries: Sequence[Entry], zone: str) -> list[Foreseen]:
    """What the last decision says comes next; empty where nothing does."""
    last = next((entry for entry in reversed(entries) if entry.kind == "decision"), None)
    waits = None if last is None else last.body.get("next")
    return [_ahead(wait, zone) for wait in waits] if isinstance(waits, list) else []


def _ahead(wait: dict[str, Any], zone: str) -> Foreseen:
    return Foreseen(str(wait.get("stage")), said_ms(wait, "at"), str(wait.get("code")), wait_words(wait, zone))
