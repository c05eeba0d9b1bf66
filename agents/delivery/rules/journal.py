"""What the journal remembers of one reminder, and the order in which its states may follow one another.

No personal data: whoever has lost everything but the journal still knows what was offered, and nobody's number.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

Status = Literal["submitting", "unknown", "accepted", "failed", "expired", "recalled", "delivered"]

_RANKS: Final[dict[Status, int]] = {
    "submitting": 0,
    "unknown": 1,
    "accepted": 2,
    "failed": 3,
    "expired": 3,
    "recalled": 3,
    "delivered": 4,
}
"""A state is only left for a higher one: reports come twice and in any order. That it arrived outranks all else."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One reminder in the journal, from before it is offered until nothing more can be heard of it."""

    entry_version: Literal[1] = 1
    reminder_id: str
    account_id: str
    partition: int
    status: Status
    since: datetime
    """When it came to this status, in UTC."""
    expires_at: datetime
    gateway_ref: str | None = None
    recall: Literal["none", "wanted", "answered"] = "none"
    gave_up: bool = False
    """Nobody answered in time: ``unknown`` is the last word."""

    @property
    def open(self) -> bool:
        """Whether more may be heard of it that matters."""
        return _RANKS[self.status] <= _RANKS["accepted"] and not self.gave_up


def rises(entry: Entry, status: Status) -> bool:
    """Whether ``status`` is news."""
    return _RANKS[status] > _RANKS[entry.status]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """As it lies in the journal."""
    return _encoder.encode(entry)


def decode(value: bytes) -> Entry:
    """Raises msgspec.MsgspecError for what is no entry of this version."""
    return _decoder.decode(value)
