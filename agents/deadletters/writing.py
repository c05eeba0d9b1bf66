"""The desk's hand on Kafka: sayings written one after the other, at an even pace."""

from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from agents.deadletters.letters import Coordinates, DeadLetterFault
from agents.deadletters.saying import Saying
from streams.cluster.clients import stop_client
from streams.settings import Settings
from streams.topics.topology import DEAD_LETTER_HEADROOM_BYTES


class Pace:
    """Even steps, `rate` a second: what comes late is not made up for by haste."""

    def __init__(self, rate: float) -> None:
        self._step_s = 1 / rate
        self._next_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next may leave; it is taken for granted that it does."""
        wait_s = max(0.0, self._next_s - now_s)
        self._next_s = max(self._next_s, now_s) + self._step_s
        return wait_s


class Writer:
    """Writes sayings, each acknowledged by all in-sync replicas before the next. `async with` it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: Any = AIOKafkaProducer(
            bootstrap_servers=list(settings.bootstrap_servers),
            enable_idempotence=True,
            acks="all",
            # An original that came compressed may be larger than its topic allows, as it may have been before.
            compression_type="gzip",
            max_request_size=settings.dead_letter_max_bytes + DEAD_LETTER_HEADROOM_BYTES,
            **settings.kafka_security_kwargs(),
        )

    async def __aenter__(self) -> Self:
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await stop_client(self._producer)

    async def write(self, saying: Saying) -> Coordinates:
        """Where it lies now. Raises DeadLetterFault when it is larger than its topic allows."""
        topic = self._settings.topics[saying.role]
        try:
            sent = await self._producer.send_and_wait(
                topic,
                value=saying.value,
                key=saying.key,
                partition=saying.partition,
                timestamp_ms=saying.timestamp_ms,
                headers=list(saying.headers),
            )
        except MessageSizeTooLargeError:
            raise DeadLetterFault(f"larger than {topic} allows") from None
        return Coordinates(saying.role, saying.partition, sent.offset)
