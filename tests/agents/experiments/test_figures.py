"""What is counted of each arm, whose answer it is, and what is forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.experiments.events import Complained, Cured, Event, OptedOut, Touched
from agents.experiments.figures import ArmFigures, Counting
from schemas.values.instants import DAY_MS
from tests.agents.experiments.witness import in_order, recount

A, B = ("X", "A"), ("X", "B")


def sent(days: float, account: str = "p", arm: str = "A", experiment: str = "X") -> Touched:
    return Touched(int(days * DAY_MS), account, experiment, arm)


def complained(days: float, account: str = "p", complaint: str = "c") -> Complained:
    return Complained(int(days * DAY_MS), account, complaint)


def opted(days: float, account: str = "p", reply: str | None = None) -> OptedOut:
    return OptedOut(int(days * DAY_MS), account, reply)


def counted(*events: Event, **limits: int) -> dict[tuple[str, str], ArmFigures]:
    counting = Counting(**limits)
    for event in events:
        counting.add(event)
    return dict(counting.figures().arms)


def test_an_answer_belongs_to_the_arm_of_the_last_message_before_it() -> None:
    figures = counted(sent(1, arm="A"), sent(2, arm="B"), complained(3))
    assert (figures[A].complaints, figures[B].complaints) == (0, 1)


@pytest.mark.parametrize(("days", "expected"), [(30, 1), (30.0001, 0)])
def test_the_window_is_thirty_days_of_twenty_four_hours(days: float, expected: int) -> None:
    assert counted(sent(1), complained(1 + days))[A].complaints == expected


def test_an_answer_before_any_message_belongs_to_nobody() -> None:
    assert counted(sent(2), complained(1), Cured(DAY_MS, "p"))[A] == ArmFigures(sent=1, accounts=1)


def test_one_that_is_told_late_belongs_to_the_message_before_it() -> None:
    figures = counted(sent(1, arm="A"), sent(5, arm="B"), complained(4))
    assert (figures[A].complaints, figures[B].complaints) == (1, 0)


def test_a_complaint_counts_once_by_its_id_and_for_each_account() -> None:
    twice = counted(sent(1), sent(1, "q"), complained(2), complained(3), complained(3, "q"), complained(4, "p", "d"))
    assert twice[A].complaints == 3


def test_a_complaint_of_before_the_first_message_that_is_told_again_later_is_not_of_that_message() -> None:
    assert counted(complained(1), sent(2), complained(3))[A].complaints == 0


@pytest.mark.parametrize(
    "opt_outs",
    [
        (opted(2, reply="r"), opted(3, reply="r")),
        (opted(2, reply="r"), opted(3)),
        (opted(2), opted(3)),
        (opted(2, reply="r"), opted(2, reply="s")),
    ],
)
def test_a_person_who_opted_out_counts_once(opt_outs: tuple[Event, ...]) -> None:
    assert counted(sent(1), *opt_outs)[A].opt_outs == 1


def test_the_hold_out_has_its_own_answers_and_nothing_sent() -> None:
    withheld = Touched(DAY_MS, "p", "X", "OUT", withheld=True)
    figures = counted(withheld, complained(2), Cured(3 * DAY_MS, "p"))
    assert figures["X", "OUT"] == ArmFigures(withheld=1, accounts=1, complaints=1, cured=1)
    assert figures["X", "OUT"].exposed == 1


def test_what_is_older_than_the_count_is_remembered_and_not_counted() -> None:
    figures = counted(
        sent(1), sent(2, "q"), sent(11), complained(5, "q"), complained(12, "q", "d"), counted_from_ms=10 * DAY_MS
    )
    assert figures[A] == ArmFigures(sent=1, accounts=1, complaints=1)


def test_beyond_the_cap_whoever_was_written_to_longest_ago_is_forgotten_and_told() -> None:
    counting = Counting(accounts_max=2)
    for event in (sent(1, "p"), sent(2, "q"), sent(3, "p"), sent(4, "r"), complained(5, "q"), complained(5, "p")):
        counting.add(event)
    figures = counting.figures()
    assert (figures.remembered, figures.forgotten) == (2, 1)
    assert figures.arms[A] == ArmFigures(sent=4, accounts=3, complaints=1)


def test_after_the_window_an_account_is_let_go_without_a_word() -> None:
    counting = Counting()
    for event in (sent(1, "p"), sent(40, "q")):
        counting.add(event)
    assert (counting.figures().remembered, counting.figures().forgotten) == (1, 0)


def test_the_oldest_answers_are_forgotten_beyond_their_number() -> None:
    first, second = complained(2, complaint="c"), complained(2, complaint="d")
    assert counted(sent(1), first, second, first, answers_max=2)[A].complaints == 2
    assert counted(sent(1), first, second, first, answers_max=1)[A].complaints == 3


TIMES = st.integers(0, 12).map(lambda half_days: half_days * DAY_MS // 2)
ACCOUNTS, IDS = st.sampled_from("pq"), st.sampled_from("cd")
EVENTS = st.one_of(
    st.builds(Touched, TIMES, ACCOUNTS, st.sampled_from("XY"), st.sampled_from("AB"), st.booleans()),
    st.builds(Complained, TIMES, ACCOUNTS, IDS),
    st.builds(OptedOut, TIMES, ACCOUNTS, st.none() | IDS),
    st.builds(Cured, TIMES, ACCOUNTS),
)


@given(st.lists(EVENTS, max_size=24), st.integers(1, 4))
def test_the_count_is_that_of_a_witness_who_looks_at_everything(events: list[Event], days: int) -> None:
    ordered = in_order(events)
    figures = counted(*ordered, attribution_days=days)
    told = {arm: {what: n for what, n in arm_figures._asdict().items() if n} for arm, arm_figures in figures.items()}
    assert told == recount(ordered, days)
