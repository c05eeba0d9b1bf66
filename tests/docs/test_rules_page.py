"""docs/rules.md is what the packs say, and each place that it names is there."""

import ast
from pathlib import Path
from typing import Final, get_args

import pytest

from agents.policy.files.packs import all_packs
from agents.policy.rules_page import PLACES, page
from agents.policy.words.rules import CATEGORIES, ELEMENTS, says
from schemas.policy.packs import Category, Element, Pack, Rule
from tests.agents.policy.files.pack_changes import PACKS
from tests.docs.pages import ROOT

PAGE: Final = ROOT / "docs" / "rules.md"
KINDS: Final = {get_args(member.model_fields["kind"].annotation)[0]: member for member in get_args(get_args(Rule)[0])}
SOURCED: Final = {"id": "XX-RULE-1", "basis": "law", "source": "an act", "confidence": "V1"}


def packs(folder: Path | None = None) -> dict[str, Pack]:
    """All packs, which are whole."""
    faults: list[str] = []
    found = all_packs(folder, faults)
    assert not faults
    return found


def said(kind: str, **data: object) -> str:
    """The sentence of a rule."""
    rule: Rule = KINDS[kind].model_validate({**SOURCED, "kind": kind, **data})
    return says(rule)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(packs()), "run `tactful policy rules > docs/rules.md`"


def test_every_rule_and_duty_stands_on_the_page_once() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for pack in packs().values():
        for entry in (*pack.rules, *pack.duties):
            assert sum(line.startswith(f"| `{entry.id}` |") for line in lines) == 1, entry.id


def test_what_nobody_verified_is_marked_as_project_policy() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    unsure = [line for line in lines if "| proposed by this project |" in line or "| general knowledge, " in line]
    assert unsure
    assert not [line for line in unsure if "| **project policy** |" not in line]


def test_an_overlay_shows_what_it_adds() -> None:
    text = page(packs(PACKS))
    assert text.count("| `CN-TIME-1` |") == 1
    assert "It has every rule of CN and adds:" in text
    assert "| `CN-REST-1` | Messages leave at any hour, but not on public holidays of the calendar CN;" in text


def test_every_place_is_a_function_of_the_decisions() -> None:
    assert set(PLACES) == set(KINDS)
    for place in {place for places in PLACES.values() for place in places}:
        module, name = place.split(".")
        nodes = ast.parse((ROOT / "agents" / f"{module}.py").read_text(encoding="utf-8")).body
        assert name in {node.name for node in nodes if isinstance(node, ast.FunctionDef)}, place


def test_every_category_and_element_has_words() -> None:
    assert set(CATEGORIES) == set(get_args(Category))
    assert set(ELEMENTS) == set(get_args(Element))


WEEK: Final = {"start": "08:00", "end": "20:00"}
SENTENCES: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "Messages leave from Monday to Saturday between 08:00 and 20:00.": (
        "window",
        {"openings": [{**WEEK, "days": ["mon", "tue", "wed", "thu", "fri", "sat"]}]},
    ),
    "Messages leave on Monday, Wednesday and Sunday between 22:00 and 06:00 of the next day or at any hour.": (
        "window",
        {
            "openings": [
                {"days": ["sun", "mon", "wed"], "start": "22:00", "end": "06:00"},
                {"start": "00:00", "end": "24:00"},
            ]
        },
    ),
    "Messages leave between 08:00 and 20:00, but not on public holidays of the calendar DE; a weekend day that is "
    "worked in lieu counts as a Monday; hours that the person agreed to, with evidence, stand in their place.": (
        "window",
        {"openings": [WEEK], "calendar": "DE", "holidays": "deny", "override": "agreed_hours"},
    ),
    "The hours must be permitted in the person's own zone, in Asia/Shanghai and in every other zone that the profile "
    "or the number's area names.": ("zone", {"also": ["Asia/Shanghai"], "all_known": True}),
    "At most 1 SMS a day, over all loans and senders.": ("cap", {"channel": "sms", "limit": 1, "period": "calendar"}),
    "At most 3 SMS in any 7 days, today included, over all loans and senders.": (
        "cap",
        {"channel": "sms", "limit": 3, "days": 7, "period": "rolling"},
    ),
    "At most 2 contacts by any channel a week from Monday on, over all loans and senders.": (
        "cap",
        {"limit": 2, "days": 7, "period": "calendar"},
    ),
    "At most 1 attempt by letter a calendar month, over all loans and senders.": (
        "cap",
        {"channel": "letter", "counts": "attempts", "limit": 1, "days": 31, "period": "calendar"},
    ),
    "At most 3 conversations by phone a day, over all loans and senders; otherwise a hand-off to a person waits.": (
        "cap",
        {"channel": "voice", "counts": "conversations", "limit": 3, "period": "calendar", "stops": "calls"},
    ),
    "For 7 days from a conversation on, its own day counted, no message leaves.": ("cool_down", {"days": 7}),
    "On the day of a conversation nobody phones and a hand-off waits.": ("cool_down", {"days": 1, "stops": "calls"}),
    "While a hold of the kind `deceased` stands, no message leaves and nobody phones.": (
        "hold",
        {"hold": "deceased", "calls": False},
    ),
    "While a hold of the kind `debt_adviser` stands, no message leaves; without an end of its own it ends after 1 day; "
    "it lasts at least 2 days from the day after it was placed.": (
        "hold",
        {"hold": "debt_adviser", "max_days": 1, "min_days": 2},
    ),
    "Every text of an overdue stage shows the days past due.": (
        "require",
        {"element": "days_past_due", "when": "overdue"},
    ),
    "A text has no word on credit reports; one that does passes with a warning.": (
        "forbid",
        {"category": "CREDIT", "severity": "warn"},
    ),
    "An SMS has at most 500 characters with its signature and an SMS has at most 2 parts.": (
        "format",
        {"max_chars": 500, "max_parts": 2},
    ),
    "It asks for nothing.": ("format", {}),
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_rule_says_in_plain_words_what_it_asks_for(sentence: str) -> None:
    kind, data = SENTENCES[sentence]
    assert said(kind, **data) == sentence


def test_every_rule_of_every_pack_says_something_of_its_own() -> None:
    for pack in packs(PACKS).values():
        sentences = [says(rule) for rule in pack.rules]
        assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
        assert len(set(sentences)) == len(sentences), pack.id


def test_what_is_no_rule_is_refused() -> None:
    with pytest.raises(TypeError, match="not a rule"):
        says("a wish")  # type: ignore[arg-type]
