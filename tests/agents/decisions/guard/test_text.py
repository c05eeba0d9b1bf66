"""What a text that is ready to leave is refused for, rule by rule, and what only warns."""

from datetime import date
from typing import Any

import pytest

from agents.decisions.guard.text import Objection, screen
from agents.decisions.policy.pack_rules import Rules, sort_rules
from agents.decisions.text.wording import Filling, Wording, word
from schemas.facts import PersonRole
from schemas.policy.packs import Pack
from schemas.policy.texts import TextBook
from schemas.stored.accounts import Profile
from tests.agents.decisions.story import BOOK, Story, missed, profile, rulebook

SIGNATURE = "【安和消费金融】"
CLEAN = "王女士您好，您3月1日到期的100.00元已逾期1天，请您尽早在官方App还款。"
VARIABLES = {
    "lender": "安和消费金融",
    "name": "王女士",
    "amount": "100.00元",
    "due_date": "3月1日",
    "days_past_due": "1",
    "service_number": "4008800123",
}


def wording(body: str = CLEAN, signature: str = SIGNATURE, **variables: str) -> Wording:
    return Wording(signature + body, "t", {**VARIABLES, **variables}, signature, body)


def under(*rules: dict[str, Any]) -> Rules:
    sourced = {"basis": "policy", "source": "a test", "confidence": "P"}
    full = [{"id": f"TT-RULE-{number}", **sourced, **rule} for number, rule in enumerate(rules, 1)]
    pack = {"id": "T", "version": "1", "title": "A test", "effective_from": "2026-01-01", "rules": full}
    return sort_rules(Pack.model_validate(pack))


def forbid(category: str, severity: str = "block") -> dict[str, Any]:
    return {"kind": "forbid", "category": category, "severity": severity}


def told(text: Wording, *rules: dict[str, Any], parts: int = 1, role: PersonRole = "debtor") -> Objection | None:
    return screen(text, parts, role, under(*rules), 2)[0]


def objection(code: str, rule: str | None = "TT-RULE-1") -> Objection:
    return Objection(code, rule)


def test_a_clean_text_passes_every_rule_of_the_chinese_pack() -> None:
    assert screen(wording(), 1, "debtor", BOOK.rules, 2) == (None, ())


# Words

THREAT = "王女士，再不还款后果自负，我们将采取严厉手段，让你和你的家人付出代价。"
CREDIT = "王女士，您3月1日到期的100.00元已逾期1天，逾期信息可能会报送征信系统。"


def test_a_word_that_a_rule_forbids_is_refused_and_cited() -> None:
    assert told(wording(THREAT), forbid("THREAT")) == objection("TEXT_THREAT")


def test_a_category_that_no_rule_forbids_passes() -> None:
    assert told(wording(THREAT), forbid("PROMO")) is None


def test_a_rule_that_only_warns_lets_it_pass_and_is_named() -> None:
    found = screen(wording(THREAT), 1, "debtor", under(forbid("THREAT", "warn")), 2)
    assert found == (None, ("TT-RULE-1",))


def test_what_the_linter_only_warns_of_is_no_objection_even_to_a_strict_rule() -> None:
    found = screen(wording(CREDIT), 1, "debtor", under(forbid("CREDIT")), 2)
    assert found == (None, ("TT-RULE-1",))


def test_of_two_rules_for_a_category_the_stricter_one_counts() -> None:
    for rules in ((forbid("THREAT", "warn"), forbid("THREAT")), (forbid("THREAT"), forbid("THREAT", "warn"))):
        found = told(wording(THREAT), *rules)
        assert found is not None
        assert found.code == "TEXT_THREAT"


def test_the_name_is_judged_by_itself() -> None:
    name = "王女士 加微信领红包优惠"
    text = wording(CLEAN.replace("王女士", name), name=name)
    assert told(text, forbid("PROMO")) == objection("TEXT_PROMO")


def test_the_signatures_brackets_are_no_fault_of_the_body_and_others_are() -> None:
    brackets = {"kind": "format", "forbidden": "【】"}
    assert screen(wording(), 1, "debtor", under(forbid("FORMAT"), brackets), 2) == (None, ())
    for body in (CLEAN + "【急】", "【急】" + CLEAN):
        assert told(wording(body), forbid("FORMAT"), brackets) == objection("TEXT_FORMAT", "TT-RULE-2")


# Amounts that the ledger did not give


def in_template(words: str) -> Objection | None:
    """What is said of a text whose template has these words, under a rule against amounts of its own."""
    texts = BOOK.texts["zh-Hans"].model_dump()
    body = "{name}，您{due_date}到期的{amount}已逾期{days_past_due}天，可{payment_route}。" + words
    texts["texts"] = {"friendly": {"neutral": {"id": "t-1", "body": body}}}
    who = Profile(1, 0, "王", None, "ms", "+8613800138000", "zh-Hans", "Asia/Shanghai", "debtor")
    filling = Filling(who, 100_00, "CNY", date(2026, 3, 1), 1)
    text = word(TextBook.model_validate(texts), "friendly", "neutral", BOOK.policy.lender, filling)
    return told(text, forbid("FALSE_AMOUNT"))


