"""What became of dead letters: a replay is known by its header on the input, a dismissal by its record."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from agents.deadletters.letters import Coordinates, DeadLetterFault, Letter, coordinates
from agents.deadletters.saying import REPLAYED_BY
from schemas.cases import DeadLetterDismissed
from schemas.envelope import REPLAY_OF
from streams import roles
from streams.cluster.whole_logs import Kept

OPEN: Final = "open"
LOOKED_UP_MAX: Final = 100_000
"""Letters whose outcome is looked for at once."""

_DISMISSED: Final = DeadLetterDismissed.model_fields["type"].default
_DISMISSED_BYTES: Final = _DISMISSED.encode()


class Span(NamedTuple):
    """A stretch of one input partition: from an offset on, from a time on, or both, whichever is earlier."""

    role: str
    partition: int
    offset: int | None
    since_ms: int | None


class Outcomes:
    """Starts with every letter open; each record that is read may settle one."""

    def __init__(self, limit: int = LOOKED_UP_MAX) -> None:
        self._limit = limit
        self._settled: dict[Coordinates, str] = {}
        self._open: dict[Coordinates, int] = {}

    def expect(self, letter: Letter) -> None:
        """Look for this one. Raises DeadLetterFault when they are too many."""
        if len(self._open) >= self._limit:
            raise DeadLetterFault(f"more than {self._limit:,} dead letters: name a reason, a topic or a time")
        self._open[letter.at] = letter.put_aside_ms

    @property
    def all_settled(self) -> bool:
        """Nothing is left to look for."""
        return not self._open

    def spans(self) -> list[Span]:
        """Where outcomes may lie: dismissals in the partitions' cases, replays behind the originals."""
        first_ms: dict[int, int] = {}
        first_offset: dict[tuple[str, int], int] = {}
        for at, put_aside_ms in self._open.items():
            if at.role in roles.INPUTS:
                first_ms[at.partition] = min(put_aside_ms, first_ms.get(at.partition, put_aside_ms))
                place = (at.role, at.partition)
                first_offset[place] = min(at.offset + 1, first_offset.get(place, at.offset + 1))
        cases = [
            Span(roles.CASE_UPDATED, partition, first_offset.pop((roles.CASE_UPDATED, partition), None), since_ms)
            for partition, since_ms in sorted(first_ms.items())
        ]
        return [*cases, *(Span(*place, offset, None) for place, offset in sorted(first_offset.items()))]

    def see(self, record: Kept) -> None:
        """One record of an input."""
        for at, outcome in (*_replayed(record), *_dismissed(record)):
            if self._open.pop(at, None) is not None or at in self._settled:
                self._settled[at] = outcome

    def of(self, letter: Letter) -> str:
        """What became of it, in a few words."""
        return self._settled.get(letter.at, OPEN)


def _replayed(record: Kept) -> Iterable[tuple[Coordinates, str]]:
    headers = dict(record.headers)
    if REPLAY_OF not in headers:
        return ()
    try:
        at = coordinates(headers[REPLAY_OF].decode())
    except (UnicodeDecodeError, DeadLetterFault):
        return ()
    by = headers.get(REPLAYED_BY, b"?").decode(errors="replace")
    return ((at, f"replayed by {by} as {record.role}/{record.partition}/{record.offset}"),)


def _dismissed(record: Kept) -> Iterable[tuple[Coordinates, str]]:
    if record.role != roles.CASE_UPDATED or _DISMISSED_BYTES not in (record.value or b""):
        return ()
    body: dict[str, Any] = record.body()
    if body.get("type") != _DISMISSED:
        return ()
    try:
        at = coordinates(f"{body.get('role')}/{body.get('partition')}/{body.get('offset')}")
    except DeadLetterFault:
        return ()
    return ((at, f"dismissed by {body.get('dismissed_by')}"),)
