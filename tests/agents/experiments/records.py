"""Records as they lie on the topics: decisions of a story, and facts."""

from typing import Any, NamedTuple

import msgspec

from agents.experiments.translating import Watched
from agents.reminders.decisions.calendar import to_ms
from schemas.decisions import Decision
from schemas.facts import Fact
from tests.agents.decisions.story import Said, Story, at

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


def fact(said: Said, when: str = "2026-03-05 10:00", **more: Any) -> Lying:
    """Told at that time in China."""
    return lying(Story().envelope(Said(said.model, {**said.fields, **more}), at(when)))


def lying(told: Fact | Decision) -> Lying:
    """The bytes of a fact or a decision."""
    if isinstance(told, Fact):
        return Lying(told.account_id.encode(), told.model_dump_json().encode(), to_ms(told.time))
    return Lying(told.account_id.encode(), msgspec.json.encode(told), to_ms(told.now))
