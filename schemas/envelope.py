"""Headers of records: CloudEvents attributes in binary mode (CloudEvents 1.0, Kafka protocol binding), and ours."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

Headers = tuple[tuple[str, bytes], ...]

TYPE_HEADER: Final = "ce_type"
MARK_TYPE: Final = b"source.progress"
EVERY_INPUT: Final = "every-input"
"""The folder of what may stand on each input topic."""
PARTITION_NOTES: Final = "partition-notes"
"""The folder of what stands on `case-updated` without a key, about the partition itself."""
REPLAY_OF: Final = "tactful.replay-of"
"""On an input: the coordinates of the dead letter that the record brings back."""
_MARK: Final = (TYPE_HEADER, MARK_TYPE)


def cloud_event(kind: str, event_id: str, source: str, *, schema: str, time: datetime, subject: str = "") -> Headers:
    """The attributes of one event. ``schema`` is the folder below docs/schemas that has its type."""
    about = (("ce_subject", subject.encode()),) if subject else ()
    own = ((TYPE_HEADER, kind.encode()), ("ce_id", event_id.encode()), ("ce_time", _rfc3339(time)))
    return (*own, *about, *_fixed(kind, source, schema))


def schema_id(folder: str, kind: str) -> str:
    """The name of a published schema: its ``$id``, and what an event's ``dataschema`` says."""
    return f"urn:tactful:{folder}:{kind}:1"


@lru_cache(maxsize=256)
def _fixed(kind: str, source: str, schema: str) -> Headers:
    return (
        ("ce_source", source.encode()),
        ("ce_specversion", b"1.0"),
        ("ce_dataschema", schema_id(schema, kind).encode()),
        ("content-type", b"application/json"),
    )


@lru_cache(maxsize=1024)
def _rfc3339(instant: datetime) -> bytes:
    """A tick's events share their instant."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()


def is_mark(headers: Headers) -> bool:
    """A progress mark is known by its header alone: on a compacted topic Kafka takes no record without a key."""
    return _MARK in headers
