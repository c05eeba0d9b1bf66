"""`policy check` tries names of many scripts, and says which text does not reach whom."""

import unicodedata

import pytest

from agents.decisions.policy.rulebook import Rulebook
from agents.policy.files.policy import load_rulebook
from agents.policy.name_trials import NAMES, unreached
from schemas.policy.texts import TextBook
from tests.places import ROOT, at
from tests.scenarios.language import with_policy

POLICIES = ("us-cards", "cn-personal")


def told(rulebook: Rulebook) -> list[str]:
    books = {book.language: book for book in rulebook.texts.values()}
    return [line for book in books.values() for line in unreached(rulebook.policy, rulebook.law.pack, book)]


def test_twenty_scripts_are_tried() -> None:
    scripts = {unicodedata.name(letter).split()[0] for name in NAMES for letter in name if letter.isalpha()}
    assert len(scripts) >= 20


@pytest.mark.parametrize("policy", POLICIES)
def test_what_ships_reaches_every_name(policy: str) -> None:
    assert told(load_rulebook(at(ROOT / "examples" / "policies" / f"{policy}.toml"), "test")) == []


def test_a_text_that_a_name_makes_too_long_is_told_with_the_names() -> None:
    short = with_policy(
        load_rulebook(at(ROOT / "examples" / "policies" / "us-cards.toml"), "test"), sending={"max_sms_parts": 1}
    )
    found = told(short)
    assert any(line.startswith("texts en: firm (neutral): not sent to O’Brien") for line in found)
    assert all(line.endswith("TEXT_TOO_LONG") for line in found)


def test_a_text_in_other_letters_than_the_networks_cannot_be_spelled() -> None:
    rulebook = load_rulebook(at(ROOT / "examples" / "policies" / "us-cards.toml"), "test")
    texts = rulebook.texts["en"].model_dump()
    texts["texts"]["last"]["neutral"]["body"] += " Спасибо." + " thank you" * 5
    found = told(rulebook._replace(texts={"en": TextBook.model_validate(texts)}))
    assert len(found) == 1
    assert found[0].startswith("texts en: last (neutral): not sent to ")
