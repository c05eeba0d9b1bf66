"""A worker's small site: /metrics for Prometheus, /livez and /readyz for whoever restarts and routes.

Alive means that the loop answers, the engine has not failed, and a cluster that answers is heard; never lag, a
rebalance or a long restore, which a restart would only begin again, nor what no restart repairs. Ready means that this
worker's partitions are restored and being worked on.
"""

import socket
from collections.abc import Callable
from typing import Any

from aiohttp import web
from mode import Service
from mode.types.services import ServiceT

from streams.metrics import CONTENT_TYPE, Metrics
from streams.settings import Settings, SettingsError
from streams.settings_faults import variable
from streams.transport.observer import EngineStatus

OK = 200
UNAVAILABLE = 503


def not_alive(status: EngineStatus) -> list[str]:
    """Why this process should be replaced: of an error its kind only, as its text may quote a record."""
    failed = [f"the engine has failed ({status.failed.partition(':')[0]}), see the log"] if status.failed else []
    return [*failed, *status.stuck]


def not_ready(status: EngineStatus) -> list[str]:
    """Why this process does no work just now."""
    reasons = not_alive(status)
    if status.rebalancing:
        reasons.append("the group is rebalancing")
    if not status.assigned:
        reasons.append("no partition is assigned")
    elif not status.restored:
        reasons.append("state is being restored")
    return [*reasons, *status.hindered]


def add_health_site(
    app: ServiceT, settings: Settings, metrics: Metrics, status: Callable[[], EngineStatus]
) -> "HealthSite | None":
    """To be called before the app starts: its first child answers while the later ones restore state.

    Faust's own place for services (`app.service`) starts them after recovery only.
    """
    if settings.health_port == 0:
        return None
    site = HealthSite(settings.health_host, settings.health_port, metrics, status)
    app.add_dependency(site)
    return site


def ensure_free(settings: Settings) -> None:
    """Raises SettingsError in one line when the site's port is taken; inside the worker it would be a stack trace."""
    if settings.health_port == 0:
        return
    try:
        with socket.create_server((settings.health_host, settings.health_port)):
            return
    except OSError as error:
        raise _cannot_listen(settings.health_host, settings.health_port, error) from None


def _cannot_listen(host: str, port: int, error: OSError) -> SettingsError:
    where = f"{variable('health_host')}, {variable('health_port')}"
    return SettingsError([f"{where}: cannot listen on {host}:{port} ({error.strerror})"])


class HealthSite(Service):
    """The site itself; port 0 is any free port."""

    def __init__(self, host: str, port: int, metrics: Metrics, status: Callable[[], EngineStatus]) -> None:
        super().__init__()
        self._host = host
        self._port = port
        self._metrics = metrics
        self._status = status
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Where it really listens."""
        assert self._runner is not None, "the site has not been started"
        host, port = self._runner.addresses[0][:2]
        return host, port

    async def on_start(self) -> None:
        site = web.Application()
        site.router.add_get("/metrics", self._serve_metrics)
        site.router.add_get("/livez", self._serve_livez)
        site.router.add_get("/readyz", self._serve_readyz)
        self._runner = web.AppRunner(site, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise _cannot_listen(self._host, self._port, error) from error

    async def on_stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve_metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    async def _serve_livez(self, request: web.Request) -> web.Response:
        return _answer({"alive": not (reasons := not_alive(self._status())), "reasons": reasons})

    async def _serve_readyz(self, request: web.Request) -> web.Response:
        status = self._status()
        reasons = not_ready(status)
        # A closed partition is not for a restart to repair, and its facts go on to be applied: ready all the same.
        return _answer({"ready": not reasons, "reasons": reasons, "closed": list(status.closed)})


def _answer(body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=UNAVAILABLE if body["reasons"] else OK)
