"""Why nothing is said: the guard in front of every send fails closed, and each reason is recorded once (rules 7, 8)."""

from itertools import permutations

import pytest
from msgspec.structs import replace

from agents.decisions.account.limits import RECORDS_MAX
from agents.decisions.policy.rulebook import Rulebook
from schemas import cases
from schemas.facts import OptOut
from tests.agents.decisions.story import (
    OPEN,
    Story,
    StorySaid,
    at,
    ended,
    hold,
    lifted,
    missed,
    paid,
    profile,
    rulebook,
    scheduled,
)

FRIENDLY = ("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")


def missing(*first: StorySaid, policy: Rulebook | None = None) -> Story:
    story = Story() if policy is None else Story(policy)
    return story.on("2026-03-01 10:00", *first).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ((), "RECIPIENT_UNKNOWN"),
        ((profile(phone=None),), "NO_PHONE"),
        ((profile(language="fr"),), "NO_TEXT_IN_LANGUAGE"),
        ((profile(opt_outs=(OptOut(scope="all"),)),), "OPTED_OUT"),
        ((profile(opt_outs=(OptOut(scope="channel", value="sms"),)),), "OPTED_OUT"),
        ((profile(opt_outs=(OptOut(scope="address", value="+8613800138000"),)),), "OPTED_OUT"),
        ((profile(), hold(kind="dispute")), "HOLD_DISPUTE"),
        ((profile(), hold(kind="deceased")), "HOLD_DECEASED"),
        ((hold(),), "RECIPIENT_UNKNOWN"),
        ((profile(phone=None), hold()), "NO_PHONE"),
        ((profile(opt_outs=(OptOut(scope="all"),)), hold()), "HOLD_DISPUTE"),
    ],
)
def test_stays_silent_and_says_why_once(said: tuple[StorySaid, ...], code: str) -> None:
    story = missing(*said).tick_until("2026-03-07 23:00").silent()
    story.why(f"03-02 09:00 blocked {code} FRIENDLY")
    # The next stage is another question; its answer is recorded again.
    story.tick_until("2026-03-08 23:00").silent()
    story.why("03-08 00:00 lapsed LAPSED FRIENDLY", f"03-08 00:00 blocked {code} FIRM")


@pytest.mark.parametrize(
    "opt_out",
    [OptOut(scope="channel", value="voice"), OptOut(scope="address", value="+8613800138999")],
)
def test_an_opt_out_of_something_else_changes_nothing(opt_out: OptOut) -> None:
    missing(profile(opt_outs=(opt_out,))).tick_until("2026-03-03 00:00").expect(*FRIENDLY)


def test_a_block_is_looked_at_again_when_a_fact_ends_it() -> None:
    story = missing().tick_until("2026-03-03 00:00").why("03-02 09:00 blocked RECIPIENT_UNKNOWN FRIENDLY")
    story.on("2026-03-03 21:00", profile()).tick_until("2026-03-04 08:00").silent()
    story.tick_until("2026-03-04 09:00").expect("03-04 09:00 opened L/1", "03-04 09:00 issued FRIENDLY 10000")


def test_a_changed_reason_is_recorded_again_and_an_unchanged_one_is_not() -> None:
    story = (
        missing(profile(), hold("H1")).tick_until("2026-03-03 00:00").why("03-02 09:00 blocked HOLD_DISPUTE FRIENDLY")
    )
    story.on("2026-03-03 12:00", hold("H2", "hardship")).tick_until("2026-03-04 00:00").why()
    story.on("2026-03-04 12:00", lifted("H1")).tick_until("2026-03-05 00:00").why(
        "03-04 12:00 blocked HOLD_HARDSHIP FRIENDLY"
    )


def test_a_hold_recalls_what_is_open_and_its_end_lets_the_ladder_go_on() -> None:
    story = missing(profile()).tick_until("2026-03-03 00:00").expect(*FRIENDLY)
    story.on("2026-03-03 10:00", hold()).expect("03-03 10:00 cancelled FRIENDLY HOLD_DISPUTE")
    story.tick_until("2026-03-09 00:00").silent()
    story.on("2026-03-10 10:00", lifted()).tick_until("2026-03-10 12:00").expect("03-10 10:00 escalated FIRM 10000")


