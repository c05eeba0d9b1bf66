"""What a message centre tells of one part of a message: a ``deliver_sm`` that is a delivery receipt.

Its form is a habit, not a standard: text (``id:… stat:DELIVRD …``) or optional parameters or both. What follows
``text:`` is the first octets of our own message, in whatever coding: it is neither decoded nor logged.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import smpp34

State = Literal["pending", "delivered", "failed", "expired", "deleted"]

STATES: Final[dict[int, State]] = {2: "delivered", 3: "expired", 4: "deleted", 5: "failed", 8: "failed"}
"""message_state of SMPP 3.4, as in query_sm_resp; every other one is not final."""
_WORDS: Final[dict[str, int]] = {
    "ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6, "UNKNOWN": 7, "REJECTD": 8,
}  # fmt: skip
_NAMES: Final = {code: word for word, code in _WORDS.items()}

# Tags of optional parameters; smpp34 knows them too, but its types do not tell.
RECEIPTED_MESSAGE_ID: Final = 0x001E
MESSAGE_PAYLOAD: Final = 0x0424
MESSAGE_STATE: Final = 0x0427
_MINUTE_DIGITS: Final = 10
_TYPE_MASK: Final = 0x3C
_RECEIPT: Final = 0x04
_HAS_HEADER: Final = 0x40
_FIELD: Final = re.compile(r"\b(id|stat|err|submit date|done date):[ ]*(\S*)", re.IGNORECASE)
_WORD: Final = re.compile(r"[0-9A-Za-z_.\-]{1,32}")
_MESSAGE_ID: Final = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,64}")
_DIGITS: Final = {"decimal": re.compile("[0-9]{1,64}"), "hex": re.compile("(0[xX])?[0-9A-Fa-f]{1,64}")}
_NUMBER: Final = re.compile(r"[0-9]{7,20}")
_NUMBER_STARTS: Final = "+0"
_OUR_TEXT: Final = re.compile(r"\btext:", re.IGNORECASE)

IdForm = Literal["text", "decimal", "hex"]


class IdForms(NamedTuple):
    """How a message centre writes ids in its responses and in the text of its receipts; they may differ."""

    response: IdForm
    receipt: IdForm


@dataclass(frozen=True, slots=True)
class PartReceipt:
    """One part's standing. ``ids``: what the part may be called, likeliest first, comparable with ``comparable``."""

    ids: tuple[str, ...]
    state: State
    detail: str
    """The centre's own words, one word, no personal data."""
    done_at: datetime | None
    """In UTC; None if the receipt does not say."""
    submitted: tuple[datetime, datetime] | None = None
    """From when to when the submit may have been by the centre's date, which is cut to the minute or second."""
    numbers: tuple[str, ...] = field(default=(), repr=False)
    """Digits of the numbers that it may speak of: most centres write the recipient's as its source, some as its
    destination. Empty if it names none that can be read."""


def is_message_id(given: str) -> bool:
    """Whether an id can be kept as it is. One that cannot is never cut to fit: it could be another one then."""
    return _MESSAGE_ID.fullmatch(given) is not None


def comparable(message_id: str, form: IdForm) -> str:
    """An id so written that two forms of the same one are equal: a number without the zeros in front, as they are lost
    on the way; text with all of them. An id not of the form is taken as text."""
    if form == "text" or not _DIGITS[form].fullmatch(message_id):
        return message_id.casefold()
    return str(int(message_id, 16 if form == "hex" else 10))


def is_receipt(esm_class: int) -> bool:
    """Everything else on the same bind was written by a person, or is a notice on the way."""
    return esm_class & _TYPE_MASK == _RECEIPT


def read_receipt(
    pdu: smpp34.DeliverSm, forms: IdForms, zone: ZoneInfo, *, source: str = "", has_number: bool = True
) -> PartReceipt | None:
    """A receipt's content; None if it names no message. ``zone`` is that of its dates, which carry none; ``source`` the
    address that we write from, which is no recipient's."""
    tlvs = {tlv.tag: tlv.value for tlv in pdu.tlvs}
    fields = _fields(pdu, tlvs.get(MESSAGE_PAYLOAD, b""))
    ids = _ids(tlvs.get(RECEIPTED_MESSAGE_ID), fields.get("id"), forms)
    if not ids:
        return None
    told = tlvs.get(MESSAGE_STATE)
    state = told[0] if told else _WORDS.get(fields.get("stat", "").upper(), 0)
    detail = _NAMES.get(state, "NO_STATE")
    if (error := fields.get("err", "")).strip("0") and _WORD.fullmatch(error):
        detail += f"_{error}"
    return PartReceipt(
        ids=tuple(ids),
        state=STATES.get(state, "pending"),
        detail=detail,
        done_at=_instant(fields.get("done date"), zone),
        submitted=_submitted(fields.get("submit date", ""), zone),
        numbers=_numbers(pdu, source) if has_number else (),
    )


def _numbers(pdu: smpp34.DeliverSm, source: str) -> tuple[str, ...]:
    """A destination alone says nothing: it is our own address, by whatever name the centre knows it."""
    ours = source.lstrip(_NUMBER_STARTS)
    told, other = (str(one).lstrip(_NUMBER_STARTS) for one in (pdu.source_addr, pdu.destination_addr))
    if not _NUMBER.fullmatch(told):
        return ()
    return tuple(one for one in (told, other) if _NUMBER.fullmatch(one) and one != ours)


def _submitted(digits: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    at = _instant(digits, zone)
    return None if at is None else (at, at + timedelta(seconds=59 if len(digits) == _MINUTE_DIGITS else 0))


def _fields(pdu: smpp34.DeliverSm, payload: bytes) -> dict[str, str]:
    body = pdu.short_message or payload
    if pdu.esm_class & _HAS_HEADER and body:
        body = body[1 + body[0] :]
    ours = _OUR_TEXT.split(body.decode("latin-1"), maxsplit=1)[0]
    return {name.lower(): value for name, value in _FIELD.findall(ours)}


def _ids(parameter: bytes | None, in_text: str | None, forms: IdForms) -> Iterable[str]:
    """The parameter repeats the response's own form; the text has the form of receipts."""
    ids = []
    word = (parameter or b"").rstrip(b"\0").decode("latin-1")
    if is_message_id(word):
        ids.append(comparable(word, forms.response))
    if in_text and is_message_id(in_text):
        ids.append(comparable(in_text, forms.receipt))
    return ids


def _instant(digits: str | None, zone: ZoneInfo) -> datetime | None:
    """``YYMMDDhhmm`` or with seconds."""
    form = {_MINUTE_DIGITS: "%y%m%d%H%M", 12: "%y%m%d%H%M%S"}.get(len(digits or ""))
    if digits is None or form is None or not digits.isdecimal():
        return None
    try:
        return datetime.strptime(digits, form).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None
