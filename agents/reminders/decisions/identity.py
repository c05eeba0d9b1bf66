"""Deterministic names: the same decision always gets the same id, so that a repeat is recognisable."""

from hashlib import blake2b


def identify(*parts: str) -> str:
    """32 hexadecimal digits from the parts, which are kept apart by a byte that no part contains."""
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def fingerprint(content: str | bytes) -> str:
    """The hash of a rendered text, as a decision records it, or of a message's bytes."""
    return blake2b(content if isinstance(content, bytes) else content.encode(), digest_size=16).hexdigest()
