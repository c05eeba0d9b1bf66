"""What a bank's words mean, told as stories: newest, then kindest; money in doubt is silence (docs/facts.md)."""

from itertools import permutations

import pytest

from schemas.facts import OptOut
from tests.agents.decisions.story import (
    Story,
    StorySaid,
    at,
    ended,
    missed,
    paid,
    profile,
    reopened,
    returned,
    scheduled,
    withdrawn,
)

OPENED, ISSUED = "03-02 09:00 opened L/1", "03-02 09:00 issued FRIENDLY 10000"


def owing(*said: StorySaid, when: str = "2026-03-02 01:00") -> Story:
    """100.00 fell due on the first of March and were missed; the ledger's word is of midnight, told at one."""
    return Story().on(when, profile(), missed("1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00")), *said)


def test_a_snapshot_cannot_know_what_came_after_it_was_told() -> None:
    for as_of in ("2026-03-02 23:59", "2026-03-03 10:00", "2027-03-02 00:00"):
        story = Story().on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00, as_of=at(as_of)))
        story.on("2026-03-02 08:00", paid(100_00)).tick_until("2026-04-30 00:00").silent()


def test_money_of_a_day_that_was_told_after_the_snapshot_of_that_day_goes_to_a_person() -> None:
    day = paid(100_00, booked_at=at("2026-03-02 00:00"), booked_resolution="day")
    story = owing(when="2026-03-02 01:00").on("2026-03-02 08:00", day).tick_until("2026-03-04 23:00").silent()
    assert "03-02 09:00 blocked SAME_UNIT_MONEY FRIENDLY" in story.reasons()
    story.tick_until("2026-04-30 00:00").expect(
        "03-05 00:00 opened L/1", "03-05 00:00 handed-off SAME_UNIT_MONEY 10000"
    )


def test_the_ledgers_next_word_settles_money_in_doubt() -> None:
    day = paid(100_00, booked_at=at("2026-03-02 00:00"), booked_resolution="day")
    story = owing().on("2026-03-02 08:00", day).on("2026-03-03 01:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-03 12:00").expect("03-03 09:00 opened L/1", "03-03 09:00 issued FRIENDLY 10000")


def test_money_with_a_booking_in_a_year_to_come_hides_no_debt_that_the_ledger_tells_after_it() -> None:
    wrong_year = paid(100_00, booked_at=at("2036-03-02 08:00"))
    owing().on("2026-03-02 08:00", wrong_year).tick_until("2026-04-30 00:00").silent()
    story = owing().on("2026-03-02 08:00", wrong_year).on("2026-03-03 01:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-04-30 00:00").expect(
        "03-05 00:00 opened L/1", "03-05 00:00 handed-off SAME_UNIT_MONEY 10000"
    )


def test_money_that_is_booked_ahead_by_days_is_money() -> None:
    ahead = paid(100_00, booked_at=at("2026-03-20 08:00"))
    story = owing().on("2026-03-02 08:00", ahead).on("2026-03-03 01:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-04-30 00:00").silent()


def test_where_enough_is_owed_either_way_the_smaller_amount_is_stated() -> None:
    day = paid(40_00, booked_at=at("2026-03-02 00:00"), booked_resolution="day")
    story = owing().on("2026-03-02 08:00", day).tick_until("2026-03-02 12:00")
    story.expect(OPENED, "03-02 09:00 issued FRIENDLY 6000")


def test_money_of_the_snapshots_very_second_is_in_doubt_only_if_it_was_told_later() -> None:
    second = at("2026-03-02 00:00")
    owing().on("2026-03-02 08:00", paid(100_00, booked_at=second)).tick_until("2026-03-04 20:00").silent()
    before = Story().on("2026-03-02 00:30", profile(), paid(100_00, booked_at=second))
    before.on("2026-03-02 01:00", missed("1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00")))
    before.tick_until("2026-03-02 12:00").expect(OPENED, ISSUED)


