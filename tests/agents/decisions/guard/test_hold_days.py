"""How long a hold lasts: its own end, the most days of its kind without one, and the least days of its kind."""

from typing import Any

import pytest

from agents.decisions.policy.rulebook import Rulebook
from schemas.policy.packs import Pack
from tests.agents.decisions.story import OPEN, Story, StorySaid, at, hold, missed, profile, rulebook


def under(**days: int) -> Rulebook:
    """A pack that gives breathing spaces these days."""
    sourced: dict[str, Any] = {"basis": "policy", "source": "a test", "confidence": "P"}
    rule = {"id": "TT-HOLD-1", "kind": "hold", "hold": "breathing_space", **sourced, **days}
    raw = OPEN.pack.model_dump()
    return rulebook(OPEN._replace(pack=Pack.model_validate({**raw, "rules": [*raw["rules"], rule]})))


def placed(until: str | None = None) -> StorySaid:
    return hold(kind="breathing_space", until=None if until is None else at(until))


@pytest.mark.parametrize(
    ("days", "until", "first"),
    [
        ({"max_days": 4}, None, "03-06"),
        ({"max_days": 4}, "2026-03-10 00:00", "03-10"),
        ({"max_days": 4}, "2026-03-04 00:00", "03-04"),
        ({"max_days": 4, "min_days": 6}, "2026-03-04 00:00", "03-09"),
        ({"max_days": 4, "min_days": 6}, "2026-03-10 00:00", "03-10"),
        ({"max_days": 4, "min_days": 6}, None, "03-09"),
        ({"min_days": 6}, "2026-03-04 00:00", "03-09"),
    ],
)
def test_a_hold_lasts_to_its_own_end_and_never_less_than_its_kind(
    days: dict[str, int], until: str | None, first: str
) -> None:
    story = Story(under(**days)).on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00), placed(until))
    story.tick_until("2026-03-15 00:00")
    assert f"{story.reminders[0].issued_at.astimezone(at('2026-03-01 00:00').tzinfo):%m-%d}" == first


def test_least_days_alone_give_no_end() -> None:
    story = Story(under(min_days=6)).on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00), placed())
    assert not story.tick_until("2026-03-20 00:00").reminders
