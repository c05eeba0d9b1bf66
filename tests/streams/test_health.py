"""The site on a real socket: alive is not ready, and lag is neither."""

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import pytest
from mode import Service

from agents.offline.workers import free_port
from streams.health import HealthSite, add_health_site, ensure_free
from streams.metrics import Metrics
from streams.settings import Settings, SettingsError
from streams.transport.observer import EngineStatus
from streams.transport.safeguards.closures import ClosureReason

WORKING = EngineStatus(assigned=(0, 1), restored=True, rebalancing=False)


@dataclass
class IdleEngine:
    """Says what a test wants it to say."""

    now: EngineStatus = field(default_factory=EngineStatus)

    def status(self) -> EngineStatus:
        return self.now


@pytest.fixture
def engine() -> IdleEngine:
    return IdleEngine()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def site(engine: IdleEngine, metrics: Metrics) -> AsyncIterator[HealthSite]:
    running = HealthSite("127.0.0.1", 0, metrics, engine.status)
    async with running:
        yield running


async def get(site: HealthSite, path: str) -> tuple[int, Any]:
    host, port = site.address
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}{path}") as answer:
        return answer.status, await answer.json()


async def test_a_worker_that_restores_is_alive_but_not_ready(site: HealthSite, engine: IdleEngine) -> None:
    engine.now = replace(WORKING, restored=False)
    assert await get(site, "/livez") == (200, {"alive": True, "reasons": []})
    assert await get(site, "/readyz") == (503, {"ready": False, "reasons": ["state is being restored"], "closed": []})


async def test_a_worker_without_partitions_says_why(site: HealthSite, engine: IdleEngine) -> None:
    engine.now = EngineStatus()
    reasons = ["the group is rebalancing", "no partition is assigned"]
    assert await get(site, "/readyz") == (503, {"ready": False, "reasons": reasons, "closed": []})
    assert (await get(site, "/livez"))[0] == 200


async def test_lag_is_no_reason(site: HealthSite, engine: IdleEngine) -> None:
    engine.now = replace(WORKING, lag={("payment-received", 0): 10_000_000})
    assert await get(site, "/livez") == (200, {"alive": True, "reasons": []})
    assert await get(site, "/readyz") == (200, {"ready": True, "reasons": [], "closed": []})


async def test_a_closed_partition_is_told_and_the_worker_ready_all_the_same(
    site: HealthSite, engine: IdleEngine
) -> None:
    said = "partition 1 sends nothing: payment-received LOST_OFFSET (offset 3, log 7 to 9)"
    engine.now = replace(WORKING, closed=(said,))
    assert await get(site, "/readyz") == (200, {"ready": True, "reasons": [], "closed": [said]})


async def test_what_only_a_new_process_can_repair_is_not_alive(site: HealthSite, engine: IdleEngine) -> None:
    said = "nothing has been heard of reminder-controls partition 0 for 61 s although the cluster answers"
    engine.now = replace(WORKING, stuck=(said,))
    assert await get(site, "/livez") == (503, {"alive": False, "reasons": [said]})


@pytest.mark.parametrize("reason", [*ClosureReason, "BAD_SHARE", "POLICY_VERSION_MISSING"])
async def test_no_closed_partition_by_itself_is_a_reason_to_restart(
    site: HealthSite, engine: IdleEngine, reason: str
) -> None:
    engine.now = replace(WORKING, closed=(f"partition 1 sends nothing: payment-received {reason}",))
    assert (await get(site, "/livez"))[0] == 200
    assert (await get(site, "/readyz"))[0] == 200


async def test_a_failed_engine_is_neither(site: HealthSite, engine: IdleEngine) -> None:
    engine.now = replace(WORKING, failed="InvariantBroken: account 42 owes +4479460000")
    reasons = ["the engine has failed (InvariantBroken), see the log"]
    assert await get(site, "/livez") == (503, {"alive": False, "reasons": reasons})
    assert await get(site, "/readyz") == (503, {"ready": False, "reasons": reasons, "closed": []})


async def test_metrics_are_prometheus_text(site: HealthSite, metrics: Metrics) -> None:
    metrics.decision("ALLOW", "DUE", 4)
    host, port = site.address
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}/metrics") as answer:
        body = await answer.text()
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'tactful_decisions_total{outcome="ALLOW",reason="DUE"} 4.0' in body
    assert "process_resident_memory_bytes" in body


async def test_it_answers_before_a_later_part_of_the_app_is_up(engine: IdleEngine, metrics: Metrics) -> None:
    """As in the app: restoring is a later child of the same service."""
    answered: list[int] = []

    class Restoring(Service):
        async def on_start(self) -> None:
            assert added is not None
            answered.append((await get(added, "/livez"))[0])

    app = Service()
    added = add_health_site(app, Settings(_env_file=None, health_port=free_port()), metrics, engine.status)
    app.add_dependency(Restoring())
    async with app:
        assert answered == [200]


def test_port_0_turns_it_off(engine: IdleEngine, metrics: Metrics) -> None:
    assert add_health_site(Service(), Settings(_env_file=None, health_port=0), metrics, engine.status) is None


async def test_a_taken_port_is_told_by_the_name_of_its_setting(site: HealthSite, engine: IdleEngine) -> None:
    host, port = site.address
    with pytest.raises(SettingsError, match=rf"TACTFUL_HEALTH_PORT: cannot listen on 127\.0\.0\.1:{port}"):
        await HealthSite(host, port, Metrics(), engine.status).on_start()


def test_a_taken_port_is_told_before_the_worker_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1:{port}"):
            ensure_free(Settings(_env_file=None, health_port=port))
    ensure_free(Settings(_env_file=None, health_port=0))
