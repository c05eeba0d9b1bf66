"""Progress marks as records: one in every partition of the inputs that a source speaks on."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydantic_core import to_json

from schemas.envelope import EVERY_INPUT, MARK_TYPE, Headers, cloud_event
from schemas.facts import SourceProgress
from schemas.values.instants import to_utc
from streams import roles


class Mark(NamedTuple):
    """One record; its Kafka time is the instant up to which the source has told everything."""

    role: str
    partition: int
    key: bytes | None
    value: bytes
    headers: Headers


def marks(source: str, complete_to_ms: int, inputs: Iterable[str], partitions: int) -> Iterator[Mark]:
    """What a source writes when it has told everything up to an instant (epoch milliseconds)."""
    complete_to = to_utc(complete_to_ms)
    value = to_json(SourceProgress(source=source, complete_to=complete_to))
    for role in inputs:
        # On a compacted topic Kafka takes no record without a key.
        key = MARK_TYPE if role == roles.PROFILE_UPDATED else None
        for partition in range(partitions):
            event_id = f"progress/{role}/{partition}/{complete_to_ms}"
            headers = cloud_event(SourceProgress.TYPE, event_id, source, schema=EVERY_INPUT, time=complete_to)
            yield Mark(role, partition, key, value, headers)
