"""Every disguise folds to one spelling, and ordinary words stay what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.text.linter.index import index
from agents.decisions.text.linter.normalise import decomposed, fold


def folded(text: str) -> str:
    return fold(decomposed(text), index().vocabulary)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("催 收-费", "催收费"),
        ("威*胁", "威胁"),
        ("公。安，局", "公安局"),
        ("法\u200b院\u2060传\ufeff票", "法院传票"),
        ("坐🔥牢", "坐牢"),
        ("最後通牒", "最后通牒"),
        ("法院傳票", "法院传票"),
        ("妳的帳戶", "你的账户"),
        ("ＰＯＬＩＣＥ", "police"),
        ("p.o.l.i.c.e", "police"),
        ("P O L I C E", "police"),
        ("p0lice", "police"),
        ("po-lice", "police"),
        ("j*il", "jail"),
        ("j@il", "jail"),
        ("arrrrest", "arrest"),
        ("рolice", "police"),
        ("pólice", "police"),
        ("po\u00adlice", "police"),
        ("\u202epolice\u202c", "police"),
        ("ⓟⓞⓛⓘⓒⓔ", "police"),
        ("We'll tell, won't we?", "we will tell,will not we"),
    ],
)
def test_a_disguise_is_seen_through(written: str, meant: str) -> None:
    assert folded(written) == meant


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("请还款。谢谢，再见", "请还款\n谢谢,再见"),
        ("Pay 1st May, 5pm. Thanks", "pay 1st may,5pm\nthanks"),
        ("Ref AC-2231 at 800-555-0199", "ref ac 2231 at 800 555 0199"),
        ("A. Example", "a\nexample"),
        ("12 小时内", "12小时内"),
        ("3G/4G plan", "3g 4g plan"),
    ],
)
def test_what_is_no_disguise_stays(written: str, kept: str) -> None:
    assert folded(written) == kept


@given(
    st.text(alphabet="催收费公安法院坐牢", min_size=2, max_size=12),
    st.sampled_from([" ", "-", "*", "·", "\u200b", "~", "|", "。", "，"]),
)
def test_nothing_hides_between_chinese_characters(word: str, between: str) -> None:
    assert folded(between.join(word)) == word


@given(st.text())
def test_folding_again_changes_nothing_that_the_patterns_see(text: str) -> None:
    once = folded(text)
    assert not set(once) & set("ABCDEFGHIJKLMNOPQRSTUVWXYZ*@-_/。，！")
    assert "  " not in once
