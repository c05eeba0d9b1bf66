"""Records as they lie on the topics: decisions of a story, and facts."""

from typing import Any, NamedTuple

import msgspec

from agents.experiments.events import Complained, Event, OptOutEvent, Touched
from agents.experiments.translating import Watched
from schemas.decisions import Decision
from schemas.facts import Fact
from schemas.values.instants import to_ms, to_utc
from streams import roles
from tests.agents.decisions.story import Story, StorySaid, at, complained, profile, replied

WATCHED = Watched("cn-consumer", frozenset({"X", "Y"}), frozenset({"STOP", "TD"}), 65_536)
EXPERIMENT = {
    "code": "X",
    "first_day": "2026-03-01",
    "last_day": "2026-03-31",
    "arms": [{"code": "SOFT", "share": 99, "tone": "supportive"}, {"code": "OUT", "share": 1, "silent": True}],
    "stop": {"sent_min": 20, "complaints_per_1000": 40.0, "opt_outs_per_1000": 60.0},
}
"""The story's account is in SOFT."""


class Lying(NamedTuple):
    """What of a record is looked at."""

    key: bytes | None
    value: bytes | None
    timestamp: int
    offset: int = 0


def fact(said: StorySaid, when: str = "2026-03-05 10:00", **more: Any) -> Lying:
    """Told at that time in China."""
    return lying(Story().envelope(StorySaid(said.model, {**said.fields, **more}), at(when)))


def lying(told: Fact | Decision) -> Lying:
    """The bytes of a fact or a decision."""
    if isinstance(told, Fact):
        return Lying(told.account_id.encode(), told.model_dump_json().encode(), to_ms(told.time))
    return Lying(told.account_id.encode(), msgspec.json.encode(told), to_ms(told.now))


def record_of(event: Event) -> tuple[str, Lying]:
    """The role and the record of an event."""
    key, now = event.account_id.encode(), to_utc(event.at_ms)
    if isinstance(event, Touched):
        body = {"type": "decision.recorded", "account_id": event.account_id, "now": now, "outcome": "sent"}
        body |= {"stage": "FRIENDLY", "reminder_id": event.account_id, "evidence": {"total_overdue_minor": 100}}
        body |= {"code": "ISSUED", "policy_id": "cn-consumer", "experiment": event.experiment, "arm": event.arm}
        return roles.REMINDER_DECISIONS, Lying(key, msgspec.json.encode(body), event.at_ms)
    role, said = _said(event)
    fields: dict[str, Any] = {"event_id": "e", "account_id": event.account_id, "time": now, **said.fields}
    if role == roles.PROFILE_UPDATED:
        fields["as_of"] = now
    fact = said.model(**fields)
    return role, Lying(key, fact.model_dump_json().encode(), event.at_ms)


def _said(event: Event) -> tuple[str, StorySaid]:
    if isinstance(event, Complained):
        return roles.CASE_UPDATED, complained(event.complaint_id)
    assert isinstance(event, OptOutEvent)
    if event.reply_id is None:
        return roles.PROFILE_UPDATED, profile(opt_outs=({"scope": "all"},))
    return roles.CASE_UPDATED, replied("STOP", event.reply_id)