@pytest.mark.parametrize(
    "words",
    [
        "另付200元",
        "共计 ¥350",
        "CNY 32.00",
        "约3万",
        "You owe $300 more.",
        "You owe 300 dollars more.",
        "Rs. 500.",
        # The days past due are 1, the amount is 100: neither hides a stray one.
        "You owe $100 more.",
        "CNY 12.00",
        "另付1元",
        "另付100.00元",
    ],
)
def test_an_amount_that_stands_in_the_text_itself_is_refused(words: str) -> None:
    assert in_template(words) == objection("TEXT_FALSE_AMOUNT")


@pytest.mark.parametrize("words", ["", "请拨4008800123", "您有3笔，分3次还。", "至多{amount}"])
def test_a_number_that_is_none_or_that_the_ledger_gave_passes(words: str) -> None:
    assert in_template(words) is None


def test_a_name_that_states_an_amount_is_refused() -> None:
    assert told(wording(name="王女士 欠900元"), forbid("FALSE_AMOUNT")) == objection("TEXT_FALSE_AMOUNT")


# The form


@pytest.mark.parametrize(
    ("rule", "text", "code"),
    [
        ({"signature": "【[^【】]{2,12}】"}, wording(), None),
        ({"signature": "【[^【】]{2,12}】"}, wording(signature="【安】"), "SIGNATURE_MALFORMED"),
        ({"signature": "【[^【】]{2,12}】"}, wording(signature=""), "SIGNATURE_MALFORMED"),
        ({"signature": "【[^【】]{2,12}】"}, wording(signature="【安和】【金融】"), "SIGNATURE_MALFORMED"),
        ({"signature": "[A-Z][a-z]+:"}, wording(signature="Acme: "), None),
        ({"forbidden": "¥★"}, wording(), None),
        ({"forbidden": "¥★"}, wording(CLEAN + "★"), "TEXT_FORMAT"),
        ({"forbidden": "【】"}, wording(), None),
        ({"fixed_links": True}, wording(CLEAN + "www.acme.cn"), None),
        ({"fixed_links": True}, wording(name="王女士 t.cn/x1"), "LINK_IN_VARIABLE"),
        ({"fixed_links": True}, wording(name="王女士 13800138000"), "LINK_IN_VARIABLE"),
        ({"fixed_links": True}, wording(name="Ms Li HTTP://x"), "LINK_IN_VARIABLE"),
        ({"max_chars": len(SIGNATURE + CLEAN)}, wording(), None),
        ({"max_chars": len(SIGNATURE + CLEAN) - 1}, wording(), "TEXT_TOO_LONG"),
    ],
)
def test_the_form_that_a_channel_needs(rule: dict[str, Any], text: Wording, code: str | None) -> None:
    assert told(text, {"kind": "format", **rule}) == (None if code is None else objection(code))


def test_parts_are_bounded_by_the_pack_and_by_the_policy() -> None:
    one = {"kind": "format", "max_parts": 1}
    assert told(wording(), one, parts=1) is None
    assert told(wording(), one, parts=2) == objection("TEXT_TOO_LONG")
    assert told(wording(), parts=2) is None
    assert told(wording(), parts=3) == objection("TEXT_TOO_LONG", None)


def test_the_first_rule_that_objects_is_cited() -> None:
    rules = (
        {"kind": "format", "max_chars": 500},
        {"kind": "format", "max_chars": 10},
        {"kind": "format", "max_chars": 5},
    )
    assert told(wording(), *rules) == objection("TEXT_TOO_LONG", "TT-RULE-2")


# In a story


def test_a_name_that_cannot_be_written_blocks_the_message_and_says_which_rule() -> None:
    story = Story().on("2026-03-01 10:00", profile(surname="王t.cn", salutation="none"))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00").silent()
    decision = story.decisions[-1]
    assert decision.outcome == "blocked"
    assert decision.code in {"LINK_IN_VARIABLE", "TEXT_DECEPT", "TEXT_FORMAT"}
    assert decision.rule in {rule.id for rule in BOOK.law.pack.rules}
    story.on("2026-03-03 10:00", profile()).tick_until("2026-03-04 00:00")
    assert [r.stage for r in story.reminders] == ["FRIENDLY"]


def test_a_text_that_is_too_long_for_the_policy_is_blocked_until_a_fact() -> None:
    long_name = {"surname": "买买提明买买提明", "given_name": "阿卜杜拉阿卜杜拉", "salutation": "none"}
    story = Story(rulebook(sending={"max_sms_parts": 1})).on("2026-03-01 10:00", profile(**long_name))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00").silent()
    story.why("03-02 09:00 blocked TEXT_TOO_LONG FRIENDLY")
    assert story.decisions[-1].rule is None
    story.on("2026-03-03 10:00", profile()).tick_until("2026-03-04 00:00")
    assert [r.stage for r in story.reminders] == ["FRIENDLY"]
