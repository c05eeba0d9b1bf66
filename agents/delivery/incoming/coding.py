"""The octets of a short message as text (GSM 03.38, SMPP 3.4 section 5.2.19)."""

from typing import Final, Literal

from agents.decisions.text.sms import GSM7_BASIC, GSM7_ESCAPE, GSM7_EXTENSION

DefaultAlphabet = Literal["gsm7", "latin1"]

_GSM7: Final = 0
_GROUP_MASK: Final = 0xF0
_ALPHABET_MASK: Final = 0x0C
_CLASSED: Final = (0x10, 0x50, 0xF0)
"""Groups of GSM 03.38 that carry a class of message beside the alphabet."""
_CODECS: Final = {1: "ascii", 3: "latin-1", 6: "iso8859_5", 7: "iso8859_8", 8: "utf-16-be"}
_ESCAPE: Final = GSM7_BASIC.index(GSM7_ESCAPE)
_EXTENSION: Final = {code: character for character, code in GSM7_EXTENSION.items()}


def read_octets(octets: bytes, coding: int, default: DefaultAlphabet) -> str | None:
    """The text; None where the coding is unknown or does not fit. ``default`` is the centre's own alphabet."""
    alphabet = _alphabet(coding)
    if alphabet == _GSM7:
        return _septets(octets) if default == "gsm7" else octets.decode("latin-1")
    try:
        return octets.decode(_CODECS[alphabet])
    except (KeyError, UnicodeDecodeError):
        return None


def _alphabet(coding: int) -> int:
    """The same as a plain coding of SMPP: a class of message says nothing about letters."""
    if coding & _GROUP_MASK in _CLASSED:
        return {0x00: _GSM7, 0x08: 8}.get(coding & _ALPHABET_MASK, coding)
    return coding


def _septets(octets: bytes) -> str | None:
    """One septet an octet, as message centres unpack them."""
    text, escaped = [], False
    for octet in octets:
        if octet >= len(GSM7_BASIC):
            return None
        if escaped:
            # An extension that nobody knows is shown as the plain letter (GSM 03.38, 6.2.1.1).
            text.append(_EXTENSION.get(octet, GSM7_BASIC[octet]))
            escaped = False
        elif octet == _ESCAPE:
            escaped = True
        else:
            text.append(GSM7_BASIC[octet])
    return "".join(text)
