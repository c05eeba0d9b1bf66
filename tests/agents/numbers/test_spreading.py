"""What is said of a number reaches every account that carries it, once, and ends as it should."""

from typing import Any

import pytest

from agents.numbers.spreading import CROWDED_ID, NumberFact, NumberLedger, NumberProfile
from agents.numbers.table import Number, NumberKeys, decode
from schemas.cases import HoldLifted, HoldPlaced, ReplyReceived
from schemas.values.instants import to_ms, to_utc

OURS, THEIRS = "+8613800138000", "+8613800138001"
KEYS = NumberKeys("k" * 32)
DAY_MS = 86_400_000
NOW_MS = 1_930_000_000_000


class World:
    """A ledger and its table; instants are days after the first."""

    def __init__(self, table: dict[str, bytes] | None = None) -> None:
        self.table = dict(table or {})
        self.ledger = NumberLedger(KEYS, "t")
        self.ledger.restore({key: decode(value) for key, value in self.table.items()})

    def carries(self, account_id: str, phone: str | None, day: int = 0, confirmed: int | None = None) -> "World":
        confirmed_ms = None if confirmed is None else NOW_MS + confirmed * DAY_MS
        self.ledger.profile(NumberProfile(account_id, phone, NOW_MS + day * DAY_MS, confirmed_ms))
        return self

    def stops(self, account_id: str, day: int, reply_id: str = "r", source: str = "borrower-replies") -> "World":
        self.ledger.opted_out(
            ReplyReceived(**common(account_id, day, source), reply_id=reply_id, keyword="STOP"), ms(day)
        )
        return self

    def disowns(self, account_id: str, day: int, hold_id: str = "h", kind: str = "wrong_number") -> "World":
        self.ledger.disowned(HoldPlaced(**common(account_id, day), hold_id=hold_id, kind=kind), ms(day))
        return self

    def lifts(self, account_id: str, day: int, hold_id: str) -> "World":
        self.ledger.lifted(HoldLifted(**common(account_id, day, "crm"), hold_id=hold_id), ms(day))
        return self

    def told(self) -> list[tuple[str, str]]:
        """What is written now, committed with the table."""
        changes = self.ledger.flush()
        for key, value in changes.entries.items():
            if value is None:
                self.table.pop(key, None)
            else:
                self.table[key] = value
        return sorted((fact.account_id, _word(fact)) for fact in changes.facts)

    def again(self) -> "World":
        """After a crash: only what was committed is known."""
        return World(self.table)

    def number(self, phone: str = OURS) -> Number:
        return decode(self.table[KEYS.of(phone)])


def ms(day: int) -> int:
    return NOW_MS + day * DAY_MS


def common(account_id: str, day: int, source: str = "borrower-replies") -> dict[str, Any]:
    return {"event_id": f"{account_id}{day}", "account_id": account_id, "time": to_utc(ms(day)), "source": source}


def _word(fact: NumberFact) -> str:
    match fact:
        case ReplyReceived():
            return f"{fact.keyword} {fact.reply_id} day {(to_ms(fact.time) - NOW_MS) // DAY_MS}"
        case HoldPlaced():
            return f"{fact.kind} {fact.hold_id}"
        case HoldLifted():
            return f"lift {fact.hold_id}"


def two() -> World:
    world = World().carries("A1", OURS).carries("A2", OURS).carries("A3", THEIRS)
    assert world.told() == []
    return world


def test_a_stop_reaches_the_other_accounts_of_the_number_once_also_after_a_crash() -> None:
    world = two().stops("A1", 1)
    assert world.told() == [("A2", "STOP r day 1")]
    assert world.again().stops("A1", 1).carries("A2", OURS, 2).told() == []
    assert world.stops("A1", 3, "r2").told() == [("A2", "STOP r2 day 3")]


def test_an_account_that_gets_the_number_later_is_told_with_the_day_of_the_words() -> None:
    world = two().stops("A1", 1)
    world.told()
    assert world.again().carries("A3", OURS, 9).told() == [("A3", "STOP r day 1")]


def test_what_numbers_wrote_itself_is_not_spread_again() -> None:
    assert two().stops("A2", 1, source="numbers").told() == []


def test_of_an_account_without_a_number_nothing_is_spread() -> None:
    assert two().stops("A9", 1).disowns("A9", 1).lifts("A9", 2, "h").told() == []
    assert two().carries("A1", None).stops("A1", 1).told() == []


def test_a_persons_lift_ends_the_opt_out_everywhere() -> None:
    world = two().stops("A1", 1)
    world.told()
    assert world.lifts("A1", 2, "reply/r").told() == [("A2", "lift reply/r")]
    assert world.number().stopped is None
    assert world.carries("A4", OURS, 3).told() == []


def test_a_number_that_is_not_theirs_is_silent_for_all_until_the_bank_confirms_it_anew() -> None:
    world = two().disowns("A1", 1)
    assert world.told() == [("A2", "wrong_number h")]
    assert world.carries("A2", OURS, 2, confirmed=0).told() == []
    assert world.again().carries("A2", OURS, 2, confirmed=2).told() == [("A1", "lift h"), ("A2", "lift h")]
    assert two().disowns("A1", 1, kind="dispute").told() == []


def test_another_number_frees_its_account_of_what_was_said_of_the_old_one() -> None:
    world = two().disowns("A1", 1).disowns("A2", 2, "h2")
    assert world.told() == [("A2", "wrong_number h")]
    assert world.carries("A1", THEIRS, 3).told() == [("A1", "lift h")]
    assert world.carries("A2", OURS, 4, confirmed=4).told() == [("A2", "lift h"), ("A2", "lift h2")]


def test_a_lift_is_newer_than_what_it_lifts_in_whatever_order_profiles_come() -> None:
    world = two().disowns("A1", 5)
    placed = [fact for fact in world.ledger.flush().facts if fact.account_id == "A2"]
    world.carries("A2", THEIRS, 1)
    (lifted,) = world.ledger.flush().facts
    assert lifted.time > placed[0].time


def test_more_than_four_accounts_are_held_and_freed_when_there_are_fewer() -> None:
    world = World()
    for number in range(1, 5):
        world.carries(f"A{number}", OURS)
    assert world.told() == []
    held = [(f"A{number}", f"number_implausible {CROWDED_ID}") for number in range(1, 6)]
    assert world.carries("A5", OURS, 1).told() == held
    assert world.again().carries("A5", OURS, 2).told() == []
    assert world.carries("A5", THEIRS, 3).told() == [(f"A{number}", f"lift {CROWDED_ID}") for number in range(1, 6)]
    assert world.carries("A5", OURS, 4).told() == held


def test_a_number_of_which_nothing_is_known_any_more_leaves_the_table() -> None:
    world = World().carries("A1", OURS)
    world.told()
    assert len(world.table) == 1
    world.carries("A1", None, 1)
    assert (world.told(), world.table) == ([], {})


def test_the_table_holds_no_number_and_another_key_another_table() -> None:
    world = two().stops("A1", 1)
    world.told()
    shown = repr(world.table)
    assert not any(digits in shown for digits in ("138001", OURS, THEIRS))
    assert KEYS.of(OURS) != NumberKeys("l" * 32).of(OURS)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_who_carries_a_number_does_not_depend_on_the_order_of_profiles(order: tuple[int, ...]) -> None:
    world = World()
    for number in order:
        world.carries(f"A{number}", OURS)
    world.told()
    assert world.number().accounts == ("A0", "A1", "A2")
