"""Complaints, contacts by others, replies and decisions of staff: each with its silence, its end, and what follows."""

import json

import pytest

from agents.decisions.account.facts import apply, new_account
from agents.decisions.policy.rulebook import Rulebook
from schemas.facts import OptOut
from schemas.reading import MODELS, ROLE_OF, read
from schemas.stored.accounts import NEVER_MS
from tests.agents.decisions.story import (
    BOOK,
    Story,
    StorySaid,
    at,
    complained,
    consented,
    contacted,
    decided,
    hold,
    lifted,
    missed,
    paid,
    profile,
    replied,
    rulebook,
    scheduled,
)
from tests.schemas.samples import INPUTS

FRIENDLY = ("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")
FIRM = "03-08 09:00 escalated FIRM 10000"


def owing(*said: StorySaid, policy: Rulebook = BOOK) -> Story:
    """One instalment of 100.00 due on 1 March, missed; nothing has left yet."""
    return Story(policy).on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00), *said)


def reminded() -> Story:
    return owing().tick_until("2026-03-03 00:00").expect(*FRIENDLY).why("03-02 09:00 sent ISSUED FRIENDLY")


def test_a_complaint_is_silence_until_it_is_lifted() -> None:
    story = reminded().on("2026-03-03 10:00", complained()).expect("03-03 10:00 cancelled FRIENDLY COMPLAINT")
    story.tick_until("2026-03-09 00:00").silent()
    story.on("2026-03-09 10:00", lifted("complaint/other")).tick_until("2026-03-09 12:00").silent()
    story.on("2026-03-10 10:00", lifted("complaint/c")).tick_until("2026-03-10 12:00")
    story.expect("03-10 10:00 escalated FIRM 10000")


def test_a_complaint_that_was_lifted_before_it_was_told_is_none() -> None:
    later = at("2026-03-02 00:30")
    owing(lifted("complaint/c", time=later), complained()).tick_until("2026-03-03 00:00").expect(*FRIENDLY)


def test_a_complaint_told_after_its_lift_stands_again() -> None:
    story = owing(complained()).on("2026-03-02 01:00", lifted("complaint/c")).on("2026-03-02 02:00", complained())
    assert story.tick_until("2026-03-03 00:00").silent().reasons() == ["03-02 09:00 blocked COMPLAINT FRIENDLY"]


def test_a_complaint_that_nobody_answers_goes_to_a_person() -> None:
    story = owing(complained()).tick_until("2026-04-30 00:00")
    story.expect("03-23 00:00 opened L/1", "03-23 00:00 handed-off BLOCKED_TOO_LONG 10000")


def test_a_contact_of_somebody_else_counts_for_the_minimum_gap() -> None:
    story = owing().on("2026-03-02 08:00", contacted(at("2026-03-01 20:00"))).tick_until("2026-03-06 00:00")
    story.expect("03-04 09:00 opened L/1", "03-04 09:00 issued FRIENDLY 10000")
    assert story.decisions[-1].evidence.last_contact_at == at("2026-03-01 20:00")


def test_the_newest_record_of_a_contact_stands_and_the_later_of_two_contacts_counts() -> None:
    wrong, right = contacted(at("2026-03-01 20:00")), contacted(at("2026-02-20 20:00"), source_version=1)
    for said in ((wrong, right), (right, wrong)):
        owing(*said).tick_until("2026-03-03 00:00").expect(*FRIENDLY)
    story = owing(contacted(at("2026-03-01 09:00"), "k1"), contacted(at("2026-02-20 09:00"), "k2"))
    story.tick_until("2026-03-04 08:00").silent()


def test_a_contact_in_the_future_counts_as_now() -> None:
    story = owing(contacted(at("2027-03-02 00:00"))).tick_until("2026-03-06 00:00")
    story.expect("03-05 09:00 opened L/1", "03-05 09:00 issued FRIENDLY 10000")


def test_a_conversation_cools_down_and_says_so_once() -> None:
    policy = rulebook(sending={"conversation_cool_down_days": 4, "minimum_gap_days": 1})
    story = owing(policy=policy).on("2026-03-02 08:00", contacted(at("2026-03-02 07:00"), conversation=True))
    story.tick_until("2026-03-03 12:00").silent().why("03-03 09:00 deferred CONVERSATION_COOL_DOWN FRIENDLY")
    assert story.decisions[-1].until == at("2026-03-06 00:00")
    story.on("2026-03-04 08:00", paid(1_00)).tick_until("2026-03-06 08:00").silent().why()
    story.tick_until("2026-03-06 12:00").expect("03-06 09:00 opened L/1", "03-06 09:00 issued FRIENDLY 9900")


def test_a_conversation_does_not_keep_the_case_from_a_person() -> None:
    story = (
        owing()
        .tick_until("2026-03-30 12:00")
        .on("2026-03-30 13:00", contacted(at("2026-03-30 12:30"), conversation=True))
    )
    story.tick_until("2026-03-31 12:00")
    assert story.messages[-1].type == "case.handed-off"


