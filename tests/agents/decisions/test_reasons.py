"""A reason for every day: nothing happens, and nothing fails to happen, without a decision that says why."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.decisions.account.owed.ledger import overdue
from schemas.decisions import Decision, Outcome
from tests.agents.decisions.story import (
    BOOK,
    Story,
    StorySaid,
    at,
    complained,
    contacted,
    decided,
    ended,
    missed,
    paid,
    profile,
    scheduled,
)
from tests.agents.decisions.test_never_chased import said_in_time

START = at("2026-03-02 00:00")


def is_reason(decision: Decision, now: datetime) -> bool:
    """Whether a decision says why nothing is sent at an instant."""
    if decision.outcome is Outcome.HANDED_OFF:
        return True
    if decision.outcome is Outcome.DEFERRED and decision.until is not None and decision.until >= now:
        return True
    if decision.outcome is Outcome.BLOCKED:
        return True
    return bool(decision.next) and all(one.at is None or one.at >= now for one in decision.next)


def check(story: Story, now: datetime) -> None:
    if story.account is None or not overdue(story.account, BOOK.policy).lines:
        return
    cycle = story.account.cycle
    if cycle is not None and cycle.handed_off_ms is not None:
        return
    decided = [decision for decision in story.decisions if decision.next or decision.outcome is not Outcome.NOTED]
    assert decided, f"{now}: overdue, and nothing says why nothing leaves"
    assert is_reason(decided[-1], now), f"{now}: {decided[-1].code} {decided[-1].next}"


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), said_in_time()), min_size=2, max_size=14))
def test_every_hour_of_a_debt_has_its_reason(told: list[tuple[int, StorySaid]]) -> None:
    story, time = Story(), START
    for hours, said in [(0, profile()), (0, missed("1", "2026-03-01", 100_00)), *told, (300, profile())]:
        for hour in range(hours):
            now = time + timedelta(hours=hour)
            story.tick_until(f"{now:%Y-%m-%d %H:%M}")
            check(story, now)
        time += timedelta(hours=hours)
        story.on(f"{time:%Y-%m-%d %H:%M}", said)


def test_a_miss_of_the_night_says_when_its_reminder_comes_and_why_not_before() -> None:
    story = Story().on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00))
    assert story.plans() == ["03-02 01:00 PLANNED: FRIENDLY 03-02 09:00 OUTSIDE_HOURS"]
    story.on("2026-03-02 02:00", profile())
    assert len(story.plans()) == 1, "told once"


def test_after_a_reminder_the_next_stage_is_told_and_what_it_waits_for() -> None:
    story = Story().on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
    assert story.plans()[-1] == "03-02 09:00 ISSUED: FIRM 03-08 09:00 NOT_DUE"
    story.on("2026-03-07 10:00", contacted(at("2026-03-07 09:00")))
    assert story.plans()[-1] == "03-07 10:00 PLANNED: FIRM 03-10 09:00 MINIMUM_GAP"


def test_a_notice_is_withheld_while_something_is_overdue_and_the_decision_says_so() -> None:
    story = Story().on("2026-03-02 01:00", profile(), scheduled("2", "2026-03-10", 50_00))
    assert not story.plans(), "nothing ordinary makes noise"
    story.on("2026-03-02 02:00", missed("1", "2026-03-01", 100_00))
    assert story.plans() == ["03-02 02:00 PLANNED: FRIENDLY 03-02 09:00 OUTSIDE_HOURS, PRE_DUE - DEBT_FIRST"]


def test_a_notice_that_waits_for_the_gap_says_so() -> None:
    story = Story().on("2026-03-05 01:00", profile(), contacted(at("2026-03-05 00:30")))
    story.on("2026-03-05 02:00", scheduled("2", "2026-03-08", 50_00))
    assert story.plans() == ["03-05 02:00 PLANNED: PRE_DUE 03-08 09:00 MINIMUM_GAP"]


def test_who_pays_before_anything_left_leaves_no_plan_behind() -> None:
    story = Story().on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-02 08:00", paid(100_00)).tick_until("2026-03-20 00:00").silent()
    assert len(story.plans()) == 1


def test_an_account_that_has_ended_says_that_it_waits_for_nothing() -> None:
    story = Story().on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-02 02:00", ended("sold")).tick_until("2026-03-20 00:00").silent()
    assert story.plans()[-1] == "03-02 02:00 PLANNED: HAND_OFF - ENDED"


def test_a_step_that_moves_beyond_what_was_told_of_it_is_told_again() -> None:
    story = Story().on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-02 06:00", complained("c")).tick_until("2026-03-02 09:00")
    story.on("2026-03-02 09:30", decided("silent_until", until=at("2026-03-03 00:00")))
    story.on("2026-03-02 10:00", missed("2", "2026-03-02", 100_00))
    story.on("2026-03-02 11:00", missed("1", "2026-03-01", 0, 100_00))
    assert story.plans()[-1] == "03-02 11:00 PLANNED: FRIENDLY 03-09 00:00 COMPLAINT"
