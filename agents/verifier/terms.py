"""What a worker judged by: its instants, and what stood before the sends of a partition at a recorded moment."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import Final

from agents.controls.fold import CONTROLS
from agents.decisions import ControlState, Gate
from agents.verifier.history import Moment
from streams.clock import Grid
from streams.settings import Settings
from streams.transport.controls.controls import ControlRecord


class ControlHistory:
    """What all controls up to some point amounted to. Each point that is asked for is folded once."""

    def __init__(self, controls: Iterable[ControlRecord], *, replay: bool) -> None:
        # In a replay a control takes effect by its time, wherever it stands on the topic.
        self._replay = replay
        self._log = sorted(controls, key=lambda c: (c.timestamp_ms if replay else c.offset, c.offset))
        self._folded: dict[int, ControlState] = {0: CONTROLS.start}
        self._counts = [0]

    def at(self, offset: int, instant_ms: int) -> ControlState:
        """What stood for a worker that had read up to an offset (exclusive), or whose replay had come to an instant."""
        if self._replay:
            return self._after(bisect_right(self._log, instant_ms, key=lambda control: control.timestamp_ms))
        return self._after(bisect_left(self._log, offset, key=lambda control: control.offset))

    def final(self, instant_ms: int) -> ControlState:
        """What stands when everything on the topic has been read; in a replay, up to the instant."""
        return self.at(len(self._log) and self._log[-1].offset + 1, instant_ms)

    def changed_since(self, from_ms: int, instant_ms: int) -> bool:
        """Whether a control is newer than ``from_ms``; in a replay, of those up to the instant."""
        newer = (control.timestamp_ms for control in self._log if control.timestamp_ms > from_ms)
        return any(not self._replay or told_ms <= instant_ms for told_ms in newer)

    def _after(self, count: int) -> ControlState:
        known = self._counts[bisect_right(self._counts, count) - 1]
        controls = self._folded[known]
        if known != count:
            for control in self._log[known:count]:
                controls = CONTROLS.fold(controls, *control)
            self._folded[count] = controls
            insort(self._counts, count)
        return controls


_PACED_US: Final = 1
"""Any interval will do: how far a message moves the pace is told by the next record."""


class Terms:
    """The instants and gates of workers with these settings and these controls."""

    def __init__(self, settings: Settings, controls: Iterable[ControlRecord]) -> None:
        self._grid = Grid(settings.tick_period_s, settings.tick_offset_s, settings.tick_zone)
        self._replay = settings.clock == "replay"
        self._unread_max = settings.unread_max
        self._tick_us = settings.tick_period_s * 1_000_000
        self.control_history = ControlHistory(controls, replay=self._replay)

    def of_fact(self, bus_ms: int) -> int:
        """The instant of a fact with this time on the bus: the next tick's in a replay, about its own otherwise."""
        return self._grid.at_or_after(bus_ms) if self._replay else bus_ms

    def of_tick(self, due_ms: int) -> int:
        """The first tick that finds an account due."""
        return self._grid.at_or_after(due_ms)

    def last_tick(self, instant_ms: int) -> int:
        """The last tick up to an instant."""
        return self._grid.at_or_before(instant_ms)

    def gate(self, moment: Moment) -> Gate:
        """What stood before every send of the partition."""
        seen = moment.gate
        return Gate(
            controls=ControlState() if seen.controls is None else self.control_history.at(seen.controls, moment.now_ms),
            controls_offset=-1 if seen.controls is None else seen.controls,
            judged=seen.complete_to_ms is not None,
            complete_to_ms=seen.complete_to_ms or 0,
            unmarked=seen.unmarked,
            unread=seen.unread,
            unread_max=self._unread_max,
            pace_us=seen.pace_us or 0,
            interval_us=_PACED_US if seen.pace_us is not None else 0,
            tick_us=self._tick_us,
            numbers_required=seen.numbers_required,
        )
