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
    reason = fault.reason.encode()
    headers: Headers = (
        *fact.headers,
        ("__streams.errors.exception", b"UnusableInput"),
        ("__streams.errors.message", str(fault).encode()),
        ("__streams.errors.topic", fact.topic.encode()),
        ("__streams.errors.partition", str(fact.partition).encode()),
        ("__streams.errors.offset", str(fact.offset).encode()),
        ("tactful.reason", reason),
        ("tactful.detail", fault.detail.encode()),
        ("tactful.group", group.encode()),
        ("tactful.timestamp-ms", str(fact.timestamp_ms).encode()),
    )
    key, value = fact.key, fact.value
    header_bytes = sum(len(name) + len(content or b"") + 8 for name, content in headers)
    size = len(key or b"") + len(value or b"") + header_bytes + _OVERHEAD_BYTES
    if size <= limit_bytes or value is None:
        return DeadLetter(key, value, headers)
    reference: Headers = (
        ("tactful.original-sha256", hashlib.sha256(value).hexdigest().encode()),
        ("tactful.original-bytes", str(len(value)).encode()),
    )
    return DeadLetter(key, b"", (*headers, *reference))
