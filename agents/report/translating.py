"""From a record to what the report understands of it: the watcher's reading, with what describes a message."""

from datetime import datetime
from typing import Any, Final

import msgspec

from agents.decisions import Rulebook
from agents.experiments.events import AccountOver, Cured, DeliveryTold, Event, PersonAsked, StageDecided
from agents.experiments.merging import TimedEvent
from agents.experiments.translating import answer_of
from schemas.cases import ReminderReceipt
from schemas.decisions import Outcome
from schemas.reading import UnusableInput, read
from schemas.values.instants import to_ms
from streams import roles

REPORTED: Final = (roles.REMINDER_DECISIONS, roles.CASE_UPDATED, roles.PROFILE_UPDATED, roles.REMINDER_RECEIPTS)
"""No record of `reminders`: it is kept for three days, and the decision tells all that is counted."""

_WORTH_READING: Final = {
    roles.CASE_UPDATED: (b"complaint.received", b"reply.received"),
    roles.PROFILE_UPDATED: (b"opt_outs",),
    roles.REMINDER_RECEIPTS: (b"delivered",),
}
_OUTCOMES: Final = {Outcome.SENT: "sent", Outcome.DEFERRED: "deferred"}
_HOLD_OUT: Final = "HOLD_OUT"


class _Saw(msgspec.Struct):
    total_overdue_minor: int
    local_time: str | None = None


class _Recorded(msgspec.Struct):
    account_id: str
    now: datetime
    outcome: str
    code: str
    policy_id: str
    evidence: _Saw
    stage: str | None = None
    reminder_id: str | None = None
    segment: str | None = None
    experiment: str | None = None
    arm: str | None = None
    template_id: str | None = None
    parts: int | None = None
    core: int = 1


_decode: Final = msgspec.json.Decoder(_Recorded).decode


class ReportReading:
    """Understands the records of one policy, all its versions."""

    def __init__(self, rulebook: Rulebook, limit_bytes: int) -> None:
        self._policy = rulebook.policy.id
        self._opt_out_words = rulebook.opt_out_words
        self._limit_bytes = limit_bytes

    def told(self, role: str, record: Any) -> TimedEvent:
        """A record of one of the topics in ``REPORTED``; never told after its Kafka timestamp."""
        event = self._decision(record) if role == roles.REMINDER_DECISIONS else self._fact(role, record)
        at_ms = record.timestamp if event is None else min(event.at_ms, record.timestamp)
        return TimedEvent(at_ms, event)

    def _decision(self, record: Any) -> Event | None:
        try:
            body = _decode(record.value or b"")
        except msgspec.DecodeError:
            return None
        return _event_of(body) if body.policy_id == self._policy else None

    def _fact(self, role: str, record: Any) -> Event | None:
        value = record.value
        if not value or not any(word in value for word in _WORTH_READING[role]):
            return None
        try:
            fact = read(role, record.key, value, self._limit_bytes)
        except UnusableInput:
            return None
        if not isinstance(fact, ReminderReceipt):
            return answer_of(fact, self._opt_out_words)
        if fact.status != "delivered":
            return None
        return DeliveryTold(to_ms(fact.time), fact.account_id, fact.reminder_id)


def _event_of(body: _Recorded) -> Event | None:
    at_ms, owes = to_ms(body.now), body.evidence.total_overdue_minor > 0
    if body.outcome == Outcome.CLOSED:
        return (Cured if body.code == "CURED" else AccountOver)(at_ms, body.account_id)
    if body.outcome == Outcome.HANDED_OFF:
        return PersonAsked(at_ms, body.account_id, owes)
    how = "withheld" if body.code == _HOLD_OUT else _OUTCOMES.get(Outcome(body.outcome))
    # Who waits outside of an experiment enters nothing until the message leaves.
    if how is None or body.stage is None or (how == "deferred" and body.arm is None):
        return None
    local = body.evidence.local_time
    return StageDecided(
        at_ms=at_ms,
        account_id=body.account_id,
        how=how,
        stage=body.stage,
        owes=owes,
        segment=body.segment,
        experiment=body.experiment,
        arm=body.arm,
        template_id=body.template_id,
        reminder_id=body.reminder_id,
        parts=body.parts,
        hour=None if local is None else local[11:13],
        core=body.core,
    )
