"""A book of texts that could fail when a message leaves is refused when it is read, and says why."""

import tomllib
from pathlib import Path

import pytest

from agents.policy.files.texts import SHIPPED_TEXTS, load_texts, texts_hash
from schemas.policy.texts import TextBook

EN = (SHIPPED_TEXTS / "en.toml").read_text(encoding="utf-8")
ZH = (SHIPPED_TEXTS / "zh-Hans.toml").read_text(encoding="utf-8")


def load(folder: Path, **files: str) -> tuple[dict[str, TextBook], list[str]]:
    for name, content in files.items():
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    faults: list[str] = []
    return load_texts(folder, faults), faults


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[texts.firm.neutral]", "[texts.firm.calm]", "text firm: its tone neutral is missing"),
        ("Hello {name}, a friendly", "Hello {nickname}, a", "text en-pre-due-warm-1: unknown slot 'nickname'"),
        ("Hello {name}, a friendly", "Hello {name.__class__}, a", "unknown slot 'name.__class__'"),
        ("Hello {name}, a friendly", "Hello {name!r}, a", "unknown slot 'name!r'"),
        ("Hello {name}, a friendly", "Hello {}, a", "unknown slot ''"),
        ("Hello {name}, a friendly", "Hello {name, a", "a brace that belongs to no slot"),
        ("Hello {name}, a friendly", "Hello {{name}}, a", "a brace that belongs to no slot"),
        ('debt_advice = "free', 'debt_charity = "free', "phrases.debt_charity"),
        ('debt_advice = "free debt advice contacts"', "", "unknown slot 'debt_advice'"),
        ("Call {service_number}", "Call {phone}", "phrase help_offer: unknown slot 'phone'"),
        ("Call {service_number}", "Call {opt_out}", "phrase help_offer: unknown slot 'opt_out'"),
        ('signature = "{lender}: "', 'signature = "{sender}: "', "signature: unknown slot 'sender'"),
        ("Ms {surname}", "Ms {title}", "salutation ms: unknown slot 'title'"),
        ('none = "{given', 'other = "{given', "salutations.other"),
        ('none = "{given_name} {surname}"', "", "salutation none is missing"),
        ('locale = "en"', 'locale = "english"', "locale: 'english' is no locale of the CLDR"),
        ('locale = "en"', 'locale = "zh-Hans"', "locale: 'zh-Hans' is no locale of the CLDR"),
        ('date = "d MMM"', 'date = "d MMM HH"', "date: the pattern is none of a date"),
        ('date = "d MMM"', 'date = "{day} {month}"', "date: the pattern is none of a date"),
        ('date = "d MMM"', 'date = "MMMMMMMM d"', "date: the pattern is none of a date"),
        ('date = "d MMM"', 'date = "d"', "date: the pattern does not tell the month and the day"),
        ('amount = "¤¤ #,##0.00"', 'amount = "#,##0.00"', "amount: the pattern does not tell the currency"),
        ('amount = "¤¤ #,##0.00"', 'amount = "¤¤ @@#"', "amount: the pattern does not state an amount exactly"),
        ('amount = "¤¤ #,##0.00"', 'amount = "¤¤ 0.#E0"', "amount: the pattern does not state an amount exactly"),
        ('amount = "¤¤ #,##0.00"', 'amount = "¤¤ #,##0.00%"', "amount: the pattern does not state an amount exactly"),
        ('amount = "¤¤ #,##0.00"', 'amount = "{amount} {currency}"', "amount: the pattern does not state an amount"),
        ('USD = "¤#,##0.00"', 'USD = "#,##0.00"', "amount_by_currency.USD: the pattern does not tell the currency"),
        ('USD = "¤#,##0.00"', 'USX = "¤#,##0.00"', "amount_by_currency.USX"),
        ("to {extension_date}: just", "to {extension_date} in {plan_parts}: just", "it speaks of two kinds of offers"),
        (
            "it can move to {extension_date}",
            "it can move",
            "text pre_due_extension: its tones speak of different offers",
        ),
        ('id = "en-firm-warm-1"', 'id = "en-firm-neutral-1"', "text firm.warm: the id en-firm-neutral-1 stands twice"),
        ('id = "en-firm-warm-1"', 'id = "en-firm-warm-1"\ncolour = "red"', "colour"),
    ],
)
def test_a_book_that_could_fail_is_refused_with_its_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in EN
    books, faults = load(tmp_path, en=EN.replace(old, new, 1))
    assert not books
    assert len([fault for fault in faults if fault.startswith("en.toml: ") and reason in fault]) == 1, faults


def test_every_fault_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    worse = EN.replace('locale = "en"', 'locale = "eng-lish"').replace("{opt_out}", "{way_out}", 1)
    books, faults = load(tmp_path, a=worse, b="language = ", c=EN, d=EN, e=ZH)
    assert set(books) == {"en", "zh-Hans"}
    told = "\n".join(faults)
    for place in (
        "a.toml: locale",
        "unknown slot 'way_out'",
        "b.toml: Invalid value",
        "d.toml: language: en stands in c",
    ):
        assert place in told


def test_an_id_belongs_to_one_language(tmp_path: Path) -> None:
    _, faults = load(tmp_path, en=EN, zh=ZH.replace("zh-Hans-firm-warm-1", "en-firm-warm-1"))
    assert faults == ["zh.toml: text en-firm-warm-1: its id stands in en.toml, too"]


def test_a_folder_without_texts_is_a_fault(tmp_path: Path) -> None:
    books, faults = load(tmp_path)
    assert (books, len(faults)) == ({}, 1)
    assert "no text in any language" in faults[0]


def test_a_hash_stands_for_the_words_and_not_for_their_layout() -> None:
    data = tomllib.loads(EN)
    told = texts_hash(TextBook.model_validate(data))
    assert len(told) == 32
    turned = {key: data[key] for key in reversed(data)}
    assert texts_hash(TextBook.model_validate(turned)) == told
    for old, new in (
        ("Hello", "Hallo"),
        ("Call {", "Ring {"),
        ("Mr {", "Mister {"),
        ("d MMM", "MMM d"),
        ("warm]", "hot]"),
    ):
        assert texts_hash(TextBook.model_validate(tomllib.loads(EN.replace(old, new, 1)))) != told
