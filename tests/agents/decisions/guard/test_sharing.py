"""Accounts of one number take turns, and a number that nobody has spoken of waits for its word where that is asked."""

from datetime import datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.decisions.account.numbers import word_on_number
from agents.decisions.guard.partition import Gate
from agents.decisions.guard.sharing import turn_from
from agents.decisions.inputs import ProfileErased, TimePassed
from agents.decisions.recorder import NOWHERE
from schemas.messages import Reminder
from schemas.stored.accounts import Account
from schemas.values.instants import to_ms, to_utc
from tests.agents.decisions import door
from tests.agents.decisions.story import ACCOUNT, BOOK, Story, StorySaid, at, hold, missed, number_told, profile

GAP = BOOK.policy.sending.minimum_gap_days
OTHER = "+8613800138001"
REQUIRED = replace(NOWHERE, gate=Gate(numbers_required=True))


def owing(*said: StorySaid) -> Story:
    return Story().on("2026-03-02 01:00", profile(), missed("1", "2026-03-01", 100_00), *said)


def account(*said: StorySaid) -> Account:
    found = owing(*said).account
    assert found is not None
    return found


def test_of_the_accounts_of_a_number_one_at_a_time_may_be_written_to() -> None:
    """By rank, a minimum gap each, over a change of the lender's clocks and the end of a year."""
    for count in range(1, 5):
        sharers = [account(number_told(count, turn)) for turn in range(count)]
        turns = []
        for hours in range(0, 24 * GAP * count * 2, 6):
            now_ms = to_ms(at("2026-12-20 00:00") + timedelta(hours=hours))
            mine = [turn for turn, one in enumerate(sharers) if turn_from(one, BOOK, now_ms) == now_ms]
            assert len(mine) == 1
            turns += mine
        days = turns[::4]
        changes = [day for day in range(1, len(days)) if days[day] != days[day - 1]]
        if count > 1:
            assert all(later - earlier == GAP for earlier, later in pairwise(changes))
        assert set(turns) == set(range(count))


def test_out_of_its_turn_nothing_leaves_and_the_next_one_is_told() -> None:
    due_ms = to_ms(at("2026-03-02 09:00"))
    turns = [turn_from(account(number_told(2, turn)), BOOK, due_ms) for turn in (0, 1)]
    later = turns.index(max(turns))
    first, waiting = owing(number_told(2, 1 - later)), owing(number_told(2, later))
    assert first.tick_until("2026-03-03 00:00").reminders
    opening = to_utc(turns[later]).astimezone(at("2026-03-02 09:00").tzinfo) + timedelta(hours=9)
    assert waiting.plans()[-1] == f"03-02 01:00 PLANNED: FRIENDLY {opening:%m-%d %H:%M} NUMBER_SHARED"
    (told,) = waiting.tick_until(f"{opening:%Y-%m-%d} 10:00").reminders
    assert told.issued_at == opening
    assert waiting.reasons() == [f"{opening:%m-%d %H:%M} sent ISSUED FRIENDLY"]


def test_a_step_that_is_due_out_of_turn_is_deferred_with_that_reason() -> None:
    turns = {turn: turn_from(account(number_told(2, turn)), BOOK, to_ms(at("2026-03-02 09:00"))) for turn in (0, 1)}
    other = max(turns, key=lambda turn: turns[turn])
    story = owing().tick_until("2026-03-02 08:00")
    assert story.account is not None
    shared = story.on("2026-03-02 08:30", number_told(2, other)).account
    assert shared is not None
    verdict = door.ticked(shared, to_ms(at("2026-03-02 10:00")), BOOK)
    assert not verdict.messages
    (decision,) = verdict.decisions
    assert (decision.outcome, decision.code) == ("deferred", "NUMBER_SHARED")
    assert decision.until is not None
    assert to_ms(decision.until) == turns[other]
    assert [one.code for one in decision.next] == ["NUMBER_SHARED"]


def test_after_a_change_of_sharers_all_wait_a_gap_and_a_lone_account_too() -> None:
    for count in (1, 2, 3):
        for turn in range(count):
            shared = account(number_told(count, turn, changed_at=at("2026-03-02 00:30")))
            assert turn_from(shared, BOOK, to_ms(at("2026-03-02 09:00"))) >= to_ms(at(f"2026-03-0{2 + GAP} 00:00"))
    assert turn_from(account(number_told(1)), BOOK, 1) == 1
    assert turn_from(account(), BOOK, 1) == 1


def test_a_change_that_is_told_before_it_happens_holds_nobody_for_longer() -> None:
    early = account(number_told(1, changed_at=at("2099-01-01 00:00")))
    assert turn_from(early, BOOK, to_ms(at("2026-03-02 09:00"))) <= to_ms(at(f"2026-03-0{2 + GAP} 00:00"))


def test_what_was_said_of_another_number_does_not_count() -> None:
    moved = Story().on("2026-03-02 01:00", profile(), number_told(2, 1)).on("2026-03-02 02:00", profile(phone=OTHER))
    assert moved.account is not None
    assert word_on_number(moved.account) is None
    moved.on("2026-03-02 03:00", number_told(3, 1, "2026-03-02 02:00"))
    word = word_on_number(moved.account)
    assert word is not None
    assert word.accounts == 3
    back = moved.on("2026-03-02 04:00", profile())
    assert back.account is not None
    assert word_on_number(back.account) is None, "said before it was another one's"


