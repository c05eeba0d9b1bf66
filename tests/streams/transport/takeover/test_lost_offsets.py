"""Where a partition begins: at its committed offsets, and closed where one of them is not in the log."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cluster.floors import floor_of, floor_text, reset_text
from streams.transport.safeguards.closures import Closed
from streams.transport.takeover.takeover import _committed, _start

START, END = 3, 9


class FakeThread:
    """A log from 3 to 9 for each input, and what the group has committed."""

    def __init__(self, committed: dict[str, tuple[int, str] | None]) -> None:
        self.found = committed
        self.started: tuple[dict[Any, int], list[Any]] | None = None

    async def committed(self, inputs: list[tuple[str, int]]) -> dict[Any, Any]:
        return {place: self.found[place[0]] for place in inputs}

    async def bounds(self, inputs: list[tuple[str, int]]) -> dict[Any, Any]:
        return dict.fromkeys(inputs, (START, END))

    async def start_at(self, positions: dict[Any, int], aside: list[Any]) -> None:
        self.started = positions, aside


@pytest.mark.parametrize(
    ("offset", "gap"),
    [
        (None, "no committed offset, log 3 to 9"),
        (2, "offset 2, log 3 to 9"),
        (3, None),
        (9, None),
        (10, "offset 10, log 3 to 9"),
    ],
)
async def test_an_offset_that_is_not_in_the_log_is_set_aside(offset: int | None, gap: str | None) -> None:
    thread = FakeThread({"a": None if offset is None else (offset, ""), "b": (4, "replay-floor=77")})
    control_history = await _committed(thread, {5: ["a", "b"]})
    controls = control_history[5]
    assert controls.places.get("a") == (None if offset is None else (offset, None))
    assert controls.places["b"] == (4, 77)
    assert controls.holds.held == ({} if gap is None else {"a": Closed("a", "LOST_OFFSET", gap)})
    await _start(thread, control_history)
    readable = {("b", 5): 4} if gap is not None else {("a", 5): offset, ("b", 5): 4}
    assert thread.started == (readable, [] if gap is None else [("a", 5)])


@given(st.none() | st.integers(0, 10**13), st.text(), st.text())
def test_who_reset_an_offset_stands_beside_its_floor(floor_ms: int | None, by: str, reason: str) -> None:
    assert floor_of(reset_text(floor_ms, by, reason)) == floor_ms == floor_of(floor_text(floor_ms))
