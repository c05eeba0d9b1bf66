"""An input that could not be used, as it goes to the dead letters: its bytes untouched, why and whence in headers.

The ``__streams.errors`` headers are those that other dead-letter tools already read. No header carries a value of
the body: headers are not where personal data may live.
"""

import hashlib
from typing import Final, NamedTuple, Protocol

from pydantic import TypeAdapter, ValidationError

from schemas.facts import RecordedId
from schemas.reading import UnusableInput, account_told
from streams.transport.partitioner import partition_of

Headers = tuple[tuple[str, bytes], ...]

EXCEPTION: Final = "__streams.errors.exception"
MESSAGE: Final = "__streams.errors.message"
TOPIC: Final = "__streams.errors.topic"
PARTITION: Final = "__streams.errors.partition"
OFFSET: Final = "__streams.errors.offset"
REASON: Final = "tactful.reason"
DETAIL: Final = "tactful.detail"
GROUP: Final = "tactful.group"
TIMESTAMP_MS: Final = "tactful.timestamp-ms"
ORIGINAL: Final = "tactful.original"
ORIGINAL_KEY: Final = "tactful.original-key"
ORIGINAL_HEADERS: Final = "tactful.original-headers"
REPLAY_OF: Final = "tactful.replay-of"
"""On an input: the coordinates of the dead letter that the record brings back."""

_ID: Final[TypeAdapter[str]] = TypeAdapter(RecordedId)
_OVERHEAD_BYTES = 2_048
"""What headers and the record's own framing may add to the original."""


class Original(Protocol):
    """The record that could not be used, wherever it was read."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp_ms(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class DeadLetter(NamedTuple):
    """One record for ``reminder-dead-letters``."""

    key: bytes | None
    value: bytes | None
    headers: Headers


def dead_letter(fact: Original, fault: UnusableInput, group: str, limit_bytes: int) -> DeadLetter:
    """The original with its reason; above ``limit_bytes`` it is named by hash and coordinates instead of copied."""
    why: Headers = (
        (EXCEPTION, b"UnusableInput"),
        (MESSAGE, str(fault).encode()),
        (TOPIC, fact.topic.encode()),
        (PARTITION, str(fact.partition).encode()),
        (OFFSET, str(fact.offset).encode()),
        (REASON, fault.reason.encode()),
        (DETAIL, fault.detail.encode()),
        (GROUP, group.encode()),
        (TIMESTAMP_MS, str(fact.timestamp_ms).encode()),
    )
    whole = DeadLetter(fact.key, fact.value, (*fact.headers, *why))
    if _size(whole) <= limit_bytes:
        return whole
    without_value = DeadLetter(
        fact.key,
        None if fact.value is None else b"",
        (*whole.headers, *_reference(ORIGINAL, fact.value)),
    )
    if _size(without_value) <= limit_bytes:
        return without_value
    # A key or headers of that size are no bank's doing, but they must not stop the stream either.
    count = str(len(fact.headers)).encode()
    references = (*_reference(ORIGINAL, fact.value), *_reference(ORIGINAL_KEY, fact.key))
    return DeadLetter(None, without_value.value, (*why, *references, (ORIGINAL_HEADERS, count)))


def split(headers: Headers) -> tuple[Headers, Headers]:
    """The original's own headers, and ours, which stand last: the original may carry the very same names."""
    starts = [index for index, (name, _) in enumerate(headers) if name == EXCEPTION]
    return (headers[: starts[-1]], headers[starts[-1] :]) if starts else (headers, ())


def owner_of(key: bytes | None, partition: int, partitions: int) -> str | None:
    """The account that an unread record silences, by its key; None when its partition has no such account."""
    try:
        account_id = _ID.validate_python((key or b"").decode())
    except (UnicodeDecodeError, ValidationError):
        return None
    return account_id if partition_of(account_id.encode(), partitions) == partition else None


def owner_told(value: bytes | None, partition: int, partitions: int) -> str | None:
    """The account that the body of an unread record names, if its partition has it."""
    told = account_told(value)
    return None if told is None else owner_of(told.encode(), partition, partitions)


def brought_back(headers: Headers) -> str | None:
    """The coordinates of the dead letter that a replayed record brings back; None when it is no replay."""
    return next((value.decode(errors="replace") for name, value in headers if name == REPLAY_OF), None)


def sha256_of(what: str) -> str:
    """The header that names a left-out part by its hash."""
    return f"{what}-sha256"


def bytes_of(what: str) -> str:
    """The header that tells the size of a left-out part."""
    return f"{what}-bytes"


def _reference(what: str, original: bytes | None) -> Headers:
    if original is None:
        return ()
    return (
        (sha256_of(what), hashlib.sha256(original).hexdigest().encode()),
        (bytes_of(what), str(len(original)).encode()),
    )


def _size(letter: DeadLetter) -> int:
    headers_bytes = sum(len(name.encode()) + len(content or b"") + 8 for name, content in letter.headers)
    return len(letter.key or b"") + len(letter.value or b"") + headers_bytes + _OVERHEAD_BYTES
