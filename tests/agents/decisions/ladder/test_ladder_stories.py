"""The ladder over days: never skip, never stack, never nonsense (design rule 6)."""

from tests.agents.decisions.story import (
    BOOK,
    Story,
    at,
    ended,
    hold,
    lifted,
    missed,
    paid,
    profile,
    returned,
    rulebook,
    statement,
)

LADDER = (
    "03-02 09:00 opened L/1",
    "03-02 09:00 issued FRIENDLY 10000",
    "03-08 09:00 escalated FIRM 10000",
    "03-16 09:00 escalated LAST 10000",
)
HANDED = "03-31 00:00 handed-off DAYS_PAST_DUE 10000"


def forgetful() -> Story:
    """One instalment of 100.00 due on 1 March, missed."""
    return Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))


def test_the_whole_ladder_and_the_hand_off() -> None:
    forgetful().tick_until("2026-04-30 00:00").expect(*LADDER, HANDED)


def test_an_escalation_names_the_one_it_supersedes() -> None:
    first, second, third = forgetful().tick_until("2026-03-30 00:00").reminders
    assert (first.supersedes, second.supersedes, third.supersedes) == (None, first.reminder_id, second.reminder_id)
    assert len({first.reminder_id, second.reminder_id, third.reminder_id}) == 3


def test_a_fact_alone_sends_nothing() -> None:
    forgetful().stopped().on("2026-03-05 10:00", missed("2", "2026-03-04", 50_00)).silent()


def test_payment_before_the_first_tick_means_silence() -> None:
    forgetful().on("2026-03-02 08:00", paid(100_00)).tick_until("2026-04-30 00:00").silent().why()


def test_payment_recalls_and_closes_at_once() -> None:
    story = forgetful().tick_until("2026-03-02 12:00")
    story.expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")
    story.on("2026-03-02 18:30", paid(100_00))
    story.expect("03-02 19:00 cancelled FRIENDLY PAID", "03-02 19:00 closed L/1 CURED")
    story.tick_until("2026-04-30 00:00").silent()


def test_a_balance_up_to_the_tolerance_is_a_cure() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(99_00))
    assert story.messages[-1].type == "cycle.closed"


def test_a_balance_above_the_tolerance_is_none() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(98_99))
    assert story.messages[-1].type == "reminder.cancelled"


def test_a_part_payment_recalls_the_amount_and_the_ladder_goes_on_with_the_rest() -> None:
    story = (
        forgetful().tick_until("2026-03-03 00:00").expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")
    )
    story.on("2026-03-04 10:00", paid(40_00)).expect("03-04 10:00 cancelled FRIENDLY AMOUNT_CHANGED")
    story.tick_until("2026-03-10 00:00").expect("03-08 09:00 escalated FIRM 6000")


def test_paying_the_oldest_re_anchors_the_ladder_at_the_next() -> None:
    story = forgetful().tick_until("2026-03-10 00:00").on("2026-03-11 00:00", missed("2", "2026-03-10", 50_00))
    story.on("2026-03-11 08:00", paid(100_00)).expect(
        "03-02 09:00 opened L/1",
        "03-02 09:00 issued FRIENDLY 10000",
        "03-08 09:00 escalated FIRM 10000",
        "03-11 08:00 cancelled FIRM AMOUNT_CHANGED",
    )
    # LAST is 15 days after 10 March now; FRIENDLY and FIRM of this cycle have been said.
    story.tick_until("2026-03-30 00:00").expect("03-25 09:00 escalated LAST 5000")


def test_one_message_over_all_that_is_overdue() -> None:
    story = forgetful().on("2026-03-02 01:00", missed("9", "2026-03-01", 50_00, loan_id="M"))
    story.tick_until("2026-03-03 00:00").expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 15000")


def test_the_cycle_id_stays_when_its_instalment_is_paid() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-05 00:00", missed("2", "2026-03-04", 50_00))
    story.on("2026-03-06 10:00", paid(100_00)).tick_until("2026-03-12 00:00")
    assert {r.cycle_id for r in story.reminders} == {"L/1"}


