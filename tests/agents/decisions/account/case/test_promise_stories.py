"""Promises to pay and repayment plans: silence while they stand, and what follows when they are kept or broken."""

import pytest

from agents.decisions.account.retention import REMEMBERED_MS
from schemas.stored.case_files import CaseFile
from tests.agents.decisions.story import (
    Story,
    StorySaid,
    agreed,
    at,
    ended,
    hold,
    lifted,
    missed,
    paid,
    plan_ended,
    profile,
    promised,
    returned,
    rulebook,
)

FRIENDLY = ("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")
PLAN = {"2026-03-05": 30_00, "2026-03-12": 30_00, "2026-03-19": 40_00}


def reminded() -> Story:
    """One instalment of 100.00 due on 1 March, missed and reminded of."""
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    return story.tick_until("2026-03-03 00:00").expect(*FRIENDLY).why("03-02 09:00 sent ISSUED FRIENDLY")


def case(story: Story) -> CaseFile:
    assert story.account is not None
    assert story.account.case is not None
    return story.account.case


def test_a_promise_that_is_broken_lets_the_ladder_go_on_where_it_stood() -> None:
    story = reminded().on("2026-03-04 10:00", promised(100_00, "2026-03-10"))
    story.expect("03-04 10:00 cancelled FRIENDLY PROMISE").why("03-04 10:00 recalled PROMISE FRIENDLY")
    story.tick_until("2026-03-11 23:00").silent().why("03-08 09:00 blocked PROMISE FIRM")
    assert story.decisions[-1].until == at("2026-03-12 00:00")
    # A day of grace after the promised one, then the stage that waited.
    story.tick_until("2026-03-13 00:00").expect("03-12 09:00 escalated FIRM 10000")
    assert [line for line in story.reasons() if "PROMISE_BROKEN" in line] == ["03-12 00:00 noted PROMISE_BROKEN -"]
    assert case(story).broken_promises == 1
    story.tick_until("2026-03-17 00:00").expect("03-16 09:00 escalated LAST 10000")
    assert case(story).broken_promises == 1


def test_a_promise_that_is_kept_closes_the_cycle() -> None:
    story = reminded().on("2026-03-04 10:00", promised(100_00, "2026-03-10"))
    story.on("2026-03-09 10:00", paid(100_00)).tick_until("2026-04-30 00:00")
    story.expect("03-04 10:00 cancelled FRIENDLY PROMISE", "03-09 10:00 closed L/1 CURED")
    assert "03-09 10:00 noted PROMISE_KEPT -" in story.reasons()
    assert not [line for line in story.reasons() if "BROKEN" in line]


def test_a_promise_of_a_part_that_is_kept_means_silence_to_its_day_and_no_longer() -> None:
    story = reminded().on("2026-03-04 10:00", promised(40_00, "2026-03-10"))
    story.on("2026-03-05 10:00", paid(25_00, "P")).on("2026-03-06 10:00", paid(15_00, "Q"))
    assert story.reasons()[-1] == "03-06 10:00 noted PROMISE_KEPT -"
    story.tick_until("2026-03-10 23:00").expect("03-04 10:00 cancelled FRIENDLY PROMISE")
    story.tick_until("2026-03-12 00:00").expect("03-11 09:00 escalated FIRM 6000")
    assert case(story).broken_promises == 0


@pytest.mark.parametrize("booked", ["2026-03-04 09:00", "2026-03-12 00:00"])
def test_what_was_paid_before_it_was_made_or_after_its_end_keeps_no_promise(booked: str) -> None:
    story = reminded().on("2026-03-04 10:00", promised(40_00, "2026-03-10"))
    story.on("2026-03-12 08:00", paid(40_00, booked_at=at(booked)))
    assert case(story).broken_promises == 1


def test_a_payment_that_came_back_keeps_no_promise() -> None:
    story = reminded().on("2026-03-04 10:00", promised(40_00, "2026-03-10"))
    story.on("2026-03-06 10:00", paid(40_00)).on("2026-03-09 10:00", returned()).tick_until("2026-03-12 12:00")
    told = [line for line in story.reasons() if "PROMISE_" in line]
    assert told == ["03-06 10:00 noted PROMISE_KEPT -", "03-12 00:00 noted PROMISE_BROKEN -"]
    assert story.reminders[-1].amount_minor == 100_00


def test_a_payment_that_is_told_late_mends_a_promise() -> None:
    story = reminded().on("2026-03-04 10:00", promised(40_00, "2026-03-10")).tick_until("2026-03-12 12:00")
    story.on("2026-03-12 18:00", paid(40_00, booked_at=at("2026-03-09 10:00")))
    told = [line for line in story.reasons() if "PROMISE_" in line]
    assert told == ["03-12 00:00 noted PROMISE_BROKEN -", "03-12 18:00 noted PROMISE_KEPT -"]
    assert case(story).broken_promises == 0


