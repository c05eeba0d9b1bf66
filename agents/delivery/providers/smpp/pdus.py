"""SMPP 3.4 on the wire. Bodies with more than strings in them are smpp34's business; the rest is written here."""

import struct
from enum import IntEnum
from typing import Final, NamedTuple

import smpp34

HEADER: Final = struct.Struct(">IIII")
PDU_OCTETS_MAX: Final = 65_536
"""Far above any real one; a length beyond it means that we have lost the thread."""
SEQUENCE_MAX: Final = 0x7FFFFFFF
RESPONSE: Final = 0x80000000
VERSION: Final = 0x34


class Command(IntEnum):
    """command_id of the requests we make or answer; a response has the highest bit set."""

    GENERIC_NACK = 0x00
    QUERY_SM = 0x03
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    CANCEL_SM = 0x08
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15


STATUS_NAMES: Final = {
    0x00: "ESME_ROK", 0x01: "ESME_RINVMSGLEN", 0x02: "ESME_RINVCMDLEN", 0x03: "ESME_RINVCMDID",
    0x04: "ESME_RINVBNDSTS", 0x05: "ESME_RALYBND", 0x06: "ESME_RINVPRTFLG", 0x07: "ESME_RINVREGDLVFLG",
    0x08: "ESME_RSYSERR", 0x0A: "ESME_RINVSRCADR", 0x0B: "ESME_RINVDSTADR", 0x0C: "ESME_RINVMSGID",
    0x0D: "ESME_RBINDFAIL", 0x0E: "ESME_RINVPASWD", 0x0F: "ESME_RINVSYSID", 0x11: "ESME_RCANCELFAIL",
    0x14: "ESME_RMSGQFUL", 0x15: "ESME_RINVSERTYP", 0x43: "ESME_RINVESMCLASS", 0x45: "ESME_RSUBMITFAIL",
    0x48: "ESME_RINVSRCTON", 0x49: "ESME_RINVSRCNPI", 0x50: "ESME_RINVDSTTON", 0x51: "ESME_RINVDSTNPI",
    0x53: "ESME_RINVSYSTYP", 0x58: "ESME_RTHROTTLED", 0x61: "ESME_RINVSCHED", 0x62: "ESME_RINVEXPIRY",
    0x64: "ESME_RX_T_APPN", 0x65: "ESME_RX_P_APPN", 0x66: "ESME_RX_R_APPN", 0x67: "ESME_RQUERYFAIL",
    0xC0: "ESME_RINVOPTPARSTREAM", 0xC2: "ESME_RINVPARLEN", 0xFE: "ESME_RDELIVERYFAILURE", 0xFF: "ESME_RUNKNOWNERR",
}  # fmt: skip
OK: Final = 0x00
INVALID_COMMAND_ID: Final = 0x03
TRY_AGAIN: Final = 0x64
"""To a deliver_sm: we cannot take it now, keep it."""
INVALID_LENGTH: Final = 0xC2
THROTTLED: Final = frozenset({0x14, 0x58, 0x64})
"""Nothing was taken, and the same may be offered again. A system error (0x08) is not among them: some centres have
taken the message when they say so."""
BAD_LOGIN: Final = frozenset({0x0E, 0x0F})
"""Asking again would only lock the account."""


class Pdu(NamedTuple):
    """One unit as it came; ``body`` is not decoded yet."""

    command: int
    status: int
    sequence: int
    body: bytes

    def encoded(self) -> bytes:
        return HEADER.pack(HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body


def status_name(status: int) -> str:
    """The standard's name, or the number of a vendor's own."""
    return STATUS_NAMES.get(status, f"SMPP_0x{status:08X}")


def strings(body: bytes, count: int) -> list[str]:
    """The first C-strings of a body; missing ones are empty."""
    words = body.split(b"\0")[:count]
    return [word.decode("latin-1") for word in words] + [""] * (count - len(words))


def c_string(word: str) -> bytes:
    return word.encode("ascii") + b"\0"


def bind_body(system_id: str, password: str, system_type: str) -> bytes:
    """An address range is left to the centre."""
    return c_string(system_id) + c_string(password) + c_string(system_type) + bytes([VERSION, 0, 0, 0])


def query_body(message_id: str, source: str, ton: int, npi: int) -> bytes:
    return c_string(message_id) + bytes([ton, npi]) + c_string(source)


def query_state(body: bytes) -> int:
    """message_state of a query_sm_resp; 0 if it has none."""
    rest = body.split(b"\0", 2)
    return rest[2][0] if len(rest) == 3 and rest[2] else 0


def cancel_body(message_id: str, source: str, ton: int, npi: int) -> bytes:
    """A message is named by its id alone: service type and destination stay empty."""
    return c_string("") + c_string(message_id) + bytes([ton, npi]) + c_string(source) + bytes([0, 0]) + c_string("")


def submit_body(pdu: smpp34.SubmitSm) -> bytes:
    return pdu.encode()[HEADER.size :]


def read_delivery(pdu: Pdu) -> smpp34.DeliverSm | None:
    """A deliver_sm decoded; None if it is not one by the standard."""
    try:
        decoded = smpp34.decode(pdu.encoded())
    except smpp34.SmppError:
        return None
    return decoded if isinstance(decoded, smpp34.DeliverSm) else None
