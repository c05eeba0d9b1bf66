"""Amounts that cannot be right: nothing states them, and a person looks. A batch wrong by a factor never leaves."""

import pytest

from tests.agents.decisions.story import BOOK, Story, at, hold, missed, paid, profile, rulebook, scheduled

UPPER = BOOK.policy.amounts.upper_minor["CNY"]
WITHOUT = rulebook(amounts={})


def told(policy_says: Story | None = None) -> Story:
    return (policy_says or Story()).on("2026-02-20 10:00", profile())


@pytest.mark.parametrize("number", range(200))
def test_of_200_amounts_a_hundred_times_too_high_none_leaves(number: int) -> None:
    right = 50_00 + number * 37_31
    story = told().on("2026-02-20 10:00", scheduled("1", "2026-03-01", right))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", right * 100)).tick_until("2026-04-10 00:00")
    assert [reminder.stage for reminder in story.reminders if not reminder.stage.startswith("PRE")] == []
    assert "03-02 00:00 handed_off AMOUNT_IMPLAUSIBLE HAND_OFF" in story.reasons()


def test_without_an_earlier_word_the_bound_holds() -> None:
    story = told().on("2026-03-02 00:00", missed("1", "2026-03-01", UPPER + 1)).tick_until("2026-04-10 00:00")
    story.expect("03-02 00:00 opened L/1", f"03-02 00:00 handed-off AMOUNT_IMPLAUSIBLE {UPPER + 1}")
    story = told().on("2026-03-02 00:00", missed("1", "2026-03-01", UPPER)).tick_until("2026-03-03 00:00")
    story.expect("03-02 09:00 opened L/1", f"03-02 09:00 issued FRIENDLY {UPPER}")


def test_the_sum_of_several_is_bounded_too() -> None:
    story = told().on(
        "2026-03-02 00:00", missed("1", "2026-02-01", UPPER // 2), missed("2", "2026-03-01", UPPER // 2 + 2)
    )
    assert story.tick_until("2026-03-10 00:00").reminders == []


@pytest.mark.parametrize(("times", "leaves"), [(10, True), (11, False)])
def test_a_newer_word_may_be_ten_times_the_older_one_and_no_more(times: int, *, leaves: bool) -> None:
    story = told().on("2026-02-20 11:00", scheduled("1", "2026-03-01", 100_00))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", times * 100_00)).tick_until("2026-03-03 00:00")
    assert [reminder.stage for reminder in story.reminders if reminder.stage == "FRIENDLY"] == ["FRIENDLY"] * leaves


def test_an_amount_that_jumps_later_takes_back_what_is_on_its_way_and_goes_to_a_person() -> None:
    story = told().on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-02 09:00")
    story.expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")
    story.on("2026-03-02 09:30", missed("1", "2026-03-01", 10_000_00, source_version=2)).tick_until("2026-03-20 00:00")
    story.expect(
        "03-02 10:00 cancelled FRIENDLY AMOUNT_IMPLAUSIBLE", "03-02 10:00 handed-off AMOUNT_IMPLAUSIBLE 1000000"
    )


def test_the_wrong_word_said_again_is_no_more_plausible_and_its_correction_takes_the_case_back() -> None:
    story = told().on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-02 10:00")
    for day in (3, 4, 5):
        story.on(f"2026-03-{day:02} 00:00", missed("1", "2026-03-01", 10_000_00))
    story.tick_until("2026-03-06 00:00")
    assert [r.amount_minor for r in story.reminders] == [100_00]
    story.on("2026-03-06 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-09 00:00")
    assert [line for line in story.reasons() if "AMOUNT" in line] == [
        "03-03 00:00 recalled AMOUNT_IMPLAUSIBLE FRIENDLY",
        "03-03 00:00 handed_off AMOUNT_IMPLAUSIBLE HAND_OFF",
        "03-06 00:00 withdrawn AMOUNT_CORRECTED -",
    ]
    assert [(r.stage, r.amount_minor) for r in story.reminders] == [("FRIENDLY", 100_00), ("FIRM", 100_00)]


def test_a_hold_takes_the_case_back_and_its_end_brings_it_again() -> None:
    story = told().on("2026-03-02 00:00", missed("1", "2026-03-01", UPPER + 1)).tick_until("2026-03-02 09:00")
    story.on("2026-03-03 10:00", hold(until=at("2026-03-05 10:00"))).tick_until("2026-03-08 00:00")
    assert [line for line in story.reasons() if "hand" in line or "withdrawn" in line] == [
        "03-02 00:00 handed_off AMOUNT_IMPLAUSIBLE HAND_OFF",
        "03-03 10:00 withdrawn HOLD_DISPUTE -",
        "03-05 10:00 handed_off AMOUNT_IMPLAUSIBLE HAND_OFF",
    ]


def test_a_notice_that_jumps_is_not_given_whichever_word_came_first() -> None:
    words = [scheduled("1", "2026-03-20", amount, source_version=v) for v, amount in ((1, 100_00), (2, 10_000_00))]
    for order in (words, words[::-1]):
        story = told().on("2026-03-01 10:00", *order).tick_until("2026-03-19 23:00")
        assert story.reminders == []
        assert "03-17 09:00 blocked AMOUNT_IMPLAUSIBLE PRE_DUE" in story.reasons()


def test_what_is_paid_or_within_the_limits_is_nobodys_matter() -> None:
    story = told().on("2026-03-02 00:00", missed("1", "2026-03-01", UPPER)).on("2026-03-02 02:00", paid(UPPER))
    story.on("2026-03-05 00:00", missed("2", "2026-03-04", 100_00)).tick_until("2026-03-06 00:00")
    assert [r.amount_minor for r in story.reminders] == [100_00]


def test_a_policy_without_limits_sends_as_before() -> None:
    story = told(Story(WITHOUT)).on("2026-02-20 11:00", scheduled("1", "2026-03-01", 100_00))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_000_00)).tick_until("2026-03-03 00:00")
    assert story.reminders[-1].amount_minor == 100_000_00
