"""Every shipped text says what a reminder must say, in the words and the length it may have (regulation, section 9)."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.text.sms import is_gsm7, sms_parts
from agents.policy.files.texts import texts_hash
from agents.policy.toml.reading import read_toml
from schemas.policy.approvals import APPROVERS, Approvals
from schemas.policy.offers import Offered
from schemas.policy.patterns import amount_text
from schemas.policy.texts import elements_of, offer_of
from schemas.values.money import EXPONENTS, MINOR_MAX, plain
from tests.agents.decisions.text.wordings import (
    BOOKS,
    CURRENCIES,
    LONGEST,
    LONGEST_DAY,
    NO_FAULTS,
    SHIPPED,
    TWELVE_DIGITS,
    fill,
    offers,
)

EXAMPLE_APPROVALS = Path(__file__).parents[4] / "examples" / "approvals.toml"
TONES = {"neutral", "warm", "supportive"}
ALWAYS = {
    "signature", "addressee", "amount", "due_date", "payment_route", "service_number", "ignore_if_paid", "help_offer",
}  # fmt: skip
PARTS_MAX = 2
ANGRY = (
    "法院", "起诉", "起訴", "征信", "徵信", "后果", "後果", "严重", "嚴重", "立即", "催", "贷款", "貸款", "分期",
    "court", "legal", "police", "consequence", "immediately", "must", "!", "！",
)  # fmt: skip
PLAN = Offered(kind="plan", parts=3, part_minor=42_700, last_part_minor=42_650, first_date=date(2026, 7, 5))


def test_three_languages_have_the_same_texts_in_the_same_tones() -> None:
    assert not NO_FAULTS
    assert {"zh-Hans", "zh-Hant", "en"} <= set(BOOKS)
    tones = {
        language: {name: set(texts) for name, texts in rulebook.texts.items()} for language, rulebook in BOOKS.items()
    }
    assert tones["zh-Hans"] == tones["zh-Hant"] == tones["en"]
    assert {"pre_due", "friendly", "firm", "last", "returned", "firm_plan", "pre_due_extension"} <= set(tones["en"])
    for name in ("pre_due", "friendly", "firm", "last", "returned"):
        assert tones["en"][name] == TONES


@pytest.mark.parametrize(("language", "name", "tone"), SHIPPED)
def test_a_shipped_text_has_every_element_that_it_must_have(language: str, name: str, tone: str) -> None:
    rulebook = BOOKS[language]
    wanted = ALWAYS if name.startswith("pre_due") else ALWAYS | {"days_past_due"}
    if language == "en":
        wanted = wanted | {"opt_out", "dispute_route"}
        if tone == "supportive":
            wanted = wanted | {"debt_advice"}
    assert not wanted - elements_of(rulebook, rulebook.texts[name][tone])


@pytest.mark.parametrize(("language", "name", "tone"), SHIPPED)
def test_a_shipped_text_has_no_angry_word_and_no_character_that_carriers_refuse(
    language: str, name: str, tone: str
) -> None:
    for offer in offers(BOOKS[language], name, 128_050):
        wording = fill(language, name, tone, offer=offer)
        body = wording.text.removeprefix(wording.signature)
        assert wording.text == wording.signature + body
        assert not [char for char in "【】¥￥{}\n★" if char in body]
        assert not [said for said in ANGRY if said in body.lower()]


# English behind a Chinese signature has half the room: the checks of the policy that uses it tell what fits.
@pytest.mark.parametrize(("language", "name", "tone"), [text for text in SHIPPED if text[0] in LONGEST])
def test_a_shipped_text_fits_two_sms_with_the_longest_values(language: str, name: str, tone: str) -> None:
    for currency in CURRENCIES:
        for offer in offers(BOOKS[language], name, TWELVE_DIGITS):
            wording = fill(language, name, tone, LONGEST[language], TWELVE_DIGITS, currency, LONGEST_DAY, 129, offer)
            assert sms_parts(wording.text) <= PARTS_MAX, wording.text
            assert is_gsm7(wording.text) == (language == "en")


@pytest.mark.parametrize("language", sorted(LONGEST))
@pytest.mark.parametrize("name", ["pre_due", "friendly"])
def test_the_first_neutral_texts_fit_one_sms_with_usual_values(language: str, name: str) -> None:
    currency = {"zh-Hans": "CNY", "zh-Hant": "HKD", "en": "USD"}[language]
    assert sms_parts(fill(language, name, currency=currency).text) == 1


@pytest.mark.parametrize(
    ("language", "name", "tone", "offer", "text"),
    [
        (
            "zh-Hans",
            "friendly",
            "neutral",
            None,
            "【安和消费金融】张先生，您6月15日到期的1,280.50元已逾期3天，可在官方App还款。"
            "已还请忽略；有困难请致电4008800123。",
        ),
        (
            "zh-Hant",
            "pre_due",
            "warm",
            None,
            "【安和消費金融】張先生您好，溫馨提醒：您6月15日應還人民幣1,280.50元，方便時可在官方App還款。"
            "已還請忽略；有困難請致電0800123456協商。謝謝您。",
        ),
        (
            "en",
            "friendly",
            "supportive",
            None,
            "Acme Finance: Hello Mr Lee, if money is tight, we would like to help. Call 800-555-0123 for a plan, free "
            "debt advice contacts or a dispute. CNY 1,280.50 was due 15 Jun (days late: 3). Pay in our app, or ignore "
            "if paid. Reply STOP to opt out.",
        ),
        (
            "zh-Hans",
            "firm_plan",
            "supportive",
            PLAN,
            "【安和消费金融】张先生，有困难请致电4008800123，可分3次还，每次至多427.00元，7月5日起。"
            "您6月15日应还1,280.50元，已逾期3天，也可在官方App还款。已还请忽略。",
        ),
        (
            "en",
            "pre_due_extension",
            "neutral",
            Offered(kind="extension", until=date(2026, 6, 29)),
            "Acme Finance: Mr Lee, CNY 1,280.50 is due 15 Jun. Need more time? Ask us before then and it can move to "
            "29 Jun. Pay in our app, or ignore if paid. Call 800-555-0123 for a plan or a dispute. Reply STOP to opt "
            "out.",
        ),
    ],
)
def test_this_is_what_people_read(language: str, name: str, tone: str, offer: Offered | None, text: str) -> None:
    wording = fill(language, name, tone, offer=offer)
    assert wording.text == text
    assert (wording.tone, wording.template_id) == (tone, BOOKS[language].texts[name][tone].id)


@pytest.mark.parametrize(
    ("language", "minor", "currency", "expected"),
    [
        ("zh-Hans", 123_450, "CNY", "1,234.50元"),
        ("zh-Hans", 5, "CNY", "0.05元"),
        ("zh-Hans", 123_400, "TWD", "新台币1,234.00元"),
        ("zh-Hans", 1_234, "JPY", "1,234日元"),
        ("zh-Hans", 1_234, "KRW", "KRW 1,234"),
        ("zh-Hant", 123_450, "HKD", "1,234.50港元"),
        ("en", 123_450, "USD", "$1,234.50"),
        ("en", 123_450, "GBP", "£1,234.50"),
        ("en", 1_234, "JPY", "JPY 1,234"),
        ("en", 1_234_567, "KWD", "KWD 1,234.567"),
        ("en", 7, "KWD", "KWD 0.007"),
        # The CLDR would round this one to whole dinars.
        ("en", 1_234_567, "IQD", "IQD 1,234.567"),
        ("en", 2**53 - 2, "USD", "$90,071,992,547,409.90"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(language: str, minor: int, currency: str, expected: str) -> None:
    wording = fill(language, "friendly", amount_minor=minor, currency=currency)
    assert wording.variables["amount"] == expected
    assert expected in wording.text


@given(st.integers(0, MINOR_MAX), st.sampled_from(sorted(EXPONENTS)))
def test_any_amount_is_stated_to_its_last_digit(minor: int, currency: str) -> None:
    assert amount_text(minor, currency, "¤¤ #,##0.00", "en") == f"{currency} {plain(minor, currency)}"


def test_a_text_names_what_went_into_it() -> None:
    plain = fill("en", "firm")
    assert plain.signature == "Acme Finance: "
    assert plain.variables == {
        "lender": "Acme Finance",
        "name": "Mr Lee",
        "amount": "CNY 1,280.50",
        "due_date": "15 Jun",
        "days_past_due": "3",
        "service_number": "800-555-0123",
    }
    offered = {"plan_parts": "3", "plan_amount": "CNY 427.00", "plan_first_date": "5 Jul"}
    assert fill("en", "firm_plan", offer=PLAN).variables == plain.variables | offered
    assert fill("en", "firm", offer=PLAN).variables == plain.variables


def test_a_tone_that_a_text_does_not_have_is_neutral() -> None:
    for tone in ("warm", "unheard_of"):
        wording = fill("en", "firm_plan", tone, offer=PLAN)
        assert wording.tone == "neutral"
        assert wording == fill("en", "firm_plan", offer=PLAN)


@pytest.mark.parametrize("offer", [None, Offered(kind="extension", until=LONGEST_DAY), Offered(kind="hardship")])
def test_an_offer_that_is_not_made_is_not_spoken_of(offer: Offered | None) -> None:
    assert offer_of(BOOKS["en"].texts["firm_plan"]["neutral"]) == "plan"
    with pytest.raises(ValueError, match="offer that is not made"):
        fill("en", "firm_plan", offer=offer)


def test_a_name_with_braces_is_only_a_name() -> None:
    who = LONGEST["en"]._replace(surname="{amount}", lender="{name} Ltd")
    text = fill("en", "friendly", "warm", who).text
    assert text.startswith("{name} Ltd: Hello Ms {amount}, it is easily missed: CNY 1,280.50 was due")


def test_the_example_approvals_are_of_these_texts() -> None:
    faults: list[str] = []
    approvals = read_toml(EXAMPLE_APPROVALS, Approvals, faults)
    assert approvals is not None, faults
    for language, rulebook in BOOKS.items():
        assert len(approvals.people("texts", language, texts_hash(rulebook))) >= APPROVERS, (
            language,
            texts_hash(rulebook),
        )
