"""From a record to what the watcher understands of it. What a worker puts aside as unusable counts here as nothing."""

from collections.abc import Container, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from agents.decisions import Rulebook
from agents.experiments.events import Complained, Cured, Event, OptOutEvent, Touched
from agents.experiments.merging import TimedEvent
from schemas.cases import ComplaintReceived, ReplyReceived
from schemas.decisions import Outcome
from schemas.facts import Fact, ProfileUpdated
from schemas.policy.keywords import bare
from schemas.reading import UnusableInput, read
from schemas.values.instants import to_ms
from streams import roles

READ: Final = (roles.REMINDER_DECISIONS, roles.CASE_UPDATED, roles.PROFILE_UPDATED)
"""Messages are read as the decisions to send them: both leave in one transaction, `reminders` is kept for three days
only, and what the hold-out would have got stands nowhere else."""

_WORTH_READING: Final = {
    roles.CASE_UPDATED: (b"complaint.received", b"reply.received"),
    roles.PROFILE_UPDATED: (b"opt_outs",),
}
_NO_EXPERIMENT: Final = b'"experiment":null'
_CURED: Final = b'"CURED"'


class _Decision(msgspec.Struct):
    type: str
    account_id: str
    now: datetime
    outcome: str
    code: str
    policy_id: str
    experiment: str | None
    arm: str | None


_decode: Final = msgspec.json.Decoder(_Decision).decode


class Watched(NamedTuple):
    """What is looked for."""

    policy: str
    experiments: Container[str]
    opt_out_words: Container[str]
    """In capitals: the policy's and its pack's."""
    limit_bytes: int
    """The largest fact that a worker reads."""


def watched(rulebook: Rulebook, codes: Iterable[str], limit_bytes: int) -> Watched:
    """These experiments of a policy."""
    return Watched(rulebook.policy.id, frozenset(codes), rulebook.opt_out_words, limit_bytes)


def told(role: str, record: Any, wanted: Watched) -> TimedEvent:
    """A record of one of the topics in ``READ``, as aiokafka gives it.

    It was told when its body says, but never after its Kafka timestamp: a fact from the future would hold up the rest.
    """
    event = _decision(record, wanted) if role == roles.REMINDER_DECISIONS else _fact(role, record, wanted)
    at_ms = record.timestamp if event is None else min(event.at_ms, record.timestamp)
    return TimedEvent(at_ms, event)


def _decision(record: Any, wanted: Watched) -> Event | None:
    value = record.value
    if not value or (_NO_EXPERIMENT in value and _CURED not in value):
        return None
    try:
        body = _decode(value)
    except msgspec.DecodeError:
        return None
    return _outcome(body, wanted.experiments) if body.policy_id == wanted.policy else None


def _outcome(body: _Decision, experiments: Container[str]) -> Event | None:
    at_ms = to_ms(body.now)
    if body.outcome == Outcome.CLOSED and body.code == "CURED":
        return Cured(at_ms, body.account_id)
    withheld = body.code == "HOLD_OUT"
    touched = withheld or body.outcome == Outcome.SENT
    if touched and body.experiment is not None and body.arm is not None and body.experiment in experiments:
        return Touched(at_ms, body.account_id, body.experiment, body.arm, withheld)
    return None


def _fact(role: str, record: Any, wanted: Watched) -> Event | None:
    value = record.value
    if not value or not any(word in value for word in _WORTH_READING[role]):
        return None
    try:
        fact = read(role, record.key, value, wanted.limit_bytes)
    except UnusableInput:
        return None
    return answer_of(fact, wanted.opt_out_words)


def answer_of(fact: Fact, opt_out_words: Container[str]) -> Event | None:
    """What a fact answers to our messages, if it does."""
    at_ms = to_ms(fact.time)
    match fact:
        case ComplaintReceived():
            return Complained(at_ms, fact.account_id, fact.complaint_id)
        case ReplyReceived() if bare(fact.keyword) in opt_out_words:
            return OptOutEvent(at_ms, fact.account_id, fact.reply_id)
        case ProfileUpdated() if _names_opt_out(fact):
            return OptOutEvent(at_ms, fact.account_id)
    return None


def _names_opt_out(profile: ProfileUpdated) -> bool:
    """Whether it ends our messages, as the worker's own reading has it: all, by SMS, or to the number in use."""
    ends = (("channel", "sms"), ("address", profile.phone))
    return any(told.scope == "all" or (told.scope, told.value) in ends for told in profile.opt_outs)
