"""A text as the parts that SMPP carries: GSM-7 where every character allows it, else UCS-2; several parts under one
header each (concatenation, 8-bit reference).

A part never ends inside a character, so a text with characters of two units may need one part more than its units do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

GSM7: Final = 0
UCS2: Final = 8
"""Values of data_coding. 0 is the message centre's default alphabet, which is GSM-7 by the standard."""
PARTS_MAX: Final = 255

_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE: Final = _BASIC.index("\x1b")
_EXTENDED: Final = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
_SEPTETS: Final = {char: bytes([code]) for code, char in enumerate(_BASIC) if code != _ESCAPE} | {
    char: bytes([_ESCAPE, code]) for char, code in _EXTENDED.items()
}

# In octets as they stand in short_message: a septet takes one there, since the message centre packs them.
_SINGLE_OCTETS: Final = {GSM7: 160, UCS2: 140}
_PART_OCTETS: Final = {GSM7: 153, UCS2: 134}


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
    data_coding = GSM7 if text and _SEPTETS.keys() >= set(text) else UCS2
    coded = [_SEPTETS[char] if data_coding == GSM7 else char.encode("utf-16-be") for char in text]
    if sum(map(len, coded)) <= _SINGLE_OCTETS[data_coding]:
        return CodedText(data_coding, (b"".join(coded),))
    bodies = list(_filled(coded, _PART_OCTETS[data_coding]))
    if len(bodies) > PARTS_MAX:
        return None
    headers = (bytes([5, 0, 3, reference, len(bodies), number]) for number in range(1, len(bodies) + 1))
    return CodedText(data_coding, tuple(header + body for header, body in zip(headers, bodies, strict=True)))


def _filled(coded: Iterable[bytes], room_octets: int) -> Iterator[bytes]:
    body = bytearray()
    for char in coded:
        if len(body) + len(char) > room_octets:
            yield bytes(body)
            body.clear()
        body += char
    yield bytes(body)