def test_a_lift_ends_a_placing_that_is_not_newer_in_any_order() -> None:
    earlier, later = at("2026-03-01 10:00"), at("2026-03-01 11:00")
    for said in permutations((hold(time=earlier), lifted(time=later))):
        missing(profile(), *said).tick_until("2026-03-03 00:00").expect(*FRIENDLY)
    for said in permutations((hold(time=later), lifted(time=earlier))):
        missing(profile(), *said).tick_until("2026-03-03 00:00").silent()


def test_a_lift_told_together_with_its_placing_leaves_the_hold_standing() -> None:
    for said in permutations((hold(), lifted())):
        missing(profile(), *said).tick_until("2026-03-03 00:00").silent()


def test_a_hold_may_be_placed_lifted_and_placed_again_in_any_order() -> None:
    words = (hold(source_version=1), lifted(source_version=2), hold(source_version=3))
    for said in permutations(words):
        missing(profile(), *said).tick_until("2026-03-03 00:00").silent()
    for said in permutations(words[:2]):
        missing(profile(), *said).tick_until("2026-03-03 00:00").expect(*FRIENDLY)


def test_versions_of_two_sources_are_never_compared() -> None:
    placed = hold(source_version=7, source="crm", time=at("2026-03-01 10:00"))
    lift = lifted(source_version=1, source="desk", time=at("2026-03-01 11:00"))
    for said in permutations((placed, lift)):
        missing(profile(), *said).tick_until("2026-03-03 00:00").expect(*FRIENDLY)


def test_a_hold_ends_by_itself() -> None:
    story = missing(profile(), hold(until=at("2026-03-04 12:30"))).tick_until("2026-03-04 12:00").silent()
    story.tick_until("2026-03-04 13:00").expect("03-04 13:00 opened L/1", "03-04 13:00 issued FRIENDLY 10000")


def test_a_hold_that_ends_at_night_waits_for_the_morning() -> None:
    story = missing(profile(), hold(until=at("2026-03-04 23:00"))).tick_until("2026-03-05 08:00").silent()
    story.tick_until("2026-03-05 09:00").expect("03-05 09:00 opened L/1", "03-05 09:00 issued FRIENDLY 10000")


def test_a_hold_until_the_end_of_time_is_a_hold() -> None:
    missing(profile(), hold(until=at("9999-12-31 23:59", "America/New_York"))).tick_until("2026-03-20 00:00").silent()


def test_a_new_number_recalls_the_open_reminder_and_a_repeated_profile_does_not() -> None:
    story = missing(profile()).tick_until("2026-03-03 00:00").expect(*FRIENDLY)
    story.on("2026-03-03 10:00", profile()).silent()
    story.on("2026-03-03 11:00", profile(phone="+8613900139000")).expect(
        "03-03 11:00 cancelled FRIENDLY RECIPIENT_CHANGED"
    )


def test_an_older_version_of_the_profile_is_not_believed() -> None:
    story = Story().on("2026-03-01 10:00", profile(source_version=5, phone=None))
    story.on("2026-03-01 11:00", profile(source_version=4)).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-03 00:00").silent()


def test_an_erased_recipient_is_recalled_and_not_written_to() -> None:
    story = missing(profile()).tick_until("2026-03-03 00:00").expect(*FRIENDLY)
    story.erased("2026-03-03 10:00").expect("03-03 10:00 cancelled FRIENDLY RECIPIENT_CHANGED")
    story.tick_until("2026-03-20 00:00").silent()


def test_blocked_too_long_is_handed_to_a_person() -> None:
    story = missing(profile(phone=None)).tick_until("2026-04-30 00:00")
    story.expect("03-23 00:00 opened L/1", "03-23 00:00 handed-off BLOCKED_TOO_LONG 10000")


