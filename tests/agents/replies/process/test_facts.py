"""Which facts follow from a reply, for whom, and that none of them holds a word of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic_core import to_json

from agents.replies.process.attribution import Answered, Attribution, KnownPerson, ReplyRecipient, SentReminder
from agents.replies.process.facts import ReplyFact, Words, day_of, facts_of
from agents.replies.understanding import understand
from schemas.cases import HoldPlaced, PromiseMade, ReplyReceived
from schemas.reading import read
from schemas.replies import BorrowerReply
from streams import roles

NOW = datetime(2031, 3, 5, 2, tzinfo=UTC)
ZONE = "Asia/Shanghai"
PERSON = "+8613800138000"
WORDS = Words("STOP", "PAID", frozenset({"STOP", "PAID", "N", "QUESTION"}))
WORDS_SAID = ("王小明", "13912345678", "打错", "明天", "hmm", PERSON, "SELF_HARM", "self-harm", "texting")
MESSAGE = SentReminder(
    "R1", "A1", ReplyRecipient(PERSON), "【安和】您的500元已逾期", NOW - timedelta(hours=1), "CNY", 500_00
)


def reply(text: str, **changed: Any) -> BorrowerReply:
    values: dict[str, Any] = {"reply_id": "a" * 32, "sender": PERSON, "at": NOW, "heard_at": NOW, "text": text}
    return BorrowerReply(**values | changed)


def facts(
    text: str, accounts: tuple[str, ...] = ("A1",), last: SentReminder | None = MESSAGE, **changed: Any
) -> list[ReplyFact]:
    said = reply(text, **changed)
    understood = understand(said.text, NOW, ZONE)
    return list(facts_of(said, understood, Answered(accounts, ZONE, last, ()), WORDS, "t", day_of(NOW, ZONE)))


def told(found: list[ReplyFact]) -> list[str]:
    def word(fact: ReplyFact) -> str:
        match fact:
            case ReplyReceived():
                return fact.keyword
            case HoldPlaced():
                return f"hold {fact.kind}"
            case PromiseMade():
                return f"promise {fact.amount_minor} {fact.currency} {fact.pay_by}"

    return [word(fact) for fact in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("STOP", ["STOP"]),
        ("退订", ["STOP"]),
        ("我已经还清了", ["PAID"]),
        ("打错了，我不是张三", ["hold wrong_number"]),
        ("I lost my job and I can't pay", ["hold vulnerable", "hold hardship", "VULNERABLE"]),
        ("我不想活了", ["hold vulnerable", "VULNERABLE"]),
        ("这笔钱不是我借的，退订", ["STOP", "hold dispute"]),
        ("3月8号还500元", ["promise 50000 CNY 2031-03-08"]),
        ("明天还", ["promise 50000 CNY 2031-03-06"]),
        ("发工资后还", ["PROMISE"]),
        ("可以分期吗", ["ASKS_PLAN"]),
        ("asdf qwer", ["UNCLEAR"]),
    ],
)
def test_what_follows(text: str, expected: list[str]) -> None:
    assert told(facts(text)) == expected


def test_a_promise_of_unknown_amount_goes_to_a_person() -> None:
    assert told(facts("明天还", last=None)) == ["PROMISE"]
    assert told(facts("明天还£50")) == ["PROMISE"]
    yen = SentReminder("R1", "A1", ReplyRecipient(PERSON), "", NOW, "JPY", 5_000)
    assert told(facts("明天还300元", last=yen)) == ["promise 300 JPY 2031-03-06"]


def test_what_cannot_be_read_whole_goes_to_a_person_with_what_is_sure_of_it() -> None:
    assert told(facts("", readable=False)) == ["UNREADABLE"]
    assert told(facts("STOP", parts=2, missing=(2,))) == ["STOP", "UNREADABLE"]


def test_of_several_accounts_all_are_silent_and_one_is_asked_about() -> None:
    found = facts("STOP. And what is this about?", accounts=("A1", "A2"), last=None)
    assert [(fact.account_id, word) for fact, word in zip(found, told(found), strict=True)] == [
        ("A1", "STOP"),
        ("A1", "ASKS_QUESTION"),
        ("A2", "STOP"),
    ]
    assert len({fact.event_id for fact in found}) == 3


def test_one_account_answers_and_only_what_may_be_answered() -> None:
    def answering(text: str, **more: Any) -> list[tuple[str, bool]]:
        return [
            (word, getattr(fact, "answer", False))
            for fact, word in ((fact, told([fact])[0]) for fact in facts(text, **more))
        ]

    assert answering("STOP", accounts=("A1", "A2"), last=None) == [("STOP", True), ("STOP", False)]
    assert answering("HELP") == [("HELP", True)]
    assert answering("明天还") == [("promise 50000 CNY 2031-03-06", True)]
    assert answering("我已经还清了") == [("PAID", False)]
    assert answering("可以分期吗") == [("ASKS_PLAN", False)]


def test_a_promise_and_a_dispute_name_their_rule() -> None:
    (made,), (placed,) = facts("明天还"), facts("这笔钱不是我借的")
    assert isinstance(made, PromiseMade)
    assert isinstance(placed, HoldPlaced)
    assert None not in (made.rule, placed.rule)
    for fact in facts("我不想活了"):
        assert not isinstance(fact, HoldPlaced) or fact.rule is None


@pytest.mark.parametrize(
    "text", ["please stop texting 王小明", "打错了", "i want to die 13912345678", "明天还", "hmm 13912345678"]
)
def test_facts_are_the_contracts_and_hold_neither_words_nor_numbers(text: str) -> None:
    found = facts(text)
    assert found
    for fact in found:
        body = to_json(fact, exclude_none=True)
        assert read(roles.CASE_UPDATED, fact.account_id.encode(), body, 65_536) == fact
        assert not any(word in body.decode() for word in WORDS_SAID)
    assert facts(text) == found


def test_no_rule_is_named_for_who_is_vulnerable() -> None:
    asked = [fact for text in ("我不想活了", "my wife died") for fact in facts(text) if isinstance(fact, ReplyReceived)]
    assert {(fact.keyword, fact.rule) for fact in asked} == {("VULNERABLE", None)}
    (stop,) = facts("STOP")
    assert isinstance(stop, ReplyReceived)
    assert (stop.sure, stop.rule is not None) == (True, True)


def attribution(*sent: SentReminder) -> Attribution:
    made = Attribution(timedelta(hours=72))
    for one in sent:
        made.sent(one)
    return made


def message(account_id: str, hours: float, phone: str = PERSON, reminder_id: str = "R") -> SentReminder:
    return SentReminder(
        reminder_id, account_id, ReplyRecipient(phone), f"to {account_id}", NOW - timedelta(hours=hours), "CNY", 1
    )


def test_the_last_message_to_the_number_within_the_window_is_answered() -> None:
    made = attribution(message("A1", 5), message("A2", 2), message("A3", 1, "+8613800138001"))
    answered = made.answered(reply("?"))
    assert (answered.accounts, answered.our_texts) == (("A2",), ("to A2", "to A1"))
    assert made.answered(reply("?", at=NOW - timedelta(hours=3))).accounts == ("A1",)
    assert made.answered(reply("?", at=NOW + timedelta(hours=69.5))).accounts == ("A2",)
    assert made.answered(reply("?", at=NOW + timedelta(hours=70.5))).accounts == ()


def test_what_the_provider_says_is_answered_counts_first() -> None:
    made = attribution(message("A1", 5, reminder_id="R1"), message("A2", 2, reminder_id="R2"))
    assert made.answered(reply("?", answers="R1")).accounts == ("A1",)
    assert made.answered(reply("?", answers="R9")).accounts == ("A2",)


def test_without_a_message_all_accounts_with_the_number_are_meant() -> None:
    made = attribution()
    made.profile("A2", KnownPerson(PERSON, "Europe/London"))
    made.profile("A1", KnownPerson(PERSON, ZONE))
    assert made.answered(reply("?"))[:2] == (("A1", "A2"), ZONE)
    made.profile("A1", KnownPerson("+8613800138001", ZONE))
    made.profile("A2", None)
    assert made.answered(reply("?")).accounts == ()


def test_an_older_profile_of_the_same_source_changes_nothing() -> None:
    made = attribution()
    made.profile("A1", KnownPerson(PERSON, ZONE, "core", 2))
    made.profile("A1", KnownPerson("+8613800138001", ZONE, "core", 1))
    assert made.answered(reply("?")).accounts == ("A1",)
    made.profile("A1", KnownPerson("+8613800138001", ZONE, "crm", 1))
    assert made.answered(reply("?")).accounts == ()