def test_the_same_number_told_again_keeps_its_word() -> None:
    story = Story().on("2026-03-02 01:00", profile(), number_told(2, 1)).on("2026-03-03 01:00", profile(surname="李"))
    assert story.account is not None
    assert word_on_number(story.account) is not None


def test_an_erased_profile_takes_its_word_along() -> None:
    story = Story().on("2026-03-02 01:00", profile(), number_told(2, 1)).erased("2026-03-02 02:00")
    assert story.account is None


PHONES = st.sampled_from([None, "+8613800138000", OTHER, "+8613800138002"])


@settings(max_examples=60, deadline=None)
@given(st.lists(PHONES, min_size=1, max_size=4), st.integers(0, 3))
def test_whether_a_word_counts_does_not_depend_on_the_order_of_what_was_told(phones: list[str | None], n: int) -> None:
    story, base = Story(), at("2026-03-02 00:00")
    told = [story.envelope(profile(phone=phone), base + timedelta(hours=n)) for n, phone in enumerate(phones)]
    judged = min(n, len(phones) - 1)
    time = f"2026-03-02 0{judged}:00"
    told.append(story.envelope(number_told(2, 1, time), at("2026-03-02 09:00")))
    same = all(phone == phones[-1] for phone in phones[judged:])
    for order in permutations(told):
        found: Account | None = None
        for fact in order:
            found = door.told(found, fact, to_ms(at("2026-03-02 10:00")), BOOK).account
        assert found is not None
        assert (word_on_number(found) is not None) == same


def test_a_word_that_comes_before_its_profile_is_kept() -> None:
    story = Story().on("2026-03-02 02:00", number_told(2, 1))
    story.on("2026-03-02 03:00", profile(time=at("2026-03-02 01:00"), as_of=at("2026-03-02 01:00")))
    assert story.account is not None
    assert word_on_number(story.account) is not None


# Where the word is required


def tick(found: Account, when: str) -> tuple[Account, list[str], int]:
    verdict = door.happened(found, ACCOUNT, TimePassed(), to_ms(at(when)), BOOK, REQUIRED)
    assert verdict.account is not None
    said = [f"{decision.outcome} {decision.code}" for decision in verdict.decisions]
    return verdict.account, said, sum(isinstance(message, Reminder) for message in verdict.messages)


def test_a_number_without_its_word_waits_and_goes_to_a_person_after_an_hour() -> None:
    waiting, said, left = tick(account(), "2026-03-02 09:00")
    assert (said, left) == (["deferred NUMBER_UNCHECKED"], 0)
    assert waiting.next_due_at == to_ms(at("2026-03-02 10:00"))
    _, said, left = tick(waiting, "2026-03-02 10:00")
    assert (said, left) == (["handed_off NUMBER_UNCHECKED"], 0)


def test_the_word_lets_it_go() -> None:
    waiting, _, _ = tick(account(), "2026-03-02 09:00")
    fact = Story().envelope(number_told(1), at("2026-03-02 09:10"))
    told = door.told(waiting, fact, to_ms(at("2026-03-02 09:10")), BOOK).account
    assert told is not None
    assert told.number is not None
    assert told.number.unchecked_ms is None
    _, said, left = tick(told, "2026-03-02 09:11")
    assert (said, left) == (["sent ISSUED"], 1)


@pytest.mark.parametrize("judged", ["2026-03-02 00:59", "2026-03-02 01:00"])
def test_a_word_on_an_earlier_number_is_none(judged: str) -> None:
    moved = owing(number_told(1, judged=judged)).on("2026-03-02 02:00", profile(phone=OTHER)).account
    assert moved is not None
    assert tick(moved, "2026-03-02 09:00")[1] == ["deferred NUMBER_UNCHECKED"]


def test_a_hold_in_between_begins_the_hour_anew_and_without_the_setting_nobody_waits() -> None:
    waiting, _, _ = tick(account(), "2026-03-02 09:00")
    off = door.ticked(waiting, to_ms(at("2026-03-02 10:00")), BOOK)
    assert [decision.code for decision in off.decisions] == ["ISSUED"]
    story = Story()
    held = door.told(waiting, story.envelope(hold(), at("2026-03-02 09:10")), to_ms(at("2026-03-02 09:10")), BOOK)
    assert held.account is not None
    blocked, said, _ = tick(held.account, "2026-03-02 09:11")
    assert said == ["blocked HOLD_DISPUTE"]
    assert blocked.number is None


def test_what_decided_is_in_the_evidence() -> None:
    verdict = door.happened(account(), ACCOUNT, TimePassed(), to_ms(at("2026-03-02 09:00")), BOOK, REQUIRED)
    assert [decision.evidence.numbers_required for decision in verdict.decisions] == [True]


def test_an_account_of_which_nothing_but_an_old_word_is_known_is_forgotten() -> None:
    story = Story().on("2026-03-02 01:00", number_told(1))
    assert story.account is not None
    later = datetime.fromisoformat("2026-05-02T00:00:00+08:00")
    assert door.happened(story.account, ACCOUNT, ProfileErased(), to_ms(later), BOOK).account is None
