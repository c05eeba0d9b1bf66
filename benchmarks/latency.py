"""From the produce call of a payment to its recall in a reader's hand, at a steady rate, and what it costs.

Each payment is for an account that holds an open reminder, so each leads to `reminder.cancelled` at once. The reader
sees committed records only. Producer, reader, broker and worker share the machine. Stock Faust does its small job at
the same rate, in turn: it commits nothing with its outputs, so they are to be seen at once.
"""

import argparse
import asyncio
import time
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer

from benchmarks import portfolio
from benchmarks.rig import (
    PARTITIONS,
    BenchRig,
    Process,
    counting,
    free_port,
    kind_of,
    on_broker,
    spread,
    wait_metric,
    wait_ready,
)
from streams import roles
from streams.transport.partitioner import partition_of

SETTLE_S = 3.0
BEAT_S = 0.005


class LatencyResult(NamedTuple):
    """Of one run."""

    p50_ms: float
    p99_ms: float
    p999_ms: float
    worker_percent: float
    cpu_us: float
    late_ms: float
    """How far the producer fell behind its own plan at worst: large means that the machine was too busy."""


async def worker(servers: str, rate: int, seconds: float, commit_interval_ms: int) -> LatencyResult:
    """One worker with `rate * (SETTLE_S + seconds)` open reminders, then that many payments in step."""
    rig, port = BenchRig(servers, commit_interval_ms=commit_interval_ms), free_port()
    await rig.create()
    process = rig.worker(port)
    count = round(rate * (SETTLE_S + seconds))
    try:
        await wait_ready(process, port)
        await rig.load({roles.PROFILE_UPDATED: portfolio.profiles(count)})
        await wait_metric(process, port, "tactful_facts_total", count)
        async with counting(servers, rig.topic(roles.REMINDERS)) as outputs:
            await rig.load({roles.REPAYMENT_MISSED: portfolio.misses(count)})
            await outputs.until(process, "reminder.issued", count)
            return await _pay(rig, process, outputs.consumer, rate, count, "reminder.cancelled")
    finally:
        process.stop()


async def stock(servers: str, rate: int, seconds: float, _commit_interval_ms: int) -> LatencyResult:
    """Stock Faust: one output for each payment."""
    rig = BenchRig(servers)
    await rig.create()
    count = round(rate * (SETTLE_S + seconds))
    await rig.load({roles.PAYMENT_RECEIVED: (portfolio.payment(count),)})
    async with counting(servers, rig.topic(roles.REMINDERS)) as outputs:
        process = rig.small_job("stock")
        try:
            await outputs.until(process, "", 1)
            return await _pay(rig, process, outputs.consumer, rate, count, "")
        finally:
            process.stop()


CONTENDERS = {"tactful worker": worker, "stock Faust, small job": stock}


async def _pay(rig: BenchRig, process: Process, consumer: Any, rate: int, count: int, answer: str) -> LatencyResult:
    sent_at: dict[bytes, float] = {}
    took_ms: list[float] = []
    warm = round(rate * SETTLE_S)
    usage, late_ms = process.usage(), 0.0
    began = time.monotonic()

    async def produce() -> None:
        nonlocal usage, late_ms, began
        async with AIOKafkaProducer(
            bootstrap_servers=list(rig.settings.bootstrap_servers), acks="all", linger_ms=1
        ) as producer:
            start = time.monotonic()
            for number in range(count):
                due = start + number / rate
                if (ahead := due - time.monotonic()) > BEAT_S:
                    await asyncio.sleep(ahead)
                if number == warm:
                    usage, began = process.usage(), time.monotonic()
                key, value = portfolio.payment(number)
                now = time.monotonic()
                late_ms = max(late_ms, (now - due) * 1000) if number >= warm else 0.0
                sent_at[key] = now
                topic = rig.topic(roles.PAYMENT_RECEIVED)
                await producer.send(topic, value, key=key, partition=partition_of(key, PARTITIONS))

    producing = asyncio.create_task(produce())
    numbers = {portfolio.account_id(number).encode() for number in range(warm)}
    seen = 0
    while seen < count:
        process.check()
        if producing.done():
            producing.result()
        for records in (await consumer.getmany(timeout_ms=500)).values():
            now = time.monotonic()
            for record in records:
                if kind_of(record) == answer:
                    seen += 1
                    if record.key not in numbers:
                        took_ms.append((now - sent_at[record.key]) * 1000)
    await producing
    after, lasted = process.usage(), time.monotonic() - began
    cpu_s = after.cpu_s - usage.cpu_s
    took_ms.sort()
    return LatencyResult(
        _at(took_ms, 0.5),
        _at(took_ms, 0.99),
        _at(took_ms, 0.999),
        cpu_s / lasted * 100,
        cpu_s / len(took_ms) * 1e6,
        late_ms,
    )


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def run(servers: str, rates: list[int], seconds: float, pairs: int, commit_interval_ms: int) -> None:
    """For every rate the two in turn, `pairs` times."""
    await worker(servers, max(rates), seconds, commit_interval_ms)  # a broker that has just started compiles itself
    found: dict[tuple[int, str], list[LatencyResult]] = {(rate, name): [] for rate in rates for name in CONTENDERS}
    for number in range(1, pairs + 1):
        for (rate, name), results in found.items():
            result = await CONTENDERS[name](servers, rate, seconds, commit_interval_ms)
            results.append(result)
            print(
                f"{number} {rate:>5}/s {name:<22}  p50 {result.p50_ms:.0f}  p99 {result.p99_ms:.0f}"
                f"  p99.9 {result.p999_ms:.0f} ms  worker {result.worker_percent:.1f} %  {result.cpu_us:.0f} us/fact"
                f"  producer late {result.late_ms:.0f} ms",
                flush=True,
            )
    for (rate, name), results in found.items():
        print(
            f"{rate}/s {name}: p50 {spread((r.p50_ms for r in results), 0)}"
            f" p99 {spread((r.p99_ms for r in results), 0)} p99.9 {spread((r.p999_ms for r in results), 0)} ms, "
            f"{spread(r.worker_percent for r in results)} % of a core"
        )


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--commit-interval-ms", type=int, default=100)
    given = parser.parse_args()
    on_broker(lambda servers: run(servers, given.rates, given.seconds, given.pairs, given.commit_interval_ms))


if __name__ == "__main__":
    main()
