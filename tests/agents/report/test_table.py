"""What is compared with what, and the words where nothing is."""

import csv
import io
from collections import Counter
from decimal import Decimal

import pytest

from agents.report import showing
from agents.report.counting import ReportTerms, RowCounting, RowCounts
from agents.report.intervals import CountedGroup, of_difference
from agents.report.page import page
from agents.report.table import (
    AFTER_THE_DRAW,
    BEGUN_BEFORE,
    NO_HOLD_OUT,
    THE_HOLD_OUT,
    UNTOLD,
    PartPrice,
    ReportTable,
    finished,
    median_days,
)

ON = RowCounts(sent=300, entered=200, counted=200, cured=140, answerable=200, parts=420)
ALSO = RowCounts(sent=300, entered=200, counted=200, cured=120, answerable=200)
OUT = RowCounts(withheld=300, entered=200, counted=200, cured=80, answerable=200)


def table(
    rows: dict[tuple[str, ...], RowCounts],
    by: tuple[str, ...] = ("arm",),
    since_ms: int = 5,
    began_ms: dict[str, int] | None = None,
    price: PartPrice | None = None,
) -> ReportTable:
    counting = RowCounting(ReportTerms(by, since_ms, 10**12))
    counting.rows.update(rows)
    return finished(counting, began_ms, price)


def standing(made: ReportTable) -> dict[tuple[str, ...], str]:
    return {row.key: row.standing for row in made.rows}


def test_each_arm_is_held_against_the_hold_out_and_all_rows_share_the_error() -> None:
    made = table({("X/ON",): ON, ("X/ALSO",): ALSO, ("X/OUT",): OUT})
    assert standing(made) == {("X/ON",): "", ("X/ALSO",): "", ("X/OUT",): THE_HOLD_OUT}
    found = next(row.difference for row in made.rows if row.key == ("X/ON",))
    assert found is not None
    assert found.rate == pytest.approx(0.3)
    assert found.interval == of_difference(CountedGroup(140, 200), CountedGroup(80, 200), 0.05 / 2)


def test_without_a_hold_out_the_table_says_so() -> None:
    made = table({("X/ON",): ON, ("-",): ALSO, ("Y/OUT",): OUT})
    assert standing(made) == {("X/ON",): NO_HOLD_OUT, ("-",): NO_HOLD_OUT, ("Y/OUT",): THE_HOLD_OUT}
    assert NO_HOLD_OUT in made.notes
    assert NO_HOLD_OUT in standing(table({("FIRM",): ON}, by=("stage",))).values()
    assert NO_HOLD_OUT in page(made)


def test_what_came_after_the_draw_is_not_compared() -> None:
    made = table({("X/ON", "FIRM"): ON, ("X/OUT", "FIRM"): OUT}, by=("arm", "stage"))
    assert set(standing(made).values()) == {AFTER_THE_DRAW}


def test_a_segment_has_its_own_hold_out() -> None:
    made = table({("X/ON", "A"): ON, ("X/OUT", "A"): OUT, ("X/ON", "B"): ON}, by=("arm", "segment"))
    assert standing(made) == {("X/ON", "A"): "", ("X/OUT", "A"): THE_HOLD_OUT, ("X/ON", "B"): NO_HOLD_OUT}


@pytest.mark.parametrize(
    ("began_ms", "words"), [(None, ""), ({"X": 5}, ""), ({"X": 4}, BEGUN_BEFORE), ({}, BEGUN_BEFORE)]
)
def test_a_period_that_begins_in_the_experiment_is_not_compared(began_ms: dict[str, int] | None, words: str) -> None:
    assert standing(table({("X/ON",): ON, ("X/OUT",): OUT}, began_ms=began_ms))["X/ON",] == words


def test_a_hold_out_whose_cures_were_not_told_is_not_compared() -> None:
    blind = RowCounts(withheld=300, untold=1, entered=200, counted=200, cured=20)
    assert standing(table({("X/ON",): ON, ("X/OUT",): blind}))["X/ON",] == UNTOLD


def test_the_price_of_a_cure_is_that_of_the_parts_and_absent_where_parts_are_unknown() -> None:
    price = PartPrice(Decimal("0.045"), "CNY")
    made = table(
        {("X/ON",): ON, ("X/OUT",): OUT, ("-",): RowCounts(sent=1, counted=1, cured=1, unpriced=1)}, price=price
    )
    assert {row.key: row.price_per_cure for row in made.rows} == {
        ("X/ON",): Decimal("0.14"),
        ("X/OUT",): None,
        ("-",): None,
    }
    assert "CNY per cure" in showing.head(made)
    assert not [name for name in showing.head(table({("X/ON",): ON})) if "per cure" in name]


@pytest.mark.parametrize(
    ("cured", "still_open", "median"),
    [
        ({1: 1, 2: 1, 3: 1}, {}, 2),
        ({1: 1}, {5: 1}, 1),
        ({1: 1}, {5: 2}, None),
        ({3: 1}, {1: 3}, 3),
        ({}, {}, None),
    ],
)
def test_the_median_follows_each_as_long_as_there_is_word(
    cured: dict[int, int], still_open: dict[int, int], median: int | None
) -> None:
    assert median_days(Counter(cured), Counter(still_open)) == median


def test_csv_and_page_show_names_as_text_and_nothing_else() -> None:
    made = table({("=X/<b>\x1b[2J",): ON})
    out = io.StringIO()
    showing.write_csv(made, out)
    row = next(csv.DictReader(io.StringIO(out.getvalue())))
    assert row["arm"].startswith("'=X/")
    assert "\x1b" not in out.getvalue() + page(made)
    assert "<b>" not in page(made)
    assert not [word for word in ("http", "<script", "url(") if word in page(made)]
