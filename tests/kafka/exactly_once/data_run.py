"""Facts of a data set through Kafka in replay mode, and what the same facts give offline."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agents.offline.fact_files import read_lines
from agents.offline.feed import Feeder
from agents.offline.simulation import Simulation
from agents.offline.workers import Workers, settings_of
from agents.policy.files.policy import load_rulebook
from examples.fact_lines import Fact, write_lines
from streams import roles
from streams.clock import Grid
from streams.cluster import admin
from streams.cluster.whole_logs import LoggedRecord, read_topics
from streams.settings import Settings
from streams.topics.rights import Principal
from tests.places import ANY_SENDER, OWN_POLICY, at

DAY_S = 86_400
NAMESPACE = "data"
"""One for all runs, as reminder ids hold it: what is expected is computed once."""
OFFLINE_AND_ONLINE = (roles.REMINDERS, roles.REMINDER_DECISIONS)
COORDINATES = ("inputs", "watermarks", "controls", "unread")
"""What of a decision's evidence says where its input lay; everything else is the same wherever it runs."""

Users = Callable[[Principal], Mapping[str, str]]
"""The settings with which a principal comes in where the cluster asks who comes."""


def anybody(_: Principal) -> Mapping[str, str]:
    """Nobody is asked."""
    return {}


@dataclass(frozen=True)
class DataRun:
    """One data set with its policy, its daily tick and its last day."""

    facts: Path
    policy: Path
    zone: str
    tick_hour: int
    end_ms: int

    def variables(self, servers: str, topics: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """The settings of every process of the run; ``topics`` keeps the topics and the group of one run apart."""
        return {
            **OWN_POLICY,
            "TACTFUL_BOOTSTRAP_SERVERS": servers,
            "TACTFUL_NAMESPACE": NAMESPACE,
            "TACTFUL_GROUP_ID": topics,
            "TACTFUL_TOPIC_PREFIX": f"{topics}-",
            "TACTFUL_CLOCK": "replay",
            "TACTFUL_TICK_PERIOD_S": str(DAY_S),
            "TACTFUL_TICK_OFFSET_S": str(self.tick_hour * 3600),
            "TACTFUL_TICK_ZONE": self.zone,
            "TACTFUL_POLICY": str(self.policy),
            "TACTFUL_LOG_LEVEL": "WARNING",
            **(extra or {}),
        }

    @cached_property
    def offline(self) -> dict[str, dict[bytes, list[bytes]]]:
        """Topic role -> account -> its records in order, by the simulation."""
        rulebook = load_rulebook(at(self.policy)._replace(approvals=ANY_SENDER), NAMESPACE)
        simulation = Simulation(rulebook, Grid(DAY_S, self.tick_hour * 3600, self.zone), 65_536)
        found: dict[str, dict[bytes, list[bytes]]] = {role: defaultdict(list) for role in roles.OUTPUTS}
        for emitted in simulation.run(read_lines([str(self.facts)]), self.end_ms):
            assert emitted.key is not None
            found[emitted.role][emitted.key].append(emitted.value)
        return found

    async def online(
        self,
        variables: Mapping[str, str],
        logs: Path,
        meanwhile: Callable[[Workers, Settings], Awaitable[None]] | None = None,
        timeout_s: float = 600,
        users: Users = anybody,
    ) -> list[LoggedRecord]:
        """Feed everything, replay it with two workers, and read all outputs; each as who it is."""
        settings = settings_of({**variables, **users(Principal.verifier)})
        await admin.create(settings_of({**variables, **users(Principal.admin)}))
        async with Feeder(settings_of({**variables, **users(Principal.source)}), 7 * DAY_S * 1000) as feeder:
            await feeder.feed(read_lines([str(self.facts)]), self.end_ms)
        with Workers(2, {**variables, **users(Principal.worker)}, logs) as workers:
            if meanwhile is not None:
                await meanwhile(workers, settings)
            await asyncio.to_thread(workers.wait_until, self.end_ms, settings.partitions, timeout_s)
        return await read_topics(settings, roles.OUTPUTS)


def by_account(records: Iterable[LoggedRecord]) -> dict[str, dict[bytes, list[bytes]]]:
    """Topic role -> account -> its records in order."""
    found: dict[str, dict[bytes, list[bytes]]] = {role: defaultdict(list) for role in roles.OUTPUTS}
    for record in records:
        assert record.key is not None
        assert record.value is not None
        found[record.role][record.key].append(record.value)
    return found


def without_coordinates(decisions: Mapping[bytes, list[bytes]]) -> dict[bytes, list[dict[str, Any]]]:
    """Decisions as they are wherever they were taken."""
    cleaned: dict[bytes, list[dict[str, Any]]] = {}
    for account, values in decisions.items():
        bodies = [json.loads(value) for value in values]
        for body in bodies:
            for name in COORDINATES:
                del body["evidence"][name]
        cleaned[account] = bodies
    return cleaned


def write_facts(facts: Iterable[Fact], folder: Path) -> Path:
    """The fact lines of a data set in a file."""
    path = folder / "facts.jsonl"
    write_lines(facts, str(path))
    return path
