"""The reader of the controls lives through a cluster that is away, however its client takes that."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, RequestTimedOutError
from aiokafka.structs import TopicPartition

from streams.settings import Settings
from streams.transport.controls import reader as controls_reader
from streams.transport.controls.controls import Controls, Folding
from streams.transport.controls.reader import ControlsReader
from streams.transport.outages.reach import Reach
from tests.streams.cluster.clients import CANCELLED, FAILING, ORDERLY, BadlyStopped

TOPIC = "reminder-controls"
AT = TopicPartition(TOPIC, 0)


class Empty:
    """Metadata of a topic of one partition."""

    def partitions_for_topic(self, _topic: str) -> set[int]:
        return {0}


class Fetching:
    """Where a consumer asks for records."""

    async def _proc_fetch_request(self, _assignment: Any, _node: int, _request: Any) -> bool:
        return False


class EmptyLog(BadlyStopped):
    """A consumer of an empty controls topic; `broken` is raised where the cluster is asked for the log's bounds."""

    def __init__(self, stops: Any, broken: Callable[[], BaseException] | None) -> None:
        super().__init__(stops)
        self._broken = broken
        self._fetcher = Fetching()
        self.wire.fetch_all_metadata = self._metadata  # type: ignore[attr-defined]

    async def _metadata(self) -> Empty:
        return Empty()

    async def beginning_offsets(self, _partitions: object) -> dict[TopicPartition, int]:
        if self._broken is not None:
            raise self._broken()
        return {AT: 0}

    async def end_offsets(self, _partitions: object) -> dict[TopicPartition, int]:
        return {AT: 0}

    def assign(self, _partitions: object) -> None:
        return

    def seek(self, *_to: object) -> None:
        return

    async def getmany(self, *_partitions: object, **_limits: object) -> dict[TopicPartition, list[Any]]:
        return {}

    async def position(self, _partition: object) -> int:
        return 0

    def highwater(self, _partition: object) -> int:
        return 0

    def last_poll_timestamp(self, _partition: object) -> int:
        return 0


@pytest.mark.parametrize("stops", [CANCELLED, FAILING, ORDERLY])
@pytest.mark.parametrize("broken", [RequestTimedOutError, KafkaConnectionError, asyncio.CancelledError])
async def test_it_reads_again_when_the_cluster_is_back(
    stops: Any, broken: Callable[[], BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls_reader, "_RETRY_S", 0)
    consumers = iter([EmptyLog(stops, broken), EmptyLog(stops, broken), EmptyLog(ORDERLY, None)])
    monkeypatch.setattr(ControlsReader, "_consumer", lambda _reader: next(consumers))
    folding = Folding((), lambda state, *_record: state)
    failures: list[BaseException] = []
    reader = ControlsReader(Settings(_env_file=None), Controls(TOPIC, folding, 1000), Reach(), failures.append)
    running = asyncio.create_task(reader.run(folding))
    caught_up = asyncio.create_task(reader.read())
    await asyncio.wait({running, caught_up}, return_when=asyncio.FIRST_COMPLETED)
    assert failures == []
    assert caught_up.done()
    assert not running.done()
    caught_up.cancel()
    running.cancel()
