"""Answers to replies: one notice for one reply, at the next tick, and what an answer does not pass."""

from typing import Any

import pytest

from agents.decisions import Occasion, Rulebook, step
from agents.decisions.guard.partition import Gate
from agents.decisions.inputs import RecallAsked, TimePassed
from agents.decisions.policy.controls import ControlState, Recall
from agents.decisions.policy.versions import Versions
from agents.decisions.recorder import Seen
from agents.policy.files.policy import load_rulebook
from schemas.cases import ReminderReceipt
from schemas.controls import AllowListSet, RemindersRecalled, Scope, SendingPaused
from schemas.facts import OptOut
from schemas.messages import NoticeIssued
from schemas.values.instants import MINUTE_MS, to_ms
from tests.agents.decisions.answering import answering
from tests.agents.decisions.story import (
    BOOK,
    Story,
    StorySaid,
    at,
    complained,
    hold,
    lifted,
    missed,
    paid,
    profile,
    promised,
    replied,
)
from tests.places import ROOT
from tests.places import at as at_policy

NEW_YORK = "America/New_York"
STOPPED = "NOTICE_STOP 【安和消费金融】您已退订，我们不再向此号码发送提醒短信。如有疑问请致电4008800123。"
PROMISED = "NOTICE_PROMISE 【安和消费金融】谢谢您。我们已记下：您计划于3月5日前还100.00元。如有出入请致电4008800123。"


def owing(rulebook: Rulebook | None = None, *said: StorySaid) -> Story:
    story = Story(rulebook or answering(), step_ms=MINUTE_MS)
    story.on("2026-03-01 10:00", profile(), *said).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    return story.tick_until("2026-03-02 10:00").expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")


def stop(reply: str = "r1", **more: Any) -> StorySaid:
    return replied("STOP", reply, answer=True, **more)


def promise(pay_by: str = "2026-03-05", name: str = "p1", **more: Any) -> StorySaid:
    return promised(100_00, pay_by, name, source="borrower-replies", answer=True, **more)


def notices(story: Story) -> list[NoticeIssued]:
    return [message for message in story.messages if isinstance(message, NoticeIssued)]


def codes(story: Story) -> list[str]:
    return [f"{d.code} {d.stage}" for d in story.decisions if (d.stage or "").startswith("NOTICE")]


def test_a_stop_is_confirmed_once_at_night_too_and_expires_five_minutes_after_it() -> None:
    word = stop(time=at("2026-03-02 23:30"))
    story = owing().on("2026-03-02 23:30", word).expect("03-02 23:30 cancelled FRIENDLY OPTED_OUT")
    story.tick_until("2026-03-02 23:31").expect(f"03-02 23:30 {STOPPED}")
    (notice,) = notices(story)
    assert notice.expires_at == at("2026-03-02 23:35")
    assert (notice.answers, notice.recipient.phone, notice.parts) == ("r1", "+8613800138000", 1)
    assert set(notice.variables) == {"lender", "name", "service_number"}
    story.on("2026-03-02 23:32", word).on("2026-03-03 10:00", stop(), word).tick_until("2026-03-20 00:00").silent()
    assert codes(story) == ["NOTICE_ISSUED NOTICE_STOP"]


def test_the_id_of_a_notice_comes_from_the_reply_whatever_comes_between() -> None:
    word = stop(time=at("2026-03-02 23:30"))
    first = owing().on("2026-03-02 23:30", word).tick_until("2026-03-02 23:31")
    again = owing().on("2026-03-02 22:30", paid(10_00)).on("2026-03-02 23:30", word).tick_until("2026-03-02 23:33")
    assert notices(first)[0].reminder_id == notices(again)[0].reminder_id
    other = owing().on("2026-03-02 23:30", stop("r2")).tick_until("2026-03-02 23:31")
    assert notices(first)[0].reminder_id != notices(other)[0].reminder_id


def test_a_promise_is_receipted_under_its_own_silence_with_its_sum_and_day() -> None:
    story = owing().on("2026-03-02 21:00", promise()).tick_until("2026-03-02 21:01")
    story.expect("03-02 21:00 cancelled FRIENDLY PROMISE", f"03-02 21:00 {PROMISED}")
    # One that is not believed is not confirmed: a person decides.
    story.on("2026-03-03 10:00", promise("2026-03-20", "p2")).tick_until("2026-03-03 12:00").silent()


def test_nothing_is_answered_that_neither_policy_nor_pack_asks_for_and_another_policy_does_not_make_up_for_it() -> None:
    story = owing(BOOK).on("2026-03-02 23:30", stop()).tick_until("2026-03-02 23:31")
    story.expect("03-02 23:30 cancelled FRIENDLY OPTED_OUT")
    assert story.account is not None
    assert [heard.answer for heard in story.account.heard] == [None]
    story = owing().on("2026-03-02 23:30", replied("STOP", "r1")).tick_until("2026-03-02 23:31")
    story.expect("03-02 23:30 cancelled FRIENDLY OPTED_OUT")


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (hold(kind="deceased"), "HOLD_DECEASED"),
        (complained(), "COMPLAINT"),
        (replied("TD", "r0"), "OPTED_OUT"),
        (profile(opt_outs=(OptOut(scope="all"),)), "OPTED_OUT"),
        (profile(phone=None), "NO_PHONE"),
        (profile(phone="+8613900139000"), "RECIPIENT_CHANGED"),
        (profile(role="third_related"), "ROLE_NOT_ALLOWED"),
        (profile(language="fr"), "NO_TEXT_IN_LANGUAGE"),
    ],
)
def test_what_keeps_a_stop_from_being_confirmed_is_told_once(before: StorySaid, code: str) -> None:
    story = owing().on("2026-03-02 11:00", before).on("2026-03-02 11:10", stop()).tick_until("2026-03-02 12:00")
    assert not notices(story)
    assert codes(story) == [f"{code} NOTICE_STOP"]


