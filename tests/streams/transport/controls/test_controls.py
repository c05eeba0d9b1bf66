"""What is known of the controls: they stand when all of them were read; in a replay by the time of the records."""

from typing import Any

import pytest

from streams.transport.controls.controls import (
    CONTROLS_MAX,
    UNCONTROLLED,
    UNREAD,
    ControlRecord,
    Controls,
    Folding,
    Reading,
    ReplayControls,
    View,
    log_fault,
)

NOW_MS = 100_000


def fold(state: Any, _offset: int, _key: object, value: bytes | None, _headers: object, _timestamp_ms: int) -> Any:
    return (*state, value)


FOLDING = Folding((), fold)


def controls(folding: Folding | None = FOLDING) -> Controls:
    return Controls("controls", folding, 1000)


def record(offset: int, timestamp_ms: int) -> ControlRecord:
    return ControlRecord(offset, None, b"%d" % offset, (), timestamp_ms)


@pytest.mark.parametrize(
    ("reading", "stands"),
    [
        (Reading(("a",), 4, 4, NOW_MS - 1000), True),
        (Reading((), 0, 0, NOW_MS), True),
        (Reading(("a",), 4, 4, NOW_MS - 1001), False),
        (Reading(("a",), 3, 4, NOW_MS), False),
        (Reading(("a",), 5, 4, NOW_MS), False),
        (Reading(("a",), 4, None, None), False),
    ],
)
def test_the_controls_stand_when_they_were_read_to_a_fresh_end(reading: Reading, stands: bool) -> None:
    known = controls()
    assert known.view(NOW_MS) is None
    known.take(reading)
    assert (known.view(NOW_MS) == View(reading.state, reading.offset)) == stands
    assert (known.state, known.offset, known.end, known.polled_ms) == reading


def test_before_anything_is_read_the_start_stands_nowhere() -> None:
    known = controls()
    assert (known.state, known.offset, known.end, known.lag()) == ((), UNREAD, None, None)
    known.take(Reading(("a",), 3, 7, NOW_MS))
    assert known.lag() == 4


def test_a_fault_closes_for_good() -> None:
    known = controls()
    known.take(Reading((), 4, 4, NOW_MS))
    known.close("the topic was made anew")
    known.take(Reading((), 4, 4, NOW_MS))
    assert known.view(NOW_MS) is None
    assert known.fault == "the topic was made anew"


def test_without_a_folding_there_is_nothing_to_wait_for() -> None:
    assert controls(None).view(NOW_MS) == UNCONTROLLED
    assert controls(None).replay().view(NOW_MS) == UNCONTROLLED


def test_in_a_replay_a_control_counts_from_the_first_tick_at_or_after_its_time() -> None:
    known = controls()
    known.record([record(0, 5_000), record(1, 20_000), record(2, 10_000), record(3, 10_000)])
    cursor = known.replay()
    seen = [(instant_ms, cursor.view(instant_ms)) for instant_ms in (4_000, 5_000, 9_999, 10_000, 10_000, 60_000)]
    assert seen == [
        (4_000, View((), 0)),
        (5_000, View((b"0",), 1)),
        (9_999, View((b"0",), 1)),
        (10_000, View((b"0", b"2", b"3"), 4)),
        (10_000, View((b"0", b"2", b"3"), 4)),
        (60_000, View((b"0", b"2", b"3", b"1"), 4)),
    ]
    assert known.replay().view(60_000) == seen[-1][1]


def test_a_replay_without_controls_has_the_start_all_along() -> None:
    cursor = ReplayControls((), Folding("start", fold))
    assert cursor.view(1) == cursor.view(10**15) == View("start", 0)


@pytest.mark.parametrize(
    ("start", "end", "read_to", "said"),
    [
        (0, 0, UNREAD, None),
        (0, CONTROLS_MAX, 7, None),
        (0, 7, 7, None),
        (1, 7, UNREAD, "starts at offset 1: controls were deleted"),
        (0, 6, 7, "ends at offset 6, but was read up to 7: was it made anew?"),
        (0, CONTROLS_MAX + 1, UNREAD, f"more than {CONTROLS_MAX}"),
    ],
)
def test_a_log_that_lost_controls_is_refused(start: int, end: int, read_to: int, said: str | None) -> None:
    fault = log_fault("controls", start, end, read_to)
    assert fault is None if said is None else said in (fault or "")
