"""Who is counted, in which row, from when and until when."""

from typing import Any

import pytest

from agents.experiments.events import AccountOver, Complained, Cured, DeliveryTold, Event, OptOutEvent, PersonAsked
from agents.experiments.events import StageDecided as Due
from agents.report.counting import OTHERS, ReportTerms, RowCounting, RowCounts
from schemas.values.instants import DAY_MS


def at(days: float) -> int:
    return int(days * DAY_MS)


def due(days: float, how: str = "sent", stage: str = "FRIENDLY", **more: Any) -> Due:
    fields = {"owes": True, "experiment": "X", "arm": "ON", "reminder_id": f"r{days}", "parts": 1, "core": 3, **more}
    return Due(at(days), "p", how, stage, **fields)


def counted(
    *events: Event, by: tuple[str, ...] = ("arm",), as_of: float = 60, **terms: int
) -> dict[tuple[str, ...], RowCounts]:
    counting = RowCounting(ReportTerms(by, terms.pop("since_ms", 0), at(as_of), 7, **terms))
    counting.account(events)
    return counting.rows


@pytest.mark.parametrize(("as_of", "counts"), [(7.99, 0), (8, 1)])
def test_an_account_counts_once_its_days_are_over(as_of: float, counts: int) -> None:
    row = counted(due(1), Cured(at(2), "p"), as_of=as_of)["X/ON",]
    assert (row.entered, row.counted, row.cured) == (1, counts, counts)


@pytest.mark.parametrize(("days", "cured"), [(7.99, 1), (8, 0)])
def test_a_cure_counts_within_the_days(days: float, cured: int) -> None:
    assert counted(due(1), Cured(at(days), "p"))["X/ON",].cured == cured


def test_who_owes_again_at_the_end_of_the_days_is_not_cured() -> None:
    assert counted(due(1), Cured(at(2), "p"), due(5))["X/ON",].cured == 0


def test_what_is_not_known_yet_is_not_counted() -> None:
    row = counted(due(1), due(20), as_of=15)["X/ON",]
    assert row.sent == 1


def test_who_paid_in_time_after_a_notice_owes_nothing_and_who_did_not_owes() -> None:
    notice = due(1, stage="PRE_DUE", owes=False)
    assert counted(notice)["X/ON",].cured == 1
    assert counted(notice, due(5))["X/ON",].cured == 0


def test_by_arm_an_account_enters_when_its_message_was_due_although_it_had_to_wait() -> None:
    row = counted(due(1, "deferred"), due(3), as_of=8)["X/ON",]
    assert (row.sent, row.entered, row.counted) == (1, 1, 1)


def test_by_stage_an_account_stands_in_each_stage_once_from_its_message_on() -> None:
    rows = counted(due(1, "deferred"), due(2), due(3), due(9, stage="FIRM"), Cured(at(10), "p"), by=("stage",))
    assert {key: (row.sent, row.entered, row.cured) for key, row in rows.items()} == {
        ("FRIENDLY",): (2, 1, 0),
        ("FIRM",): (1, 1, 1),
    }


def test_each_experiment_has_an_entry_of_its_own() -> None:
    rows = counted(due(1), due(20, experiment="Y"), Cured(at(21), "p"))
    assert {key: (row.entered, row.cured) for key, row in rows.items()} == {("X/ON",): (1, 0), ("Y/ON",): (1, 1)}


def test_what_was_sent_before_the_period_enters_nothing() -> None:
    assert counted(due(1), due(5), since_ms=at(3))["X/ON",].sent == 1


def test_a_receipt_counts_once() -> None:
    told = DeliveryTold(at(1.1), "p", "r1")
    assert counted(due(1), told, told, DeliveryTold(at(1.2), "p", "other"))["X/ON",].delivered == 1


def test_what_happens_to_an_account_counts_once_and_within_its_days() -> None:
    row = counted(
        due(1),
        Complained(at(2), "p", "c"),
        Complained(at(3), "p", "d"),
        OptOutEvent(at(4), "p", "r"),
        OptOutEvent(at(5), "p"),
        PersonAsked(at(6), "p", True),
    )["X/ON",]
    assert (row.complained, row.opted_out, row.handed_off, row.cured) == (1, 1, 1, 0)
    late = counted(due(1), Complained(at(8), "p", "c"), OptOutEvent(at(9), "p"), PersonAsked(at(9), "p", True))
    assert (late["X/ON",].complained, late["X/ON",].opted_out, late["X/ON",].handed_off) == (0, 0, 0)


def test_an_opt_out_of_before_that_a_later_profile_tells_again_is_none_of_this_message() -> None:
    assert counted(OptOutEvent(at(0.5), "p"), due(1), OptOutEvent(at(2), "p"))["X/ON",].opted_out == 0


def test_who_was_written_to_before_answers_can_be_read_is_not_among_those_who_could_answer() -> None:
    row = counted(due(1), DeliveryTold(at(2), "p", "r1"), answers_from_ms=at(1.5))["X/ON",]
    assert (row.sent, row.receipted, row.delivered, row.counted, row.answerable) == (1, 0, 0, 1, 0)


def test_days_to_the_cure_go_beyond_the_days_and_end_with_the_account() -> None:
    assert counted(due(1), Cured(at(20.5), "p"))["X/ON",].days == {19: 1}
    assert counted(due(1), AccountOver(at(5), "p"), Cured(at(9), "p"))["X/ON",].open_days == {4: 1}
    assert counted(due(1), as_of=31)["X/ON",].open_days == {30: 1}


def test_parts_of_the_days_are_summed_and_unknown_ones_are_told() -> None:
    row = counted(due(1, parts=2), due(5), due(30, parts=9), due(6, parts=None))["X/ON",]
    assert (row.parts, row.unpriced) == (3, 1)


def test_rows_have_a_limit() -> None:
    counting = RowCounting(ReportTerms(("hour",), 0, at(60), 7), rows_max=1)
    counting.account([due(1, hour="09"), due(2, hour="10"), due(3, hour="11")])
    assert {key: row.sent for key, row in counting.rows.items()} == {("09",): 1, (OTHERS,): 2}
    assert counting.crowded
