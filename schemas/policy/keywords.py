"""The keywords of replies, as the policy's tables are asked: `Stop.` is a stop, and so is `stop-all`."""

from typing import Final

_MARKS: Final = str.maketrans("", "", "._-")


def bare(keyword: str) -> str:
    """A keyword in capitals, without the marks that a keyword may have."""
    return keyword.upper().translate(_MARKS)
