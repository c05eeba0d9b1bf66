"""Names of many scripts reach every stage within its parts, and stay as told on the profile."""

from pathlib import Path

import pytest

from agents.decisions.text.names import in_gsm7, plain
from agents.decisions.text.sms import is_gsm7
from agents.policy.files.policy import load_rulebook
from tests.agents.decisions.story import Story, missed, profile
from tests.places import ROOT
from tests.places import at as at_policy

US = load_rulebook(at_policy(ROOT / "examples" / "policies" / "us-cards.toml"), "test")
NAMES = (Path(__file__).with_name("names.txt")).read_text(encoding="utf-8").splitlines()


def test_there_are_two_hundred() -> None:
    assert len(set(NAMES)) >= 200


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_written_within_the_parts_and_stays_as_told(name: str) -> None:
    person = profile(
        surname=name, given_name=None, phone="+12125550123", language="en", zone="America/New_York",
        number_confirmed_at="2026-03-01T08:00:00-05:00",
    )  # fmt: skip
    story = Story(US, zone="America/New_York").on("2026-03-02 01:00", person)
    story.on("2026-03-02 02:00", missed("1", "2026-03-01", 100_00, currency="USD")).tick_until("2026-04-20 00:00")
    assert len(story.reminders) == 3, story.reasons()
    assert not any("TEXT_" in line for line in story.reasons())
    assert story.account is not None
    assert story.account.profile is not None
    assert story.account.profile.surname == name


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("O’Brien", "O'Brien"),
        ("Jose\u0301", "José"),
        ("Mary\u00a0Ann", "Mary Ann"),
        ("Jean‑Luc", "Jean-Luc"),
        ("می\u200cخواهم", "میخواهم"),
        ("王小明", "王小明"),
    ],
)
def test_the_same_name_is_written_plainly(told: str, written: str) -> None:
    assert plain(told) == written


@pytest.mark.parametrize(("told", "spelled"), [("Łukasz Müller", "Lukasz Müller"), ("अमित", "Amit"), ("Zoë", "Zoe")])
def test_a_name_is_spelled_in_gsm_7_with_its_own_letters_where_they_are(told: str, spelled: str) -> None:
    assert in_gsm7(told) == spelled
    assert is_gsm7(in_gsm7(told))


def test_a_name_that_leaves_no_room_for_an_offer_gets_the_stage_s_own_text() -> None:
    personal = load_rulebook(at_policy(ROOT / "examples" / "policies" / "cn-personal.toml"), "test")
    told = []
    for surname in ("Lee", "Papadopoulos-Lee"):
        story = Story(personal).on("2026-03-01 10:00", profile(surname=surname, language="en", salutation="ms"))
        story.on("2026-03-02 00:00", missed("1", "2026-03-01", 1_280_00)).tick_until("2026-03-09 00:00")
        told += [(m.template_id, m.offer is not None) for m in story.reminders if m.stage == "FIRM"]
    assert told == [("en-CN-firm-plan-neutral-1", True), ("en-CN-firm-neutral-1", False)]
