"""What no name carries is refused under every pack; what people are called is not."""

import json
from pathlib import Path

import pytest

from agents.decisions.text.unfit_names import carried_by
from tests.agents.decisions.story import Story, missed, profile, rulebook
from tests.agents.decisions.text.test_names import NAMES, US

KNOWN = [json.loads(line) for line in Path(__file__).with_name("unfit_names.jsonl").open(encoding="utf-8")]
"""Names, and what each carries."""


@pytest.mark.parametrize(("name", "carried"), KNOWN)
def test_what_no_name_carries_is_found_in_every_dress(name: str, carried: str | None) -> None:
    assert carried_by(name) == carried


@pytest.mark.parametrize("name", NAMES)
def test_what_people_are_called_is_a_name(name: str) -> None:
    assert carried_by(name) is None


@pytest.mark.parametrize("name", ["call 2025550123", "evil.de", "Pay to Bob"])
def test_such_a_name_is_in_no_text_and_a_person_gets_the_case(name: str) -> None:
    person = profile(
        surname=name, phone="+12125550123", language="en", zone="America/New_York",
        number_confirmed_at="2026-03-01T08:00:00-05:00",
    )  # fmt: skip
    story = Story(US, zone="America/New_York").on("2026-03-02 01:00", person)
    story.on("2026-03-02 02:00", missed("1", "2026-03-01", 100_00, currency="USD")).tick_until("2026-04-20 00:00")
    assert story.reminders == []
    assert f"03-03 09:00 blocked NAME_CARRIES_{carried_by(name)} FRIENDLY" in story.reasons()
    assert any(" handed_off " in line for line in story.reasons())


def test_a_corrected_name_is_written_to_again() -> None:
    story = Story(rulebook(pack="CN")).on("2026-03-01 10:00", profile(surname="联系王"))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00").silent()
    assert story.decisions[-1].code == "NAME_CARRIES_PAYEE"
    story.on("2026-03-03 10:00", profile()).tick_until("2026-03-04 00:00")
    assert [reminder.stage for reminder in story.reminders] == ["FRIENDLY"]