def test_the_cycle_id_is_the_oldest_debt_when_the_first_message_leaves() -> None:
    # FRIENDLY of the first lapses under a hold; it is paid before anything was said.
    story = forgetful().on("2026-03-02 01:00", hold()).tick_until("2026-03-09 12:00")
    story.on("2026-03-10 00:00", missed("2", "2026-03-09", 50_00)).on("2026-03-10 01:00", paid(100_00))
    story.on("2026-03-10 02:00", lifted()).tick_until("2026-03-20 00:00")
    assert [(r.stage, r.cycle_id) for r in story.reminders] == [("FIRM", "L/2")]


def test_a_new_miss_after_a_cure_is_a_new_cycle() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-05 10:00", paid(100_00))
    story.on("2026-04-02 00:00", missed("2", "2026-04-01", 80_00)).tick_until("2026-04-03 00:00")
    assert [m.cycle_id for m in story.messages if m.type == "cycle.opened"] == ["L/1", "L/2"]
    assert [r.stage for r in story.reminders] == ["FRIENDLY", "FRIENDLY"]


def test_a_stage_whose_days_are_over_lapses_with_a_decision() -> None:
    # The miss is told on the tenth day: FRIENDLY (days 1 to 6) makes no sense any more.
    Story().on("2026-03-01 10:00", profile()).on("2026-03-11 00:00", missed("1", "2026-03-01", 100_00)).tick_until(
        "2026-03-12 00:00"
    ).expect("03-11 09:00 opened L/1", "03-11 09:00 issued FIRM 10000").why(
        "03-11 09:00 lapsed LAPSED FRIENDLY", "03-11 09:00 sent ISSUED FIRM"
    )


def test_a_backdated_miss_far_beyond_the_ladder_is_handed_off_without_a_text() -> None:
    Story().on("2026-03-01 10:00", profile()).on("2026-04-20 10:30", missed("1", "2026-03-01", 100_00)).tick_until(
        "2026-05-30 00:00"
    ).expect("04-20 11:00 opened L/1", "04-20 11:00 handed-off DAYS_PAST_DUE 10000")


def test_a_ladder_without_ranges_never_lapses_and_never_skips() -> None:
    stages = [
        {"code": "ONE", "delay_days": 1, "text": "friendly"},
        {"code": "TWO", "delay_days": 3, "text": "firm"},
        {"code": "THREE", "delay_days": 7, "text": "last"},
    ]
    story = Story(rulebook(stages=stages, hand_off=None)).on("2026-03-01 10:00", profile())
    story.on("2026-03-21 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-05-01 00:00").expect(
        "03-21 09:00 opened L/1",
        "03-21 09:00 issued ONE 10000",
        "03-24 09:00 escalated TWO 10000",
        "03-27 09:00 escalated THREE 10000",
    )


def test_a_stage_waits_until_the_oldest_debt_is_old_enough() -> None:
    stages = [{"code": "ONE", "delay_days": 1, "dpd_from": 5, "text": "friendly"}]
    Story(rulebook(stages=stages, hand_off=None)).on("2026-03-01 10:00", profile()).on(
        "2026-03-02 00:00", missed("1", "2026-03-01", 100_00)
    ).tick_until("2026-05-01 00:00").expect("03-06 09:00 opened L/1", "03-06 09:00 issued ONE 10000")


def test_the_effective_due_date_counts_where_a_holiday_moved_it() -> None:
    Story().on("2026-03-01 10:00", profile()).on(
        "2026-03-02 00:00", missed("1", "2026-03-01", 100_00, effective_due_date=at("2026-03-04 00:00").date())
    ).tick_until("2026-03-06 00:00").expect("03-05 09:00 opened L/1", "03-05 09:00 issued FRIENDLY 10000")


def test_a_handed_off_case_is_withdrawn_by_payment() -> None:
    story = forgetful().tick_until("2026-04-01 00:00")
    assert story.messages[-1].type == "case.handed-off"
    story.expect(*LADDER, HANDED)
    story.on("2026-04-02 10:00", paid(100_00)).expect("04-02 10:00 withdrawn CURED", "04-02 10:00 closed L/1 CURED")


