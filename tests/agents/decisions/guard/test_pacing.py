"""The agreed rate: turns in order, none used twice, and an opening spread over its first minutes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.decisions.guard.hours import PREFERRED, plan
from agents.decisions.guard.pacing import interval_us, wait
from agents.decisions.guard.partition import Gate
from agents.decisions.policy.rulebook import Rulebook
from agents.decisions.policy.segments import Treatment
from agents.decisions.recorder import Seen, Verdict
from agents.offline.fact_files import Line
from agents.offline.simulation import Emitted, Simulation
from schemas.messages import Reminder
from schemas.stored.accounts import Account
from schemas.values.identity import fingerprint
from schemas.values.instants import MINUTE_MS, to_ms
from streams import roles
from streams.clock import Grid
from streams.transport.partitioner import partition_of
from tests.agents.decisions import door
from tests.agents.decisions.story import Story, at, contacted, missed, paid, profile, rulebook

PARTITIONS = 4
RATE = 40
OPENING = at("2026-03-02 09:00")


def paced(spread_minutes: int = 0, rate: int = RATE, **more: Any) -> Rulebook:
    return rulebook(pacing={"messages_per_second": rate, "spread_minutes": spread_minutes}, **more)


# A wave


def line(role: str, kind: str, account: str, when: datetime, **fields: Any) -> Line:
    body = {"type": kind, "event_id": f"{kind}-{account}", "account_id": account, "time": when.isoformat(), **fields}
    return Line(to_ms(when), role, account.encode(), json.dumps(body).encode())


def owing(account: str, due: str = "2026-03-01") -> Iterable[Line]:
    """A person, and a debt that falls due for its first reminder at the opening."""
    night = at("2026-03-02 01:00")
    who = {"surname": "王", "phone": "+8613800138000", "language": "zh-Hans", "zone": "Asia/Shanghai"}
    yield line(roles.PROFILE_UPDATED, "profile.updated", account, night, as_of=night.isoformat(), **who)
    debt = {"loan_id": "L", "instalment_id": "1", "currency": "CNY", "due_date": due}
    amounts = {"amount_due_minor": 100_00, "outstanding_minor": 100_00, "as_of": night.isoformat()}
    yield line(roles.REPAYMENT_MISSED, "repayment.missed", account, night, **debt, **amounts)


def pays(account: str, seconds: int) -> Line:
    when = OPENING + timedelta(seconds=seconds)
    money = {"payment_id": "P", "amount_minor": 100_00, "currency": "CNY", "booked_at": when.isoformat()}
    return line(roles.PAYMENT_RECEIVED, "payment.booked", account, when, **money)


class Wave(NamedTuple):
    """What left in a simulated morning, by account: seconds after the opening, and the codes of its decisions."""

    sent: dict[str, list[float]]
    codes: dict[str, list[str]]
    emitted: list[Emitted]


def morning(lines: Sequence[Line], policy: Rulebook) -> Wave:
    simulation = Simulation(policy, Grid(1), 65_536, PARTITIONS)
    emitted = list(simulation.run(lines, to_ms(OPENING) + 60 * MINUTE_MS))
    sent: dict[str, list[float]] = defaultdict(list)
    codes: dict[str, list[str]] = defaultdict(list)
    for record in emitted:
        body = json.loads(record.value)
        if body["type"] == "reminder.issued":
            issued = datetime.fromisoformat(body["issued_at"])
            sent[body["account_id"]].append((issued - OPENING).total_seconds())
        elif record.role == roles.REMINDER_DECISIONS:
            codes[body["account_id"]].append(body["code"])
    return Wave(sent, codes, emitted)


ACCOUNTS = [f"A-{number:04}" for number in range(1200)]
PAYERS = {account: 3 + number // 4 for number, account in enumerate(ACCOUNTS[::30])}


@pytest.fixture(scope="module")
def wave() -> Wave:
    """Twelve hundred accounts due at nine; some of them pay while they wait for their turn."""
    lines = [fact for account in ACCOUNTS for fact in owing(account)]
    return morning([*lines, *(pays(account, seconds) for account, seconds in PAYERS.items())], paced())


def place(account: str) -> tuple[int, str]:
    """Where an account stands among those that have waited and owe for equally long."""
    return int(fingerprint(account)[:8], 16) * 160 >> 32, account


def by_partition(wave: Wave) -> dict[int, list[tuple[float, str]]]:
    found: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for account, seconds in wave.sent.items():
        found[partition_of(account.encode(), PARTITIONS)] += [(second, account) for second in seconds]
    return {number: sorted(sent) for number, sent in found.items()}


def test_a_wave_never_leaves_faster_than_agreed(wave: Wave) -> None:
    """Neither over a second nor over any longer time."""
    rate = RATE // PARTITIONS
    partitions = by_partition(wave)
    assert set(partitions) == set(range(PARTITIONS))
    for sent in partitions.values():
        seconds = [second for second, _ in sent]
        for first, start in enumerate(seconds):
            for last in range(first, len(seconds), rate):
                assert last - first + 1 <= rate * (seconds[last] - start) + rate
    # And it is used: the longest partition does not idle.
    longest = max(partitions.values(), key=len)
    assert longest[-1][0] <= (len(longest) + len(PAYERS)) / rate + 1


def test_every_account_gets_its_message_once_and_waits_with_one_decision(wave: Wave) -> None:
    for account in ACCOUNTS:
        if account not in PAYERS:
            assert len(wave.sent[account]) == 1
            assert wave.codes[account] in (["PLANNED", "ISSUED"], ["PLANNED", "PACED", "ISSUED"])


def test_who_pays_while_waiting_gets_nothing_and_everybody_else_keeps_their_turn(wave: Wave) -> None:
    waiting = [account for account, second in PAYERS.items() if not any(s < second for s in wave.sent[account])]
    assert len(waiting) > 10
    for account in waiting:
        assert (wave.sent[account], wave.codes[account]) == ([], ["PLANNED", "PACED"])
    # All of them owe for as many days, so each partition goes by the stable place of the account.
    for sent in by_partition(wave).values():
        seconds = [second for second, account in sorted(sent, key=lambda pair: place(pair[1]))]
        assert seconds == sorted(seconds)


def test_the_order_of_the_facts_changes_nothing() -> None:
    lines = [fact for account in ACCOUNTS[:150] for fact in owing(account)]
    policy, shuffled = paced(spread_minutes=2), list(lines)
    Random(7).shuffle(shuffled)
    told, other = morning(lines, policy), morning(shuffled, policy)
    assert told.emitted == other.emitted
    assert len(told.sent) == 150


# Turns


GATE = Gate(interval_us=interval_us(1, 1))
"""One message a second."""


def asked(account: Account, policy: Rulebook, when: str, pace_us: int = 0) -> Verdict:
    return door.ticked(account, to_ms(at(when)), policy, Seen({}, {}, -1, replace(GATE, pace_us=pace_us)))


def due(number: int, policy: Rulebook) -> Account:
    story = Story(policy).on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    assert story.account is not None
    return replace(story.account, account_id=f"A-{number}")


def queue(size: int, policy: Rulebook) -> tuple[list[Account], int]:
    """So many accounts that were asked at the opening, and the pace after them."""
    accounts, pace_us = [], 0
    for number in range(size):
        verdict = asked(due(number, policy), policy, "2026-03-02 09:00", pace_us)
        pace_us = max(pace_us, verdict.pace_us)
        assert verdict.account is not None
        accounts.append(verdict.account)
    return accounts, pace_us


def reminders(verdict: Verdict) -> int:
    return sum(isinstance(message, Reminder) for message in verdict.messages)


def test_the_interval_is_each_partitions_share_of_the_rate() -> None:
    assert interval_us(500, 4) == 8_000
    assert interval_us(1, 8) == 8_000_000


def test_turns_follow_each_other_and_are_given_once() -> None:
    policy = paced(rate=1)
    accounts, pace_us = queue(5, policy)
    turns = [account.turn_ms for account in accounts]
    nine = to_ms(at("2026-03-02 09:00"))
    assert turns == [None, nine + 1000, nine + 2000, nine + 3000, nine + 4000]
    again = asked(accounts[4], policy, "2026-03-02 09:00", pace_us)
    assert (again.decisions, again.pace_us) == ((), pace_us)
    assert again.account is not None
    assert again.account.turn_ms == turns[4]


def test_without_pacing_nobody_waits() -> None:
    assert wait(due(1, paced()), "FRIENDLY", Gate(pace_us=10**18), 0) == (None, 10**18)


def test_a_turn_is_for_its_stage_only() -> None:
    waiting = replace(due(1, paced()), turn_ms=5_000, reason=("FRIENDLY", "deferred", "PACED"))
    gate = replace(GATE, pace_us=9_000_000)
    assert wait(waiting, "FRIENDLY", gate, 6_000)[0] is None
    told, pace_us = wait(waiting, "FIRM", gate, 6_000)
    assert told is not None
    assert (told.until_ms, pace_us) == (9_000, 10_000_000)


def test_after_an_outage_those_whose_turns_have_passed_do_not_leave_at_once() -> None:
    policy = paced(rate=1)
    accounts, pace_us = queue(20, policy)
    sent = 0
    for account in accounts:
        if account.next_due_at <= to_ms(at("2026-03-02 09:05")):
            verdict = asked(account, policy, "2026-03-02 09:05", pace_us)
            pace_us = max(pace_us, verdict.pace_us)
            sent += reminders(verdict)
    assert sent <= 2


def test_a_turn_does_not_outlive_its_day() -> None:
    policy = paced(rate=1)
    (*_, waiting), _ = queue(10, policy)
    story = Story(policy)
    story.account = waiting
    story.stopped().on("2026-03-02 09:00", contacted(at("2026-03-02 08:00")))
    assert story.account is not None
    # The gap after another's contact moves it to the fifth, when the partition's next turn is at ten.
    verdict = asked(story.account, policy, "2026-03-05 09:00", to_ms(at("2026-03-05 10:00")) * 1000)
    assert reminders(verdict) == 0


# The spread of an opening


def planned(policy: Rulebook, account: Account, dpd: int, hours_before: int = 9) -> int:
    """Milliseconds after the opening at which a message that is due in the night is meant to leave."""
    treatment = Treatment(policy.ladders[None])
    start = to_ms(OPENING) - hours_before * 60 * MINUTE_MS
    return plan(account, policy, treatment, start, dpd).at_ms - to_ms(OPENING)


SPREADS = {minutes: paced(spread_minutes=minutes) for minutes in (1, 30, 240, 720)}
DUE = due(0, SPREADS[30])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from(sorted(SPREADS)), st.integers(1, 400), st.integers(1, 400))
def test_older_debts_leave_earlier_and_all_within_the_spread(number: int, minutes: int, one: int, other: int) -> None:
    policy = SPREADS[minutes]
    account = replace(DUE, account_id=f"A-{number}")
    older, newer = max(one, other), min(one, other)
    end_ms = min(minutes, 11 * 60 - 10) * MINUTE_MS
    assert 0 <= planned(policy, account, older) <= planned(policy, account, newer) < end_ms


def test_the_spread_is_even_over_accounts_and_shorter_for_older_debts() -> None:
    policy = paced(spread_minutes=30)
    base = due(0, policy)
    people = [replace(base, account_id=f"A-{number}") for number in range(600)]
    for dpd, part in ((1, 1.0), (7, 0.75), (15, 0.5), (30, 0.25)):
        minutes = sorted(planned(policy, account, dpd) / MINUTE_MS / part for account in people)
        assert minutes[-1] < 30
        assert all(abs(minute - 30 * place / 600) < 3 for place, minute in enumerate(minutes))


def test_who_has_waited_already_goes_first() -> None:
    policy = paced(spread_minutes=30)
    account = due(1, policy)
    waited = replace(account, reason=("FRIENDLY", "deferred", "OUTSIDE_HOURS"))
    assert planned(policy, waited, 1) < planned(policy, account, 30) < planned(policy, account, 1)


def test_what_falls_due_within_the_hours_is_not_spread() -> None:
    policy = paced(spread_minutes=30)
    at_noon = to_ms(at("2026-03-02 12:00"))
    assert plan(due(1, policy), policy, Treatment(policy.ladders[None]), at_noon, 1).at_ms == at_noon


def test_a_preferred_hour_is_kept_within_the_permitted_ones_and_never_costs_a_day() -> None:
    def told(start: str, end: str) -> tuple[str, str]:
        hours = {"start": start, "end": end}
        policy = rulebook(segments=[{"code": "S", "preferred_hours": hours}])
        treatment = Treatment(policy.ladders[None], segment=policy.policy.segments[0])
        found = plan(due(1, policy), policy, treatment, to_ms(at("2026-03-02 00:00")), 1)
        instant = datetime.fromtimestamp(found.at_ms / 1000, OPENING.tzinfo)
        return f"{instant:%m-%d %H:%M}", found.why

    assert told("18:00", "19:30") == ("03-02 18:00", PREFERRED)
    assert told("08:00", "12:00") == ("03-02 09:00", PREFERRED)
    # After the last permitted minute of the day: the wish is dropped, the day is not.
    assert told("21:00", "22:00") == ("03-02 09:00", "PACED")


def test_the_hour_of_payments_is_the_middle_one_in_the_borrowers_zone() -> None:
    policy = rulebook(segments=[{"code": "S", "hours_of_payments": True}])
    story = Story(policy).on("2026-02-01 10:00", profile())
    for number, hour in enumerate(("08:30", "15:20", "16:10")):
        story.on(f"2026-02-0{number + 2} {hour}", paid(1_00, f"P{number}"))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
    assert [f"{r.issued_at.astimezone(OPENING.tzinfo):%m-%d %H:%M}" for r in story.reminders] == ["03-02 15:00"]
