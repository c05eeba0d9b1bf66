"""From what a borrower wrote to what leaves: each intent once, through the rules, the facts and the core."""

from datetime import timedelta
from typing import NamedTuple

from agents.replies.process.attribution import Answered, ReplyRecipient, SentReminder
from agents.replies.process.facts import Words, day_of, facts_of
from agents.replies.understanding import understand
from schemas.facts import Fact
from schemas.messages import CaseHandedOff
from schemas.replies import BorrowerReply
from schemas.values.instants import MINUTE_MS
from tests.agents.decisions.answering import answering
from tests.agents.decisions.story import Story, StorySaid, at, missed, paid, profile

ZONE = "Asia/Shanghai"
PHONE = "+8613800138000"
WORDS = Words("STOP", "PAID", frozenset({"STOP", "PAID"}))
SIGNED = "【安和消费金融】"
PROMISED = "谢谢您。我们已记下：您计划于3月5日前还100.00元。如有出入请致电4008800123。"
_ENVELOPE = frozenset({"event_id", "account_id"})


class Wrote(NamedTuple):
    """A reply of the borrower's, and when it was heard."""

    when: str
    text: str


def reminded() -> Story:
    """Owing 100.00 since 1 March, and written to on the next morning."""
    story = Story(answering(), step_ms=MINUTE_MS).on("2026-03-01 10:00", profile())
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-02 10:00")
    return story.expect("03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000")


def said(fact: Fact) -> StorySaid:
    return StorySaid(type(fact), {name: value for name, value in fact if name not in _ENVELOPE})


def heard(story: Story, *replies: Wrote) -> Story:
    """The story goes on with these, and with a tick after each."""
    (sent,) = story.reminders[:1]
    ours = SentReminder(sent.reminder_id, "A-1", ReplyRecipient(PHONE), sent.text, sent.issued_at, "CNY", 100_00)
    for wrote in replies:
        time = at(wrote.when)
        reply = BorrowerReply(
            reply_id=f"{int(time.timestamp()):032x}",
            sender=PHONE,
            at=time,
            heard_at=time,
            text=wrote.text,
            type="borrower.replied",
        )
        understood = understand(wrote.text, time, ZONE, our_texts=(sent.text,))
        answered = Answered(("A-1",), ZONE, ours, (sent.text,))
        story.on(wrote.when, *map(said, facts_of(reply, understood, answered, WORDS, "test", day_of(time, ZONE))))
        story.tick_until(f"{time + timedelta(minutes=1):%Y-%m-%d %H:%M}")
    return story


def handed_off(story: Story) -> list[tuple[str, str, str | None, bool | None]]:
    """What persons were told: priority, and what was read how, by the first letters of its rule, and how surely."""
    found = [message for message in story.messages if isinstance(message, CaseHandedOff)]
    return [(m.priority, r.intent, r.rule and r.rule[:2], r.sure) for m in found for r in m.replies]


def test_stop() -> None:
    story = heard(reminded(), Wrote("2026-03-02 22:30", "别再给我发短信了，退订"))
    story.expect(
        "03-02 22:30 cancelled FRIENDLY OPTED_OUT",
        f"03-02 22:30 NOTICE_STOP {SIGNED}您已退订，我们不再向此号码发送提醒短信。如有疑问请致电4008800123。",
    )
    heard(story, Wrote("2026-03-03 10:00", "STOP")).silent()


def test_wrong_person() -> None:
    story = heard(reminded(), Wrote("2026-03-02 12:00", "打错了，我不是王女士"))
    story.expect("03-02 12:00 cancelled FRIENDLY HOLD_WRONG_NUMBER").tick_until("2026-03-20 12:00").silent()


def test_self_harm_and_vulnerability() -> None:
    for text in ("我不想活了", "my wife died last week"):
        story = heard(reminded(), Wrote("2026-03-02 23:50", text))
        story.expect("03-02 23:50 cancelled FRIENDLY HOLD_VULNERABLE", "03-02 23:50 handed-off VULNERABLE 10000")
        assert handed_off(story) == [("urgent", "VULNERABLE", None, True)]


def test_dispute() -> None:
    story = heard(reminded(), Wrote("2026-03-02 12:00", "这笔钱不是我借的"))
    story.expect("03-02 12:00 cancelled FRIENDLY HOLD_DISPUTE").tick_until("2026-03-22 12:00").silent()


def test_hardship() -> None:
    story = heard(reminded(), Wrote("2026-03-02 12:00", "没钱，还不起"))
    story.expect("03-02 12:00 cancelled FRIENDLY HOLD_HARDSHIP").tick_until("2026-03-22 12:00").silent()


def test_paid_and_paid_again() -> None:
    story = heard(reminded(), Wrote("2026-03-02 12:00", "我已经还清了"))
    story.expect("03-02 12:00 cancelled FRIENDLY CLAIMS_PAID").tick_until("2026-03-05 12:00").silent()
    heard(story, Wrote("2026-03-06 12:00", "已经还清了")).expect("03-06 12:00 handed-off REPLY_RECEIVED 10000")
    assert handed_off(story) == [("normal", "PAID", "zh", True)]


def test_a_promise_is_confirmed_kept_and_heard_no_more_of() -> None:
    story = heard(reminded(), Wrote("2026-03-02 12:00", "3月5号还100元"))
    story.expect(
        "03-02 12:00 cancelled FRIENDLY PROMISE",
        f"03-02 12:00 NOTICE_PROMISE {SIGNED}{PROMISED}",
    )
    story.on("2026-03-05 18:00", paid(100_00)).tick_until("2026-03-20 12:00")
    story.expect("03-05 18:00 closed L/1 CURED")


def test_a_doubtful_promise_a_plan_and_a_question_go_to_a_person_once() -> None:
    for text, intent in (("发工资后还", "PROMISE"), ("可以分期吗", "ASKS_PLAN"), ("asdf qwer", "UNCLEAR")):
        story = heard(reminded(), Wrote("2026-03-02 12:00", text))
        story.expect("03-02 12:00 handed-off REPLY_RECEIVED 10000")
        assert [(priority, asked) for priority, asked, _, _ in handed_off(story)] == [("normal", intent)]
        heard(story, Wrote("2026-03-04 12:00", text)).tick_until("2026-03-20 12:00").silent()


def test_a_guess_silences_nobody_and_says_how_sure_it_is() -> None:
    story = heard(reminded(), Wrote("2026-03-02 12:00", "can I stop these texts?"))
    story.expect("03-02 12:00 handed-off REPLY_RECEIVED 10000")
    assert handed_off(story) == [("normal", "UNSURE_STOP", "en", False)]


def test_help_without_a_rule_of_the_pack_goes_to_a_person() -> None:
    story = heard(reminded(), Wrote("2026-03-02 12:00", "HELP"))
    story.expect("03-02 12:00 handed-off REPLY_RECEIVED 10000")
    assert [intent for _, intent, _, _ in handed_off(story)] == ["HELP"]
