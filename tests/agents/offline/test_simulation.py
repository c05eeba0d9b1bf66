"""The core offline keeps the order of a replay: facts at the next tick, sorted; then the tick itself."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from agents.offline.fact_files import FactLine
from agents.offline.simulation import Emitted, Simulation
from agents.policy.files.policy import load_rulebook
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from tests.places import PLACES

BOOK = load_rulebook(PLACES, "test")
FIRST_DAY = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
TICK_HOUR = 10
GRID = Grid(86_400, TICK_HOUR * 3600, "Asia/Shanghai")


def at(day: int, hour: float = 0) -> datetime:
    return FIRST_DAY + timedelta(days=day, hours=hour)


def ms(day: int, hour: float = TICK_HOUR) -> int:
    return to_ms(at(day, hour))


def line(role: str, when: datetime, kind: str, event_id: str, **fields: Any) -> FactLine:
    body = {"type": kind, "event_id": event_id, "account_id": "A-1", "time": when.isoformat(), **fields}
    return FactLine(to_ms(when), role, b"A-1", json.dumps(body).encode())


def profile(when: datetime, event_id: str = "p", **changes: Any) -> FactLine:
    fields = {"surname": "王", "phone": "+8613800138000", "language": "zh-Hans", "zone": "Asia/Shanghai"}
    return line(
        roles.PROFILE_UPDATED, when, "profile.updated", event_id, **{**fields, "as_of": when.isoformat(), **changes}
    )


def missed(when: datetime, event_id: str = "m", **changes: Any) -> FactLine:
    fields = {
        "loan_id": "L",
        "instalment_id": "1",
        "due_date": "2026-03-01",
        "amount_due_minor": 10_000,
        "outstanding_minor": 10_000,
        "currency": "CNY",
        "as_of": at(0).isoformat(),
    }
    return line(roles.REPAYMENT_MISSED, when, "repayment.missed", event_id, **{**fields, **changes})


def paid(when: datetime, event_id: str = "b") -> FactLine:
    fields = {"payment_id": "P", "amount_minor": 10_000, "currency": "CNY", "booked_at": when.isoformat()}
    return line(roles.PAYMENT_RECEIVED, when, "payment.booked", event_id, **fields)


def simulate(*lines: FactLine, until_ms: int, **options: Any) -> tuple[Simulation, list[Emitted]]:
    simulation = Simulation(BOOK, GRID, 65_536)
    return simulation, list(simulation.run(lines, until_ms, **options))


def messages(emitted: list[Emitted]) -> list[tuple[str, str]]:
    """Type and instant of each message."""
    found = []
    for record in emitted:
        if record.role == roles.REMINDERS:
            body = json.loads(record.value)
            instant = next(str(value) for name, value in body.items() if name.endswith(("ed_at", "off_at")))
            found.append((body["type"], instant))
    return found


def utc(day: int) -> str:
    return at(day, TICK_HOUR - 8).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_fact_is_judged_at_the_next_tick_and_the_tick_follows_it() -> None:
    _, emitted = simulate(profile(at(0, 1)), missed(at(0, 1)), until_ms=ms(0))
    assert messages(emitted) == [("cycle.opened", utc(0)), ("reminder.issued", utc(0))]
    _, emitted = simulate(profile(at(0, 11)), missed(at(0, 11)), until_ms=ms(1))
    assert messages(emitted) == [("cycle.opened", utc(1)), ("reminder.issued", utc(1))]


def test_a_payment_before_the_tick_silences_it_and_one_after_it_recalls() -> None:
    silent, emitted = simulate(profile(at(0, 1)), missed(at(0, 1)), paid(at(0, 9)), until_ms=ms(5))
    assert messages(emitted) == []
    assert not silent.counts["messages", "reminder.issued FRIENDLY"]
    _, emitted = simulate(profile(at(0, 1)), missed(at(0, 1)), paid(at(0, 11)), until_ms=ms(5))
    assert messages(emitted)[2:] == [("reminder.cancelled", utc(1)), ("cycle.closed", utc(1))]


def test_nothing_happens_after_the_last_tick() -> None:
    lines = (profile(at(0, 1)), missed(at(0, 1)))
    for until_ms in (ms(0) - 1, ms(0, 1)):
        assert simulate(*lines, until_ms=until_ms)[1] == []
    # A fact whose tick lies beyond the end is not read.
    simulation, emitted = simulate(*lines, paid(at(0, 11)), until_ms=ms(1) - 1)
    assert len(messages(emitted)) == 2
    assert simulation.counts["facts", roles.PAYMENT_RECEIVED] == 0


def test_ticks_go_on_without_facts() -> None:
    _, emitted = simulate(profile(at(0, 1)), missed(at(0, 1)), until_ms=ms(40))
    assert [kind for kind, _ in messages(emitted)] == [
        "cycle.opened",
        "reminder.issued",
        "reminder.escalated",
        "reminder.escalated",
        "case.handed-off",
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_facts_of_one_instant_go_by_version_then_event_id(turned: bool) -> None:
    # The later version has the earlier event id; who is read last speaks to the new number only.
    when = at(0, 1)
    lines = [
        profile(when, "e2", source_version=1, phone="+8613800138000"),
        profile(when, "e1", source_version=2, phone="+8613900139000"),
        missed(when, "e3", source_version=3),
    ]
    _, emitted = simulate(*(reversed(lines) if turned else lines), until_ms=ms(0))
    reminder = json.loads(next(r.value for r in emitted if b"reminder.issued" in r.value))
    assert reminder["recipient"]["phone"] == "+8613900139000"
    assert emitted == simulate(*lines, until_ms=ms(0))[1]


def test_what_cannot_be_used_is_a_line_of_its_own() -> None:
    simulation, emitted = simulate(FactLine(ms(0, 1), roles.CASE_UPDATED, None, b"\xff"), until_ms=ms(0))
    (letter,) = emitted
    assert (letter.role, letter.key) == (roles.REMINDER_DEAD_LETTERS, None)
    assert json.loads(letter.value) == {
        "reason": "NULL_KEY",
        "detail": "a fact without a key belongs to no account",
        "input": "case-updated",
        "value_b64": "/w==",
    }
    assert simulation.counts["dead letters", "NULL_KEY"] == 1


def test_a_tombstone_erases_the_profile_and_an_account_of_which_nothing_is_left() -> None:
    erased = FactLine(ms(0, 2), roles.PROFILE_UPDATED, b"A-1", None)
    simulation, emitted = simulate(erased, until_ms=ms(0))
    assert (simulation.accounts, emitted) == ({}, [])
    simulation, _ = simulate(profile(at(0, 1)), erased, until_ms=ms(0))
    assert simulation.accounts == {}
    _, emitted = simulate(profile(at(0, 1)), missed(at(0, 1)), erased, until_ms=ms(3))
    decisions = [json.loads(r.value) for r in emitted if r.role == roles.REMINDER_DECISIONS]
    assert [(d["outcome"], d["code"]) for d in decisions] == [("blocked", "RECIPIENT_UNKNOWN")]


def test_it_counts_and_tells_how_far_it_is() -> None:
    told: list[int] = []
    lines = (profile(at(0, 1)), missed(at(0, 1)), paid(at(0, 11)))
    simulation, _ = simulate(*lines, until_ms=ms(2), progress=told.append)
    assert told == [ms(0, 1), ms(0, 11)]
    assert simulation.counts["facts", roles.REPAYMENT_MISSED] == 1
    assert simulation.counts["messages", "reminder.issued FRIENDLY"] == 1
    assert simulation.counts["messages", "cycle.closed"] == 1
    assert simulation.counts["decisions", "sent ISSUED"] == 1
