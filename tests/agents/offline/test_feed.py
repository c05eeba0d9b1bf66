"""Where the progress marks stand: after all that was said until then, in every partition of every input."""

import asyncio
import json
from typing import Any

import pytest

from agents.offline.fact_files import FactLine
from agents.offline.feed import Feeder
from schemas.envelope import MARK_TYPE, TYPE_HEADER
from schemas.reading import read_progress
from schemas.values.instants import to_ms
from streams import roles
from streams.settings import Settings

HOUR_MS = 3_600_000
START_MS = 1_772_380_800_000  # a full hour
PARTITIONS = 3


class RefusedSend(Exception):
    """What the cluster says of a record."""


class FeedProducer:
    """Keeps what is sent, in order; a record whose value is ``refused`` fails after it was taken."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.calls: list[str] = []

    async def start(self) -> None:
        self.calls.append("start")

    async def stop(self) -> None:
        self.calls.append("stop")

    async def send(self, topic: str, **record: Any) -> asyncio.Future[None]:
        self.sent.append({"topic": topic, **record})
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if record["value"] == b"refused":
            future.set_exception(RefusedSend())
        else:
            future.set_result(None)
        return future

    @property
    def story(self) -> list[int | str]:
        """Facts by value, marks by their instant in hours; a mark in all its partitions is told once."""
        told: list[int | str] = []
        for record in self.sent:
            if record.get("headers"):
                hours = record["timestamp_ms"] - START_MS
                if told[-1:] != [hours]:
                    told.append(hours)
            else:
                told.append(record["value"].decode())
        return told


def line(at_ms: int, value: bytes, role: str = roles.PAYMENT_RECEIVED) -> FactLine:
    return FactLine(START_MS + at_ms, role, b"A-1", value)


async def feed(*lines: FactLine, complete_to_ms: int | None = None) -> tuple[FeedProducer, Any]:
    producer = FeedProducer()
    settings = Settings(_env_file=None, partitions=PARTITIONS, topic_prefix="bank.")
    async with Feeder(settings, HOUR_MS, producer) as feeder:
        fed = await feeder.feed(lines, complete_to_ms)
    assert producer.calls == ["start", "stop"]
    return producer, fed


async def test_a_fact_keeps_its_bytes_its_key_and_its_time() -> None:
    producer, fed = await feed(line(5, b"a"))
    assert producer.sent[0] == {
        "topic": "bank.payment-received",
        "value": b"a",
        "key": b"A-1",
        "timestamp_ms": START_MS + 5,
        "headers": [],
    }
    assert fed.facts == 1


async def test_a_mark_follows_the_last_fact_until_then_and_precedes_the_next() -> None:
    producer, fed = await feed(
        line(0, b"a"),
        line(HOUR_MS - 1, b"b"),
        line(HOUR_MS, b"c"),
        line(HOUR_MS + 1, b"d"),
        line(4 * HOUR_MS + 7, b"e"),
    )
    # A mark tells of the millisecond before the hour: a fact of the very hour may still come.
    assert producer.story == ["a", "b", HOUR_MS - 1, "c", "d", 4 * HOUR_MS - 1, "e", 4 * HOUR_MS + 7]
    assert fed.complete_to_ms == START_MS + 4 * HOUR_MS + 7
    assert fed.marks == 3 * PARTITIONS * len(roles.INPUTS)


@pytest.mark.parametrize(("asked_ms", "last_ms"), [(9 * HOUR_MS, 9 * HOUR_MS), (-HOUR_MS, 5), (None, 5)])
async def test_the_last_mark_is_never_before_the_last_fact(asked_ms: int | None, last_ms: int) -> None:
    asked = None if asked_ms is None else START_MS + asked_ms
    producer, fed = await feed(line(5, b"a"), complete_to_ms=asked)
    assert producer.story == ["a", last_ms]
    assert fed.complete_to_ms == START_MS + last_ms


async def test_a_mark_stands_in_every_partition_and_can_be_read() -> None:
    producer, _ = await feed(line(5, b"a"))
    marks = producer.sent[1:]
    topics = [f"bank.{role}" for role in roles.INPUTS]
    assert [(mark["topic"], mark["partition"]) for mark in marks] == [
        (topic, number) for topic in topics for number in range(PARTITIONS)
    ]
    for mark in marks:
        assert (TYPE_HEADER, MARK_TYPE) in mark["headers"]
        assert (mark["key"] is None) == (mark["topic"] != "bank.profile-updated")
        progress = read_progress(mark["value"])
        assert progress is not None
        assert to_ms(progress.complete_to) == START_MS + 5
        assert json.loads(mark["value"])["source"] == "feed"


async def test_what_the_cluster_refuses_is_not_counted_as_fed() -> None:
    with pytest.raises(RefusedSend):
        await feed(line(1, b"refused"), line(2, b"b"))