@pytest.mark.parametrize("keyword", ["STOP", "T", "td", "Unsubscribe"])
def test_a_reply_that_opts_out_is_silence_until_it_is_lifted(keyword: str) -> None:
    story = reminded().on("2026-03-03 10:00", replied(keyword)).expect("03-03 10:00 cancelled FRIENDLY OPTED_OUT")
    story.tick_until("2026-03-09 00:00").silent()
    story.on("2026-03-10 10:00", lifted("reply/r")).tick_until("2026-03-10 12:00")
    story.expect("03-10 10:00 escalated FIRM 10000")


def test_no_profile_undoes_an_opt_out_by_reply_and_a_later_consent_does() -> None:
    story = reminded().on("2026-03-03 10:00", replied("STOP"))
    story.on("2026-03-06 10:00", profile(source_version=1)).on("2026-03-08 13:00", profile(source_version=3))
    story.tick_until("2026-03-09 12:00").expect("03-03 10:00 cancelled FRIENDLY OPTED_OUT")
    story.on("2026-03-09 13:00", consented(at("2026-03-02 10:00"))).tick_until("2026-03-09 14:00").silent()
    story.on("2026-03-09 15:00", consented(at("2026-03-09 14:30"), "c2")).tick_until("2026-03-09 20:00")
    story.expect("03-09 15:00 escalated FIRM 10000")


def test_an_opt_out_of_the_profile_ends_with_the_profile() -> None:
    out = (OptOut(scope="channel", value="sms"),)
    story = reminded().on("2026-03-03 10:00", profile(source_version=1, opt_outs=out))
    story.on("2026-03-08 13:00", profile(source_version=2)).tick_until("2026-03-08 20:00")
    story.expect("03-03 10:00 cancelled FRIENDLY OPTED_OUT", "03-08 13:00 escalated FIRM 10000")


def test_an_opted_out_case_goes_to_a_person_by_its_days() -> None:
    story = reminded().on("2026-03-03 10:00", replied("STOP")).tick_until("2026-04-30 00:00")
    assert [m.reason for m in story.messages if m.type == "case.handed-off"] == ["OPTED_OUT"]


def test_who_says_that_they_paid_is_left_alone_for_some_days() -> None:
    story = (
        owing(replied("PAID")).tick_until("2026-03-03 23:00").silent().why("03-02 09:00 blocked CLAIMS_PAID FRIENDLY")
    )
    assert story.decisions[-1].until == at("2026-03-04 00:00")
    story.tick_until("2026-03-05 00:00").expect("03-04 09:00 opened L/1", "03-04 09:00 issued FRIENDLY 10000")


def test_who_says_that_they_paid_and_did_hears_nothing_more() -> None:
    story = reminded().on("2026-03-03 10:00", replied("Y")).on("2026-03-04 10:00", paid(100_00))
    story.expect("03-03 10:00 cancelled FRIENDLY CLAIMS_PAID", "03-04 10:00 closed L/1 CURED")


def test_any_other_reply_goes_to_a_person_once() -> None:
    story = reminded().on("2026-03-03 10:00", replied("HELP")).tick_until("2026-03-03 12:00")
    story.expect("03-03 10:00 handed-off REPLY_RECEIVED 10000")
    story.on("2026-03-04 10:00", replied("HELP")).on("2026-03-05 10:00", replied("CALL", "r2"))
    story.tick_until("2026-04-30 00:00").silent()
    assert [line for line in story.reasons() if "REPLY" in line] == [
        "03-03 10:00 handed_off REPLY_RECEIVED HAND_OFF",
        "03-05 10:00 noted REPLY_RECEIVED -",
    ]
    story.on("2026-05-01 10:00", paid(100_00)).expect("05-01 10:00 withdrawn CURED", "05-01 10:00 closed L/1 CURED")


def test_a_reply_is_answered_under_a_hold_too_and_not_when_nobody_may_phone() -> None:
    story = owing(hold(), replied("HELP")).tick_until("2026-03-03 00:00")
    story.expect("03-02 00:00 opened L/1", "03-02 00:00 handed-off REPLY_RECEIVED 10000")
    story = owing(hold(kind="deceased"), replied("HELP")).tick_until("2026-03-02 01:00").silent()
    story.why("03-02 00:00 noted REPLY_RECEIVED -", "03-02 00:00 blocked HOLD_DECEASED FRIENDLY")


def test_a_reply_of_who_owes_nothing_is_noted() -> None:
    story = Story().on("2026-03-01 10:00", profile(), scheduled("1", "2026-05-01", 1_00), replied("HELP"))
    story.tick_until("2026-03-20 00:00").silent().why("03-01 10:00 noted REPLY_RECEIVED -")


def test_staff_asks_for_silence_until_a_time() -> None:
    story = reminded().on("2026-03-03 10:00", decided("silent_until", at("2026-03-10 12:00")))
    story.expect("03-03 10:00 cancelled FRIENDLY STAFF").why(
        "03-03 10:00 noted STAFF -", "03-03 10:00 recalled STAFF FRIENDLY"
    )
    story.tick_until("2026-03-10 11:00").silent()
    story.tick_until("2026-03-10 13:00").expect("03-10 12:00 escalated FIRM 10000")
    assert story.account is not None
    assert story.account.case is not None
    assert story.account.case.staff is not None
    assert story.account.case.staff.decided_by == "u-7"


