"""A real worker's site: alive from the start, ready when it works, and its metrics are what happened."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from agents.offline.workers import free_port
from streams.broker.broker import Broker
from tests.kafka.rig import GivenRecord, Rig, until

pytestmark = pytest.mark.kafka
FACTS = 400


async def ask(port: int, path: str) -> tuple[int, Any] | None:
    """Status and body; None while nobody listens."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status, await (answer.text() if path == "/metrics" else answer.json())
    except aiohttp.ClientConnectionError:
        return None


async def metric(port: int, name: str) -> dict[str, float]:
    """Values of a metric by topic."""
    answer = await ask(port, "/metrics")
    assert answer is not None
    return {
        sample.labels.get("topic", ""): sample.value
        for family in text_string_to_metric_families(answer[1])
        for sample in family.samples
        if sample.name == name
    }


async def test_a_worker_tells_how_it_is(broker: Broker, tmp_path: Path) -> None:
    rig = Rig(broker.bootstrap_servers, tmp_path, app="tests.kafka.start.site_app")
    await rig.create()
    topic = rig.topic("payment-received")
    await rig.produce(GivenRecord(topic, n % 4, b"account-%d" % n, b"{}", 1_700_000_000_000 + n) for n in range(FACTS))
    port = free_port()
    rig.start_worker(TACTFUL_HEALTH_PORT=str(port))
    seen: list[tuple[int, list[str]]] = []

    async def is_ready() -> bool:
        live, ready = await ask(port, "/livez"), await ask(port, "/readyz")
        if live is None or ready is None:
            return False
        seen.append((live[0], ready[1]["reasons"]))
        return ready[0] == 200

    async def has_counted_all() -> bool:
        return (await metric(port, "tactful_facts_total")).get(topic) == FACTS

    async def has_committed() -> bool:
        return (await metric(port, "tactful_commit_seconds_count"))[""] >= 1

    try:
        await until(is_ready, step_s=0.02)
        await until(has_counted_all)
        assert {status for status, _ in seen} == {200}, "never not alive"
        assert seen[0][1], "it answered before it was ready"
        assert await metric(port, "tactful_live_partitions") == {"": 4}
        assert (await metric(port, "tactful_decisions_total")) == {"": FACTS}
        await until(has_committed)
    finally:
        codes = rig.stop_workers()
    assert codes == {"a": 0}, rig.log_of()
