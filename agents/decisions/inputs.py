"""What a raw record means: one reading, for the worker, the simulation and the verifier.

A record of an input tells a fact of one account, or speaks of its whole partition (a progress mark, a person's note).
One that nobody can use goes to the dead letters; where it may be what silences somebody, that account is held until
the record is read after all or a named person gives it up (design rule 10). Whose record it is, its key tells; where
the key tells nobody, its body; where neither does, the partition counts it as unowned.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from pydantic import TypeAdapter, ValidationError

from agents.decisions.policy.controls import Recall
from schemas import facts, reading
from schemas.envelope import REPLAY_OF, Headers, is_mark
from schemas.facts import RecordedId, SourceProgress
from schemas.partitions import AnyNote, UnownedDismissed, read_note
from schemas.stored.structs import Struct
from schemas.values.instants import to_ms

_CASES: Final = "case-updated"
_PROFILES: Final = "profile-updated"
_ID: Final[TypeAdapter[str]] = TypeAdapter(RecordedId)


class FactRead(Struct, frozen=True):
    """A fact of the account was read."""

    fact: facts.Fact
    told_ms: int
    """When it was told, epoch milliseconds: its own time, but never later than the record's."""


class ProfileErased(Struct, frozen=True):
    """The recipient was erased: what is open to the old number is recalled, and nothing is sent until a new one."""


class RecordUnread(Struct, frozen=True):
    """The record at these coordinates cannot be used and may be what silences the account."""

    at: str


class RecordFreed(Struct, frozen=True):
    """That record was replayed, or a named person dismissed it."""

    at: str


class RecallAsked(Struct, frozen=True):
    """A named person recalls what left in a scope; what was recalled before stays so."""

    recalls: Sequence[Recall]


class PolicyChanged(Struct, frozen=True):
    """Another version of the policy decides: the account is planned anew, and nothing is recorded."""


class TimePassed(Struct, frozen=True):
    """A tick at which the account is due."""


Told = FactRead | ProfileErased | RecordUnread | RecordFreed
"""What a record can tell an account."""
Happening = Told | RecallAsked | PolicyChanged | TimePassed


class RawRecord(NamedTuple):
    """A record of an input as it lies on the bus."""

    role: str
    """The input, by its name in the contract."""
    at: str
    """Its coordinates: role, partition and offset."""
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    headers: Headers = ()


class Unowned(Protocol):
    """Records whose key told no account and that are still open, in one partition."""

    def unread(self, at: str, account_id: str = "") -> None:
        """Remember one, and the account that its body tells."""

    def is_open(self, at: str) -> bool:
        """Whether it is among them."""

    def closed(self, at: str) -> str | None:
        """It was read after all, or dismissed: returns the account that its body had told."""


class ReadingTerms(NamedTuple):
    """The settings that decide how a record of one partition is read."""

    silencing: frozenset[str]
    """Inputs of which an unread record may be what silences somebody."""
    limit_bytes: int
    owns: Callable[[str], bool]
    """Whether the partition is the one of this account."""


class Meaning(NamedTuple):
    """What one record means. Exactly one of ``mark``, ``note``, ``fault`` and what the account was told is there."""

    happenings: tuple[tuple[str, Told], ...] = ()
    """Account id and what happened to it, in their order."""
    of_partition: bool = False
    """It speaks of the whole partition; ``mark`` may still be missing where its body cannot be read."""
    mark: SourceProgress | None = None
    note: AnyNote | None = None
    fault: reading.UnusableInput | None = None
    """It goes to the dead letters."""


def happenings(
    record: RawRecord, terms: ReadingTerms, unowned: Unowned, known_fault: reading.UnusableInput | None = None
) -> Meaning:
    """What a record means.

    ``known_fault``: it was put aside already, as its dead letter tells; then it is not read again.
    """
    of_partition = _of_partition(record, unowned)
    if of_partition is not None:
        return of_partition
    if record.value is None and record.key is not None and record.role == _PROFILES:
        return Meaning(((record.key.decode(errors="replace"), ProfileErased()),))
    try:
        if known_fault is not None:
            raise known_fault
        fact = reading.read(record.role, record.key, record.value, terms.limit_bytes)
        if not terms.owns(fact.account_id):
            # A producer with another partitioner would split one person over two accounts.
            raise reading.UnusableInput(reading.Reason.WRONG_PARTITION, "the key belongs to another partition")
    except reading.UnusableInput as fault:
        return Meaning((*_unread(record, terms, unowned), *_freed(record, terms, unowned)), fault=fault)
    told = FactRead(fact, min(to_ms(fact.time), record.timestamp_ms))
    return Meaning(((fact.account_id, told), *_freed(record, terms, unowned)))


def _of_partition(record: RawRecord, unowned: Unowned) -> Meaning | None:
    """A progress mark has no account. Its header tells; a source that writes no headers is known by its body."""
    if is_mark(record.headers):
        return Meaning(of_partition=True, mark=reading.read_progress(record.value))
    if record.key is not None:
        return None
    mark = reading.read_progress(record.value)
    if mark is not None:
        return Meaning(of_partition=True, mark=mark)
    note = read_note(record.value) if record.role == _CASES else None
    if note is None:
        return None
    owner = unowned.closed(note.at) if isinstance(note, UnownedDismissed) else None
    freed = () if owner is None or not isinstance(note, UnownedDismissed) else ((owner, RecordFreed(note.at)),)
    return Meaning(freed, of_partition=True, note=note)


def _unread(record: RawRecord, terms: ReadingTerms, unowned: Unowned) -> tuple[tuple[str, Told], ...]:
    """Whose record it is must not be chased until it was read after all."""
    if record.role not in terms.silencing:
        return ()
    owner = _owner(record.key, terms)
    if owner is None:
        told = reading.account_told(record.value)
        owner = None if told is None else _owner(told.encode(errors="replace"), terms)
        unowned.unread(record.at, owner or "")
    return () if owner is None else ((owner, RecordUnread(record.at)),)


def _freed(record: RawRecord, terms: ReadingTerms, unowned: Unowned) -> tuple[tuple[str, Told], ...]:
    """A replayed record ends the silence that its first coming had begun; if unread again, a new one stands."""
    at = brought_back(record.headers)
    if at is None:
        return ()
    owner = _owner(record.key, terms)
    if owner is None or unowned.is_open(at):
        owner = unowned.closed(at) or owner
    return () if owner is None else ((owner, RecordFreed(at)),)


def _owner(key: bytes | None, terms: ReadingTerms) -> str | None:
    """The account that a key names, if it is one and this partition's."""
    account_id = account_of(key)
    return account_id if account_id is not None and terms.owns(account_id) else None


def account_of(key: bytes | None) -> str | None:
    """The account that a key names; None where it is no account's id."""
    try:
        return _ID.validate_python((key or b"").decode())
    except (UnicodeDecodeError, ValidationError):
        return None


def brought_back(headers: Headers) -> str | None:
    """The coordinates of the dead letter that a replayed record brings back; None when it is no replay."""
    if not headers:
        return None
    return next((value.decode(errors="replace") for name, value in headers if name == REPLAY_OF), None)
