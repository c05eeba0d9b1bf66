"""What each input record says, and of which account: a fact, that nobody could use it, or that it was read after all.

It follows the worker's desk step by step (`agents/reminders/agent.py`). What the desk keeps of records whose key tells
no account is known here from the records themselves: unlike the desk, it forgets none above
`schemas.stored.gates.UNREAD_MAX`.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from agents.deadletters.letters import Coordinates
from agents.deadletters.record_format import brought_back, owner_of, owner_told
from agents.verifier.recount import Kept
from schemas import facts, reading
from schemas.partitions import UnownedDismissed, read_note
from streams import roles
from streams.settings import Settings


@dataclass(frozen=True)
class Erased:
    """The account's profile was erased."""


@dataclass(frozen=True)
class Held:
    """The record at these coordinates could not be used and may be what silences the account."""

    at: str


@dataclass(frozen=True)
class Freed:
    """That record was replayed, or a named person dismissed it."""

    at: str


Deed = facts.Fact | Erased | Held | Freed


@dataclass(frozen=True)
class Said:
    """What one record did to an account, and where it lies."""

    role: str
    offset: int
    bus_ms: int
    order: tuple[object, ...]
    """Of facts of one instant on the bus, as a replay orders them."""
    deeds: tuple[Deed, ...]


class Reader:
    """Reads input records; progress marks must be left out. ``unusable`` are those that went to the dead letters."""

    def __init__(self, settings: Settings, records: Iterable[Kept], unusable: Collection[Coordinates]) -> None:
        self._partitions, self._limit_bytes = settings.partitions, settings.input_max_bytes
        self._silencing = frozenset(settings.silencing_inputs or roles.INPUTS)
        self._unusable = unusable
        self.open: list[Kept] = []
        """Records that cannot be used and have no dead letter: not read yet, or lost."""
        self._told = {
            (record.partition, str(_place(record))): self._told_by(record)
            for record in records
            if self._silences_unread(record) and self._owner(record) is None
        }
        """Partition and coordinates of a record whose key tells no account -> the account that its body tells."""

    def said(self, record: Kept) -> Iterator[tuple[bytes, Said]]:
        """The keys of the accounts that the record touches, and how."""
        deeds: dict[bytes, list[Deed]] = {}
        for key, deed in self._deeds(record):
            deeds.setdefault(key, []).append(deed)
        order = (reading.replay_order(record.role, record.key, record.value), record.role, record.offset)
        for key, of_account in deeds.items():
            yield key, Said(record.role, record.offset, record.timestamp_ms, order, tuple(of_account))

    def _deeds(self, record: Kept) -> Iterator[tuple[bytes, Deed]]:
        if record.key is None and reading.read_progress(record.value) is not None:
            return
        note = read_note(record.value) if record.key is None and record.role == roles.CASE_UPDATED else None
        if note is not None:
            if isinstance(note, UnownedDismissed):
                yield from self._freed(record, note.at, None)
            return
        if record.value is None and record.key is not None and record.role == roles.PROFILE_UPDATED:
            yield record.key, Erased()
            return
        if _place(record) in self._unusable:
            yield from self._held(record)
        else:
            try:
                fact = reading.read(record.role, record.key, record.value, self._limit_bytes)
            except reading.UnusableInput:
                self.open.append(record)
                return
            yield fact.account_id.encode(), fact
        at = brought_back(record.headers)
        if at is not None:
            yield from self._freed(record, at, self._owner(record))

    def _held(self, record: Kept) -> Iterator[tuple[bytes, Deed]]:
        if self._silences_unread(record):
            owner = self._owner(record) or self._told_by(record)
            if owner is not None:
                yield owner.encode(), Held(str(_place(record)))

    def _freed(self, record: Kept, at: str, owner: str | None) -> Iterator[tuple[bytes, Deed]]:
        owner = owner or self._told.get((record.partition, at))
        if owner is not None:
            yield owner.encode(), Freed(at)

    def _silences_unread(self, record: Kept) -> bool:
        return record.role in self._silencing and _place(record) in self._unusable

    def _owner(self, record: Kept) -> str | None:
        return owner_of(record.key, record.partition, self._partitions)

    def _told_by(self, record: Kept) -> str | None:
        return owner_told(record.value, record.partition, self._partitions)


def _place(record: Kept) -> Coordinates:
    return Coordinates(record.role, record.partition, record.offset)