def test_an_outage_that_ends_at_night_defers_once_and_sends_in_the_morning() -> None:
    story = missing(profile()).stopped().outage_until("2026-03-03 22:00").outage_until("2026-03-03 23:00")
    story.silent().why("03-03 22:00 deferred OUTSIDE_HOURS FRIENDLY")
    assert story.decisions[-1].until == at("2026-03-04 09:00")
    story.tick_until("2026-03-04 09:00").expect("03-04 09:00 opened L/1", "03-04 09:00 issued FRIENDLY 10000")


def test_hours_are_the_borrowers_own() -> None:
    missing(profile(zone="Pacific/Auckland"), policy=rulebook(OPEN)).tick_until("2026-03-03 00:00").expect(
        "03-02 04:00 opened L/1", "03-02 04:00 issued FRIENDLY 10000"
    )


def test_days_are_the_lenders_even_when_the_borrowers_day_is_younger() -> None:
    # Midnight of the second day in Shanghai is four in the afternoon of the first in London: permitted.
    missing(profile(zone="Europe/London"), policy=rulebook(OPEN)).tick_until("2026-03-03 00:00").expect(
        "03-02 00:00 opened L/1", "03-02 00:00 issued FRIENDLY 10000"
    )


@pytest.mark.parametrize(
    ("zone", "due", "sent"),
    [
        # Daylight saving begins on 8 March 2026 in New York and on 29 March in London: nine o'clock stays nine.
        ("America/New_York", "2026-03-06", "2026-03-07T09:00:00-05:00"),
        ("America/New_York", "2026-03-07", "2026-03-08T09:00:00-04:00"),
        ("America/New_York", "2026-03-08", "2026-03-09T09:00:00-04:00"),
        ("Europe/London", "2026-03-27", "2026-03-28T09:00:00+00:00"),
        ("Europe/London", "2026-03-28", "2026-03-29T09:00:00+01:00"),
        ("America/New_York", "2026-10-31", "2026-11-01T09:00:00-05:00"),
        ("Asia/Kolkata", "2026-03-01", "2026-03-02T09:00:00+05:30"),
    ],
)
def test_nine_o_clock_over_daylight_saving(zone: str, due: str, sent: str) -> None:
    lender = {"name": "Anhe Finance", "service_number": "4008800123", "zone": zone}
    story = Story(rulebook(OPEN, lender=lender), zone=zone, step_ms=60_000)
    story.on(f"{due} 10:00", profile(zone=zone)).on(f"{due} 23:59", missed("1", due, 100_00))
    story.tick_until(f"{sent[:10]} 23:00")
    assert [r.stage for r in story.reminders] == ["FRIENDLY"]
    assert story.decisions[-1].evidence.local_time == sent


def test_never_two_messages_within_the_gap_of_calendar_days() -> None:
    stages = [{"code": f"S{n}", "delay_days": n, "text": "friendly"} for n in (1, 2, 3, 4)]
    sending = {"minimum_gap_days": 2}
    story = missing(profile(), policy=rulebook(OPEN, stages=stages, sending=sending, hand_off=None)).tick_until(
        "2026-03-20 00:00"
    )
    assert [str(r.issued_at.astimezone(at("2026-03-01 00:00").tzinfo).date()) for r in story.reminders] == [
        "2026-03-02",
        "2026-03-04",
        "2026-03-06",
        "2026-03-08",
    ]


def test_after_an_outage_of_weeks_one_message_leaves_and_the_rest_lapsed() -> None:
    story = missing(profile()).stopped().outage_until("2026-03-17 10:00")
    story.expect("03-17 10:00 opened L/1", "03-17 10:00 issued LAST 10000").why(
        "03-17 10:00 lapsed LAPSED FRIENDLY", "03-17 10:00 lapsed LAPSED FIRM", "03-17 10:00 sent ISSUED LAST"
    )


def test_a_second_currency_goes_to_a_person_at_once() -> None:
    story = missing(profile()).tick_until("2026-03-03 00:00").expect(*FRIENDLY)
    story.on("2026-03-03 10:00", missed("9", "2026-03-02", 50_00, currency="USD")).tick_until("2026-03-03 12:00")
    story.expect("03-03 10:00 handed-off SECOND_CURRENCY 10000").tick_until("2026-04-30 00:00").silent()