def test_no_opt_out_lets_a_promise_be_confirmed() -> None:
    story = owing().on("2026-03-02 11:00", promise(), replied("STOP", "r1")).tick_until("2026-03-02 11:01")
    assert codes(story) == ["OPTED_OUT NOTICE_PROMISE"]


def test_a_stop_that_was_taken_back_before_the_tick_is_not_confirmed() -> None:
    word = stop(time=at("2026-03-02 11:00"))
    story = owing().on("2026-03-02 11:00", word, lifted("reply/r1", time=at("2026-03-02 11:01")))
    assert codes(story.tick_until("2026-03-02 11:02")) == ["NOT_OPTED_OUT NOTICE_STOP"]


def test_an_answer_that_comes_late_is_none() -> None:
    story = owing().on("2026-03-02 11:00", stop()).outage_until("2026-03-02 11:05")
    assert codes(story) == ["NOTICE_EXPIRED NOTICE_STOP"]


def test_texts_that_nobody_approved_answer_nobody() -> None:
    story = owing(answering(approved_notices=frozenset())).on("2026-03-02 11:00", stop()).tick_until("2026-03-02 12:00")
    assert codes(story) == ["TEXT_NOT_APPROVED NOTICE_STOP"]


def ticked(gate: Gate) -> list[str]:
    story = owing().stopped().on("2026-03-02 21:00", stop(time=at("2026-03-02 21:00")))
    now_ms = to_ms(at("2026-03-02 21:01"))
    occasion = Occasion(now_ms, Versions(answering()), Seen({}, {}, -1, gate), gate.controls)
    verdict = step(story.account, "A-1", TimePassed(), occasion)
    return [d.code for d in verdict.decisions]


def test_it_passes_a_stale_ledger_and_neither_pause_nor_allow_list() -> None:
    person: dict[str, Any] = {"time": at("2026-03-02 10:00"), "control_id": "c", "by": "u-7", "reason": "asked for it"}
    pause = SendingPaused(**person, scope=Scope())
    admitted = AllowListSet(**person, percent=0)
    assert ticked(Gate(judged=True, unread=9)) == ["NOTICE_ISSUED"]
    assert ticked(Gate(controls=ControlState(pauses=(pause,)))) == ["PAUSED"]
    assert ticked(Gate(controls=ControlState(allow_list=admitted))) == ["NOT_ON_ALLOW_LIST"]
    assert ticked(Gate(controls=ControlState(unreadable=(3,)))) == ["CONTROL_UNREADABLE"]


def test_what_left_is_recalled_by_another_opt_out_a_new_number_and_a_person() -> None:
    story = owing().on("2026-03-02 21:00", promise()).tick_until("2026-03-02 21:01")
    story.expect("03-02 21:00 cancelled FRIENDLY PROMISE", f"03-02 21:00 {PROMISED}")
    story.on("2026-03-02 21:02", stop()).expect("03-02 21:02 cancelled NOTICE_PROMISE OPTED_OUT")
    story.tick_until("2026-03-02 21:03").expect(f"03-02 21:02 {STOPPED}")
    assert story.account is not None
    asked = RemindersRecalled(
        time=at("2026-03-02 21:03"), control_id="c", by="u-7", reason="wrong text", scope=Scope(stage="NOTICE_STOP")
    )
    now_ms = to_ms(at("2026-03-02 21:04"))
    occasion = Occasion(now_ms, Versions(answering()))
    verdict = step(story.account, "A-1", RecallAsked([Recall(1, asked)]), occasion)
    assert [(m.type, d.code) for m, d in zip(verdict.messages, verdict.decisions, strict=True)] == [
        ("reminder.cancelled", "OPERATOR_RECALL")
    ]
    story.on("2026-03-02 21:04", profile(phone="+8613900139000"))
    story.expect("03-02 21:04 cancelled NOTICE_STOP RECIPIENT_CHANGED")
    story.on("2026-03-02 21:10", profile(phone="+8613900139001")).silent()


def test_help_is_answered_where_the_pack_asks_for_it_and_else_a_person_is_asked() -> None:
    rulebook = load_rulebook(at_policy(ROOT / "examples" / "policies" / "us-cards-answers.toml"), "test")
    person = {"surname": "Lee", "phone": "+12125550123", "language": "en", "zone": NEW_YORK}
    confirmed = at("2026-03-01 09:00", NEW_YORK)

    def asking(*before: StorySaid) -> Story:
        story = Story(rulebook, zone=NEW_YORK, step_ms=MINUTE_MS)
        story.on("2026-03-01 10:00", profile(**person, number_confirmed_at=confirmed), *before)
        story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00, currency="USD"))
        return story.on("2026-03-02 03:00", replied("HELP", "h1", answer=True)).tick_until("2026-03-02 03:02")

    text = "Harbor Card Bank: for help with your account or to talk about a plan, call 800-555-0142."
    asking().expect(f"03-02 03:00 NOTICE_HELP {text} Reply STOP to opt out.")
    asking(replied("STOP", "s0")).expect("03-02 03:00 opened L/1", "03-02 03:00 handed-off REPLY_RECEIVED 10000")


def test_a_receipt_of_a_notice_changes_nothing_of_the_account() -> None:
    story = owing().on("2026-03-02 11:00", stop()).tick_until("2026-03-02 11:01")
    before, (notice,) = story.account, notices(story)
    receipt = StorySaid(
        ReminderReceipt, {"reminder_id": notice.reminder_id, "status": "delivered", "at": at("2026-03-02 11:02")}
    )
    assert story.on("2026-03-02 11:02", receipt).account == before
