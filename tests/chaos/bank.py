"""A bank that tells what it knows at an even pace, whatever the cluster does, and remembers what was acknowledged."""

import asyncio
import heapq
import json
import random
import time
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from streams import roles
from streams.settings import Settings
from streams.transport.outages.timeouts import outlast_faults
from streams.transport.partitioner import partition_of
from tests.kafka.live import Body, account_in, missed, now_ms, paid, profile

PAYING_SHARE: Final = 0.6
PAYS_WITHIN_S: Final = 12.0

_STEP_S = 0.1
_REQUEST_TIMEOUT_MS = 8_000
_RETRY_S = 0.2


class Bank:
    """Each account: a profile, an instalment missed, and from most of them all of it paid some seconds later."""

    def __init__(self, settings: Settings, servers: str, accounts_per_s: float, seed: int) -> None:
        self._settings, self._rate = settings, accounts_per_s
        self._random = random.Random(seed)
        self._producer: Any = AIOKafkaProducer(
            bootstrap_servers=servers,
            enable_idempotence=True,
            acks="all",
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            linger_ms=10,
            max_batch_size=200_000,
        )
        outlast_faults(self._producer)
        self._task: asyncio.Task[None] | None = None
        self._payments: list[tuple[float, str]] = []
        self._count = 0
        self.missed: list[str] = []
        """Accounts whose miss was told, in order; a record is told once, and kept until it is acknowledged."""
        self.paying: set[str] = set()
        self.missed_ms: dict[str, int] = {}
        """Account -> when the miss was acknowledged, epoch milliseconds."""
        self.paid_ms: dict[str, int] = {}
        self.failed: list[str] = []

    async def __aenter__(self) -> "Bank":
        await self._producer.start()
        self._task = asyncio.create_task(self._tell())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self._producer.stop()

    async def stop(self) -> None:
        """Say what is still to be said, and wait until all of it is acknowledged."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            while self._payments:
                await self._pay(heapq.heappop(self._payments)[1])
            await self._producer.flush()

    async def probe(self, partition: int) -> str:
        """An account that never pays, told now."""
        account = account_in(partition, self._settings.partitions, f"probe-{partition}-{self._number()}")
        await self._open(account)
        return account

    def _number(self) -> int:
        self._count += 1
        return self._count

    async def _tell(self) -> None:
        started_s, told = time.monotonic(), 0
        while True:
            now_s = time.monotonic()
            while told < (now_s - started_s) * self._rate:
                account = f"a{self._number():06d}"
                pays = self._random.random() < PAYING_SHARE
                await self._open(account)
                told += 1
                if pays:
                    self.paying.add(account)
                    at_s = time.monotonic() + self._random.uniform(0, PAYS_WITHIN_S)
                    heapq.heappush(self._payments, (at_s, account))
            while self._payments and self._payments[0][0] <= now_s:
                await self._pay(heapq.heappop(self._payments)[1])
            await asyncio.sleep(_STEP_S)

    async def _open(self, account: str) -> None:
        await self._send(roles.PROFILE_UPDATED, profile(account), {})
        self.missed.append(account)
        await self._send(roles.REPAYMENT_MISSED, missed(account), self.missed_ms)

    async def _pay(self, account: str) -> None:
        await self._send(roles.PAYMENT_RECEIVED, paid(account), self.paid_ms)

    async def _send(self, role: str, body: Body, acknowledged: dict[str, int]) -> None:
        account: str = body["account_id"]
        key = account.encode()

        def done(sent: asyncio.Future[Any]) -> None:
            if sent.cancelled() or sent.exception() is not None:
                self.failed.append(f"{role} {account}: {'cancelled' if sent.cancelled() else sent.exception()!r}")
            else:
                acknowledged[account] = now_ms()

        while True:
            try:
                sent = await self._producer.send(
                    self._settings.topics[role],
                    json.dumps(body).encode(),
                    key=key,
                    partition=partition_of(key, self._settings.partitions),
                )
            except (KafkaTimeoutError, KafkaError):  # not taken, so it may be said again
                await asyncio.sleep(_RETRY_S)
            else:
                sent.add_done_callback(done)
                return
