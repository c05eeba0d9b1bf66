"""How many partitions each topic has that is read. Kafka lets a topic grow at any time; from then on an account's
facts may lie where nobody of us looks, so nothing is sent while a count is another, or is not known.

Asked of one broker after the other, by a client of its own: a slow broker must delay neither fetches nor the answer.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from streams.cluster.clients import shuffled_servers, stop_client
from streams.settings import Settings
from streams.tasks import TaskLost, guarded
from streams.transport.outages.logs import RepeatFilter
from streams.transport.outages.reach import Reach, hear
from streams.transport.safeguards.closures import Closure, ClosureReason

log = logging.getLogger(__name__)
log.addFilter(RepeatFilter())

FRESH_S: Final = 2.0
"""An older answer is none."""
_EVERY_S: Final = 0.5
_ANSWER_S: Final = 0.7
_RETRY_S: Final = 0.1
_FAILURES_MAX: Final = 10
"""In a row; then a new client looks for the brokers where the settings say that they are."""
_CONNECT_S: Final = 5.0
_AVOID_S: Final = 10.0
"""How long a broker that did not answer is not asked again, if there is another."""


class Answer(NamedTuple):
    """What a broker told, asked at this monotonic instant."""

    counts: Mapping[str, int]
    asked_s: float


class PartitionCounts:
    """Written in the consumer's thread, one whole answer at a time."""

    def __init__(self) -> None:
        self.expected: Mapping[str, int] = {}
        self.begun_with: Mapping[str, int] = {}
        """Of the inputs, when this worker joined its group: it may stand by for days before a partition comes to it."""
        self._answer = Answer({}, 0.0)

    def expect(self, counts: Mapping[str, int]) -> None:
        """What this worker has begun with, by topic; until then nothing is watched."""
        self.expected = dict(counts)

    def take(self, answer: Answer) -> None:
        """An answer about every topic that is expected."""
        self._answer = answer

    def closed(self) -> Closure | None:
        """Why nothing may be sent; None while each topic has the partitions that it had."""
        counts, asked_s = self._answer
        for topic, expected in self.expected.items():
            if (count := counts.get(topic, expected)) != expected:
                return Closure(
                    topic, ClosureReason.PARTITIONS_CHANGED, f"it has {count} partitions, we read {expected}"
                )
        if self.expected and time.monotonic() - asked_s > FRESH_S:
            return Closure(next(iter(self.expected)), ClosureReason.PARTITIONS_UNKNOWN)
        return None


class CountsWatch:
    """`run` until cancelled."""

    def __init__(self, settings: Settings, counts: PartitionCounts, reach: Reach) -> None:
        self._settings, self._counts, self._reach = settings, counts, reach
        self._avoided: dict[int, float] = {}
        self._turn = self._failures = 0

    async def run(self) -> None:
        """Ask, again and again, whatever becomes of one question."""
        while True:
            client = AIOKafkaClient(
                bootstrap_servers=shuffled_servers(self._settings),
                client_id=f"{self._settings.namespace}-counts",
                request_timeout_ms=self._settings.consumer_request_timeout_ms,
                **self._settings.kafka_security_kwargs(),
            )
            hear(client, self._reach)
            try:
                await guarded(lambda: self._ask_on(client), "the question for partition counts")  # noqa: B023
            except (KafkaError, OSError, TimeoutError, TaskLost) as error:
                level = logging.DEBUG if self._reach.away else logging.WARNING  # that the cluster is away has been told
                log.log(level, "partition counts cannot be asked for: %s: %s", type(error).__name__, error)
            finally:
                await stop_client(client)
            await asyncio.sleep(_EVERY_S)

    async def _ask_on(self, client: Any) -> None:
        async with asyncio.timeout(_CONNECT_S):
            await client.bootstrap()
        self._failures = 0
        while client.cluster.brokers() and self._failures < _FAILURES_MAX:
            await self._ask(client)

    async def _ask(self, client: Any) -> None:
        node, asked_s = self._node(client), time.monotonic()
        wanted = list(self._counts.expected)
        if wanted:
            try:
                async with asyncio.timeout(_ANSWER_S):
                    told = await client.send(node, MetadataRequest(wanted, allow_auto_topic_creation=False))
            except (KafkaError, OSError, TimeoutError):
                self._avoided[node] = asked_s
                self._failures += 1
                await asyncio.sleep(_RETRY_S)
                return
            self._avoided.pop(node, None)
            self._failures = 0
            counts = {name: len(partitions) for code, name, _, partitions in told.topics if not code}
            # A topic that is not told may be missing, or on its way; the last answer grows old meanwhile.
            if counts.keys() >= set(wanted):
                self._counts.take(Answer(counts, asked_s))
        await asyncio.sleep(max(0.0, asked_s + _EVERY_S - time.monotonic()))

    def _node(self, client: Any) -> int:
        """The next broker in turn that has not just failed to answer; if all have, the one that failed longest ago."""
        nodes: list[int] = sorted(broker.nodeId for broker in client.cluster.brokers())
        self._turn += 1
        turns = [nodes[(self._turn + step) % len(nodes)] for step in range(len(nodes))]
        now_s = time.monotonic()
        willing = [node for node in turns if now_s - self._avoided.get(node, -_AVOID_S) >= _AVOID_S]
        return willing[0] if willing else min(turns, key=lambda node: self._avoided[node])
