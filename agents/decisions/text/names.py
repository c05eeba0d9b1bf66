"""How a name is written in an SMS. What the profile says stays as it was told; only the text's spelling is made plain.

Composed letters, straight quotes and common spaces are the same name in fewer parts. Where a text would not fit with
the name's own letters, they are spelled in the alphabet that the network carries cheapest (3GPP TS 23.038).
"""

from functools import lru_cache
from typing import Final
from unicodedata import normalize

from anyascii import anyascii

from agents.decisions.text.sms import is_gsm7

_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("’‘ʼʻ`´′", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("‐‑–—", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u200c\u200d\u00ad", ""),
    }
)


@lru_cache(maxsize=4_096)
def plain(name: str) -> str:
    """The name with composed letters, straight quotes and dashes, common spaces, and without joiners."""
    return normalize("NFC", name).translate(_PLAIN)


@lru_cache(maxsize=4_096)
def in_gsm7(name: str) -> str:
    """The name in letters of GSM-7, its own where they are there: ``Łukasz Müller`` is ``Lukasz Müller``.

    A script without capitals gets one at the beginning of each word.
    """
    spelled = "".join(letter if is_gsm7(letter) else anyascii(letter) for letter in name)
    return (
        spelled if name.lower() != name.upper() else " ".join(word[:1].upper() + word[1:] for word in spelled.split())
    )
