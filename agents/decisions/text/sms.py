"""SMS length and price (regulation, section 7; alphabet: 3GPP TS 23.038, section 6.2.1).

A text whose characters all stand in the GSM-7 alphabet is counted in septets, any other one in UTF-16 units. An
extension character takes two septets, a character outside the basic plane (most emoji) two units, and neither is cut
in two at the end of a part. The signature is part of the text.
"""

from decimal import Decimal
from typing import Final

GSM7_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""In the order of the codes. The escape at 0x1B is no character: it leads an extension."""
GSM7_ESCAPE: Final = "\x1b"
GSM7_EXTENSION: Final = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
"""Each is sent as the escape and this code."""
_DOUBLE: Final = frozenset(GSM7_EXTENSION)
_GSM7: Final = _DOUBLE.union(GSM7_BASIC) - {GSM7_ESCAPE}
_BASIC_PLANE_END: Final = "\uffff"

GSM7_SINGLE: Final = 160
GSM7_PART: Final = 153
UCS2_SINGLE: Final = 70
UCS2_PART: Final = 67


def is_gsm7(text: str) -> bool:
    """Whether one septet, or two, carry each character."""
    return _GSM7.issuperset(text)


def sms_units(text: str, *, gsm7: bool) -> int:
    """Septets of a GSM-7 text, UTF-16 units of any other one."""
    if gsm7:
        return len(text) if _DOUBLE.isdisjoint(text) else len(text) + sum(char in _DOUBLE for char in text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sms_parts(text: str) -> int:
    """How many SMS carry the text."""
    gsm7 = is_gsm7(text)
    units = sms_units(text, gsm7=gsm7)
    if units <= (GSM7_SINGLE if gsm7 else UCS2_SINGLE):
        return 1
    if units > len(text):
        return len(_cut(text, gsm7=gsm7))
    return -(-units // (GSM7_PART if gsm7 else UCS2_PART))


def sms_split(text: str) -> list[str]:
    """The text of each part, in order."""
    gsm7 = is_gsm7(text)
    if sms_units(text, gsm7=gsm7) <= (GSM7_SINGLE if gsm7 else UCS2_SINGLE):
        return [text]
    return _cut(text, gsm7=gsm7)


def _cut(text: str, *, gsm7: bool) -> list[str]:
    room = GSM7_PART if gsm7 else UCS2_PART
    pieces = []
    start = used = 0
    for place, char in enumerate(text):
        width = 2 if (char in _DOUBLE if gsm7 else char > _BASIC_PLANE_END) else 1
        if used + width > room:
            pieces.append(text[start:place])
            start, used = place, 0
        used += width
    pieces.append(text[start:])
    return pieces


def price(parts: int, per_part: Decimal) -> Decimal:
    """What so many parts cost, in the unit of ``per_part``, without rounding."""
    return parts * per_part
