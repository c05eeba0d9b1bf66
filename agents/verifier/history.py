"""What the topics keep of each account: its usable facts by input, and the moments at which decisions were recorded.

A moment is one answer of the core: its decisions share trigger, instant and the input offsets they saw.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from agents.recount import Kept, origin
from agents.reminders.decisions.calendar import to_ms
from schemas import facts, reading
from schemas.decisions import Decision
from streams import roles


@dataclass(frozen=True)
class Said:
    """One usable fact and where it lies."""

    role: str
    offset: int
    bus_ms: int
    order: tuple[object, ...]
    """Of facts of one instant on the bus, as a replay orders them."""
    fact: facts.Fact | None
    """None is the erasure of a profile."""


@dataclass
class Moment:
    """One answer of the core, as it was recorded."""

    trigger: str
    now_ms: int
    inputs: Mapping[str, int]
    """Role -> the offset up to which the partition had been applied, exclusive."""
    decisions: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class History:
    """Everything about one account."""

    facts: dict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    moments: list[Moment] = field(default_factory=list)
    messages: list[Kept] = field(default_factory=list)
    partition: int = 0


def histories(records: Iterable[Kept], topic_roles: Mapping[str, str], limit_bytes: int) -> dict[bytes, History]:
    """The history of every account, by its key. Dead letters and progress marks belong to none."""
    kept = [record for record in records if not record.is_mark]
    unusable = {origin(letter, topic_roles) for letter in kept if letter.role == roles.REMINDER_DEAD_LETTERS}
    found: dict[bytes, History] = defaultdict(History)
    for record in kept:
        if record.key is None or record.role == roles.REMINDER_DEAD_LETTERS:
            continue
        if record.role in roles.INPUTS:
            if (record.role, record.partition, record.offset) not in unusable:
                found[record.key].facts[record.role].append(_said(record, limit_bytes))
        elif record.role == roles.REMINDERS:
            found[record.key].messages.append(record)
        else:
            _enter(found[record.key], record, topic_roles)
        found[record.key].partition = record.partition
    return found


def _said(record: Kept, limit_bytes: int) -> Said:
    order = (reading.replay_order(record.role, record.key, record.value), record.role, record.offset)
    erased = record.value is None and record.role == roles.PROFILE_UPDATED
    fact = None if erased else reading.read(record.role, record.key, record.value, limit_bytes)
    return Said(record.role, record.offset, record.timestamp_ms, order, fact)


def _enter(history: History, record: Kept, topic_roles: Mapping[str, str]) -> None:
    body = record.body()
    decision = msgspec.json.decode(record.value or b"", type=Decision)
    inputs = {topic_roles[topic]: offset for topic, offset in decision.evidence.inputs.items()}
    now_ms = to_ms(decision.now)
    last = history.moments[-1] if history.moments else None
    if last is None or (last.trigger, last.now_ms, last.inputs) != (decision.trigger, now_ms, inputs):
        last = Moment(decision.trigger, now_ms, inputs)
        history.moments.append(last)
    last.decisions.append(body)
