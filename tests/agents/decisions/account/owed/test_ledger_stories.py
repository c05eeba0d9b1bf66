"""What is overdue, by snapshots and payments in any order (design rule 3)."""

import pytest

from tests.agents.decisions.story import Story, StorySaid, at, missed, paid, profile, returned, statement


def told(*steps: tuple[str, StorySaid]) -> Story:
    story = Story().on("2026-03-01 08:00", profile())
    for when, said in steps:
        story.on(when, said)
    return story


def test_a_payment_after_the_snapshot_reduces_it() -> None:
    assert (
        told(("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)), ("2026-03-03 10:00", paid(40_00))).overdue()
        == 60_00
    )


def test_a_payment_booked_at_the_very_instant_of_the_snapshot_is_in_it() -> None:
    story = told(("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)), ("2026-03-02 00:00", paid(40_00)))
    assert story.overdue() == 100_00


def test_a_payment_booked_before_the_snapshot_is_in_it_even_when_it_comes_later() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-03-03 10:00", paid(40_00, booked_at=at("2026-03-01 20:00"))),
    )
    assert story.overdue() == 100_00


def test_a_payment_that_comes_before_its_miss_counts_by_its_booking() -> None:
    story = told(
        ("2026-03-02 06:00", paid(40_00)),
        ("2026-03-02 12:00", missed("1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00"))),
    )
    assert story.overdue() == 60_00


def test_a_newer_snapshot_replaces_the_older_one_and_its_payments() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-03-03 10:00", paid(40_00)),
        ("2026-03-04 00:00", missed("1", "2026-03-01", 55_00, amount=100_00)),
    )
    assert story.overdue() == 55_00


def test_an_older_snapshot_that_comes_late_changes_nothing() -> None:
    story = told(
        ("2026-03-04 00:00", missed("1", "2026-03-01", 55_00, amount=100_00)),
        ("2026-03-05 00:00", missed("1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00"))),
    )
    assert story.overdue() == 55_00


def test_a_higher_source_version_wins_over_a_later_as_of() -> None:
    story = told(
        ("2026-03-03 00:00", missed("1", "2026-03-01", 70_00, amount=100_00, source_version=9)),
        ("2026-03-04 00:00", missed("1", "2026-03-01", 100_00, source_version=8)),
    )
    assert story.overdue() == 70_00


def test_unallocated_money_goes_to_the_oldest_first() -> None:
    story = told(
        (
            "2026-03-02 00:00",
            missed("1", "2026-03-01", 100_00),
        ),
        ("2026-04-02 00:00", missed("2", "2026-04-01", 100_00)),
        ("2026-04-03 10:00", paid(130_00)),
    )
    assert story.account is not None
    assert story.overdue() == 70_00
    assert [line.item.instalment_id for line in story.lines()] == ["2"]


def test_allocated_money_touches_only_what_it_names() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-03-03 00:00", missed("2", "2026-03-02", 100_00)),
        ("2026-03-04 10:00", paid(130_00, to={"2": 100_00})),
    )
    assert [line.item.instalment_id for line in story.lines()] == ["1"]
    assert story.overdue() == 100_00


def test_what_is_left_over_is_never_carried_to_a_later_miss() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-03-05 10:00", paid(500_00)),
        ("2026-04-02 00:00", missed("2", "2026-04-01", 100_00)),
    )
    assert story.overdue() == 100_00


def test_the_second_instalment_stays_overdue_when_a_newer_snapshot_of_the_first_holds_the_payment() -> None:
    story = told(
        ("2026-04-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-04-02 00:00", missed("2", "2026-04-01", 100_00)),
        ("2026-04-03 10:00", paid(100_00)),
        ("2026-04-04 00:00", missed("1", "2026-03-01", 0, amount=100_00)),
    )
    assert [line.item.instalment_id for line in story.lines()] == ["2"]
    assert story.overdue() == 100_00


def test_money_of_another_currency_pays_nothing() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)), ("2026-03-03 10:00", paid(40_00, currency="USD"))
    )
    assert story.overdue() == 100_00


def test_a_newer_statement_replaces_the_amount_and_the_oldest_due_date_stays() -> None:
    story = told(
        ("2026-03-02 00:00", statement("s1", "2026-03-01", 300_00)),
        ("2026-04-02 00:00", statement("s2", "2026-04-01", 350_00)),
    )
    assert story.overdue() == 350_00
    assert [str(line.since) for line in story.lines()] == ["2026-03-01"]


