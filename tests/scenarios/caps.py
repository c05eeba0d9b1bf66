"""Caps and quiet days: how often one person is written to, and who has counted.

A policy keeps days between two messages; the caps bind where those days do not: when a named person wants the next
stage at once, and when somebody else of the lender's has written.
"""

from agents.decisions.policy.rulebook import Rulebook
from schemas import cases
from tests.agents.decisions.story import StorySaid, at, contacted, decided, paid
from tests.scenarios.language import NEW_YORK, Tale, covers, in_america, in_china, with_policy


def _texted(*days: str, zone: str = "Asia/Shanghai") -> list[StorySaid]:
    """An agency wrote to the person on these days, at noon."""
    return [contacted(at(f"{day} 12:00", zone), f"sms-{day}", channel="sms") for day in days]


def _receipt(tale: Tale, status: str, when: str) -> StorySaid:
    told = {"reminder_id": tale.reminders[-1].reminder_id, "status": status, "at": at(when, tale.zone)}
    return StorySaid(cases.ReminderReceipt, told)


@covers("CN-CAP-1")
def the_second_message_of_a_day_waits_for_the_next_though_staff_want_it_now(rulebook: Rulebook) -> None:
    tale = in_china(rulebook)
    tale.hears("03-02 09:00").why("03-02 09:00 sent ISSUED FRIENDLY")
    tale.on("2026-03-02 10:00", decided("send_now")).hears_nothing(
        "03-02 23:59",
        "03-02 10:00 noted STAFF_SEND_NOW -",
        "03-02 10:00 deferred CAP_REACHED FIRM by CN-CAP-1",
    )
    assert tale.decisions[-1].until == at("2026-03-03 00:00")
    tale.tick_until("2026-03-03 09:00").expect("03-03 09:00 escalated FIRM 10000")


@covers("CN-CAP-1")
def an_agency_that_wrote_today_has_used_the_day(rulebook: Rulebook) -> None:
    tale = in_china(rulebook).on("2026-03-02 08:00", *_texted("2026-03-02"), decided("send_now"))
    tale.tick_until("2026-03-02 23:59").silent()
    assert tale.reasons()[-1] == "03-02 09:00 deferred CAP_REACHED FRIENDLY by CN-CAP-1"
    tale.hears("03-03 09:00")


@covers(pack="CN")
def a_message_that_was_taken_back_has_not_used_the_day(rulebook: Rulebook) -> None:
    tale = in_china(rulebook)
    tale.hears("03-02 09:00").on("2026-03-02 10:00", paid(60_00)).expect(
        "03-02 10:00 cancelled FRIENDLY AMOUNT_CHANGED"
    )
    tale.on("2026-03-02 10:01", _receipt(tale, "recalled", "2026-03-02 10:01"), decided("send_now"))
    tale.tick_until("2026-03-02 12:00").expect("03-02 11:00 escalated FRIENDLY 4000")


@covers("CN-CAP-1")
def a_recall_that_came_too_late_has_used_the_day(rulebook: Rulebook) -> None:
    tale = in_china(rulebook)
    tale.hears("03-02 09:00").on("2026-03-02 10:00", paid(60_00)).expect(
        "03-02 10:00 cancelled FRIENDLY AMOUNT_CHANGED"
    )
    tale.on("2026-03-02 10:01", _receipt(tale, "too_late", "2026-03-02 10:01"), decided("send_now"))
    tale.tick_until("2026-03-02 23:59").silent()
    assert tale.reasons()[-1] == "03-02 11:00 deferred CAP_REACHED FIRM by CN-CAP-1"


@covers("CN-CAP-2")
def three_texts_of_an_agency_have_used_the_week(rulebook: Rulebook) -> None:
    # Three days after the last one the policy would speak; the pack still counts three in seven days.
    tale = in_china(rulebook, *_texted("2026-02-26", "2026-02-27", "2026-02-28"))
    tale.hears_nothing("03-04 23:59", "03-03 09:00 deferred CAP_REACHED FRIENDLY by CN-CAP-2")
    tale.hears("03-05 09:00")


@covers("CN-CAP-2")
def the_fourth_message_of_our_own_waits_until_the_first_is_a_week_old(rulebook: Rulebook) -> None:
    days = [{"code": f"D{day}", "delay_days": day, "text": "friendly"} for day in (1, 2, 3, 4, 9)]
    daily = with_policy(rulebook, stages=tuple(days), sending={"minimum_gap_days": 1})
    tale = in_china(daily).tick_until("2026-03-08 23:00")
    tale.expect(
        "03-02 09:00 opened L/1",
        "03-02 09:00 issued D1 10000",
        "03-03 09:00 escalated D2 10000",
        "03-04 09:00 escalated D3 10000",
    )
    assert tale.reasons()[-1] == "03-05 09:00 deferred CAP_REACHED D4 by CN-CAP-2"
    tale.tick_until("2026-03-09 09:00").expect("03-09 09:00 escalated D4 10000")


@covers(pack="CN")
def two_texts_of_an_agency_leave_room_for_one(rulebook: Rulebook) -> None:
    in_china(rulebook, *_texted("2026-02-26", "2026-02-27")).hears("03-02 09:00")


@covers(pack="CN")
def calls_are_no_texts(rulebook: Rulebook) -> None:
    calls = [contacted(at(f"2026-02-2{day} 12:00"), f"call-{day}") for day in (5, 6, 7)]
    in_china(rulebook, *calls).hears("03-02 09:00")


@covers("US-CAP-1")
def in_america_too_the_second_message_of_a_day_waits(rulebook: Rulebook) -> None:
    tale = in_america(rulebook)
    tale.hears("03-03 09:00").on("2026-03-03 10:00", decided("send_now")).tick_until("2026-03-03 23:59").silent()
    assert tale.reasons()[-1] == "03-03 10:00 deferred CAP_REACHED FIRM by US-CAP-1"
    tale.tick_until("2026-03-04 09:00").expect("03-04 09:00 escalated FIRM 10000")


@covers("US-CAP-2")
def in_america_too_three_texts_have_used_the_week(rulebook: Rulebook) -> None:
    # Four days after the last one is Wednesday; on Thursday the first one is a week old.
    tale = in_america(rulebook, *_texted("2026-02-26", "2026-02-27", "2026-02-28", zone=NEW_YORK))
    tale.hears_nothing("03-04 23:59", "03-04 09:00 deferred CAP_REACHED FRIENDLY by US-CAP-2")
    tale.hears("03-05 09:00")


@covers(pack="US")
def after_a_conversation_no_message_for_as_long_as_the_policy_says(rulebook: Rulebook) -> None:
    talked = contacted(at("2026-02-27 12:00", NEW_YORK), conversation=True)
    in_america(rulebook, talked).hears_nothing(
        "03-05 23:59", "03-03 09:00 deferred CONVERSATION_COOL_DOWN FRIENDLY"
    ).hears("03-06 09:00")


@covers(pack="US")
def after_a_call_that_nobody_answered_the_gap_is_enough(rulebook: Rulebook) -> None:
    in_america(rulebook, contacted(at("2026-02-27 12:00", NEW_YORK))).hears("03-03 09:00")
