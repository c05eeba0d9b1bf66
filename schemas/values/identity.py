"""Deterministic names: the same decision always gets the same id, so that a repeat is recognisable."""

from hashlib import blake2b
from typing import Final

_EMPTY: Final = blake2b(digest_size=16)
"""Copied for each hash: a new one costs half as much again."""


def identify(*parts: str) -> str:
    """32 hexadecimal digits from the parts, which are kept apart by a byte that no part contains."""
    state = _EMPTY.copy()
    state.update("\x1f".join(parts).encode())
    return state.hexdigest()


def share(name: str, of: int) -> int:
    """The place of a name among so many, the same everywhere and spread evenly: 0 up to ``of``, exclusive."""
    return int(fingerprint(name)[:16], 16) * of >> 64


def fingerprint(content: str | bytes) -> str:
    """The hash of a rendered text, as a decision records it, or of a message's bytes."""
    state = _EMPTY.copy()
    state.update(content if isinstance(content, bytes) else content.encode())
    return state.hexdigest()
