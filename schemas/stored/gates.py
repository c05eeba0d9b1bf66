"""What the table keeps of a partition itself, beside its accounts: how fresh its inputs are and what hinders sending.

It stands under a key that no account can have, and begins with a due time as an account does: its heartbeat.
"""

from typing import Final

import msgspec

from schemas.stored.accounts import STATE_VERSION, UnreadableState
from schemas.stored.structs import Struct

GATE_KEY: Final = b"\x00gate"
"""No account id begins with a control character."""
UNREAD_MAX: Final = 1_000
"""Coordinates of unread facts that are kept; more are only counted."""


class GateState(Struct, frozen=True):
    """One partition. Times are epoch milliseconds UTC."""

    next_due_at: int
    state_version: int = STATE_VERSION
    now_ms: int = 0
    """The last instant that anything was judged at: no later worker may fall behind it."""
    complete_ms: dict[str, int] = msgspec.field(default_factory=dict)
    """``role/source`` -> the newest progress mark: the source has told everything up to then."""
    unread: tuple[tuple[str, str], ...] = ()
    """Open records that could not be used and whose key tells no account: coordinates, and the account that the body
    tells, if it does."""
    unread_more: int = 0
    """How many beyond those that are named; their dismissals count it down."""
    paused: tuple[str, ...] = ()
    """Input roles that are not read until a person resumes them: too large a share was bad."""
    tolerated_to: dict[str, int] = msgspec.field(default_factory=dict)
    """Input role -> the offset below which bad records pause nothing, by the word of a person."""
    planned_by: str | None = None
    """The policy version, by its hash, and the stopped experiments by which every account is planned."""
    doubted: bool = False
    """Accounts were planned while the clock was in doubt: all are to be planned anew."""
    pace_us: int = 0
    """Epoch microseconds from which the next message may leave, where messages are paced."""
    recalled_to: int = 0
    """The offset of the controls up to which (exclusive) every recall has been carried out."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(GateState)


def encode_gate(state: GateState) -> bytes:
    """The stored bytes, the due time first in thirteen digits."""
    return _encoder.encode(state)


def decode_gate(raw: bytes) -> GateState:
    """Raises UnreadableState when it is not one of ours."""
    try:
        return _decoder.decode(raw)
    except msgspec.MsgspecError as error:
        raise UnreadableState(str(error)) from error
