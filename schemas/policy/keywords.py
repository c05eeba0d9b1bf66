"""The keywords of replies, as the policy's tables are asked: `Stop.` is a stop, and so is `stop-all`."""

from typing import Final

VULNERABLE: Final = "VULNERABLE"
"""What `tactful replies` says of who speaks of self-harm, illness, loss or violence: a person is told at once."""
_MARKS: Final = str.maketrans("", "", "._-")


def bare(keyword: str) -> str:
    """A keyword in capitals, without the marks that a keyword may have."""
    return keyword.upper().translate(_MARKS)
