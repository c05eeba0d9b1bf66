"""Where a hand-over may go on: no silent holes (design rule 13). Pure."""

from collections.abc import Collection, Mapping
from typing import NamedTuple


class StartRefused(RuntimeError):
    """The topics are not what the hand-over may go on with; one sentence for each partition."""


class Bounds(NamedTuple):
    """A partition of ``reminders``; ``committed`` is None when nothing was ever handed over."""

    committed: int | None
    start: int
    end: int


def starting_points(
    bounds: Mapping[int, Bounds], journaled: Collection[int], *, step_over_gaps: bool
) -> dict[int, int]:
    """Partition -> offset. ``journaled``: partitions with something in the journal.

    A partition never worked on begins with the oldest reminder that is kept; what has expired is told as such.
    """
    faults = {number: fault for number, at in bounds.items() if (fault := _fault(at, number in journaled))}
    if faults and not step_over_gaps:
        lines = [f"reminders partition {number}: {fault}" for number, fault in faults.items()]
        raise StartRefused("\n".join([*lines, "--step-over-gaps goes on with the oldest record that is kept"]))
    return {
        number: at.start if at.committed is None or number in faults else at.committed for number, at in bounds.items()
    }


def _fault(at: Bounds, journaled: bool) -> str | None:
    if at.committed is None:
        return "the journal knows reminders, but how far they were taken on is lost" if journaled else None
    if at.committed < at.start:
        lost = at.start - at.committed
        return f"taken on up to {at.committed}, but the log starts at {at.start}: {lost} records were deleted unread"
    if at.committed > at.end:
        return f"taken on up to {at.committed}, but the log ends at {at.end}: was the topic made anew?"
    return None
