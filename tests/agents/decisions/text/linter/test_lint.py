"""What the linter finds, what it lets pass, and that no string can hurt it."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.text.linter.ideas import Idea
from agents.decisions.text.linter.index import index
from agents.decisions.text.linter.lexicon import CLEAN_EN, CLEAN_ZH, IDEAS
from agents.decisions.text.linter.lexicon.words import EN, ZH
from agents.decisions.text.linter.lint import PHRASE_MAX, Finding, lint, lint_parts, verdict
from agents.decisions.text.linter.numbers import is_identity_card, is_payment_card
from agents.decisions.text.linter.patterns import PatternFault, alternatives, compile_pattern, matcher
from schemas.facts import PersonRole
from schemas.policy.texts import slots_of

TEXTS = Path(__file__).parents[5] / "agents" / "policy" / "texts"
LONG = 100_000
LONG_CPU_S = 60.0


def codes(text: str, role: PersonRole = "debtor") -> set[str]:
    return {finding.category for finding in lint(text, role=role)}


@pytest.mark.parametrize(
    "promise",
    [
        "我们绝不会威胁您的家人，也绝不会上门催收",
        "我们不会通知您的家人",
        "We will never contact your employer",
        "The police will not come to your house",
    ],
)
def test_a_promise_not_to_is_only_worth_a_look(promise: str) -> None:
    assert verdict(lint(promise)) == "warn"


@pytest.mark.parametrize(
    "trick",
    [
        "不要以为我们不会起诉你",
        "我们不仅会通知您的家人",
        "再不还款，我们就通知您的家人",
        "We will not hesitate to contact your employer",
        "If you do not pay, police will come to your house",
        "Do not force us to contact your employer",
    ],
)
def test_a_negation_of_something_else_excuses_nothing(trick: str) -> None:
    assert verdict(lint(trick)) == "block"


@pytest.mark.parametrize(
    "clean",
    [
        "请到法院路支行办理",
        "法定节假日客服照常服务",
        "Our Court Street branch is open",
        "Your police pension fund loan payment is due",
        "Dear Sue, thank you for your payment",
        "客服将在24小时内回复您",
        "We reply within 24 hours",
        "谨防骗子冒充客服",
    ],
)
def test_a_word_in_a_harmless_context_is_no_finding(clean: str) -> None:
    assert lint(clean) == ()


def test_who_reads_decides_about_debt_words() -> None:
    text = "王先生的借款已逾期"
    assert verdict(lint(text)) == verdict(lint(text, role="guarantor")) == "ok"
    assert {f.category for f in lint(text, role="third_related") if f.severity == "block"} == {"THIRD_PARTY"}
    assert verdict(lint("请转告他回电，谢谢", role="third_unrelated")) == "warn"
    assert verdict(lint("Please ask him to call us back", role="third_unrelated")) == "warn"
    assert verdict(lint("Your payment is overdue", role="third_unrelated")) == "block"


@pytest.mark.parametrize("joined", ["张老赖先生您好", "Dear Mr Deadbeat"])
def test_a_variable_is_linted_in_its_text(joined: str) -> None:
    assert verdict(lint(joined)) == "block"


def test_a_variable_is_linted_by_itself_and_each_finding_told_once() -> None:
    text = "我们不会上门催收，请放心"
    assert verdict(lint(text)) == "warn"
    findings = lint_parts(text, {"note": "上门催收", "again": "上门催收", "amount": "1280.50"}, role="debtor")
    assert verdict(findings) == "block"
    assert len(findings) == len(set(findings))


def test_a_variable_brings_no_link() -> None:
    assert verdict(lint("请看 https://pay.example.com")) == "ok"
    assert verdict(lint_parts("请看 pay.example.com", {"note": "pay.example.com"}, role="debtor")) == "block"


def test_numbers_of_persons_are_found_by_their_check_digits_and_told_masked() -> None:
    assert is_identity_card("11010519491231002X")
    assert not is_identity_card("110105194912310021")
    assert is_payment_card("4111111111111111")
    assert not is_payment_card("4111111111111112")
    found = lint("卡号４１１１ 1111-1111\u200b1111")
    assert [(f.category, f.severity) for f in found] == [("SENSITIVE", "block")]
    assert found[0].phrase == "************1111"
    assert "SENSITIVE" not in codes("合同号20260615123456，客服4001234567，订单4111111111111112")


def test_form_is_seen_as_written() -> None:
    assert lint("【某某消金】您好") == ()
    assert lint("您好【某某】") == (Finding("FORMAT", "warn", "【"),)
    assert lint("应还￥100") == (Finding("FORMAT", "warn", "￥"),)
    assert lint("谢谢！！") == (Finding("PRESSURE", "warn", "！！"),)
    assert codes("see bit.ly/abc") == {"DECEPT"}


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_texts_are_clean(path: Path) -> None:
    import tomllib

    def strings(node: object) -> list[str]:
        if isinstance(node, dict):
            return [text for value in node.values() for text in strings(value)]
        return [node] if isinstance(node, str) else []

    rulebook = tomllib.loads(path.read_text(encoding="utf-8"))
    bodies = strings(rulebook["texts"]) + strings(rulebook.get("phrases", {}))
    assert bodies
    found = {body: findings for body in bodies if (findings := lint(_with_sample_values(body)))}
    assert not found


def _with_sample_values(body: str) -> str:
    for slot in slots_of(body):
        body = body.replace("{" + slot + "}", "12")
    return body


@given(st.text(), st.sampled_from(["debtor", "guarantor", "third_related", "third_unrelated"]))
def test_any_text_has_an_answer_and_always_the_same(text: str, role: PersonRole) -> None:
    findings = lint(text, role=role)
    assert findings == lint(text, role=role)
    assert all(0 < len(finding.phrase) <= PHRASE_MAX for finding in findings)


@given(st.text(alphabet="公安警察法院你我的家人还款不会 ,.。!*@0aei police", max_size=80))
def test_any_mixture_of_its_own_words_has_an_answer(text: str) -> None:
    lint(text)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a-",
        "a ",
        "a*",
        "aaab",
        " ,",
        "\n,",
        "公",
        "公,",
        "还款",
        "通知你的",
        "police ",
        "no ",
        "1",
        "1 ",
        "!",
        "! ",
        "x.",
        "{",
        "【",
        "Ａ",
    ],
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    text = piece * (LONG // len(piece))
    began = time.process_time()
    lint(text)
    assert time.process_time() - began < LONG_CPU_S


def test_every_pattern_of_the_lexicon_says_something() -> None:
    index()
    for idea in IDEAS:
        assert idea.zh or idea.en, idea
        assert idea.does


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(公安|警察", "is missing"),
        ("公安)", "closes nothing"),
        ("{nobody}来", "no list"),
        ("公安?来", "stands in"),
        ("…[公安]", "looked up"),
    ],
)
def test_a_broken_pattern_is_refused_with_its_reason(pattern: str, reason: str) -> None:
    with pytest.raises(PatternFault, match=reason):
        compile_pattern(pattern, "zh", ZH)


def test_whatever_a_pattern_matches_contains_an_anchor() -> None:
    compiled = compile_pattern("(警察|公安)[会|将]…(抓|带走)", "zh", ZH)
    assert compiled.anchors <= {"警察", "公安"}
    assert matcher(compiled.source).search("公安将来抓")
    assert alternatives("a|(b|c)|[d|e]f") == ["a", "(b|c)", "[d|e]f"]
    assert matcher(compile_pattern("arrest* you", "en", EN).source).search("arresting you")
    assert CLEAN_ZH
    assert CLEAN_EN
    assert Idea("THREAT", "x").severity == "block"