def test_after_the_hand_off_nothing_more_is_sent() -> None:
    story = forgetful().tick_until("2026-04-01 00:00").on("2026-04-02 00:00", missed("2", "2026-04-01", 100_00))
    assert story.tick_until("2026-06-01 00:00").messages[-1].type == "case.handed-off"


def test_a_duplicate_with_a_new_event_id_says_nothing() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 01:00", paid(40_00))
    story.expect(
        "03-02 09:00 opened L/1",
        "03-02 09:00 issued FRIENDLY 10000",
        "03-03 01:00 cancelled FRIENDLY AMOUNT_CHANGED",
    ).why("03-02 09:00 sent ISSUED FRIENDLY", "03-03 01:00 recalled AMOUNT_CHANGED FRIENDLY")
    again = paid(40_00, booked_at=at("2026-03-03 01:00"))
    story.on("2026-03-04 00:00", again, missed("1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00")))
    story.tick_until("2026-03-07 00:00").silent().why()
    assert story.overdue() == 60_00


def test_a_returned_payment_reopens_the_cycle_with_its_own_text_after_the_grace() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(100_00))
    story.expect(
        "03-02 09:00 opened L/1",
        "03-02 09:00 issued FRIENDLY 10000",
        "03-03 10:00 cancelled FRIENDLY PAID",
        "03-03 10:00 closed L/1 CURED",
    )
    story.on("2026-03-06 15:00", returned()).expect("03-06 15:00 reopened L/1")
    # Three days of grace, then the text about the return: as FRIENDLY, the last stage sent. FIRM's time has come
    # by then, but waits for the gap.
    story.tick_until("2026-03-20 00:00").expect(
        "03-09 09:00 issued FRIENDLY 10000", "03-12 09:00 escalated FIRM 10000", "03-16 09:00 escalated LAST 10000"
    )
    assert [r.attempt for r in story.reminders] == [1, 2, 1, 1]
    assert story.reminders[1].template_id == "zh-Hans-returned-neutral-1"
    assert len({r.reminder_id for r in story.reminders}) == 4


def test_a_second_return_gets_another_attempt() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(100_00))
    story.on("2026-03-04 10:00", returned()).tick_until("2026-03-07 12:00")
    story.on("2026-03-07 13:00", paid(100_00, "Q")).on("2026-03-07 14:00", returned("Q")).tick_until("2026-03-10 12:00")
    assert [(r.stage, r.attempt) for r in story.reminders] == [("FRIENDLY", 1), ("FRIENDLY", 2), ("FRIENDLY", 3)]


def test_a_payment_booked_before_the_reminder_left_reopens_too_when_it_returns() -> None:
    story = forgetful().tick_until("2026-03-02 12:00")
    story.on("2026-03-02 13:00", paid(100_00, booked_at=at("2026-03-02 08:00")))
    story.on("2026-03-06 15:00", returned()).tick_until("2026-03-09 12:00")
    assert story.reminders[-1].template_id == "zh-Hans-returned-neutral-1"


def test_a_return_is_known_though_the_ledgers_snapshot_came_first() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(100_00))
    story.on("2026-03-07 00:00", missed("1", "2026-03-01", 100_00))
    story.on("2026-03-07 01:00", returned(booked_at=at("2026-03-06 15:00"))).tick_until("2026-03-09 12:00")
    assert story.reminders[-1].template_id == "zh-Hans-returned-neutral-1"


def test_the_return_of_one_of_two_payments_reopens_the_cycle_they_closed() -> None:
    story = forgetful().on("2026-03-02 00:00", missed("2", "2026-03-01", 50_00)).tick_until("2026-03-03 00:00")
    story.on("2026-03-03 10:00", paid(100_00, "P", to={"1": 100_00}))
    story.on("2026-03-04 10:00", paid(50_00, "Q", to={"2": 50_00}))
    story.on("2026-03-06 10:00", returned("Q"))
    assert story.messages[-1].type == "cycle.opened"
    assert story.messages[-1].cycle_id == "L/1"


