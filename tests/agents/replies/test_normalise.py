"""One spelling for every dress."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.replies.clauses import without_ours
from agents.replies.normalise import normalise

DRESSES = st.text(st.sampled_from("stopSTOP 退訂订别發发了还還 .,?!'\"-1２５号ＴＤ\u200b\u202e🛑é\n/$£"), max_size=60)


@pytest.mark.parametrize(
    ("dressed", "plain"),
    [
        ("ＳＴＯＰ！", "stop."),
        ("s t o p", "stop"),
        ("S.T.O.P", "stop"),
        ("stoooop", "stop"),
        ("St\u200bop\u202e", "stop"),
        ("退 訂", "退订"),
        ("別 再 發 了", "别再发了"),
        ("我已经还了 你们别发了", "我已经还了,你们别发了"),
        ("還了👍謝謝", "还了,谢谢"),
        ("stop啦", "stop 啦"),
        ("１,２３４.５０元", "1234.50元"),
        ("Paid… really?!", "paid. really?"),
        ("3/4", "3/4"),
        ("15 号", "15号"),
        ("", ""),
    ],
)
def test_each_dress_has_one_spelling(dressed: str, plain: str) -> None:
    assert normalise(dressed) == plain


@given(st.one_of(st.text(max_size=80), DRESSES))
def test_it_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


OURS = "Acme: $120.00 was due 5 Mar. Pay in our app, or ignore if paid. Reply STOP to opt out."


@pytest.mark.parametrize(
    ("reply", "left"),
    [
        ("Reply STOP to opt out", ""),
        ("you say reply STOP to opt out, so what is it", "you say ,,so what is it"),
        ("STOP", "stop"),
        ("paid", "paid"),
        ("ignore if paid. I paid", "i paid"),
    ],
)
def test_our_own_words_are_left_out_and_a_keyword_is_not_ours(reply: str, left: str) -> None:
    assert without_ours(normalise(reply), [OURS]) == left