def test_a_payment_may_be_booked_returned_and_booked_again_in_any_order() -> None:
    words = (
        paid(100_00, booked_at=at("2026-03-02 02:00"), time=at("2026-03-02 02:00"), source_version=1),
        returned(booked_at=at("2026-03-02 04:00"), time=at("2026-03-02 04:00"), source_version=2),
        paid(100_00, booked_at=at("2026-03-02 06:00"), time=at("2026-03-02 06:00"), source_version=3),
    )
    for said in permutations(words):
        owing().on("2026-03-02 07:00", *said).tick_until("2026-04-30 00:00").silent()
    for said in permutations(words[:2]):
        owing().on("2026-03-02 07:00", *said).tick_until("2026-03-02 12:00").expect(OPENED, ISSUED)


def test_several_returns_add_up_and_never_beyond_the_payment() -> None:
    payment = paid(100_00, booked_at=at("2026-03-02 02:00"), time=at("2026-03-02 02:00"))
    first = returned(return_id="R1", amount_minor=30_00, time=at("2026-03-02 03:00"))
    second = returned(return_id="R2", amount_minor=20_00, time=at("2026-03-02 04:00"))
    rest = returned(return_id="R3", time=at("2026-03-02 05:00"))
    for backs, left in (((first,), 30_00), ((first, second), 50_00), ((first, second, rest), 100_00)):
        for said in permutations((payment, *backs)):
            assert owing().on("2026-03-02 07:00", *said).overdue() == left


def test_a_return_without_an_amount_returns_all_and_told_twice_it_returns_once() -> None:
    back = returned(booked_at=at("2026-03-02 05:00"))
    story = owing().on("2026-03-02 02:00", paid(60_00)).on("2026-03-02 06:00", back, back)
    assert story.overdue() == 100_00


@pytest.mark.parametrize(
    ("amended", "left"),
    [
        ({"due": "2026-04-01", "amount": 100_00}, 0),
        ({"due": "2026-03-01", "amount": 40_00}, 40_00),
        ({"due": "2026-03-01", "amount": 150_00}, 150_00),
    ],
)
def test_an_amendment_that_is_newer_than_the_miss_counts_in_any_order(amended: dict[str, str | int], left: int) -> None:
    miss = missed(
        "1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00"), source_version=1, time=at("2026-03-02 01:00")
    )
    newer = scheduled(
        "1",
        str(amended["due"]),
        int(amended["amount"]),
        as_of=at("2026-03-03 10:00"),
        source_version=2,
        time=at("2026-03-03 10:00"),
    )
    for said in permutations((miss, newer)):
        assert Story().on("2026-03-03 11:00", profile(), *said).overdue() == left


def test_an_instalment_moved_to_a_day_to_come_is_overdue_again_only_by_a_newer_miss() -> None:
    story = owing().tick_until("2026-03-02 12:00").expect(OPENED, ISSUED)
    story.on("2026-03-02 15:00", scheduled("1", "2026-03-20", 100_00))
    story.expect("03-02 15:00 cancelled FRIENDLY DUE_DATE_CHANGED", "03-02 15:00 closed L/1 CURED")
    story.tick_until("2026-03-21 00:00")
    assert [r.stage for r in story.reminders if r.stage != "PRE_DUE"] == ["FRIENDLY"]
    assert story.on("2026-03-21 01:00", missed("1", "2026-03-20", 100_00)).overdue() == 100_00


@pytest.mark.parametrize("mistake", [withdrawn("1"), scheduled("1", "2026-04-01", 100_00)])
def test_what_was_withdrawn_or_moved_by_mistake_and_put_right_is_owed_again_in_any_order(mistake: StorySaid) -> None:
    times = (at("2026-03-02 02:00"), at("2026-03-02 03:00"))
    wrong, right = (
        StorySaid(said.model, {**said.fields, "as_of": time, "time": time})
        for said, time in zip((mistake, scheduled("1", "2026-03-01", 80_00)), times, strict=True)
    )
    for said in ((wrong, right), (right, wrong)):
        assert owing().on("2026-03-02 04:00", *said).overdue() == 80_00
    assert owing().on("2026-03-02 04:00", wrong).overdue() == 0


def test_what_was_paid_before_an_amendment_still_counts() -> None:
    story = owing().on("2026-03-02 02:00", paid(30_00)).on("2026-03-03 10:00", scheduled("1", "2026-03-01", 80_00))
    assert story.overdue() == 50_00


