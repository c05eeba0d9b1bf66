"""Each fault of a policy is named by itself: what would fail when a message leaves is found before anything runs."""

from typing import Any

import pytest
from pydantic import ValidationError

from agents.decisions.policy.rulebook import Rulebook
from agents.policy.files.checks import chosen_texts, faults, tones_of, uses_of
from agents.policy.files.policy import load_rulebook
from schemas.policy.packs import Pack
from schemas.policy.policies import Policy
from schemas.policy.texts import TextBook
from tests.agents.decisions.story import BOOK, OPEN, rulebook
from tests.places import ROOT
from tests.places import at as at_policy

FRIENDLY = {"code": "FRIENDLY", "delay_days": 1, "text": "friendly"}
PLAN = {"P": {"kind": "plan"}}
EXTENSION = {"E": {"kind": "extension"}}
US = load_rulebook(at_policy(ROOT / "examples" / "policies" / "us-cards.toml"), "test")
STOP = {"complaints_per_1000": 1.0, "opt_outs_per_1000": 1.0}


def experiment(**arm: Any) -> dict[str, Any]:
    arms = [{"code": "A", "share": 50}, {"code": "B", "share": 50, **arm}]
    return {"code": "X", "first_day": "2026-03-01", "last_day": "2026-03-31", "arms": arms, "stop": STOP}


@pytest.mark.parametrize("policy", sorted((ROOT / "examples" / "policies").glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_is_without_fault(policy: Any) -> None:
    assert faults(load_rulebook(at_policy(policy), "test")) == []


def test_the_shipped_policy_is_without_fault() -> None:
    assert faults(BOOK) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"stages": [{**FRIENDLY, "offer": "P"}]}, "stage FRIENDLY: no offer P"),
        ({"ladders": {"soft": [{**FRIENDLY, "offer": "P"}]}}, "ladder soft: stage FRIENDLY: no offer P"),
        ({"segments": [{"code": "S", "ladder": "soft"}]}, "segment S: no ladder soft"),
        ({"experiments": [experiment(ladder="soft")]}, "experiment X: arm B: no ladder soft"),
        ({"segments": [{"code": "S"}, {"code": "T"}, {"code": "S"}]}, "segment S stands twice"),
        ({"experiments": [experiment(), experiment()]}, "experiment X stands twice"),
        (
            {"ladders": {"soft": [{"code": "PRE_DUE", "delay_days": 1, "text": "friendly"}]}},
            "ladder soft: stage PRE_DUE: the code means a pre_due stage elsewhere",
        ),
        ({"hand_off": {"code": "LAST", "dpd": 30}}, "hand_off: LAST is the code of a stage"),
        ({"replies": {"paid": ["OK"], "opt_out": ["STOP"]}}, None),
        ({"replies": {"paid": ["TD"], "opt_out": ["STOP"]}}, "replies: keywords with two meanings: TD"),
        ({"segments": [{"code": "S", "tone": "angry"}]}, "tone angry: no text in any language has it"),
        ({"experiments": [experiment(tone="angry")]}, "tone angry: no text in any language has it"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(changes: dict[str, Any], told: str | None) -> None:
    found = [fault.partition("; ")[0] for fault in faults(rulebook(**changes))]
    assert found == ([] if told is None else [told])


def test_hours_that_the_pack_leaves_nothing_of() -> None:
    assert faults(rulebook(hours={"start": "20:00", "end": "22:00"})) == [
        "hours: nothing is left of them by the windows of pack CN"
    ]
    # The margin is a part of the hours.
    sending = {"window_margin_minutes": 60}
    assert faults(rulebook(hours={"start": "19:00", "end": "21:00"}, sending=sending)) == [
        "hours: nothing is left of them by the windows of pack CN"
    ]
    assert faults(rulebook(hours={"start": "18:59", "end": "21:00"}, sending=sending)) == []


def in_language(changes: dict[str, Any], language: str = "zh-Hans") -> list[str]:
    """The faults of one language, without its name."""
    return [f.removeprefix(f"{language}: ") for f in faults(rulebook(**changes)) if f.startswith(f"{language}:")]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"stages": [{**FRIENDLY, "text": "rude"}]}, ["no text 'rude' (stage FRIENDLY)"]),
        ({"ladders": {"soft": [{**FRIENDLY, "text": "rude"}]}}, ["no text 'rude' (ladder soft: stage FRIENDLY)"]),
        ({"returned": {"text": "rude"}}, ["no text 'rude' (returned)"]),
        (
            {"stages": [{**FRIENDLY, "offer": "P", "offer_text": "rude"}], "offers": PLAN},
            ["no text 'rude' (stage FRIENDLY)"],
        ),
        (
            {"stages": [{**FRIENDLY, "text": "firm_plan"}]},
            ["firm_plan (neutral): it speaks of an offer, and stage FRIENDLY makes it none such"],
        ),
        # The text is used where the offer does not fit, so it must not speak of it either.
        (
            {"stages": [{**FRIENDLY, "text": "firm_plan", "offer": "P"}], "offers": PLAN},
            ["firm_plan (neutral): it speaks of an offer, and stage FRIENDLY makes it none such"],
        ),
        (
            {"stages": [{**FRIENDLY, "offer": "E", "offer_text": "firm_plan"}], "offers": EXTENSION},
            ["firm_plan (neutral): it speaks of an offer, and stage FRIENDLY makes it none such"],
        ),
        ({"stages": [{**FRIENDLY, "offer": "P", "offer_text": "firm_plan"}], "offers": PLAN}, []),
        ({"stages": [{**FRIENDLY, "text": "pre_due"}]}, ["pre_due (neutral): days_past_due is missing (CN-NEED-5)"]),
    ],
)
def test_a_text_that_does_not_fit_its_place_is_named(changes: dict[str, Any], told: list[str]) -> None:
    assert [fault.partition("; ")[0] for fault in in_language(changes)] == told


