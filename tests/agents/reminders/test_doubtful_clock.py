"""A clock that was wrong for a while: what was planned by it is planned anew, and nothing waits for its time."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.stored import accounts
from schemas.values.instants import to_ms
from streams.transport.partitioner import partition_of
from tests.agents.reminders.fake_worker import NOW, PARTITION, Counter
from tests.agents.reminders.test_agent import missed, profile
from tests.agents.reminders.test_gates import BEAT, reasons

OTHER = next(f"B-{n}" for n in range(99) if partition_of(b"B-%d" % n, 4) == PARTITION)


def of_the_other(record: tuple[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    role, body = record
    return role, {**body, "account_id": OTHER}


def doubted(counter: Counter) -> bool:
    return counter.gate.doubted


def planned_ahead() -> Counter:
    """One account is planned too late by as much as the clock was thought to be right ahead of the time."""
    counter = Counter()
    counter.chunk(of_the_other(profile()), key=OTHER.encode())
    counter.tick(keys=(BEAT,))
    counter.switches.doubt = True
    counter.chunk(profile(), missed(), now=NOW + timedelta(hours=1))
    counter.switches.doubt = False
    return counter


def test_a_clock_an_hour_ahead_costs_no_hour() -> None:
    counter = planned_ahead()
    assert counter.account.next_due_at > to_ms(NOW + timedelta(minutes=30))
    counter.tick(NOW + timedelta(seconds=1), keys=(BEAT,))
    assert counter.account.next_due_at <= to_ms(NOW + timedelta(seconds=2))
    assert not doubted(counter)
    counter.tick(NOW + timedelta(seconds=2))
    assert reasons(counter) == ["ISSUED"]


def test_the_next_worker_plans_anew_what_a_killed_one_had_planned() -> None:
    counter = planned_ahead()
    assert doubted(counter)
    successor = Counter()
    successor.app.table.update(counter.app.table)
    successor.tick(NOW + timedelta(seconds=1), keys=(BEAT,))
    assert successor.account.next_due_at <= to_ms(NOW + timedelta(seconds=2))
    assert successor.switches.floor_ms == to_ms(NOW), "no instant of the wrong clock"


def test_a_partition_that_began_under_a_wrong_clock_is_due_at_once() -> None:
    counter = Counter()
    counter.switches.doubt = True
    counter.chunk(profile(), missed(), now=NOW + timedelta(days=365))
    assert counter.gate.next_due_at < to_ms(NOW)
    assert counter.gate.now_ms == 0
    counter.switches.doubt = False
    counter.tick(keys=(BEAT,))
    assert counter.account.next_due_at <= to_ms(NOW) + 1


def test_what_comes_under_a_new_doubt_is_not_passed_over_by_the_sweep_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.reminders.sweep.SLICE", 1)
    counter = planned_ahead()
    counter.tick(NOW + timedelta(seconds=1), keys=(BEAT,))
    assert doubted(counter), "one of two accounts has been looked at"
    counter.switches.doubt = True
    counter.chunk(of_the_other(missed()), now=NOW + timedelta(hours=1), key=OTHER.encode())
    counter.switches.doubt = False
    for second in (2, 3, 4):
        counter.tick(NOW + timedelta(seconds=second), keys=(BEAT,))
    assert not doubted(counter)
    other = accounts.decode(counter.app.table[OTHER.encode()])
    assert other.next_due_at <= to_ms(NOW + timedelta(seconds=5))


def test_a_clock_that_was_never_in_doubt_plans_nothing_anew() -> None:
    counter = Counter()
    counter.chunk(profile(), missed())
    counter.tick(keys=(BEAT,))
    before = counter.app.table.writes
    counter.tick(NOW + timedelta(seconds=1), keys=(BEAT,))
    assert counter.app.table.writes == before + 1


def test_a_sweep_begins_anew_when_a_part_of_it_was_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.reminders.sweep.SLICE", 1)
    counter = planned_ahead()
    counter.chunk(of_the_other(missed()), now=NOW, key=OTHER.encode())
    before = dict(counter.app.table)
    counter.tick(NOW + timedelta(seconds=1), keys=(BEAT,))
    counter.app.table.update(before)
    counter.switches.number += 1
    for second in (2, 3):
        assert doubted(counter), "both accounts are looked at"
        counter.tick(NOW + timedelta(seconds=second), keys=(BEAT,))
    assert not doubted(counter)
