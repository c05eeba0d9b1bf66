from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.values.instants import to_ms, to_utc
from streams.clock import Grid, SystemClock

INSTANTS = st.integers(to_ms(datetime(1995, 1, 1, tzinfo=UTC)), to_ms(datetime(2035, 1, 1, tzinfo=UTC)))
GRIDS = st.sampled_from(
    [
        Grid(1),
        Grid(60, 7),
        Grid(86_400, 9 * 3600),
        Grid(7 * 86_400, 3600),
        Grid(3600, 0, "Asia/Shanghai"),
        Grid(1, 0, "Europe/Berlin"),
        Grid(6 * 3600, 1800, "America/St_Johns"),
        Grid(86_400, 9 * 3600, "Europe/Berlin"),
        Grid(2 * 86_400, 0, "Australia/Lord_Howe"),
    ]
)


@example(Grid(6 * 3600, 1800, "America/St_Johns"), 909_262_800_001)  # clocks went back over midnight there
@given(GRIDS, INSTANTS)
def test_neighbours_enclose_the_instant(grid: Grid, instant_ms: int) -> None:
    before, after = grid.at_or_before(instant_ms), grid.at_or_after(instant_ms)
    assert before <= instant_ms <= after
    assert grid.at_or_after(before) == grid.at_or_before(before) == before
    assert grid.at_or_before(after) == after
    if before != instant_ms:
        assert grid.at_or_after(before + 1) == after
        assert grid.at_or_before(after - 1) == before


def test_a_daily_grid_keeps_its_wall_clock_hour_when_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    grid = Grid(86_400, 9 * 3600, "Europe/Berlin")
    instant_ms = to_ms(datetime(2026, 3, 27, 12, tzinfo=zone))
    days = []
    for _ in range(4):
        instant_ms = grid.at_or_after(instant_ms + 1)
        days.append(to_utc(instant_ms).astimezone(zone))
    assert [(day.day, day.hour) for day in days] == [(28, 9), (29, 9), (30, 9), (31, 9)]


def test_a_grid_within_the_day_starts_again_at_local_midnight() -> None:
    grid = Grid(6 * 3600, 0, "Asia/Kolkata")
    at = to_utc(grid.at_or_after(to_ms(datetime(2026, 1, 1, 0, 1, tzinfo=UTC))))
    assert at.astimezone(ZoneInfo("Asia/Kolkata")).hour % 6 == 0


@pytest.mark.parametrize(("period_s", "offset_s"), [(0, 0), (100_000, 0), (60, 60), (86_400, 86_400), (60, -1)])
def test_a_grid_that_makes_no_sense_is_refused(period_s: int, offset_s: int) -> None:
    with pytest.raises(ValueError, match="tick"):
        Grid(period_s, offset_s)


def test_the_system_clock_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([5_000_000_000, 3_000_000_000, 6_000_000_000])
    monkeypatch.setattr("streams.clock.time.time_ns", lambda: next(times))
    clock = SystemClock()
    assert [clock.now_ms() for _ in range(3)] == [5000, 5000, 6000]


def test_the_system_clock_does_not_fall_behind_an_earlier_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.clock.time.time_ns", lambda: 5_000_000_000)
    clock = SystemClock()
    clock.not_before(7000)
    clock.not_before(6000)
    assert (clock.now_ms(), clock.machine_ms()) == (7000, 5000)


@given(INSTANTS)
def test_milliseconds_and_datetimes_are_the_same(instant_ms: int) -> None:
    assert to_ms(to_utc(instant_ms)) == instant_ms
