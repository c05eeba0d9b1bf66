"""The notice before the due date: about one instalment, and only while it is true."""

from tests.agents.decisions.story import (
    Story,
    at,
    hold,
    missed,
    paid,
    profile,
    returned,
    rulebook,
    scheduled,
    withdrawn,
)

NOTICE = "03-12 09:00 issued PRE_DUE 10000"


def expecting(amount: int = 100_00) -> Story:
    """One instalment of 100.00 that falls due on 15 March; the notice is three days before."""
    return Story().on("2026-03-01 10:00", profile(), scheduled("1", "2026-03-15", amount))


def test_a_notice_leaves_three_days_before_and_only_once() -> None:
    story = expecting().tick_until("2026-03-15 00:00").expect(NOTICE)
    assert story.reminders[0].cycle_id == "L/1"
    assert story.reminders[0].days_past_due == -3
    assert story.reminders[0].total_overdue_minor == 0


def test_nobody_who_has_paid_before_is_told() -> None:
    expecting().on("2026-03-10 10:00", paid(100_00, to={"1": 100_00})).tick_until("2026-03-30 00:00").silent()


def test_paying_after_the_notice_recalls_it() -> None:
    story = expecting().tick_until("2026-03-12 12:00").expect(NOTICE)
    story.on("2026-03-13 10:00", paid(100_00, to={"1": 100_00})).expect("03-13 10:00 cancelled PRE_DUE PAID")


def test_a_withdrawn_instalment_is_not_announced() -> None:
    expecting().on("2026-03-10 10:00", withdrawn("1")).tick_until("2026-03-30 00:00").silent()


def test_withdrawing_after_the_notice_recalls_it() -> None:
    story = expecting().tick_until("2026-03-12 12:00").expect(NOTICE).on("2026-03-13 10:00", withdrawn("1"))
    story.expect("03-13 10:00 cancelled PRE_DUE INSTALMENT_WITHDRAWN")


def test_the_notice_says_the_amended_amount_and_day() -> None:
    amended = scheduled("1", "2026-03-20", 80_00, type="instalment.amended")
    expecting().on("2026-03-05 10:00", amended).tick_until("2026-03-30 00:00").expect("03-17 09:00 issued PRE_DUE 8000")


def test_amending_after_the_notice_recalls_it() -> None:
    more = scheduled("1", "2026-03-15", 120_00, type="instalment.amended")
    later = scheduled("1", "2026-03-20", 100_00, type="instalment.amended")
    first = expecting().tick_until("2026-03-12 12:00").expect(NOTICE)
    first.on("2026-03-13 10:00", more).expect("03-13 10:00 cancelled PRE_DUE AMOUNT_CHANGED")
    second = expecting().tick_until("2026-03-12 12:00").expect(NOTICE)
    second.on("2026-03-13 10:00", later).expect("03-13 10:00 cancelled PRE_DUE DUE_DATE_CHANGED")


def test_what_is_overdue_takes_precedence() -> None:
    story = expecting().on("2026-03-12 00:00", missed("0", "2026-03-11", 50_00)).tick_until("2026-03-14 00:00")
    story.expect("03-12 09:00 opened L/0", "03-12 09:00 issued FRIENDLY 5000")


def test_a_notice_that_comes_too_late_lapses() -> None:
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-15 08:00", scheduled("1", "2026-03-15", 100_00))
    story.tick_until("2026-03-16 00:00").silent().why("03-15 09:00 lapsed LAPSED PRE_DUE")


def test_a_notice_never_leaves_after_the_due_date_whatever_the_ladder_says() -> None:
    stages = [{"code": "PRE", "kind": "pre_due", "delay_days": -3, "text": "pre_due"}]
    story = Story(rulebook(stages=stages)).on("2026-03-16 08:00", profile(), scheduled("1", "2026-03-15", 100_00))
    story.tick_until("2026-03-17 00:00").silent().why("03-16 09:00 lapsed LAPSED PRE")


