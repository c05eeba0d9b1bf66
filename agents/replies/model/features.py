"""The pieces of a reply that have a weight: runs of characters and of words, hashed into a fixed count of bins."""

import re
import zlib
from typing import Final

from agents.replies.normalise import HAN

BINS: Final = 1 << 15
_CHARACTERS_MAX: Final = 4
_WORDS_MAX: Final = 3
_WORD = re.compile(rf"[a-z']+|\d+|[{HAN}]|\?")


def bins_of(spelt: str) -> tuple[int, ...]:
    """The bins of a reply that was normalised and written out, in ascending order. Never empty."""
    words = ["^", *("0" if word.isdigit() else word for word in _WORD.findall(spelt))]
    pieces = {f"c{piece}" for piece in _runs(f" {spelt} ", _CHARACTERS_MAX)}
    for length in range(1, _WORDS_MAX + 1):
        pieces.update("w" + " ".join(words[at : at + length]) for at in range(len(words) - length + 1))
    return tuple(sorted({zlib.crc32(piece.encode()) % BINS for piece in pieces}))


def _runs(text: str, longest: int) -> set[str]:
    return {text[at : at + length] for length in range(1, longest + 1) for at in range(len(text) - length + 1)}