def test_staff_sends_the_next_stage_now_without_its_delay_and_the_gap() -> None:
    story = reminded().on("2026-03-03 10:00", decided("send_now")).why("03-03 10:00 noted STAFF_SEND_NOW -")
    story.tick_until("2026-03-07 00:00").expect("03-03 10:00 escalated FIRM 10000")
    # Once: LAST has its own delay again.
    story.tick_until("2026-03-17 00:00").expect("03-16 09:00 escalated LAST 10000")


def test_the_guard_stands_before_what_staff_wants_sent() -> None:
    story = reminded().on("2026-03-03 21:00", decided("send_now")).tick_until("2026-03-04 08:00").silent()
    story.tick_until("2026-03-04 12:00").expect("03-04 09:00 escalated FIRM 10000")
    story = reminded().on("2026-03-03 10:00", hold(), decided("send_now")).tick_until("2026-03-05 00:00")
    story.expect("03-03 10:00 cancelled FRIENDLY HOLD_DISPUTE")
    story.on("2026-03-05 10:00", lifted()).tick_until("2026-03-05 12:00").expect("03-05 10:00 escalated FIRM 10000")


def test_staff_sends_nothing_before_the_days_in_which_it_makes_sense() -> None:
    stages = [
        {"code": "ONE", "delay_days": 1, "text": "friendly"},
        {"code": "TWO", "delay_days": 7, "dpd_from": 5, "text": "firm"},
    ]
    story = Story(rulebook(stages=stages)).on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-02 12:00").on("2026-03-03 10:00", decided("send_now")).tick_until("2026-03-06 12:00")
    assert [(r.stage, r.issued_at) for r in story.reminders][1:] == [("TWO", at("2026-03-06 09:00"))]


def test_staff_sends_in_spite_of_a_conversation() -> None:
    talk = contacted(at("2026-03-03 09:30"), conversation=True)
    story = reminded().on("2026-03-03 10:00", talk, decided("send_now")).tick_until("2026-03-03 12:00")
    story.expect("03-03 10:00 escalated FIRM 10000")


def test_what_staff_wants_sent_is_dropped_when_there_is_nothing_to_send() -> None:
    story = reminded().on("2026-03-03 10:00", paid(100_00)).on("2026-03-03 11:00", decided("send_now"))
    story.on("2026-04-02 00:00", missed("2", "2026-04-01", 50_00)).tick_until("2026-04-02 12:00")
    assert story.reasons()[-3:] == [
        "03-03 11:00 noted STAFF_SEND_NOW -",
        "03-03 11:00 noted NOTHING_TO_SEND -",
        "04-02 09:00 sent ISSUED FRIENDLY",
    ]
    assert story.reminders[-1].issued_at == at("2026-04-02 09:00"), "the new miss has its own delay"


def test_the_newest_word_of_staff_stands_in_any_order_and_told_twice_it_is_one() -> None:
    quiet = decided("silent_until", at("2026-03-20 00:00"), time=at("2026-03-03 08:00"))
    send = decided("send_now", time=at("2026-03-03 09:00"))
    for said in ((quiet, send), (send, quiet)):
        story = reminded().on("2026-03-03 10:00", *said).tick_until("2026-03-03 12:00")
        assert [r.stage for r in story.reminders] == ["FRIENDLY", "FIRM"]
        story.on("2026-03-04 10:00", send).tick_until("2026-03-09 00:00")
        assert [r.stage for r in story.reminders] == ["FRIENDLY", "FIRM"]


@pytest.mark.parametrize(
    "said",
    [complained(), replied("STOP"), replied("PAID"), decided("silent_until", at("2026-03-20 00:00")), hold()],
)
def test_no_pre_due_notice_leaves_under_a_silence(said: StorySaid) -> None:
    story = Story().on("2026-03-01 10:00", profile(), scheduled("1", "2026-03-05", 100_00), said)
    story.tick_until("2026-03-02 23:00").silent()


@pytest.mark.parametrize("said", [complained(), hold()])
def test_days_of_a_silence_without_an_end_count_as_blocked_and_those_with_an_end_do_not(said: StorySaid) -> None:
    policy = rulebook(hand_off={"dpd": 60, "blocked_days": 5})
    assert owing(said, policy=policy).tick_until("2026-03-08 00:00").messages[-1].type == "case.handed-off"
    for ends in (hold(until=at("2026-03-30 00:00")), decided("silent_until", at("2026-03-30 00:00"))):
        owing(ends, policy=policy).tick_until("2026-03-29 00:00").silent()


@pytest.mark.parametrize("kind", sorted(ROLE_OF))
def test_every_fact_that_can_be_read_can_be_applied(kind: str) -> None:
    body = next(body for topic, body in INPUTS if body["type"] == kind and topic in MODELS)
    fact = read(ROLE_OF[kind], b"A-1", json.dumps(body).encode(), 20_000)
    account = apply(new_account("A-1"), fact, NEVER_MS).account
    assert account.unsupported is None
