"""What is said of a number reaches every account that carries it, once, and ends as it should."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from agents.numbers.spreading import CROWDED_ID, Changes, NumberFact, NumberLedger, NumberProfile
from agents.numbers.table import Number, NumberKeys, decode
from schemas.cases import ContactMade, HoldLifted, HoldPlaced, NumberTold, ReplyReceived
from schemas.values.instants import to_ms, to_utc

OURS, THEIRS = "+8613800138000", "+8613800138001"
KEYS = NumberKeys("k" * 32)
DAY_MS = 86_400_000
NOW_MS = 1_930_000_000_000


class NumbersWorld:
    """A ledger and its table; instants are days after the first."""

    def __init__(self, table: dict[str, bytes] | None = None, *, tells_all: bool = False) -> None:
        self.table = dict(table or {})
        self.ledger = NumberLedger(KEYS, "t", tells_all=tells_all)
        self.ledger.restore({key: decode(value) for key, value in self.table.items()})

    def carries(
        self,
        account_id: str,
        phone: str | None,
        day: int = 0,
        confirmed: int | None = None,
        *,
        version: int = 0,
        told: bool = True,
    ) -> "NumbersWorld":
        confirmed_ms = None if confirmed is None else NOW_MS + confirmed * DAY_MS
        at_ms = NOW_MS + day * DAY_MS
        self.ledger.profile(
            NumberProfile(account_id, phone, at_ms, confirmed_ms, version, at_ms, "core" if told else "", at_ms)
        )
        return self

    def stops(self, account_id: str, day: int, reply_id: str = "r", source: str = "borrower-replies") -> "NumbersWorld":
        self.ledger.opted_out(
            ReplyReceived(**common(account_id, day, source), reply_id=reply_id, keyword="STOP"), ms(day)
        )
        return self

    def disowns(self, account_id: str, day: int, hold_id: str = "h", kind: str = "wrong_number") -> "NumbersWorld":
        self.ledger.disowned(HoldPlaced(**common(account_id, day), hold_id=hold_id, kind=kind), ms(day))
        return self

    def lifts(self, account_id: str, day: int, hold_id: str) -> "NumbersWorld":
        self.ledger.lifted(HoldLifted(**common(account_id, day, "crm"), hold_id=hold_id), ms(day))
        return self

    def told(self) -> list[tuple[str, str]]:
        """What is written now, committed with the table; but for how many carry the number."""
        return sorted((fact.account_id, _word(fact)) for fact in self.written() if not isinstance(fact, NumberTold))

    def shared(self) -> list[str]:
        """How many carry the number, as it is written now."""
        return sorted(_word(fact) for fact in self.written() if isinstance(fact, NumberTold))

    def written(self) -> list[NumberFact]:
        """With all profiles read that there are."""
        self.ledger.tell()
        return self.committed(self.ledger.flush())

    def committed(self, changes: Changes) -> list[NumberFact]:
        for key, value in changes.entries.items():
            if value is None:
                self.table.pop(key, None)
            else:
                self.table[key] = value
        return changes.facts

    def again(self, *, tells_all: bool = False) -> "NumbersWorld":
        """After a crash: only what was committed is known."""
        return NumbersWorld(self.table, tells_all=tells_all)

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
        case ContactMade():
            return f"contact {fact.contact_id}"
        case NumberTold():
            changed = "" if fact.changed_at is None else f" since {_day(fact.changed_at)}"
            return f"{fact.account_id} {fact.turn} of {fact.accounts}{changed}, profile {_day(fact.profile.time)}"


def _day(instant: datetime) -> int:
    return (to_ms(instant) - NOW_MS) // DAY_MS


def two() -> NumbersWorld:
    world = NumbersWorld().carries("A1", OURS).carries("A2", OURS).carries("A3", THEIRS)
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
    (lifted,) = [fact for fact in world.ledger.flush().facts if isinstance(fact, HoldLifted)]
    assert lifted.time > placed[0].time


def test_more_than_four_accounts_are_held_and_freed_when_there_are_fewer() -> None:
    world = NumbersWorld()
    for number in range(1, 5):
        world.carries(f"A{number}", OURS)
    assert world.told() == []
    held = [(f"A{number}", f"number_implausible {CROWDED_ID}") for number in range(1, 6)]
    assert world.carries("A5", OURS, 1).told() == held
    assert world.again().carries("A5", OURS, 2).told() == []
    assert world.carries("A5", THEIRS, 3).told() == [(f"A{number}", f"lift {CROWDED_ID}") for number in range(1, 6)]
    assert world.carries("A5", OURS, 4).told() == held


def test_a_number_of_which_nothing_is_known_any_more_leaves_the_table() -> None:
    world = NumbersWorld().carries("A1", OURS)
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
    world = NumbersWorld()
    for number in order:
        world.carries(f"A{number}", OURS)
    world.told()
    assert world.number().accounts == ("A0", "A1", "A2")


# Turns


def test_sharers_are_told_how_many_they_are_and_which_turn_is_whose() -> None:
    world = NumbersWorld().carries("A1", OURS)
    assert world.shared() == [], "nobody shares it"
    assert world.carries("A2", OURS, 2).shared() == ["A1 0 of 2 since 2, profile 0", "A2 1 of 2 since 2, profile 2"]
    assert world.again().carries("A1", OURS, 3).carries("A2", OURS, 2).shared() == [], "each once"
    assert world.carries("A0", OURS, 5).shared() == [
        "A0 0 of 3 since 5, profile 5",
        "A1 1 of 3 since 5, profile 0",
        "A2 2 of 3 since 5, profile 2",
    ]


def test_the_others_are_told_when_one_leaves_and_the_one_that_left_only_of_its_new_number() -> None:
    world = NumbersWorld().carries("A1", OURS).carries("A2", OURS, 1).carries("A3", THEIRS)
    world.shared()
    assert world.again().carries("A2", THEIRS, 4).shared() == [
        "A1 0 of 1 since 4, profile 0",
        "A2 0 of 2 since 4, profile 4",
        "A3 1 of 2 since 4, profile 0",
    ]
    assert world.again().carries("A2", None, 4).shared() == ["A1 0 of 1 since 4, profile 0"]
    assert world.again().carries("A2", None, 4, told=False).shared() == ["A1 0 of 1 since 4, profile 0"], "erased"


def test_a_later_word_to_an_account_is_newer_whatever_number_it_is_of() -> None:
    world = NumbersWorld().carries("A2", THEIRS).carries("A1", OURS).carries("A3", OURS, 9)
    before = {fact.account_id: fact.time for fact in world.written()}
    (word,) = [fact for fact in world.carries("A1", THEIRS, 1).written() if fact.account_id == "A1"]
    assert word.time > before["A1"]


def test_a_profile_that_is_not_the_newest_changes_nothing() -> None:
    world = NumbersWorld().carries("A1", OURS, 2, version=2).carries("A2", OURS, 2, version=2)
    world.shared()
    assert world.carries("A1", THEIRS, 5, version=1).shared() == []
    assert world.number().accounts == ("A1", "A2")


def test_where_the_word_is_required_who_shares_with_nobody_is_told_so_too() -> None:
    world = NumbersWorld(tells_all=True).carries("A1", OURS, 1)
    assert world.shared() == ["A1 0 of 1, profile 1"]
    assert world.again(tells_all=True).carries("A1", OURS, 3).shared() == [], "the number is the same"
    assert world.carries("A1", THEIRS, 4).shared() == ["A1 0 of 1, profile 4"]


def test_a_process_that_begins_to_require_it_tells_whom_nobody_told() -> None:
    world = NumbersWorld().carries("A1", OURS, 1).carries("A2", THEIRS, 1)
    assert world.shared() == []
    later = world.again(tells_all=True)
    assert later.shared() == ["A1 0 of 1, profile 1", "A2 0 of 1, profile 1"]
    assert later.again(tells_all=True).shared() == []


def test_nobody_is_told_before_the_profiles_that_are_there_are_read() -> None:
    world = NumbersWorld(tells_all=True).carries("A1", OURS)
    assert world.committed(world.ledger.flush()) == []
    assert world.carries("A2", OURS, 1).shared() == ["A1 0 of 2 since 1, profile 0", "A2 1 of 2 since 1, profile 1"]
    world = NumbersWorld(tells_all=True).carries("A1", OURS)
    world.committed(world.ledger.flush())
    assert world.again(tells_all=True).shared() == ["A1 0 of 1, profile 0"], "also after a crash"


def test_a_crowd_takes_no_turns_and_all_of_it_is_held() -> None:
    world = NumbersWorld()
    for number in range(100):
        world.carries(f"A{number:03}", OURS)
    assert len({account for account, word in world.told() if word.startswith("number_implausible")}) == 100
    for number in range(4, 100):
        world.carries(f"A{number:03}", THEIRS, 1)
    written = world.written()
    lifted = {fact.account_id for fact in written if isinstance(fact, HoldLifted)}
    assert {f"A{number:03}" for number in range(4)} <= lifted
    assert world.number().is_whole is False, "the profiles of the four must be read again"


def test_a_table_of_an_earlier_version_is_read_and_completed_from_the_profiles() -> None:
    world = NumbersWorld()
    key = KEYS.of(OURS)
    world.table[key] = msgspec.json.encode({"entry_version": 1, "accounts": ["A1", "A2"], "stopped": None})
    world = world.again()
    assert not decode(world.table[key]).is_whole
    assert world.shared() == []
    assert world.carries("A1", OURS).shared() == ["A1 0 of 2, profile 0"]
    assert world.carries("A2", OURS, 1).shared() == ["A2 1 of 2, profile 1"]
    assert world.number().is_whole