def test_a_text_is_judged_in_each_tone_that_the_policy_may_ask_for_and_no_other() -> None:
    assert tones_of(BOOK.policy) == {"neutral"}
    policy = rulebook(segments=[{"code": "S", "tone": "warm"}], experiments=[experiment(tone="supportive")]).policy
    assert tones_of(policy) == {"neutral", "warm", "supportive"}
    asked = {"stages": [{**FRIENDLY, "text": "pre_due"}], "segments": [{"code": "S", "tone": "warm"}]}
    assert in_language(asked) == [
        "pre_due (neutral): days_past_due is missing (CN-NEED-5)",
        "pre_due (warm): days_past_due is missing (CN-NEED-5)",
    ]


def test_every_text_that_can_be_sent_is_looked_at() -> None:
    policy = rulebook(
        stages=[{**FRIENDLY, "offer": "P", "offer_text": "firm_plan"}],
        offers=PLAN,
        ladders={"soft": [{"code": "PRE", "kind": "pre_due", "delay_days": -3, "text": "pre_due"}]},
    ).policy
    assert [(use.where, use.name, use.overdue, use.offer) for use in uses_of(policy)] == [
        ("stage FRIENDLY", "friendly", True, None),
        ("stage FRIENDLY", "firm_plan", True, "plan"),
        ("ladder soft: stage PRE", "pre_due", False, None),
        ("returned", "returned", True, None),
    ]


# The pack's word on texts


def under(*rules: dict[str, Any], about: str = "friendly", **changes: Any) -> list[str]:
    """The faults of the shipped policy under a pack of these rules about texts."""
    sourced = {"basis": "policy", "source": "a test", "confidence": "P"}
    raw = OPEN.pack.model_dump()
    full = [{"id": f"TT-RULE-{number}", **sourced, **rule} for number, rule in enumerate(rules, 1)]
    pack = Pack.model_validate({**raw, "rules": [*raw["rules"], *full]})
    found = faults(rulebook(OPEN._replace(pack=pack), stages=[FRIENDLY], **changes))
    return [fault for fault in found if fault.startswith(f"zh-Hans: {about} (neutral)")]


@pytest.mark.parametrize(
    ("rule", "changes", "told"),
    [
        ({"element": "dispute_route"}, {}, "dispute_route is missing (TT-RULE-1)"),
        ({"element": "amount"}, {}, None),
        ({"element": "debt_advice", "when": "overdue"}, {}, "debt_advice is missing (TT-RULE-1)"),
        ({"element": "debt_advice", "when": "hardship"}, {}, None),
        ({"element": "collector_disclosure", "when": "agency"}, {}, None),
        (
            {"element": "collector_disclosure", "when": "agency"},
            {"lender": {**BOOK.policy.lender.model_dump(), "role": "agency"}},
            "collector_disclosure is missing (TT-RULE-1)",
        ),
    ],
)
def test_an_element_that_the_pack_asks_for_is_named_where_it_is_missing(
    rule: dict[str, Any], changes: dict[str, Any], told: str | None
) -> None:
    found = under({"kind": "require", **rule}, **changes)
    assert found == ([] if told is None else [f"zh-Hans: friendly (neutral): {told}"])


def test_what_must_stand_in_hardship_is_asked_of_the_supportive_tone() -> None:
    sourced = {"basis": "policy", "source": "a test", "confidence": "P"}
    rule = {"id": "TT-RULE-1", "kind": "require", "element": "debt_advice", "when": "hardship", **sourced}
    raw = OPEN.pack.model_dump()
    pack = Pack.model_validate({**raw, "rules": [*raw["rules"], rule]})
    policy = rulebook(OPEN._replace(pack=pack), stages=[FRIENDLY], segments=[{"code": "S", "tone": "supportive"}])
    found = [fault for fault in faults(policy) if fault.startswith("zh-Hans: friendly")]
    assert found == ["zh-Hans: friendly (supportive): debt_advice is missing (TT-RULE-1)"]


def test_a_text_that_is_too_long_or_of_another_form_is_named_with_its_rule() -> None:
    found = under({"kind": "format", "max_chars": 20})
    assert "zh-Hans: friendly (neutral): in CNY: TEXT_TOO_LONG (TT-RULE-1)" in found
    found = under({"kind": "format", "signature": "[a-z]+"})
    assert "zh-Hans: friendly (neutral): in CNY: SIGNATURE_MALFORMED (TT-RULE-1)" in found
    found = faults(rulebook(sending={"max_sms_parts": 1}))
    assert "zh-Hans: last (neutral): in CNY: TEXT_TOO_LONG" in found


