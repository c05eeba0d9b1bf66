"""Cycles that another system had begun: they go on where it left off."""

import pytest

from tests.agents.decisions.story import Story, at, ended, hold, imported, lifted, missed, paid, profile, returned

SENT = {"FRIENDLY": "2026-03-02 09:30", "FIRM": "2026-03-08 09:30"}


@pytest.mark.parametrize("first", [True, False])
def test_an_import_goes_on_mid_ladder_in_any_order_with_its_miss(first: bool) -> None:
    said = imported(SENT), missed("1", "2026-03-01", 100_00)
    story = Story().on("2026-03-10 00:00", profile(), *(said if first else said[::-1])).silent()
    assert story.account is not None
    cycle = story.account.cycle
    assert cycle is not None
    assert (cycle.cycle_id, cycle.announced, cycle.reminders) == ("L/1", True, 2)
    assert cycle.opened_ms == at("2026-03-02 09:30").timestamp() * 1000
    story.tick_until("2026-04-01 00:00").expect(
        "03-16 09:00 issued LAST 10000", "03-31 00:00 handed-off DAYS_PAST_DUE 10000"
    )
    assert story.decisions[-2].evidence.reminders_in_cycle == 2


def test_the_last_contact_of_the_other_system_counts_for_the_gap() -> None:
    old = imported({"FRIENDLY": "2026-03-02 09:30"}, last_contact_at=at("2026-03-07 18:00"))
    story = Story().on("2026-03-08 00:00", profile(), old, missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-11 00:00").expect("03-10 09:00 issued FIRM 10000")


def test_the_times_of_its_stages_count_as_contacts_too() -> None:
    story = Story().on("2026-03-08 00:00", profile(), imported({"FRIENDLY": "2026-03-07 09:30"}))
    story.on("2026-03-08 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-11 00:00")
    story.expect("03-10 09:00 issued FIRM 10000")


def test_a_stage_that_the_policy_does_not_know_does_no_harm() -> None:
    story = Story().on("2026-03-02 00:00", profile(), imported({"LETTER": "2026-02-27 09:30"}))
    story.on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
    story.expect("03-02 09:00 issued FRIENDLY 10000")


@pytest.mark.parametrize("first", [True, False])
def test_an_import_whose_miss_says_nothing_is_owed_is_closed(first: bool) -> None:
    said = imported(SENT), missed("1", "2026-03-01", 0, 100_00)
    story = Story().on("2026-03-10 00:00", profile(), *(said if first else said[::-1]))
    story.expect("03-10 00:00 closed L/1 CURED").tick_until("2026-06-01 00:00").silent()
    # Told again it opens nothing.
    story.on("2026-06-01 10:00", imported(SENT)).silent()


def test_an_import_without_its_miss_waits_in_silence() -> None:
    story = Story().on("2026-03-10 00:00", profile(), imported(SENT)).tick_until("2026-06-01 00:00").silent().why()
    assert story.account is not None
    assert story.account.cycle is None


def test_an_import_takes_nothing_of_ours_away() -> None:
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00)).tick_until("2026-03-09 00:00")
    story.on("2026-03-10 00:00", imported({"FRIENDLY": "2026-03-01 09:30", "LETTER": "2026-02-27 09:30"}))
    assert story.account is not None
    cycle = story.account.cycle
    assert cycle is not None
    assert [(p.stage, p.imported) for p in cycle.passed] == [("LETTER", True), ("FRIENDLY", False), ("FIRM", False)]
    assert cycle.reminders == 3
    story.tick_until("2026-03-17 00:00").expect(
        "03-02 09:00 opened L/1",
        "03-02 09:00 issued FRIENDLY 10000",
        "03-08 09:00 escalated FIRM 10000",
        "03-16 09:00 escalated LAST 10000",
    )


def test_an_import_of_a_cycle_that_we_have_closed_changes_nothing() -> None:
    story = Story().on("2026-03-02 00:00", profile(), missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
    story.on("2026-03-03 10:00", paid(100_00))
    told = len(story.messages)
    story.on("2026-03-04 10:00", imported(SENT)).tick_until("2026-06-01 00:00")
    assert len(story.messages) == told


def test_the_newest_version_of_an_import_stands_in_any_order() -> None:
    older = imported(SENT, source_version=1)
    newer = imported({"FRIENDLY": "2026-03-02 09:30"}, source_version=2)
    for said in ((older, newer), (newer, older)):
        story = Story().on("2026-03-10 00:00", profile(), missed("1", "2026-03-01", 100_00), *said)
        story.tick_until("2026-03-10 12:00").expect("03-10 09:00 issued FIRM 10000")


def test_several_imports_of_one_person_are_one_cycle_under_the_oldest_name() -> None:
    said = imported(SENT), imported({"FRIENDLY": "2026-03-05 09:30"}, "2")
    debts = missed("1", "2026-03-01", 100_00), missed("2", "2026-03-04", 50_00)
    for order in (said, said[::-1]):
        story = Story().on("2026-03-10 00:00", profile(), *order, *debts).tick_until("2026-03-17 00:00")
        story.expect("03-16 09:00 issued LAST 15000")
        assert story.reminders[-1].cycle_id == "L/1"
        assert story.account is not None
        assert story.account.cycle is not None
        assert [p.stage for p in story.account.cycle.passed] == ["FRIENDLY", "FIRM", "LAST"]


def test_money_closes_an_imported_cycle_and_its_return_reopens_it() -> None:
    story = Story().on("2026-03-10 00:00", profile(), imported(SENT), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-11 10:00", paid(100_00)).expect("03-11 10:00 closed L/1 CURED")
    story.on("2026-03-13 10:00", returned()).tick_until("2026-03-16 12:00")
    story.expect("03-13 10:00 reopened L/1", "03-16 09:00 issued FIRM 10000")
    assert story.reminders[0].template_id == "zh-Hans-returned-neutral-1"


def test_the_end_of_the_account_closes_an_imported_cycle() -> None:
    story = Story().on("2026-03-10 00:00", profile(), imported(SENT), missed("1", "2026-03-01", 100_00))
    story.on("2026-03-11 10:00", ended("sold")).expect("03-11 10:00 closed L/1 ACCOUNT_SOLD")


def test_an_import_under_a_hold_goes_on_when_it_is_lifted() -> None:
    story = Story().on("2026-03-10 00:00", profile(), hold(), imported(SENT), missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-18 00:00").silent()
    story.on("2026-03-18 10:00", lifted()).tick_until("2026-03-18 12:00").expect("03-18 10:00 issued LAST 10000")


def test_an_import_that_was_closed_or_never_missed_is_forgotten_in_the_end() -> None:
    story = Story().on("2026-03-10 00:00", profile(), imported(SENT), imported(SENT, "7"))
    story.on("2026-03-10 01:00", missed("1", "2026-03-01", 0, 100_00))
    story.on("2026-06-01 10:00", profile(source_version=1))
    assert story.account is not None
    assert story.account.case is None
