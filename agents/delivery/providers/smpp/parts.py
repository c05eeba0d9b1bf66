"""A text as the parts that SMPP carries: GSM-7 where every character allows it, else UCS-2; several parts under one
header each (concatenation, 8-bit reference). The text is cut where the guard counted that it is cut.
"""

from dataclasses import dataclass, field
from typing import Final

from agents.decisions.text.sms import GSM7_BASIC, GSM7_ESCAPE, GSM7_EXTENSION, is_gsm7, sms_split

GSM7: Final = 0
UCS2: Final = 8
"""Values of data_coding. 0 is the message centre's default alphabet, which is GSM-7 by the standard."""
PARTS_MAX: Final = 255

_ESCAPE: Final = GSM7_BASIC.index(GSM7_ESCAPE)
# A septet takes one octet in short_message, since the message centre packs them.
_SEPTETS: Final = {char: bytes([code]) for code, char in enumerate(GSM7_BASIC) if code != _ESCAPE} | {
    char: bytes([_ESCAPE, code]) for char, code in GSM7_EXTENSION.items()
}


@dataclass(frozen=True, slots=True)
class CodedText:
    """The parts in order, each with its header if there are several."""

    data_coding: int
    parts: tuple[bytes, ...] = field(repr=False)

    @property
    def has_headers(self) -> bool:
        return len(self.parts) > 1


def code_text(text: str, reference: int) -> CodedText | None:
    """The parts of a text; ``reference`` (0 to 255) ties them together. None if it needs more than 255."""
    data_coding = GSM7 if text and is_gsm7(text) else UCS2
    bodies = [_octets(piece, data_coding) for piece in sms_split(text)]
    if len(bodies) == 1:
        return CodedText(data_coding, tuple(bodies))
    if len(bodies) > PARTS_MAX:
        return None
    headers = (bytes([5, 0, 3, reference, len(bodies), number]) for number in range(1, len(bodies) + 1))
    return CodedText(data_coding, tuple(header + body for header, body in zip(headers, bodies, strict=True)))


def _octets(text: str, data_coding: int) -> bytes:
    return b"".join(_SEPTETS[char] for char in text) if data_coding == GSM7 else text.encode("utf-16-be")