def test_no_allocation_is_none() -> None:
    owing().on("2026-03-02 02:00", paid(100_00, to={})).tick_until("2026-04-30 00:00").silent()


def test_money_for_what_nobody_knows_silences_and_goes_to_a_person_while_another_debt_stands() -> None:
    story = owing().on("2026-03-02 02:00", paid(100_00, to={"003": 100_00})).tick_until("2026-03-04 23:00").silent()
    story.tick_until("2026-04-30 00:00").expect(
        "03-05 00:00 opened L/1", "03-05 00:00 handed-off UNMATCHED_MONEY 10000"
    )


TWO_DEBTS = (missed("1", "2026-03-01", 50_00, 100_00), missed("2", "2026-02-28", 70_00, 100_00))


@pytest.mark.parametrize(
    "money",
    [
        (paid(100_00, to={"1": 100_00}),),
        (paid(50_00, "P1", to={"1": 50_00}), paid(50_00, "P2", to={"1": 50_00})),
        (paid(80_00, to={"1": 40_00, "9": 40_00}),),
        (paid(200_00, "P1", to={"3": 100_00}), paid(200_00, "P2", to={"3": 100_00})),
    ],
)
def test_more_than_an_instalment_can_take_while_another_stands_may_have_been_meant_for_that(
    money: tuple[StorySaid, ...],
) -> None:
    story = Story().on("2026-03-02 01:00", profile(), scheduled("3", "2026-04-01", 100_00), *TWO_DEBTS)
    story.on("2026-03-02 08:00", *money).tick_until("2026-03-04 20:00").silent()
    story.tick_until("2026-03-05 01:00")
    assert story.reasons()[-1] == "03-05 00:00 handed_off UNMATCHED_MONEY HAND_OFF"


@pytest.mark.parametrize(
    "money",
    [
        (paid(50_00, to={"1": 50_00}),),
        (paid(50_01, to={"1": 50_01}),),  # A source that keeps tenths of a cent rounds.
        (paid(50_00, to={"1": 30_00, "3": 20_00}), paid(100_00, "P2", to={"1": 20_00, "3": 80_00})),
        (paid(50_00, to={"1": 50_00}), returned(), paid(50_00, "P2", to={"1": 50_00})),
        (paid(100_00, to={"1": 100_00}), returned(return_id="R", amount_minor=50_00)),
    ],
)
def test_what_an_instalment_can_take_is_meant_for_it(money: tuple[StorySaid, ...]) -> None:
    story = Story().on("2026-03-02 01:00", profile(), scheduled("3", "2026-04-01", 100_00), *TWO_DEBTS)
    for hour, fact in enumerate(money, 2):
        story.on(f"2026-03-02 0{hour}:00", fact)
    story.tick_until("2026-03-02 12:00")
    assert [reminder.stage for reminder in story.reminders] == ["FRIENDLY"], story.reasons()


def test_further_money_for_what_nobody_knows_goes_to_a_person_at_once() -> None:
    story = owing().on("2026-03-02 02:00", paid(10_00, "P", to={"003": 10_00}))
    story.on("2026-03-03 02:00", paid(10_00, "Q", to={"004": 10_00})).tick_until("2026-03-03 12:00")
    assert [m.type for m in story.messages][-1] == "case.handed-off"


def test_money_for_an_instalment_that_was_told_to_fall_due_is_nobodys_puzzle() -> None:
    story = Story().on("2026-02-25 01:00", profile(), scheduled("2", "2026-04-01", 100_00))
    story.on("2026-03-02 01:00", missed("1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00")))
    story.on("2026-03-02 02:00", paid(100_00, to={"2": 100_00})).tick_until("2026-03-02 12:00").expect(OPENED, ISSUED)


def test_prepaid_money_is_remembered_until_its_instalment_has_fallen_due() -> None:
    story = Story().on("2026-03-01 08:00", profile(), scheduled("6", "2026-06-10", 100_00))
    story.on("2026-03-20 10:00", paid(100_00, to={"6": 100_00})).on("2026-05-20 08:00", profile(source_version=1))
    story.tick_until("2026-06-12 00:00").silent()


