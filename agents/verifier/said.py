"""What each input record told which account, by the one reading that the worker has (`agents/decisions/inputs.py`).

What the worker keeps of records whose key tells no account is known here from the records themselves: unlike the
worker, it forgets none above `schemas.stored.gates.UNREAD_MAX`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from agents.deadletters.letters import Coordinates
from agents.decisions.inputs import Meaning, RawRecord, ReadingTerms, Told, happenings
from schemas import reading
from streams import roles
from streams.cluster.whole_logs import Kept
from streams.settings import Settings
from streams.transport.partitioner import partition_of


@dataclass(frozen=True)
class Said:
    """What one record did to an account, and where it lies."""

    role: str
    offset: int
    bus_ms: int
    order: tuple[object, ...]
    """Of facts of one instant on the bus, as a replay orders them."""
    happenings: tuple[Told, ...]


class InputReader:
    """Reads input records; ``unusable`` are those that went to the dead letters."""

    def __init__(self, settings: Settings, records: Iterable[Kept], unusable: Collection[Coordinates]) -> None:
        self._settings, self._unusable = settings, unusable
        self._silencing = frozenset(settings.silencing_inputs or roles.INPUTS)
        self.open: list[Kept] = []
        """Records that cannot be used and have no dead letter: not read yet, or lost."""
        self._unowned: dict[int, _Unowned] = defaultdict(_Unowned)
        # What a record without an owner told is needed wherever it is given up or comes back.
        for record in records:
            if _place(record) in unusable:
                self._read(record)

    def said(self, record: Kept) -> Iterator[tuple[bytes, Said]]:
        """The keys of the accounts that the record touches, and how."""
        meaning = self._read(record)
        if meaning.fault is not None and _place(record) not in self._unusable:
            self.open.append(record)
            return
        told: dict[str, list[Told]] = {}
        for account_id, happening in meaning.happenings:
            told.setdefault(account_id, []).append(happening)
        order = (reading.replay_order(record.role, record.key, record.value), record.role, record.offset)
        for account_id, of_account in told.items():
            yield (
                account_id.encode(),
                Said(record.role, record.offset, record.timestamp_ms, order, tuple(of_account)),
            )

    def _read(self, record: Kept) -> Meaning:
        place, count = _place(record), self._settings.partitions
        terms = ReadingTerms(
            self._silencing,
            self._settings.input_max_bytes,
            lambda account_id: partition_of(account_id.encode(), count) == record.partition,
        )
        raw = RawRecord(record.role, str(place), record.key, record.value, record.timestamp_ms, record.headers)
        known = reading.UnusableInput(reading.Reason.BAD_VALUE) if place in self._unusable else None
        return happenings(raw, terms, self._unowned[record.partition], known)


class _Unowned(dict[str, str]):
    """What the bodies of records without an owner told, in one partition; nothing is forgotten."""

    def unread(self, at: str, account_id: str = "") -> None:
        self[at] = account_id

    def is_open(self, at: str) -> bool:
        return at in self

    def closed(self, at: str) -> str | None:
        return self.get(at) or None


def _place(record: Kept) -> Coordinates:
    return Coordinates(record.role, record.partition, record.offset)
