"""Partitions in one order of time, however they are fetched."""

from collections.abc import Hashable, Iterator
from itertools import cycle

from hypothesis import given
from hypothesis import strategies as st

from agents.experiments.events import Complained, Cured, Event, Touched
from agents.experiments.merging import Merge, TimedEvent
from tests.agents.experiments.witness import in_order


def read(lanes: dict[Hashable, list[TimedEvent]], sizes: Iterator[int]) -> list[Event]:
    """Fetch in pieces of any size from the partitions that are waited for; nothing is held back for another reason."""
    merge, left, taken = Merge(lanes), {name: list(told) for name, told in lanes.items()}, list[Event]()
    while wanted := merge.wanted:
        for name in wanted:
            size = next(sizes)
            merge.add(name, left[name][:size])
            del left[name][:size]
            if not left[name]:
                merge.close(name)
        taken += merge.take()
    return taken + list(merge.take())


LANES = st.dictionaries(
    st.integers(0, 3),
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([Touched, Complained, Cured, None])), max_size=6),
    min_size=1,
)


def told_in(lane: int, at_ms: int, kind: type[Event] | None) -> TimedEvent:
    account = f"p{lane}"
    made: dict[type[Event] | None, Event | None] = {
        None: None,
        Touched: Touched(at_ms, account, "X", "A"),
        Complained: Complained(at_ms, account, "c"),
        Cured: Cured(at_ms, account),
    }
    return TimedEvent(at_ms, made[kind])


@given(LANES, st.lists(st.integers(0, 3), min_size=1, max_size=6).filter(any))
def test_any_fetching_gives_the_order_of_time(
    drawn: dict[int, list[tuple[int, type[Event] | None]]], sizes: list[int]
) -> None:
    lanes: dict[Hashable, list[TimedEvent]] = {
        lane: [told_in(lane, *record) for record in sorted(records, key=lambda record: record[0])]
        for lane, records in drawn.items()
    }
    taken = read(lanes, cycle(sizes))
    assert in_order(taken) == taken
    assert sorted(taken, key=repr) == sorted((t.event for told in lanes.values() for t in told if t.event), key=repr)


def test_a_partition_that_goes_back_in_time_keeps_its_own_order() -> None:
    merge = Merge(("a", "b"))
    late, early = Complained(9, "p", "late"), Complained(2, "p", "early")
    merge.add("a", [TimedEvent(9, late), TimedEvent(2, early)])
    merge.add("b", [TimedEvent(5, Cured(5, "q"))])
    merge.close("a")
    merge.close("b")
    assert list(merge.take()) == [Cured(5, "q"), early, late]


def test_nothing_is_taken_that_something_may_still_precede() -> None:
    merge = Merge(("a", "b"))
    merge.add("a", [TimedEvent(7, Cured(7, "p"))])
    assert list(merge.take()) == []
    merge.add("b", [TimedEvent(7, None)])
    assert list(merge.take()) == []
    assert merge.wanted == ["a", "b"]
    merge.close("a")
    merge.add("b", [TimedEvent(8, None)])
    assert list(merge.take()) == [Cured(7, "p")]