def test_two_words_of_one_ledger_at_one_instant_the_later_one_stands_whatever_their_ids() -> None:
    early = missed("1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00"), time=at("2026-03-02 01:00"))
    late = missed("1", "2026-03-01", 0, 100_00, as_of=at("2026-03-02 00:00"), time=at("2026-03-02 02:00"))
    for said in permutations((early, late)):
        assert Story().on("2026-03-02 03:00", profile(), *said).overdue() == 0


def test_of_two_words_told_at_once_the_kinder_stands() -> None:
    words = [missed("1", "2026-03-01", left, 100_00, as_of=at("2026-03-02 00:00")) for left in (100_00, 40_00)]
    for said in permutations(words):
        assert Story().on("2026-03-02 03:00", profile(), *said).overdue() == 40_00


def test_the_words_of_two_sources_go_by_their_instants_and_not_by_their_versions() -> None:
    old = missed("1", "2026-03-01", 100_00, as_of=at("2026-03-02 00:00"), source="core", source_version=9)
    new = missed("1", "2026-03-01", 30_00, 100_00, as_of=at("2026-03-02 02:00"), source="cards", source_version=1)
    for said in permutations((old, new)):
        assert Story().on("2026-03-02 03:00", profile(), *said).overdue() == 30_00


def test_two_people_told_at_once_by_two_sources_are_nobody_to_write_to() -> None:
    as_of = at("2026-03-02 00:00")
    one, other = profile(source="crm", as_of=as_of), profile(source="core", as_of=as_of, phone="+8613900139000")
    for said in permutations((one, other)):
        story = Story().on("2026-03-02 01:00", *said, missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
        assert story.silent().reasons()[0] == "03-02 09:00 blocked CONFLICTING_WORDS FRIENDLY"


def test_a_number_of_a_fixed_line_is_read_and_blocked() -> None:
    story = Story().on("2026-03-02 01:00", profile(phone="+861065529988"), missed("1", "2026-03-01", 100_00))
    assert story.tick_until("2026-03-03 00:00").silent().reasons() == ["03-02 09:00 blocked FIXED_LINE FRIENDLY"]


def test_an_account_that_has_ended_is_opened_by_one_word_only() -> None:
    story = owing().on("2026-03-02 02:00", ended("written_off", source_version=1))
    story.on("2026-03-03 02:00", missed("1", "2026-03-01", 90_00, 100_00, source_version=5))
    story.on("2026-03-04 02:00", missed("1", "2026-03-01", 80_00, 100_00, source_version=6)).tick_until(
        "2026-03-05 00:00"
    )
    assert [line for line in story.reasons() if "ENDED" in line] == ["03-03 02:00 noted IGNORED_ENDED -"]
    story.on("2026-03-05 02:00", reopened(source_version=2)).tick_until("2026-03-05 12:00")
    story.expect("03-05 09:00 opened L/1", "03-05 09:00 issued FRIENDLY 8000")


def test_a_ledger_that_goes_on_claiming_after_the_end_goes_to_a_person_once() -> None:
    story = owing().on("2026-03-02 02:00", ended("written_off"))
    story.on("2026-03-09 02:00", missed("1", "2026-03-01", 100_00)).on(
        "2026-05-09 02:00", missed("1", "2026-03-01", 100_00)
    )
    story.on("2026-05-10 02:00", missed("1", "2026-03-01", 100_00)).tick_until("2026-06-30 00:00")
    story.expect("05-09 02:00 handed-off ENDED_BUT_CLAIMED 10000")


def test_an_end_and_a_reopening_told_at_once_leave_it_ended() -> None:
    for said in permutations((ended("sold"), reopened())):
        owing().on("2026-03-02 02:00", *said).tick_until("2026-03-03 00:00").silent()


def test_an_opt_out_of_one_source_is_kinder_than_none_of_another_at_the_same_instant() -> None:
    as_of = at("2026-03-02 00:00")
    out = profile(source="crm", opt_outs=(OptOut(scope="all"),), as_of=as_of)
    for said in permutations((out, profile(source="core", as_of=as_of))):
        story = Story().on("2026-03-02 01:00", *said, missed("1", "2026-03-01", 100_00)).tick_until("2026-03-03 00:00")
        assert story.silent().reasons()[-1] == "03-02 09:00 blocked OPTED_OUT FRIENDLY"
