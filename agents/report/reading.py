"""What a report reads: topics up to their present ends, or the files of `generate` and `simulate`."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from agents.experiments.reading import open_topics
from agents.offline.fact_files import FactFileFault, raw_lines, read_lines
from agents.report.sorting import SortedEvents
from agents.report.translating import REPORTED, ReportReading
from streams import roles
from streams.settings import Settings


class _FileRecord(NamedTuple):
    key: bytes | None
    value: bytes | None
    timestamp: int


class _OutLine(msgspec.Struct):
    topic: str
    body: msgspec.Raw


async def read_topics_into(events: SortedEvents, settings: Settings, reading: ReportReading, since_ms: int) -> int:
    """Read what is committed. Returns the instant from which on every answer is still there to read."""
    async with open_topics(settings, reading.told, REPORTED) as topics:
        answers_from_ms = await topics.begin(since_ms)
        await topics.round(events)
    return answers_from_ms


def read_files_into(events: SortedEvents, reading: ReportReading, facts: list[str], outputs: Iterable[str]) -> None:
    """Read files. Raises FactFileFault that names file and line."""
    for line in read_lines(facts, in_order=False):
        if line.role in REPORTED:
            _take(events, reading, line.role, _FileRecord(line.key, line.value, line.time_ms))
    for path in outputs:
        for record in _decisions(path):
            _take(events, reading, roles.REMINDER_DECISIONS, record)


def _take(events: SortedEvents, reading: ReportReading, role: str, record: _FileRecord) -> None:
    event = reading.told(role, record).event
    if event is not None:
        events.add(event)


def _decisions(path: str) -> Iterator[_FileRecord]:
    for number, raw in raw_lines(path):
        try:
            line = msgspec.json.decode(raw, type=_OutLine)
        except msgspec.DecodeError:
            raise FactFileFault(f"{path}:{number}: not a line as `tactful simulate` writes it") from None
        if line.topic == roles.REMINDER_DECISIONS:
            yield _FileRecord(None, bytes(line.body), _ANY_TIME_MS)


_ANY_TIME_MS = 1 << 62
"""A file has no time of its own."""
