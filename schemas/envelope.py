"""Headers of records: CloudEvents attributes in binary mode (CloudEvents 1.0, Kafka protocol binding), and ours."""

from typing import Final

Headers = tuple[tuple[str, bytes], ...]

TYPE_HEADER: Final = "ce_type"
MARK_TYPE: Final = b"source.progress"
REPLAY_OF: Final = "tactful.replay-of"
"""On an input: the coordinates of the dead letter that the record brings back."""
_MARK: Final = (TYPE_HEADER, MARK_TYPE)


def is_mark(headers: Headers) -> bool:
    """A progress mark is known by its header alone: on a compacted topic Kafka takes no record without a key."""
    return _MARK in headers