def test_a_notice_under_a_hold_is_blocked_once_and_lapses_on_the_due_date() -> None:
    story = expecting().on("2026-03-02 10:00", hold()).tick_until("2026-03-13 00:00")
    story.on("2026-03-13 10:00", profile(surname="李")).tick_until("2026-03-20 00:00").silent()
    story.why("03-12 09:00 blocked HOLD_DISPUTE PRE_DUE", "03-15 00:00 lapsed LAPSED PRE_DUE")


def test_days_under_a_blocked_notice_do_not_count_for_the_hand_off() -> None:
    story = expecting().on("2026-03-02 10:00", hold()).on("2026-03-16 00:00", missed("1", "2026-03-15", 100_00))
    story.tick_until("2026-04-05 00:00").silent().tick_until("2026-04-06 00:00")
    story.expect("04-06 00:00 opened L/1", "04-06 00:00 handed-off BLOCKED_TOO_LONG 10000")


def test_the_notice_that_came_true_is_followed_by_the_ladder() -> None:
    story = expecting().tick_until("2026-03-15 00:00").expect(NOTICE)
    story.on("2026-03-16 00:00", missed("1", "2026-03-15", 100_00)).tick_until("2026-03-17 00:00")
    story.expect("03-16 09:00 opened L/1", "03-16 09:00 issued FRIENDLY 10000")
    assert story.reminders[0].reminder_id != story.reminders[1].reminder_id


def test_two_notices_keep_the_gap() -> None:
    story = expecting().on("2026-03-01 11:00", scheduled("2", "2026-03-16", 50_00)).tick_until("2026-03-20 00:00")
    # Contact on the 12th, gap of three days: the 15th is the last day of the second notice.
    story.expect(NOTICE, "03-15 09:00 issued PRE_DUE 5000")


def test_unallocated_money_that_may_be_meant_for_it_silences_a_notice() -> None:
    story = expecting().on("2026-03-10 10:00", paid(100_00)).tick_until("2026-03-13 00:00").silent()
    story.why("03-12 09:00 blocked MAY_BE_PAID PRE_DUE")
    story.on("2026-03-13 10:00", returned()).tick_until("2026-03-14 00:00").expect("03-13 10:00 issued PRE_DUE 10000")


def test_a_notice_asks_for_what_unallocated_money_leaves() -> None:
    story = expecting().on("2026-03-10 10:00", paid(30_00)).tick_until("2026-03-12 12:00")
    story.expect("03-12 09:00 issued PRE_DUE 7000")
    story.on("2026-03-13 10:00", paid(70_00, "Q")).expect("03-13 10:00 cancelled PRE_DUE MAY_BE_PAID")


def test_unallocated_money_goes_to_debts_and_to_what_falls_due_before() -> None:
    # 100.00 pay the debt, 50.00 the instalment of the 14th: nothing is left for that of the 15th.
    story = expecting().on("2026-03-01 11:00", scheduled("0", "2026-03-14", 50_00))
    story.on("2026-03-02 01:00", missed("9", "2026-03-01", 100_00)).on("2026-03-02 08:00", paid(150_00))
    story.tick_until("2026-03-13 00:00").expect("03-12 09:00 issued PRE_DUE 10000")
    assert "03-11 09:00 blocked MAY_BE_PAID PRE_DUE" in story.reasons()


def test_money_that_was_told_before_an_instalment_was_scheduled_is_known_to_its_schedule() -> None:
    story = (
        Story()
        .on("2026-03-01 10:00", profile(), paid(100_00))
        .on("2026-03-01 11:00", scheduled("1", "2026-03-15", 100_00))
    )
    story.tick_until("2026-03-13 00:00").expect(NOTICE)


def test_what_came_back_of_an_allocated_payment_is_asked_for_again() -> None:
    story = expecting().on("2026-03-05 10:00", paid(100_00, to={"1": 100_00}))
    story.on("2026-03-06 10:00", returned(amount_minor=40_00, return_id="r")).tick_until("2026-03-13 00:00")
    story.expect("03-12 09:00 issued PRE_DUE 4000")


def test_a_snapshot_of_nothing_owed_silences_the_notice() -> None:
    story = expecting().on(
        "2026-03-10 10:00", missed("1", "2026-03-15", 0, amount=100_00, as_of=at("2026-03-10 09:00"))
    )
    story.tick_until("2026-03-30 00:00").silent()
