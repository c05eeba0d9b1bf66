"""Every shipped text says what a reminder must say, in the words and the length it may have (regulation, section 9)."""

import pytest
from pydantic import ValidationError

from agents.reminders.decisions.catalog import PolicyFault, compile_book
from agents.reminders.decisions.wording import Wording, sms_parts, word
from schemas.accounts import Profile
from schemas.policies import Text, TextBook
from tests.agents.decisions.story import BOOK, day

SHIPPED = sorted((language, name) for language, texts in BOOK.texts.items() for name in texts.texts)
NAMES = {"zh-Hans": ("欧阳", "女士"), "en": ("Fitzgerald", "Ms")}
IGNORE = {"zh-Hans": "如已还款请忽略", "en": "Please ignore this"}
TALK = {"zh-Hans": ("协商", "商量"), "en": ("talk", "plan")}
ANGRY = (
    "法院",
    "起诉",
    "征信",
    "后果",
    "严重",
    "立即",
    "court",
    "legal",
    "police",
    "consequence",
    "immediately",
    "!",
    "！",
)


def render(language: str, name: str, amount: int = 1_234_567_89, currency: str = "CNY", surname: str = "") -> Wording:
    profile = Profile(1, 0, "e", surname or NAMES[language][0], None, "ms", "+8613800138000", language, "UTC", "debtor")
    return word(BOOK.texts[language], name, BOOK.policy.lender, profile, amount, currency, day("2026-12-28"), 29)


@pytest.mark.parametrize(("language", "name"), SHIPPED)
def test_a_shipped_text_is_complete_friendly_and_short(language: str, name: str) -> None:
    wording = render(language, name)
    for slot in ("name", "amount", "due_date", "service_number"):
        assert wording.variables[slot] in wording.text, slot
    assert IGNORE[language] in wording.text
    assert any(offer in wording.text for offer in TALK[language])
    assert not [word for word in ANGRY if word in wording.text]
    assert wording.text.startswith(wording.signature)
    assert "{" not in wording.text
    assert sms_parts(wording.text) <= 2


def test_both_languages_have_the_same_texts() -> None:
    assert set(BOOK.texts["en"].texts) == set(BOOK.texts["zh-Hans"].texts)


@pytest.mark.parametrize(
    ("language", "minor", "currency", "expected"),
    [
        ("zh-Hans", 123_450, "CNY", "1,234.50元"),
        ("zh-Hans", 5, "CNY", "0.05元"),
        ("zh-Hans", 123_400, "TWD", "新台币1,234.00元"),
        ("zh-Hans", 1_234, "JPY", "1,234 JPY"),
        ("en", 1_234, "JPY", "JPY 1,234"),
        ("en", 1_234_567, "KWD", "KWD 1,234.567"),
        ("en", 7, "KWD", "KWD 0.007"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(language: str, minor: int, currency: str, expected: str) -> None:
    assert render(language, "friendly", minor, currency).variables["amount"] == expected


def test_people_and_days_are_named_in_the_texts_language() -> None:
    assert render("zh-Hans", "friendly").variables["name"] == "欧阳女士"
    assert render("zh-Hans", "friendly").variables["due_date"] == "2026年12月28日"
    assert render("en", "friendly").variables["name"] == "Ms Fitzgerald"
    assert render("en", "friendly").variables["due_date"] == "28 Dec 2026"
    assert render("en", "friendly").signature == "Anhe Finance: "


def test_a_name_with_braces_is_only_a_name() -> None:
    assert "{amount}" in render("en", "friendly", surname="{amount}").text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("王" * 70, 1),
        ("王" * 71, 2),
        ("王" * 134, 2),
        ("王" * 135, 3),
        ("a" * 70 + "王", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_sms_parts(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


@pytest.mark.parametrize(
    "body", ["Dear {nickname}, please pay.", "Dear {name.__class__}, pay", "An open { brace stands here"]
)
def test_a_text_with_anything_but_named_slots_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        Text(id="t", body=body)


def test_a_book_names_every_fault_at_once() -> None:
    raw = BOOK.texts["en"].model_dump()
    raw["texts"].pop("firm")
    raw["date"] = "{weekday}"
    bad = TextBook.model_validate(raw)
    with pytest.raises(PolicyFault) as caught:
        compile_book(BOOK.policy, {"en": bad}, "test")
    assert any("no text 'firm'" in fault for fault in caught.value.faults)
    assert any("weekday" in fault for fault in caught.value.faults)
