"""What the index keeps of one record: whose it is, of what kind, which reminder it is about."""

from typing import Any, Final, NamedTuple

import msgspec

from agents.deadletters.record_format import REASON, split
from agents.decisions.inputs import account_of
from schemas.envelope import is_mark
from streams import roles
from streams.cluster.whole_logs import LoggedRecord

INDEXED: Final = (*roles.INPUTS, *roles.OUTPUTS)
"""The topics that the index covers, by their roles."""
ERASED: Final = "erased"
"""The type of a record without a value."""
UNREADABLE: Final = "unreadable"
_WORD_MAX: Final = 64
_ID_MAX_BYTES: Final = 512
_HEX_DIGITS: Final = 32
_OWN_ID: Final = b"\x01"
_OTHER_ID: Final = b"\x00"


class Kind(NamedTuple):
    """What sort of record it is; the empty word where it has none. A few hundred of them cover a lender's topics."""

    role: str
    type: str
    stage: str = ""
    outcome: str = ""
    """Of a decision."""
    code: str = ""
    """Of a decision; the reason of a recall or a dead letter, a receipt's status, a hold's kind, a reply's keyword."""


class IndexRow(NamedTuple):
    """One record."""

    partition: int
    offset: int
    at_ms: int
    """Its time on the bus, epoch milliseconds."""
    account: str | None
    """By its key, else by its body; None where neither tells one."""
    kind: Kind
    reminder_id: str | None


class _Peek(msgspec.Struct, gc=False):
    """The few fields of any body that the index wants; each may be anything."""

    type: Any = None
    account_id: Any = None
    reminder_id: Any = None
    stage: Any = None
    outcome: Any = None
    code: Any = None
    reason: Any = None
    status: Any = None
    kind: Any = None
    keyword: Any = None


_decode: Final = msgspec.json.Decoder(_Peek).decode
CODES: Final = {
    "reminder.cancelled": "reason",
    "case.handed-off": "reason",
    "case.withdrawn": "reason",
    "cycle.closed": "reason",
    "reminder.receipt": "status",
    "hold.placed": "kind",
    "reply.received": "keyword",
    "account.ended": "outcome",
    "plan.ended": "outcome",
}
"""Where a type's code stands; of the others in `code`, if anywhere."""


def row_of(record: LoggedRecord) -> IndexRow | None:
    """The row of a record; None for a progress mark, which is about no account."""
    if is_mark(record.headers):
        return None
    if record.value is None:
        peek = _Peek(type=ERASED)
    else:
        try:
            peek = _decode(record.value)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            peek = _Peek(type=UNREADABLE)
    kind = _dead_letter(record, peek) if record.role == roles.REMINDER_DEAD_LETTERS else _kind(record.role, peek)
    if record.key is None and kind.type == "source.progress":
        return None
    reminder_id = peek.reminder_id if isinstance(peek.reminder_id, str) else None
    if reminder_id is not None and len(reminder_id.encode(errors="replace")) > _ID_MAX_BYTES:
        reminder_id = None
    return IndexRow(record.partition, record.offset, record.timestamp_ms, _account(record, peek), kind, reminder_id)


def packed(reminder_id: str) -> bytes:
    """A reminder's id as the file keeps it: ours, of 32 hexadecimal digits, in half the bytes."""
    if len(reminder_id) == _HEX_DIGITS and not set(reminder_id) - set("0123456789abcdef"):
        return _OWN_ID + bytes.fromhex(reminder_id)
    return _OTHER_ID + reminder_id.encode(errors="replace")


def unpacked(stored: bytes) -> str:
    """The id again."""
    return stored[1:].hex() if stored[:1] == _OWN_ID else stored[1:].decode(errors="replace")


def _account(record: LoggedRecord, peek: _Peek) -> str | None:
    account = account_of(record.key)
    if account is None and isinstance(peek.account_id, str):
        account = account_of(peek.account_id.encode(errors="replace"))
    return account


def _kind(role: str, peek: _Peek) -> Kind:
    type_ = _word(peek.type)
    code = _word(getattr(peek, CODES.get(type_, "code")))
    outcome = _word(peek.outcome) if role == roles.REMINDER_DECISIONS else ""
    return Kind(role, type_, _word(peek.stage), outcome, code)


def _dead_letter(record: LoggedRecord, peek: _Peek) -> Kind:
    told = dict(split(record.headers)[1])
    return Kind(record.role, _word(peek.type), code=_word(told.get(REASON, b"").decode(errors="replace")))


def _word(value: object) -> str:
    return value[:_WORD_MAX] if isinstance(value, str) else ""
