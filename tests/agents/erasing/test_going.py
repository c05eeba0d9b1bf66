"""When something of an erased person is gone, by the settings of its topic, whatever these are."""

from typing import Any

import pytest

from agents.erasing.going import Going, going
from schemas.values.instants import DAY_MS, to_utc
from streams import roles
from streams.settings import Settings
from streams.topics.topology import plan

NOW_MS = 1_930_000_000_000
SPECS = plan(Settings(_env_file=None))
LONG_MAX = str(2**63 - 1)
KAFKA = {"segment.ms": str(7 * DAY_MS), "max.compaction.lag.ms": LONG_MAX}


def said(role: str, **changes: str) -> Going:
    """Of a topic as planned, with Kafka's own defaults and these changes."""
    spec = next(spec for spec in SPECS if spec.role == role)
    configs = {**KAFKA, **spec.configs(), **{name.replace("_", "."): value for name, value in changes.items()}}
    (found,) = going((spec,), {spec.name: configs}, {spec.name: 4}, NOW_MS)
    return found


@pytest.mark.parametrize(
    ("role", "days"),
    [
        (roles.PROFILE_UPDATED, 7),
        (roles.ACCOUNTS_CHANGELOG, 7),
        (roles.NUMBERS, 7),
        (roles.REMINDERS, 3 + 7),
        (roles.REMINDER_DEAD_LETTERS, 14 + 7),
        (roles.BORROWER_REPLIES, 7 + 7),
        (roles.CASE_UPDATED, 8 + 7),
    ],
)
def test_as_planned(role: str, days: int) -> None:
    assert said(role).gone_by == to_utc(NOW_MS + days * DAY_MS)


@pytest.mark.parametrize(
    ("role", "changes", "why"),
    [
        (roles.PROFILE_UPDATED, {"max_compaction_lag_ms": LONG_MAX}, "max.compaction.lag.ms"),
        (roles.REMINDERS, {"retention_ms": "-1"}, "for ever"),
        (roles.REMINDERS, {"retention_ms": LONG_MAX}, "for ever"),
    ],
)
def test_no_day_is_made_up(role: str, changes: dict[str, str], why: str) -> None:
    found = said(role, **changes)
    assert found.gone_by is None
    assert why in found.unless


def test_every_topic_with_personal_data_is_told_of_even_where_its_settings_may_not_be_read() -> None:
    counts: dict[str, Any] = {spec.name: 4 for spec in SPECS}
    found = {one.topic: one for one in going(SPECS, {}, counts, NOW_MS)}
    assert {spec.name for spec in SPECS if spec.personal_data} <= set(found)
    assert all(one.gone_by is None and "DescribeConfigs" in one.unless for one in found.values())
    assert not list(going(SPECS, {}, {}, NOW_MS))
