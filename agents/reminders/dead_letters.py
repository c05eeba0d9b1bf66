"""An input that could not be used, as it goes to the dead letters: its bytes untouched, why and whence in headers.

The ``__streams.errors`` headers are those that other dead-letter tools already read. No header carries a value of
the body: headers are not where personal data may live.
"""

import hashlib
from typing import NamedTuple

from schemas.reading import UnusableInput
from streams.transport.events import Fact

Headers = tuple[tuple[str, bytes], ...]

_OVERHEAD_BYTES = 2_048
"""What headers and the record's own framing may add to the original."""


class DeadLetter(NamedTuple):
    """One record for ``reminder-dead-letters``."""

    key: bytes | None
    value: bytes | None
    headers: Headers


def dead_letter(fact: Fact, fault: UnusableInput, group: str, limit_bytes: int) -> DeadLetter:
    """The original with its reason; above ``limit_bytes`` it is named by hash and coordinates instead of copied."""
    why: Headers = (
        ("__streams.errors.exception", b"UnusableInput"),
        ("__streams.errors.message", str(fault).encode()),
        ("__streams.errors.topic", fact.topic.encode()),
        ("__streams.errors.partition", str(fact.partition).encode()),
        ("__streams.errors.offset", str(fact.offset).encode()),
        ("tactful.reason", fault.reason.encode()),
        ("tactful.detail", fault.detail.encode()),
        ("tactful.group", group.encode()),
        ("tactful.timestamp-ms", str(fact.timestamp_ms).encode()),
    )
    whole = DeadLetter(fact.key, fact.value, (*fact.headers, *why))
    if _size(whole) <= limit_bytes:
        return whole
    without_value = DeadLetter(
        fact.key,
        None if fact.value is None else b"",
        (*whole.headers, *_reference("original", fact.value)),
    )
    if _size(without_value) <= limit_bytes:
        return without_value
    # A key or headers of that size are no bank's doing, but they must not stop the stream either.
    count = str(len(fact.headers)).encode()
    references = (*_reference("original", fact.value), *_reference("original-key", fact.key))
    return DeadLetter(None, without_value.value, (*why, *references, ("tactful.original-headers", count)))


def _reference(what: str, original: bytes | None) -> Headers:
    if original is None:
        return ()
    return (
        (f"tactful.{what}-sha256", hashlib.sha256(original).hexdigest().encode()),
        (f"tactful.{what}-bytes", str(len(original)).encode()),
    )


def _size(letter: DeadLetter) -> int:
    headers_bytes = sum(len(name.encode()) + len(content or b"") + 8 for name, content in letter.headers)
    return len(letter.key or b"") + len(letter.value or b"") + headers_bytes + _OVERHEAD_BYTES
