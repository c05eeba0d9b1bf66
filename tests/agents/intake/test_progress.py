"""How far a source is complete: never more than what can no longer come, never backwards."""

from hypothesis import given
from hypothesis import strategies as st

from agents.intake.progress import MarkInterval, PartitionProgress, least, progress_in, progress_text

NOW_MS = 1_772_759_520_000


def test_nothing_is_known_before_the_first_record_or_end() -> None:
    progress = PartitionProgress(0)
    progress.advance([], NOW_MS, at_end=False)
    progress.advance([None], NOW_MS, at_end=False)
    assert progress.complete_to_ms is None


def test_a_record_says_that_all_before_it_is_there() -> None:
    progress = PartitionProgress(0)
    progress.advance([NOW_MS - 500, NOW_MS - 900], NOW_MS, at_end=False)
    assert progress.complete_to_ms == NOW_MS - 501, "another one of the same time may follow"


def test_an_idle_partition_is_complete_to_when_its_end_was_seen() -> None:
    progress = PartitionProgress(100)
    progress.advance([NOW_MS - 60_000], NOW_MS, at_end=True)
    assert progress.complete_to_ms == NOW_MS - 100
    progress.advance([], NOW_MS + 5_000, at_end=True)
    assert progress.complete_to_ms == NOW_MS + 4_900
    progress.advance([], NOW_MS + 9_000, at_end=False)
    assert progress.complete_to_ms == NOW_MS + 4_900


def test_a_time_in_the_future_proves_nothing_beyond_now() -> None:
    progress = PartitionProgress(0)
    progress.advance([NOW_MS + 10**12], NOW_MS, at_end=False)
    assert progress.complete_to_ms == NOW_MS - 1


STEPS = st.lists(
    st.tuples(st.lists(st.integers(0, 2 * NOW_MS) | st.none(), max_size=3), st.integers(0, 2 * NOW_MS), st.booleans())
)


@given(STEPS, st.integers(0, 10_000))
def test_it_never_goes_back_and_never_beyond_what_was_asked(
    steps: list[tuple[list[int | None], int, bool]], settle_ms: int
) -> None:
    progress = PartitionProgress(settle_ms)
    latest_asked_ms = 0
    for times_ms, asked_ms, at_end in steps:
        before = progress.complete_to_ms
        progress.advance(times_ms, asked_ms, at_end=at_end)
        latest_asked_ms = max(latest_asked_ms, asked_ms)
        after = progress.complete_to_ms
        assert before is None or (after is not None and after >= before)
        assert after is None or after <= latest_asked_ms - settle_ms


@given(st.lists(st.integers(0, NOW_MS) | st.none()))
def test_a_mark_waits_for_the_last_partition(told: list[int | None]) -> None:
    reached = least(told)
    known = [each for each in told if each is not None]
    assert reached == (min(known) if known and len(known) == len(told) else None)


def test_progress_survives_in_the_metadata_of_an_offset() -> None:
    for value in (None, 0, NOW_MS):
        assert progress_in(progress_text(value)) == value
    for other in ("", "complete-to=", "complete-to=x", "replay-floor=5", "complete-to=-5"):
        assert progress_in(other) is None
    resumed = PartitionProgress(0, progress_in(progress_text(NOW_MS)))
    resumed.advance([NOW_MS - 60_000], NOW_MS, at_end=False)
    assert resumed.complete_to_ms == NOW_MS


def test_a_pace() -> None:
    pace = MarkInterval(1_000)
    assert pace.due(50.0)
    pace.done(50.0)
    assert not pace.due(50.9)
    assert pace.due(51.0)