def test_a_promise_of_more_than_is_owed_is_simply_cured() -> None:
    story = reminded().on("2026-03-04 10:00", promised(500_00, "2026-03-10")).on("2026-03-05 10:00", paid(100_00))
    story.expect("03-04 10:00 cancelled FRIENDLY PROMISE", "03-05 10:00 closed L/1 CURED")
    # What is missed afterwards was not promised.
    story.on("2026-03-08 00:00", missed("2", "2026-03-07", 50_00)).tick_until("2026-03-09 00:00")
    story.expect("03-08 09:00 opened L/2", "03-08 09:00 issued FRIENDLY 5000")
    assert not [line for line in story.reasons() if "PROMISE_" in line]


def test_a_promise_whose_debt_went_before_anything_was_said_is_not_broken() -> None:
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-02 01:00", promised(500_00, "2026-03-10")).on("2026-03-02 02:00", paid(100_00))
    story.tick_until("2026-03-20 00:00").silent().why()


def test_a_newer_version_replaces_the_promise_in_any_order() -> None:
    older = promised(40_00, "2026-03-06", source_version=1)
    newer = promised(40_00, "2026-03-14", source_version=2)
    for said in ((older, newer), (newer, older)):
        story = reminded().on("2026-03-04 10:00", *said).tick_until("2026-03-15 23:00")
        story.expect("03-04 10:00 cancelled FRIENDLY PROMISE")
        story.tick_until("2026-03-16 12:00").expect("03-16 09:00 escalated LAST 10000")


def test_a_promise_told_again_is_broken_once() -> None:
    story = reminded().on("2026-03-04 10:00", promised(40_00, "2026-03-10")).tick_until("2026-03-13 00:00")
    story.on("2026-03-13 10:00", promised(40_00, "2026-03-10", time=at("2026-03-04 10:00"))).tick_until(
        "2026-03-20 00:00"
    )
    assert case(story).broken_promises == 1


def test_a_promise_in_another_currency_goes_to_a_person() -> None:
    story = reminded().on("2026-03-04 10:00", promised(10_00, "2026-03-10", currency="USD"))
    story.tick_until("2026-03-13 00:00")
    assert story.messages[-1].type == "case.handed-off"
    assert story.decisions[-1].code == "SECOND_CURRENCY"
    assert story.decisions[-1].now == at("2026-03-12 00:00"), "the promise is waited for all the same"


def test_a_plan_that_is_paid_is_silence_to_its_end() -> None:
    story = reminded().on("2026-03-04 10:00", agreed(PLAN)).expect("03-04 10:00 cancelled FRIENDLY PLAN")
    story.on("2026-03-05 10:00", paid(30_00, "P1")).on("2026-03-12 10:00", paid(30_00, "P2"))
    story.tick_until("2026-03-18 00:00").silent()
    story.on("2026-03-18 10:00", paid(40_00, "P3")).expect("03-18 10:00 closed L/1 CURED")
    assert [line for line in story.reasons() if "PLAN_" in line] == ["03-18 10:00 noted PLAN_FULFILLED -"]


def test_a_plan_ends_with_the_first_part_that_is_not_covered_after_its_grace() -> None:
    story = reminded().on("2026-03-04 10:00", agreed(PLAN)).on("2026-03-05 10:00", paid(30_00, "P1"))
    story.on("2026-03-12 10:00", paid(29_00, "P2")).tick_until("2026-03-15 23:00")
    story.expect("03-04 10:00 cancelled FRIENDLY PLAN")
    story.tick_until("2026-03-16 12:00").expect("03-16 09:00 escalated LAST 4100")
    assert [line for line in story.reasons() if "PLAN_" in line] == ["03-16 00:00 noted PLAN_BROKEN -"]


def test_money_within_the_grace_and_money_paid_ahead_keep_a_plan() -> None:
    story = reminded().on("2026-03-04 10:00", agreed(PLAN)).on("2026-03-08 23:00", paid(60_00, "P1"))
    story.tick_until("2026-03-22 23:00").expect("03-04 10:00 cancelled FRIENDLY PLAN")
    story.tick_until("2026-03-23 12:00").expect("03-23 09:00 escalated LAST 4000")
    assert [line for line in story.reasons() if "PLAN_" in line] == ["03-23 00:00 noted PLAN_BROKEN -"]


