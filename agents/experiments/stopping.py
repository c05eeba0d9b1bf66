"""Stops an experiment by a control, and knows which were stopped."""

import secrets

from agents.controls import topic
from schemas.controls import ExperimentStopped
from schemas.values.instants import to_utc
from streams.clock import SystemClock
from streams.settings import Settings


def stop_of(policy: str, experiment: str, at_ms: int, by: str, reason: str) -> ExperimentStopped:
    """The control, said at an instant in epoch milliseconds. Raises pydantic's ValidationError for a bad name."""
    return ExperimentStopped(
        control_id=f"stop-{secrets.token_hex(6)}",
        time=to_utc(at_ms),
        by=by,
        reason=reason,
        policy=policy,
        experiment=experiment,
    )


class ControlStops:
    """The controls of an installation, under the name of the person who lets the watcher act."""

    def __init__(self, settings: Settings, by: str) -> None:
        self._settings = settings
        self._by = by

    async def stopped(self, policy: str) -> frozenset[str]:
        """By all controls up to now. Raises ClusterError when they cannot be read."""
        stands = await topic.what_stands(self._settings)
        return frozenset(experiment for owner, experiment in stands.stopped if owner == policy)

    async def stop(self, policy: str, experiment: str, reason: str) -> None:
        """Say it now. Raises ClusterError when the right to write is missing."""
        await topic.say(self._settings, stop_of(policy, experiment, SystemClock().now_ms(), self._by, reason))
