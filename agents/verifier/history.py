"""What the topics keep of each account: what was said of it, and the moments at which decisions were recorded.

A moment is one answer of the core: its decisions share trigger, instant, the input offsets they saw, and the gate.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from agents.deadletters.letters import read_letter
from agents.decisions import CORE_REVISION
from agents.verifier.said import InputReader, Said
from schemas.decisions import Decision, Evidence
from schemas.values.instants import to_ms
from streams import roles
from streams.cluster.whole_logs import LoggedRecord
from streams.settings import Settings

_COORDINATES: Final = (
    "inputs",
    "watermarks",
    "controls",
    "complete_to",
    "unmarked",
    "unread",
    "pace_us",
    "time_data",
    "numbers_required",
)


class GateSeen(NamedTuple):
    """What a decision tells of the gate of its partition: given, not recomputed."""

    controls: int | None
    """The offset up to which controls were read, exclusive."""
    complete_to_ms: int | None
    unmarked: tuple[str, ...]
    unread: int
    pace_us: int | None = None
    numbers_required: bool = False


@dataclass
class Moment:
    """One answer of the core, as it was recorded."""

    trigger: str
    now_ms: int
    inputs: Mapping[str, int]
    """Role -> the offset up to which the partition had been applied, exclusive."""
    gate: GateSeen
    decisions: list[dict[str, Any]] = field(default_factory=list)
    """Without coordinates: see `plain`."""


@dataclass
class AccountHistory:
    """Everything about one account."""

    said: dict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    """By input, in the order of its offsets."""
    moments: list[Moment] = field(default_factory=list)
    messages: list[LoggedRecord] = field(default_factory=list)
    partition: int = 0
    by_another_core: bool = False
    """A revision of the rules that is not this program's has decided about it, so its state cannot be recomputed."""
    erased: bool = False
    """Its person was erased: the profiles by which it was decided are gone, or will be."""


class Histories(NamedTuple):
    """All accounts by their keys, and the records that cannot be used: inputs without a dead letter, and outputs."""

    accounts: dict[bytes, AccountHistory]
    open: list[LoggedRecord]
    unreadable: list[LoggedRecord]
    """Outputs that no worker wrote: they say nothing that could be compared."""


def histories(records: Sequence[LoggedRecord], settings: Settings) -> Histories:
    """The history of every account."""
    topic_roles = {name: role for role, name in settings.topics.items()}
    letters = (read_letter(record, topic_roles) for record in records if record.role == roles.REMINDER_DEAD_LETTERS)
    unusable = {letter.at for letter in letters if letter is not None}
    inputs = [record for record in records if record.role in roles.INPUTS and not record.is_mark]
    reader = InputReader(settings, inputs, unusable)
    found: dict[bytes, AccountHistory] = defaultdict(AccountHistory)
    for record in inputs:
        for key, said in reader.said(record):
            found[key].said[record.role].append(said)
            found[key].partition = record.partition
    unreadable = []
    for record in records:
        if record.key is None or record.role not in (roles.REMINDERS, roles.REMINDER_DECISIONS):
            continue
        if not _enter(found[record.key], record, topic_roles):
            unreadable.append(record)
        found[record.key].partition = record.partition
    return Histories(found, reader.open, unreadable)


def read_decision(record: LoggedRecord) -> Decision | None:
    """The decision in a record of `reminder-decisions`; None when it is none."""
    try:
        decision = msgspec.json.decode(record.value or b"", type=Decision)
    except (msgspec.MsgspecError, ValueError):
        return None
    zoned = decision.now.tzinfo and (decision.evidence.complete_to is None or decision.evidence.complete_to.tzinfo)
    return decision if zoned else None


def _enter(history: AccountHistory, record: LoggedRecord, topic_roles: Mapping[str, str]) -> bool:
    """Put an output where it belongs; whether it could be read."""
    if record.role == roles.REMINDERS:
        body = record.body()
        known = isinstance(body.get("type"), str) and isinstance(body.get("reminder_id") or body.get("cycle_id"), str)
        if known:
            history.messages.append(record)
        return known
    decision = read_decision(record)
    if decision is None or not decision.evidence.inputs.keys() <= topic_roles.keys():
        return False
    _enter_decision(history, decision, record, topic_roles)
    return True


def _enter_decision(
    history: AccountHistory, decision: Decision, record: LoggedRecord, topic_roles: Mapping[str, str]
) -> None:
    inputs = {topic_roles[topic]: offset for topic, offset in decision.evidence.inputs.items()}
    moment = Moment(decision.trigger, to_ms(decision.now), inputs, _gate_seen(decision.evidence))
    last = history.moments[-1] if history.moments else None
    if last is None or _seen_by(last) != _seen_by(moment):
        last = moment
        history.moments.append(last)
    last.decisions.append(plain(record.body()))
    history.by_another_core |= decision.core != CORE_REVISION
    history.erased |= decision.erased is not None


def plain(decision: dict[str, Any]) -> dict[str, Any]:
    """A decision without the coordinates of its input and its gate, which are evidence and no result."""
    evidence = {name: value for name, value in decision["evidence"].items() if name not in _COORDINATES}
    return {**decision, "evidence": evidence}


def _gate_seen(evidence: Evidence) -> GateSeen:
    complete_to_ms = None if evidence.complete_to is None else to_ms(evidence.complete_to)
    return GateSeen(
        evidence.controls,
        complete_to_ms,
        evidence.unmarked,
        evidence.unread,
        evidence.pace_us,
        evidence.numbers_required,
    )


def _seen_by(moment: Moment) -> tuple[object, ...]:
    return moment.trigger, moment.now_ms, moment.inputs, moment.gate