def test_a_statement_cured_before_the_next_one_starts_anew() -> None:
    story = told(
        ("2026-03-02 00:00", statement("s1", "2026-03-01", 300_00)),
        ("2026-03-10 10:00", paid(300_00)),
        ("2026-04-02 00:00", statement("s2", "2026-04-01", 350_00)),
    )
    assert [str(line.since) for line in story.lines()] == ["2026-04-01"]


def test_no_fact_is_not_a_cure() -> None:
    story = told(("2026-03-02 00:00", statement("s1", "2026-03-01", 300_00))).tick_until("2026-06-20 00:00")
    assert story.overdue() == 300_00


def test_an_older_statement_that_comes_late_does_not_bring_its_amount_back() -> None:
    story = told(
        ("2026-04-02 00:00", statement("s2", "2026-04-01", 350_00)),
        ("2026-04-03 00:00", statement("s1", "2026-03-01", 300_00, as_of=at("2026-03-02 00:00"))),
    )
    assert story.overdue() == 350_00


@pytest.mark.parametrize("first", ["booking", "return"])
def test_a_returned_payment_counts_no_more_in_either_order(first: str) -> None:
    booking = paid(100_00, booked_at=at("2026-03-03 10:00"), time=at("2026-03-03 10:01"))
    bounce = returned(booked_at=at("2026-03-05 10:00"), time=at("2026-03-05 10:01"))
    order = (booking, bounce) if first == "booking" else (bounce, booking)
    story = told(("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)), ("2026-03-06 10:00", order[0]))
    story.on("2026-03-06 11:00", order[1])
    assert story.overdue() == 100_00


def test_a_return_before_the_snapshot_is_in_it() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-03-03 10:00", paid(100_00)),
        ("2026-03-05 10:00", returned()),
        ("2026-03-06 00:00", missed("1", "2026-03-01", 30_00, amount=100_00)),
    )
    assert story.overdue() == 30_00


def test_an_old_debt_is_still_owed_with_its_payment_after_the_memory_of_payments_has_run_out() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-03-03 10:00", paid(40_00)),
        ("2026-07-01 00:00", missed("2", "2026-06-30", 10_00)),
    )
    assert story.overdue() == 70_00


def test_settled_history_is_folded_after_45_days() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-03-03 10:00", paid(100_00)),
        ("2026-04-20 10:00", profile(surname="李")),
    )
    assert story.account is not None
    assert story.account.items == ()
    assert story.account.payments == ()


def test_a_few_cents_left_do_not_make_the_next_miss_old() -> None:
    story = told(
        ("2026-03-02 00:00", missed("1", "2026-03-01", 100_00)),
        ("2026-03-03 10:00", paid(99_50)),
        ("2026-04-02 00:00", missed("2", "2026-04-01", 100_00)),
    ).tick_until("2026-04-02 12:00")
    assert [r.stage for r in story.reminders] == ["FRIENDLY", "FRIENDLY"]
    assert story.reminders[-1].days_past_due == 1
    assert story.reminders[-1].amount_minor == 100_50


def test_a_card_cured_by_the_ledgers_own_word_starts_anew() -> None:
    story = told(
        ("2026-03-02 00:00", statement("s1", "2026-03-01", 300_00)),
        ("2026-04-02 00:00", statement("s2", "2026-04-01", 350_00)),
        ("2026-04-05 00:00", statement("s2", "2026-04-01", 0, amount=350_00)),
        ("2026-04-09 00:00", statement("s2", "2026-04-01", 20_00, amount=350_00)),
    )
    assert [str(line.since) for line in story.lines()] == ["2026-04-01"]


def test_a_card_whose_payment_came_back_keeps_its_oldest_due_date() -> None:
    story = told(
        ("2026-03-02 00:00", statement("s1", "2026-03-01", 300_00)),
        ("2026-04-02 00:00", statement("s2", "2026-04-01", 350_00)),
        ("2026-04-05 10:00", paid(350_00)),
        ("2026-04-07 10:00", returned()),
    )
    assert [str(line.since) for line in story.lines()] == ["2026-03-01"]