def test_what_is_not_supported_goes_to_a_person_without_debt_too() -> None:
    others = missed("1", "2026-03-01", 0), missed("9", "2026-03-01", 0, currency="USD")
    Story().on("2026-03-02 00:00", profile(), *others).tick_until("2026-03-03 00:00").expect(
        "03-02 00:00 opened A-1", "03-02 00:00 handed-off SECOND_CURRENCY 0"
    )


def test_a_text_that_is_too_long_is_not_sent_and_does_not_stop_the_ladder() -> None:
    sending = {"max_sms_parts": 1}
    story = (
        missing(profile(surname="王" * 40), policy=rulebook(sending=sending)).tick_until("2026-03-09 00:00").silent()
    )
    story.why(
        "03-02 09:00 blocked TEXT_TOO_LONG FRIENDLY",
        "03-08 00:00 lapsed LAPSED FRIENDLY",
        "03-08 00:00 deferred OUTSIDE_HOURS FIRM",
        "03-08 09:00 blocked TEXT_TOO_LONG FIRM",
    )


def test_facts_do_not_put_off_the_hand_off_of_a_text_that_never_fits() -> None:
    story = missing(profile(surname="王" * 40), policy=rulebook(sending={"max_sms_parts": 1}))
    for n in range(3, 31):
        story.on(f"2026-03-{n:02} 12:00", paid(1, f"P{n}"))
    assert story.messages[-1].type == "case.handed-off"
    assert story.decisions[-1].code == "BLOCKED_TOO_LONG"


def test_a_receipt_that_ends_a_reminder_leaves_nothing_to_recall() -> None:
    story = missing(profile()).tick_until("2026-03-03 00:00").expect(*FRIENDLY)
    receipt = StorySaid(
        cases.ReminderReceipt,
        {"reminder_id": story.reminders[0].reminder_id, "status": "delivered", "at": at("2026-03-02 09:01")},
    )
    story.on("2026-03-03 09:00", receipt).on("2026-03-03 10:00", paid(100_00)).expect("03-03 10:00 closed L/1 CURED")


def test_what_left_long_ago_without_a_receipt_is_not_recalled() -> None:
    story = missing(profile()).tick_until("2026-03-05 12:00").expect(*FRIENDLY)
    story.on("2026-03-05 12:00", paid(100_00)).expect("03-05 12:00 closed L/1 CURED")


def test_a_profile_alone_never_leads_to_anything() -> None:
    Story().on("2026-03-01 10:00", profile(), scheduled("1", "2026-09-01", 1_00)).tick_until(
        "2026-03-30 00:00"
    ).silent()


def test_an_account_that_grows_without_end_goes_to_a_person_and_can_still_end() -> None:
    story = missing(profile())
    many = [lifted(f"X{n}") for n in range(RECORDS_MAX)]
    story.on("2026-03-02 01:00", *many).tick_until("2026-03-05 00:00")
    story.expect("03-02 01:00 opened L/1", "03-02 01:00 handed-off ACCOUNT_TOO_LARGE 10000")
    assert story.account is not None
    assert len(story.account.holds) < RECORDS_MAX
    # What does not make it larger is still heard.
    story.on("2026-03-06 10:00", ended("sold")).expect(
        "03-06 10:00 withdrawn ACCOUNT_SOLD", "03-06 10:00 closed L/1 ACCOUNT_SOLD"
    )


def test_a_zone_that_this_machine_does_not_know_blocks_and_stops_nobody() -> None:
    story = missing(profile())
    assert story.account is not None
    assert story.account.profile is not None
    story.account = replace(story.account, profile=replace(story.account.profile, zone="Mars/Olympus"))
    story.tick_until("2026-03-05 00:00").silent().why("03-02 09:00 blocked ZONE_UNKNOWN FRIENDLY")
    assert story.decisions[-1].evidence.local_time is None
