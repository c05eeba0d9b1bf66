"""The time line of one account: each record as one entry, in the order in which it came."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from agents.explain.codes import clause
from agents.explain.facts import fact_words
from agents.explain.records import AccountRecord, money
from schemas.values.instants import to_ms, to_utc
from streams import roles


class Entry(NamedTuple):
    """One thing that was said, decided or sent."""

    at_ms: int
    """When it came or was decided, epoch milliseconds."""
    kind: str
    """``fact``, ``decision``, ``message`` or ``dead letter``."""
    words: str
    record: AccountRecord
    body: dict[str, Any]

    @property
    def type(self) -> str:
        """Of the record."""
        return str(self.body.get("type"))


SENT: Final = frozenset({"reminder.issued", "reminder.escalated", "notice.issued"})
"""Types of messages that go to a phone."""
_TIMES: Final = ("issued_at", "cancelled_at", "handed_off_at", "withdrawn_at", "opened_at", "closed_at")
_ORDER: Final = {"fact": 0, "dead letter": 1, "decision": 2, "message": 3}


def timeline(records: Iterable[AccountRecord], zone: str) -> list[Entry]:
    """The entries of an account, oldest first; ``zone`` is the one in which times are written."""
    entries = [_entry(record, zone) for record in records]
    return sorted(entries, key=lambda entry: (entry.at_ms, _ORDER[entry.kind]))


def as_known_at(entries: Iterable[Entry], at_ms: int) -> list[Entry]:
    """What was known then: facts that had come, and what had been decided and sent."""
    return [entry for entry in entries if entry.at_ms <= at_ms]


def wall_clock(at_ms: int, zone: str) -> str:
    """The wall clock of an instant, as people write it."""
    return to_utc(at_ms).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def place_of(zone: str) -> str:
    """The name of a zone as people say it: `Shanghai time`."""
    return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"


def said_ms(body: dict[str, Any], *names: str) -> int | None:
    """The first of these fields that is an instant, epoch milliseconds."""
    for name in names:
        try:
            return to_ms(datetime.fromisoformat(body[name]))
        except (KeyError, TypeError, ValueError):
            continue
    return None


GONE: Final = " (no longer on its topic: an index knows no more)"


def _entry(record: AccountRecord, zone: str) -> Entry:
    entry = _read(record, zone)
    return entry if record.kept is None else entry._replace(words=f"{entry.words}{GONE}")


def _read(record: AccountRecord, zone: str) -> Entry:
    body = record.body()
    if record.role == roles.REMINDER_DECISIONS:
        at_ms = said_ms(body, "now")
        return Entry(record.at_ms if at_ms is None else at_ms, "decision", decision_words(body, zone), record, body)
    if record.role == roles.REMINDERS:
        at_ms = said_ms(body, *_TIMES)
        return Entry(record.at_ms if at_ms is None else at_ms, "message", message_words(body), record, body)
    if record.role == roles.REMINDER_DEAD_LETTERS:
        return Entry(record.at_ms, "dead letter", "A record about the account could not be used", record, body)
    if record.value is None and record.kept is None:
        return Entry(record.at_ms, "fact", "What was told of the account here was deleted", record, body)
    return Entry(record.at_ms, "fact", fact_words(body), record, body)


def reason(body: dict[str, Any]) -> str:
    """Why, with the rule of the pack if one was applied."""
    rule = body.get("rule")
    return clause(str(body.get("code"))) + (f", {rule}" if rule else "")


def decision_words(body: dict[str, Any], zone: str) -> str:
    """A decision in one sentence."""
    stage, why = body.get("stage") or "the message", reason(body)
    until_ms = said_ms(body, "until")
    until = None if until_ms is None else f"{wall_clock(until_ms, zone)} {place_of(zone)}"
    waits = "" if until is None else f", until {until}"
    said = {
        "sent": f"{stage} left: {why}",
        "deferred": f"{stage} waited until {until}: {why}",
        "blocked": f"{stage} was not sent{waits}: {why}",
        "lapsed": f"{stage} will not be sent any more: {why}",
        "handed_off": f"The case goes to a person: {why}",
        "recalled": f"{stage} was taken back: {why}",
        "withdrawn": f"The case was taken back from the person: {why}",
        "closed": f"The episode is over: {why}",
        "reopened": f"The episode goes on{waits}: {why}",
        "noted": why[:1].upper() + why[1:] + waits + _foreseen(body, zone),
    }
    return said.get(str(body.get("outcome")), f"A decision that this version does not know: {why}")


def _foreseen(body: dict[str, Any], zone: str) -> str:
    told = body.get("next") if body.get("code") == "PLANNED" else None
    if not isinstance(told, list):
        return ""
    return ": " + ("; ".join(wait_words(one, zone) for one in told) or "nothing is due")


def wait_words(wait: dict[str, Any], zone: str) -> str:
    """What comes next, when, and what stands against it until then."""
    at_ms = said_ms(wait, "at")
    when = "only after another fact" if at_ms is None else f"not before {wall_clock(at_ms, zone)} {place_of(zone)}"
    return f"{wait.get('stage')} comes {when}, as {clause(str(wait.get('code')))}"


def message_words(body: dict[str, Any]) -> str:
    """A message in one sentence, without the name and the words."""
    stage, why = body.get("stage"), clause(str(body.get("reason")))
    said: dict[str, Callable[[], str]] = {
        "reminder.issued": lambda: f"{stage} was issued: {money(body, 'amount_minor')} by {body.get('channel')}",
        "reminder.escalated": lambda: f"{stage} was issued in place of the one before: {money(body, 'amount_minor')}",
        "notice.issued": lambda: f"{stage} answered the borrower's reply",
        "reminder.cancelled": lambda: f"{stage} was recalled at the gateway: {why}",
        "case.handed-off": lambda: f"The case was handed to a person: {why}",
        "case.withdrawn": lambda: f"The person was told to leave the case: {why}",
        "cycle.opened": lambda: "An episode goes on" if body.get("reopened") else "An episode of reminders began",
        "cycle.closed": lambda: f"The episode ended: {why}",
    }
    found = said.get(str(body.get("type")))
    return "A message that this version cannot read" if found is None else found()