def with_text(body: str) -> Rulebook:
    """The shipped policy with another friendly text, and with no other language."""
    texts = BOOK.texts["zh-Hans"].model_dump()
    texts["texts"] = {**texts["texts"], "friendly": {"neutral": {"id": "t-1", "body": body}}}
    return BOOK._replace(texts={"zh-Hans": TextBook.model_validate(texts)})


GOOD = "{name}，您{due_date}到期的{amount}已逾期{days_past_due}天，可{payment_route}。{ignore_if_paid}；{help_offer}。"


def test_words_that_the_pack_forbids_are_found_in_a_template() -> None:
    assert faults(with_text(GOOD)) == []
    found = faults(with_text(GOOD + "否则后果自负，我们将采取严厉手段。"))
    assert found
    assert all("TEXT_THREAT (CN-TEXT-THREAT)" in fault for fault in found)


def test_an_amount_in_a_template_is_found_in_every_currency() -> None:
    found = faults(with_text(GOOD + "另付滞纳手续200元。"))
    assert {fault.split(": ")[-1] for fault in found} <= {
        "TEXT_FALSE_AMOUNT (CN-TEXT-FALSE-AMOUNT)",
        "TEXT_FEES (CN-TEXT-FEES)",
    }
    assert {fault.split("in ")[1][:3] for fault in found} >= {"CNY", "USD", "JPY"}


def test_a_language_that_is_mapped_to_texts_that_are_not_there_is_named() -> None:
    found: list[str] = []
    policy = Policy.model_validate({**BOOK.policy.model_dump(), "languages": {"zh-Hans": "zh-Hans", "fr": "fr"}})
    assert set(chosen_texts(policy, BOOK.texts, found)) == {"zh-Hans"}
    assert found == ["languages: fr: there are no texts fr; there are en, zh-Hans, zh-Hant"]


def test_without_a_map_every_language_has_its_own_texts() -> None:
    found: list[str] = []
    policy = Policy.model_validate({**BOOK.policy.model_dump(), "languages": {}})
    assert chosen_texts(policy, BOOK.texts, found) == dict(BOOK.texts)
    assert found == []


def test_every_fault_is_told_once_and_all_of_them_at_once() -> None:
    changes: dict[str, Any] = {
        "stages": [{**FRIENDLY, "offer": "P"}, {"code": "LAST", "delay_days": 9, "text": "rude"}],
        "segments": [{"code": "S", "ladder": "soft"}, {"code": "S", "ladder": "soft"}],
    }
    found = faults(rulebook(**changes))
    assert len(found) == len(set(found)) == 3 + len(BOOK.texts)


def us_faults(**phrases: str) -> set[str]:
    """What is wrong with the English texts under the United States' pack when phrases say something else."""
    texts = US.texts["en"].model_dump()
    texts["phrases"] |= phrases
    found = faults(US._replace(texts={"en": TextBook.model_validate(texts)}))
    return {fault.partition("): ")[2] for fault in found}


@pytest.mark.parametrize(
    ("phrases", "told"),
    [
        ({}, None),
        ({"opt_out": "Have a nice day"}, "opt_out is not what it is for: no word in it that counts as an opt-out"),
        ({"opt_out": "Reply LOVE to opt out"}, "opt_out is not what it is for"),
        ({"opt_out": "Reply QUIT to end"}, None),
        ({"opt_out": "Don't stop"}, "opt_out is not what it is for"),
        ({"dispute_route": "today"}, "dispute_route is not what it is for: no number or link"),
        ({"dispute_route": "or a chat"}, "dispute_route is not what it is for"),
        ({"dispute_route": "or if you disagree"}, None),
        ({"dispute_route": "or {service_number}"}, None),
        ({"help_offer": "Ask us for a plan"}, "dispute_route is not what it is for"),
    ],
)
def test_an_element_says_what_it_is_for(phrases: dict[str, str], told: str | None) -> None:
    found = us_faults(**phrases)
    assert (told is None) == (not any("is not what it is for" in fault for fault in found)), found
    assert told is None or any(fault.startswith(told) for fault in found), found


@pytest.mark.parametrize(("from_dpd", "asked"), [(None, True), (6, True), (7, False)])
def test_an_element_may_be_asked_for_from_a_day_past_due_on(from_dpd: int | None, *, asked: bool) -> None:
    rule = {"kind": "require", "element": "debt_advice", "when": "overdue", "from_dpd": from_dpd}
    assert under(rule)
    asking = under(rule, ladders={"soft": [{**FRIENDLY, "dpd_to": 6, "text": "firm"}]}, about="firm")
    assert bool(asking) == asked


def test_days_past_due_bind_no_notice() -> None:
    with pytest.raises(ValidationError, match="overdue stages only"):
        under({"kind": "require", "element": "debt_advice", "when": "always", "from_dpd": 7})
