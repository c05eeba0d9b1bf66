"""What is no fault, and still keeps a policy from sending or is worth a second look."""

from datetime import date
from typing import Any

import pytest

from agents.policy.files.calendars import load_calendars
from agents.policy.files.texts import SHIPPED_TEXTS, load_texts
from agents.policy.warnings import Facts, warnings
from schemas.policy.policies import Stage
from schemas.policy.texts import TextBook
from tests.agents.policy.words.samples import PACK, RICH, changed

DAY = date(2026, 6, 1)
PEOPLE = ("Ann", "Bea")


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The sample with English texts, approved, and a real calendar."""
    faults: list[str] = []
    texts = {"en": load_texts(SHIPPED_TEXTS, faults)["en"]}
    policy = changed(RICH, offers={"three-parts": RICH.offers["three-parts"]})
    known = Facts(policy, PACK, texts, PEOPLE, {"en": PEOPLE}, load_calendars(None, faults))
    assert not faults
    return known


def told(facts: Facts, day: date = DAY, **fields: Any) -> list[str]:
    return warnings(facts._replace(**fields), day)


def reworded(facts: Facts, name: str, body: str) -> dict[str, TextBook]:
    data = facts.texts["en"].model_dump()
    data["texts"][name]["neutral"]["body"] = body
    return {"en": TextBook.model_validate(data)}


def test_a_policy_that_is_ready_is_warned_of_missing_tones_only(facts: Facts) -> None:
    assert told(facts) == ["texts en: not in the tone warm, so neutral in its place: `firm_plan`"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"approved_by": ()}, "pack TEST 1: nobody has approved this, and therefore nothing is sent"),
        (
            {"approved_by": ("Ann",)},
            "pack TEST 1: only Ann approved this, and it takes 2 people: therefore nothing is sent",
        ),
        ({"texts_approved_by": {}}, "texts en: nobody has approved this, and therefore nothing is sent"),
        (
            {"approved_by": (), "approved_other": {("pack", "TEST"): ("Ann", "Bea")}},
            "pack TEST 1: nobody has approved this, and therefore nothing is sent; "
            "Ann and Bea approved another content than it has now",
        ),
        ({"pack": changed(PACK, requires_overlay=True)}, "pack TEST: it sends only as part of a pack that extends it"),
        (
            {"pack": changed(PACK, effective_from=date(2026, 7, 1))},
            "pack TEST: it is in force from 1 July 2026 on only",
        ),
        ({"pack": changed(PACK, effective_to=date(2026, 5, 31))}, "pack TEST: its last day was 31 May 2026"),
        (
            {"policy": changed(RICH, hours={"start": "23:00", "end": "23:30"})},
            "hours: the windows of pack TEST leave nothing of them: nothing is sent",
        ),
        ({"calendars": {}}, "calendar CN: 2026 is not confirmed: nothing is sent in it (TEST-TIME-2)"),
        ({"policy": changed(RICH, amounts={})}, "amounts: no upper_minor: a text states any amount"),
        (
            {"policy": changed(RICH, amounts={})},
            "amounts: no jump_times: an amount may be any multiple of what was told of its instalment",
        ),
        (
            {"policy": changed(RICH, amounts={"upper_minor": {"USD": 1}, "jump_times": 2})},
            "amounts: no upper_minor for CNY: a text states any amount in it",
        ),
        ({"policy": changed(RICH, segments=())}, "ladder gentle: no segment and no arm names it"),
        ({"policy": RICH}, "offer two-weeks: no stage makes it"),
    ],
)
def test_each_is_told(facts: Facts, fields: dict[str, Any], said: str) -> None:
    assert said in told(facts, **fields)


def test_a_contract_that_does_not_allow_what_the_pack_asks_for_is_told(facts: Facts) -> None:
    rule = {"id": "TEST-PROV-1", "kind": "provider", "needs": "signature_registered", "basis": "policy"}
    rules = [*PACK.model_dump()["rules"], {**rule, "source": "ours", "confidence": "P"}]
    pack, gateway = changed(PACK, rules=rules), facts.policy.gateway.model_dump()
    assert told(facts, pack=pack) == told(facts)
    without = changed(facts.policy, gateway={**gateway, "signature_registered": False})
    said = "gateway: signature_registered is false, and TEST-PROV-1 asks for it: nothing is sent"
    assert said in told(facts, pack=pack, policy=without)
    assert said not in told(facts, policy=without)


def test_the_first_and_the_last_day_of_a_pack_are_days_of_it(facts: Facts) -> None:
    pack = changed(PACK, effective_from=DAY, effective_to=DAY)
    assert told(facts, pack=pack) == told(facts)


def test_the_next_year_is_looked_at_before_it_comes(facts: Facts) -> None:
    beyond = max(facts.calendars["CN"].confirmed) + 1
    said = f"calendar CN: {beyond} is not confirmed: nothing is sent in it (TEST-TIME-2)"
    assert said not in told(facts, date(beyond - 1, 9, 1))
    assert said in told(facts, date(beyond - 1, 11, 1))


def test_what_the_linter_sees_is_told_with_its_place(facts: Facts) -> None:
    late = reworded(facts, "last", "{name}, {amount} is late and may affect your credit report. {help_offer}.")
    (said,) = set(told(facts, texts=late)) - set(told(facts))
    assert said.startswith("texts en: last (neutral): CREDIT, at ")


def test_a_text_that_is_not_used_is_not_looked_at(facts: Facts) -> None:
    late = reworded(facts, "last", "{name}, {amount} is late and may affect your credit report. {help_offer}.")
    stages = tuple(Stage.model_validate(s) for s in RICH.stages if s.text != "last")
    short = changed(facts.policy, stages=stages)
    assert told(facts, policy=short, texts=late) == told(facts, policy=short)


def test_texts_that_two_languages_share_are_told_once(facts: Facts) -> None:
    shared = {"en": facts.texts["en"], "fr": facts.texts["en"]}
    assert told(facts, texts=shared, texts_approved_by={}) == told(facts, texts_approved_by={})


@pytest.mark.parametrize("kind", ["window", "cap", "forbid"])
def test_a_kind_of_rule_that_the_pack_does_not_have_is_missed(facts: Facts, kind: str) -> None:
    without = PACK.model_copy(update={"rules": tuple(rule for rule in PACK.rules if rule.kind != kind)})
    assert any(f"no rule of the kind {kind}" in line for line in told(facts, pack=without))
    assert not any("no rule of the kind" in line for line in told(facts))
