"""One worker process: the engine, the reminders agent, and the site that says how it is.

`tactful worker` runs it after a check of the topics; `faust -A agents.reminders.app worker` runs the same app.
"""

import logging
from typing import Any

import faust

from agents.controls.fold import CONTROLS
from agents.policy.files.policy import load_versions, places_of, unapproved
from agents.reminders.agent import attach
from agents.reminders.pinned import admits
from schemas.reading import replay_order
from streams.app import EngineApp, create_app
from streams.health import add_health_site, ensure_free
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.group.instances import EXIT_TAKEN_OVER, is_taken_over

log = logging.getLogger(__name__)


def build_app(settings: Settings) -> EngineApp:
    """The app of one worker.

    Raises PolicyFault when the policy or its texts may not run.
    """
    versions = load_versions(places_of(settings), settings.namespace)
    for doubt in unapproved(versions.latest):
        log.warning("%s", doubt)
    metrics = Metrics()
    app = create_app(settings, replay_order=replay_order, observer=metrics, controls=CONTROLS, admit=admits(versions))
    attach(app, settings, versions, metrics)
    add_health_site(app, settings, metrics, app.engine.status)
    return app


def run(settings: Settings) -> None:
    """Work until stopped. Leaves by SystemExit with the exit code of the worker."""
    ensure_free(settings)
    app = build_app(settings)
    worker: Any = faust.Worker(app, loglevel=settings.log_level, redirect_stdouts=False)
    try:
        worker.execute_from_commandline()
    finally:
        if is_taken_over(app.engine.failure):
            raise SystemExit(EXIT_TAKEN_OVER)