def test_money_that_is_told_late_mends_a_plan() -> None:
    story = reminded().on("2026-03-04 10:00", agreed(PLAN)).tick_until("2026-03-09 12:00")
    story.expect("03-04 10:00 cancelled FRIENDLY PLAN", "03-09 09:00 escalated FIRM 10000")
    story.on("2026-03-09 13:00", paid(30_00, booked_at=at("2026-03-08 10:00")))
    story.expect("03-09 13:00 cancelled FIRM AMOUNT_CHANGED").tick_until("2026-03-15 23:00").silent()
    told = [line for line in story.reasons() if "PLAN_" in line]
    assert told == ["03-09 00:00 noted PLAN_BROKEN -", "03-09 13:00 noted PLAN_RESUMED -"]


def test_a_plan_of_which_nothing_is_overdue_is_not_broken() -> None:
    story = reminded().on("2026-03-04 10:00", agreed(PLAN)).on("2026-03-05 10:00", missed("1", "2026-03-01", 0, 100_00))
    story.tick_until("2026-04-30 00:00").expect("03-04 10:00 cancelled FRIENDLY PLAN", "03-05 10:00 closed L/1 CURED")
    assert not [line for line in story.reasons() if "PLAN_" in line]


@pytest.mark.parametrize(
    ("outcome", "code"), [("broken", "PLAN_BROKEN"), ("fulfilled", "PLAN_FULFILLED"), ("cancelled", "PLAN_CANCELLED")]
)
def test_the_banks_own_word_ends_a_plan_in_any_order(outcome: str, code: str) -> None:
    agreement, end = agreed(PLAN, time=at("2026-03-03 09:00")), plan_ended(outcome, time=at("2026-03-03 09:30"))
    for said in ((agreement, end), (end, agreement)):
        story = reminded().on("2026-03-03 10:00", *said).tick_until("2026-03-09 12:00")
        assert [line for line in story.reasons() if "PLAN_" in line] == [f"03-03 10:00 noted {code} -"]
        assert [r.stage for r in story.reminders] == ["FRIENDLY", "FIRM"]


def test_a_plan_in_force_comes_before_other_reasons_end_and_after_holds() -> None:
    story = reminded().on("2026-03-03 10:00", agreed(PLAN), hold()).tick_until("2026-03-08 12:00")
    assert story.reasons()[-1] == "03-08 09:00 blocked HOLD_DISPUTE FIRM"
    story.on("2026-03-08 13:00", lifted()).tick_until("2026-03-08 20:00")
    assert story.reasons()[-1] == "03-08 13:00 blocked PLAN FIRM"


def test_days_of_a_plan_or_a_promise_do_not_count_as_blocked() -> None:
    policy = rulebook(hand_off={"dpd": 60, "blocked_days": 5})
    for said in (agreed({"2026-04-01": 100_00}), promised(100_00, "2026-04-01")):
        story = Story(policy).on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00), said)
        story.tick_until("2026-03-31 00:00").silent()


@pytest.mark.parametrize("said", [promised(10_00, "2026-04-10"), agreed({"2026-04-10": 10_00})])
def test_the_hand_off_waits_for_a_pledge_and_comes_when_it_is_broken(said: StorySaid) -> None:
    story = reminded().on("2026-03-30 10:00", said).tick_until("2026-04-11 23:00")
    assert "case.handed-off" not in {message.type for message in story.messages}
    story.tick_until("2026-04-14 12:00")
    assert story.messages[-1].type == "case.handed-off"
    assert story.decisions[-1].code == "DAYS_PAST_DUE"


def test_the_end_of_the_account_leaves_nothing_of_a_pledge_to_tell() -> None:
    story = reminded().on("2026-03-04 10:00", promised(40_00, "2026-03-10"), agreed(PLAN))
    story.on("2026-03-05 10:00", ended("sold"))
    told, reasons = len(story.messages), story.reasons()
    story.tick_until("2026-06-01 00:00")
    assert len(story.messages) == told
    assert story.reasons() == reasons


def test_payments_that_are_folded_stay_with_a_plan() -> None:
    parts = {f"2026-0{month}-10": 20_00 for month in range(3, 8)}
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00), agreed(parts))
    for month in range(3, 8):
        story.on(f"2026-0{month}-10 10:00", paid(20_00, f"P{month}"))
    assert story.account is not None
    assert len(story.account.payments) < 5, "the oldest are folded"
    assert [line for line in story.reasons() if "PLAN_" in line] == ["07-10 10:00 noted PLAN_FULFILLED -"]
    assert not story.reminders


def test_what_is_settled_is_forgotten_in_the_end() -> None:
    story = reminded().on("2026-03-04 10:00", promised(40_00, "2026-03-10"), agreed(PLAN))
    story.on("2026-03-04 11:00", plan_ended("cancelled"))
    story.on("2026-03-09 10:00", paid(100_00)).on("2026-08-01 10:00", profile(source_version=1))
    assert (at("2026-08-01 10:00") - at("2026-03-10 00:00")).total_seconds() * 1000 > REMEMBERED_MS
    assert story.account is not None
    assert story.account.case is None
