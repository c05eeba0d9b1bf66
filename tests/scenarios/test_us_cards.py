"""The example policy for the United States: it loads, two people have approved what it uses, and it is what it says."""

from agents.policy.files.checks import faults
from tests.agents.decisions.story import at
from tests.scenarios.language import NEW_YORK, book_of, in_america


def test_it_loads_and_everything_that_it_uses_is_approved() -> None:
    rulebook = book_of("US")
    assert (rulebook.law.pack.id, rulebook.law.approved, rulebook.law.complete) == ("US", True, True)
    assert rulebook.approved_texts == set(rulebook.texts) == {"en"}
    assert faults(rulebook) == []


def test_its_ladder_is_told_to_a_person_who_does_not_pay() -> None:
    tale = in_america(book_of("US")).tick_until("2026-06-30 00:00")
    tale.expect(
        "03-03 09:00 opened L/1",
        "03-03 09:00 issued FRIENDLY 10000",
        "03-11 09:00 escalated FIRM 10000",
        "03-21 09:00 escalated LAST 10000",
        "03-31 00:00 handed-off DAYS_PAST_DUE 10000",
    )


def test_its_texts_are_english_and_say_who_writes_and_how_it_ends() -> None:
    tale = in_america(book_of("US")).tick_until("2026-03-03 09:00")
    text = tale.reminders[0].text
    assert text.startswith("Harbor Card Bank: ")
    assert text.endswith("Reply STOP to opt out.")
    assert tale.reminders[0].expires_at == at("2026-03-03 09:15", NEW_YORK)