def test_the_return_of_a_payment_that_paid_nothing_overdue_reopens_nothing() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(100_00))
    story.on("2026-03-20 10:00", paid(10_00, "early")).on("2026-04-02 00:00", missed("2", "2026-04-01", 70_00))
    story.on("2026-04-02 01:00", returned("early")).tick_until("2026-04-02 12:00")
    assert story.reminders[-1].cycle_id == "L/2"
    assert story.reminders[-1].stage == "FRIENDLY"
    assert story.reminders[-1].template_id == "zh-Hans-friendly-neutral-1"


def test_a_return_that_was_never_reminded_starts_the_ordinary_ladder() -> None:
    story = forgetful().on("2026-03-02 08:00", paid(100_00)).on("2026-03-03 08:00", returned())
    story.tick_until("2026-03-04 00:00").expect("03-03 09:00 opened L/1", "03-03 09:00 issued FRIENDLY 10000")


def test_the_hand_off_waits_for_the_grace_of_a_return() -> None:
    story = forgetful().tick_until("2026-03-29 00:00").on("2026-03-29 10:00", paid(100_00))
    story.on("2026-03-30 10:00", returned()).tick_until("2026-04-05 00:00")
    assert [m.type for m in story.messages[-2:]] == ["cycle.opened", "case.handed-off"]
    assert story.decisions[-1].now == at("2026-04-02 00:00")


def test_the_end_of_the_account_ends_everything() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 10:00", ended("sold"))
    story.expect(
        "03-02 09:00 opened L/1",
        "03-02 09:00 issued FRIENDLY 10000",
        "03-03 10:00 cancelled FRIENDLY ACCOUNT_SOLD",
        "03-03 10:00 closed L/1 ACCOUNT_SOLD",
    )
    story.on("2026-04-02 00:00", missed("2", "2026-04-01", 70_00)).tick_until("2026-06-01 00:00").silent()


def test_a_return_after_the_end_says_nothing() -> None:
    story = forgetful().tick_until("2026-03-03 00:00").on("2026-03-03 10:00", paid(100_00))
    told = len(story.messages)
    story.on("2026-03-04 10:00", ended("closed")).on("2026-03-05 10:00", returned()).tick_until("2026-04-30 00:00")
    assert len(story.messages) == told


def test_the_latest_end_wins_in_any_order() -> None:
    first, last = ended("closed", as_of=at("2026-03-03 10:00")), ended("sold", as_of=at("2026-03-04 10:00"))
    a = forgetful().on("2026-03-05 10:00", first, last)
    b = forgetful().on("2026-03-05 10:00", last, first)
    assert a.account is not None
    assert b.account is not None
    assert a.account.ended == b.account.ended == "sold"


def test_card_statements_climb_one_ladder() -> None:
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", statement("s1", "2026-03-01", 300_00))
    story.on("2026-03-20 00:00", statement("s2", "2026-03-19", 350_00)).tick_until("2026-04-01 00:00")
    assert [(r.stage, r.amount_minor) for r in story.reminders] == [
        ("FRIENDLY", 30000),
        ("FIRM", 30000),
        ("LAST", 30000),
    ]
    assert story.messages[-1].type == "case.handed-off"


def test_what_left_expires_with_the_freshness_of_the_ledger_or_the_window() -> None:
    early = forgetful().tick_until("2026-03-02 09:00").reminders[0]
    assert early.expires_at == at("2026-03-02 09:15")
    late = (
        Story(step_ms=60_000)
        .on("2026-03-01 10:00", profile())
        .on("2026-03-02 19:45", missed("1", "2026-03-01", 100_00))
        .tick_until("2026-03-02 19:50")
        .reminders[0]
    )
    assert late.issued_at == at("2026-03-02 19:45")
    assert late.expires_at == at("2026-03-02 19:50")


def test_within_the_margin_before_the_window_ends_nothing_leaves() -> None:
    story = Story(step_ms=60_000).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 19:50", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 08:59").silent()
    story.tick_until("2026-03-03 09:00").expect("03-03 09:00 opened L/1", "03-03 09:00 issued FRIENDLY 10000")


def test_a_policy_keeps_its_hash() -> None:
    assert len(BOOK.hash) == 32
    assert rulebook(version="2099.12").hash != BOOK.hash
