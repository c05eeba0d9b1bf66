"""create_app(): a Faust app that runs on the engine. Agents read as Faust agents; `faust -A module worker` works."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any, cast

import faust
from faust.app.base import BootStrategy
from mode.supervisors import CrashingSupervisor

import streams.transport
from schemas.printable import keep_printable
from streams.settings import Settings
from streams.transport.controls.controls import Folding
from streams.transport.engine import Engine
from streams.transport.group.assignor import EngineAssignor
from streams.transport.group.instances import EXIT_TAKEN_OVER, is_taken_over
from streams.transport.observer import EngineObserver
from streams.transport.outages.logs import hush_while_stopping, limit_repeats
from streams.transport.partition.table import EngineTable
from streams.transport.sources.merge import Order, no_order
from streams.transport.stream import ChunkStream
from streams.transport.takeover.tables import EngineTables
from streams.transport.topic import EngineTopic

_EXIT_GRACE_S = 4.0
_EXIT_CODE = 70


class EngineBoot(BootStrategy):
    """No plain producer, as all records leave in transactions; no web server, whatever the command line says."""

    enable_kafka_producer = False
    enable_web = False


class EngineApp(faust.App):
    """A Faust app with an engine."""

    BootStrategy = EngineBoot

    def __init__(self, engine: Engine, **options: Any) -> None:
        self.engine = engine
        engine.crash = self._crash_soon
        super().__init__(engine.settings.group_id, **options)

    def topic(self, *topics: str, **options: Any) -> EngineTopic:
        """A topic of raw bytes: input of an agent, or output with `emit`."""
        raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
        return cast("EngineTopic", super().topic(*topics, **{**raw, **options}))

    def Table(self, name: str, **options: Any) -> EngineTable:  # noqa: N802 - Faust's name
        """The table of raw bytes that the app may have."""
        changelog = self.topic(self.engine.changelog)
        raw = {"key_type": bytes, "value_type": bytes, "changelog_topic": changelog}
        return cast("EngineTable", super().Table(name, **{**raw, **options}))

    def _crash_soon(self, error: BaseException) -> None:
        if self.in_worker:
            exit_soon(EXIT_TAKEN_OVER if is_taken_over(error) else _EXIT_CODE)
            hush_while_stopping()
        self._crashing = self.loop.create_task(self.crash(error))

    async def _on_agent_error(self, agent: Any, exc: BaseException) -> None:
        """The agent raised: nothing of its chunk may count."""
        self.engine.fail(exc)


def exit_soon(code: int = _EXIT_CODE, grace_s: float = _EXIT_GRACE_S) -> Any:
    """End the process even if its orderly stop hangs: a worker that cannot commit must not look alive."""
    timer = threading.Timer(grace_s, os._exit, (code,))
    timer.daemon = True
    timer.start()
    return timer


def create_app(
    settings: Settings,
    *,
    replay_order: Order | None = None,
    observer: EngineObserver | None = None,
    controls: Folding | None = None,
    admit: Callable[[Iterable[bytes]], str | None] | None = None,
) -> EngineApp:
    """The app of a worker. `replay_order(topic, key, value)` sorts facts of one instant in replay mode.

    With `controls` the controls topic is read, too, and no tick comes before all of it is. `admit` is asked of a
    partition's restored values and may give a reason to leave the partition alone.
    """
    keep_printable()
    limit_repeats()
    engine = Engine(settings, replay_order or no_order, observer or EngineObserver(), controls)
    if admit is not None:
        engine.admit = admit
    return EngineApp(
        engine,
        broker=[f"{streams.transport.SCHEME}://{server}" for server in settings.bootstrap_servers],
        consumer_group_instance_id=settings.instance_id,
        datadir=str(settings.data_dir),
        broker_request_timeout=settings.consumer_request_timeout_ms / 1000,
        broker_session_timeout=settings.session_timeout_ms / 1000,
        broker_rebalance_timeout=settings.rebalance_timeout_ms / 1000,
        broker_heartbeat_interval=settings.heartbeat_interval_ms / 1000,
        agent_supervisor=CrashingSupervisor,  # an agent that failed must not be started again
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        stream_wait_empty=True,
        web_enabled=False,
        Stream=ChunkStream,
        Topic=EngineTopic,
        Table=EngineTable,
        TableManager=EngineTables,
        PartitionAssignor=EngineAssignor,
    )
