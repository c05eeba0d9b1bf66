"""What a reply means besides its intents: days, amounts, quotations, doubts; and that no text whatever breaks it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.replies.following import Consequence, follows
from agents.replies.intents import FoundIntent, Intent, NamedAmount, NamedDay, Sureness
from agents.replies.understanding import understand
from tests.agents.replies.labelled import NOW, ZONE

TODAY = date(2026, 3, 11)
"""A Wednesday."""


def finding(text: str, intent: Intent) -> FoundIntent:
    return next(one for one in understand(text, NOW, ZONE).findings if one.intent is intent)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明天还", date(2026, 3, 12)),
        ("后天一定还", date(2026, 3, 13)),
        ("下周五还", date(2026, 3, 20)),
        ("周五还", date(2026, 3, 13)),
        ("周一还", date(2026, 3, 16)),
        ("15号还", date(2026, 3, 15)),
        ("十五号还", date(2026, 3, 15)),
        ("5号还", date(2026, 4, 5)),
        ("下个月10号还", date(2026, 4, 10)),
        ("4月1日还", date(2026, 4, 1)),
        ("月底还", date(2026, 3, 31)),
        ("下个月底还", date(2026, 4, 30)),
        ("三天内还", date(2026, 3, 14)),
        ("我下个月5号发工资，到时候一起还", date(2026, 4, 5)),
        ("I will pay tomorrow", date(2026, 3, 12)),
        ("I'll pay on Friday", date(2026, 3, 13)),
        ("I will pay on the 5th", date(2026, 4, 5)),
        ("will pay by 25 March", date(2026, 3, 25)),
        ("will pay by March 25th", date(2026, 3, 25)),
        ("I get paid friday so ill send it then", date(2026, 3, 13)),
        ("Will pay by end of the month", date(2026, 3, 31)),
        ("I will pay in 2 weeks", date(2026, 3, 25)),
        ("I will pay on 25/3", date(2026, 3, 25)),
    ],
)
def test_a_promised_day(text: str, day: date) -> None:
    assert finding(text, Intent.PROMISE).day == NamedDay(day)
    assert Consequence.PROMISE in {one.consequence for one in follows(understand(text, NOW, ZONE))}


@pytest.mark.parametrize(
    "text",
    [
        "发工资就还",
        "过几天还",
        "下个月还",
        "会还的",
        "I will pay next Friday",
        "I will pay next month",
        "I will pay on 3/4",
        "gonna pay when I get paid",
        "I will pay on Wednesday",
        "I can pay 50 on friday and will pay the rest on the 30th",
        "2月30日还",
    ],
)
def test_a_day_in_doubt_books_no_promise(text: str) -> None:
    day = finding(text, Intent.PROMISE).day
    assert day is None or day.day is None or day.doubt
    consequences = {one.consequence for one in follows(understand(text, NOW, ZONE))}
    assert Consequence.PERSON in consequences
    assert Consequence.PROMISE not in consequences


def test_the_day_is_that_of_the_borrower() -> None:
    late = datetime(2026, 3, 11, 20, 0, tzinfo=UTC)
    days = [understand("明天还", late, zone).findings[0].day for zone in ("Asia/Shanghai", "America/New_York")]
    assert days == [NamedDay(date(2026, 3, 13)), NamedDay(date(2026, 3, 12))]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天还了", date(2026, 3, 10)),
        ("I paid yesterday", date(2026, 3, 10)),
        ("money was sent 3 days ago", date(2026, 3, 8)),
        ("i paid on monday", date(2026, 3, 9)),
        ("我10号就交了", date(2026, 3, 10)),
        ("我15号就还了", date(2026, 2, 15)),
        ("It was paid on March 3", date(2026, 3, 3)),
        ("I paid this on the 3rd", date(2026, 3, 3)),
        ("paid on 25 december", date(2025, 12, 25)),
    ],
)
def test_the_day_of_a_payment_lies_behind(text: str, day: date) -> None:
    assert finding(text, Intent.PAID).day == NamedDay(day)


@pytest.mark.parametrize(
    ("text", "intent", "amount"),
    [
        ("刚刚还了500", Intent.PAID, NamedAmount(50_000)),
        ("我还了2千元", Intent.PAID, NamedAmount(200_000)),
        ("还了500人民币", Intent.PAID, NamedAmount(50_000, "CNY")),
        ("I paid £75 today", Intent.PAID, NamedAmount(7_500, "GBP")),
        ("paid 1,234.50 dollars", Intent.PAID, NamedAmount(123_450)),
        ("I paid on friday", Intent.PAID, None),
        ("15号还", Intent.PROMISE, None),
        ("I'll pay £50 on Monday", Intent.PROMISE, NamedAmount(5_000, "GBP")),
        ("I'll pay ₹5000 tomorrow", Intent.PROMISE, NamedAmount(500_000, "INR")),
        (
            "I can do $40 on the 20th and $60 later",
            Intent.PROMISE,
            NamedAmount(4_000, None, "several amounts are named"),
        ),
    ],
)
def test_an_amount(text: str, intent: Intent, amount: NamedAmount | None) -> None:
    assert finding(text, intent).amount == amount


OURS = "【安和消费金融】王女士，您3月5日到期的1,234.50元已逾期1天，可在官方App还款。已还请忽略；拒收请回复R。"


def test_what_we_wrote_ourselves_is_not_the_borrowers_word() -> None:
    quoted = f"{OURS} 这是什么"
    assert {one.intent for one in understand(quoted, NOW, ZONE, our_texts=[OURS]).findings} == {Intent.QUESTION}
    assert understand("拒收", NOW, ZONE, our_texts=[OURS]).sure(Intent.STOP)


def test_a_quotation_beside_own_words_is_unsure_and_alone_it_is_a_keyword() -> None:
    assert finding('my agent said "please stop texting me" to you', Intent.STOP).sureness is Sureness.UNSURE
    assert understand('"STOP"', NOW, ZONE).sure(Intent.STOP)


def test_what_nothing_speaks_of_goes_to_a_person_with_the_reason() -> None:
    understood = understand("asdfgh", NOW, ZONE)
    assert (understood.findings, understood.look_at) == ((), ("no rule speaks of it",))
    assert [one.consequence for one in follows(understood)] == [Consequence.PERSON]
    assert understand("👍", NOW, ZONE).look_at == ("nothing is left to read",)
    assert understand("x" * 3000, NOW, ZONE).look_at[-1] == "only the first 2000 characters were read"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=3))
def test_no_text_breaks_it_and_nothing_is_left_to_nobody(text: str, ours: list[str]) -> None:
    understood = understand(text, NOW, ZONE, our_texts=ours)
    assert understood.findings or understood.look_at
    assert list(follows(understood))


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "hostile",
    [
        "还",
        "stop ",
        "do not want ",
        "今天还不",
        "a",
        " .,",
        '"',
        "1,",
        "(",
        "\u202e",
        "i will not ",
        "我不是",
        "need more ",
    ],
)
def test_ten_kilobytes_of_anything_end(hostile: str) -> None:
    text = (hostile * 10_000)[:10_000]
    assert understand(text, NOW, ZONE, our_texts=[text[:999]]).look_at
