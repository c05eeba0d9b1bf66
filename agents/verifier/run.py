"""The verifier on a cluster: reads inputs, controls and outputs, and how far the group has come."""

from collections.abc import Iterable

from agents.controls.topic import read_controls
from agents.decisions import Versions
from agents.verifier.compare import VerifierReport, verify
from agents.verifier.history import read_decision
from schemas.values.instants import to_ms
from streams import roles
from streams.cluster import admin
from streams.cluster.whole_logs import LoggedRecord, read_topics
from streams.settings import Settings
from streams.topics.topology import plan


async def verify_cluster(settings: Settings, versions: Versions, slack_ms: int) -> VerifierReport:
    """Verify what the topics hold now. Something due counts as forgotten ``slack_ms`` after a later tick was recorded.

    The inputs must still be there from the first fact on: what retention has taken cannot be recomputed.
    """
    await admin.require(settings, (*roles.INPUTS, *roles.OUTPUTS))
    # Offsets first: what is committed by now has its outputs on the topics that are read after it.
    state = await admin.read_cluster(settings, plan(settings))
    topic_roles = {name: role for role, name in settings.topics.items()}
    applied: dict[int, dict[str, int]] = {}
    for (topic, partition), at in state.offsets.items():
        applied.setdefault(partition, {})[topic_roles[topic]] = at.committed or 0
    records = await read_topics(settings, (*roles.INPUTS, *roles.OUTPUTS))
    # Controls last: whatever a decision saw of them is on the topic by now.
    controls = await read_controls(settings)
    ticked = {partition: ms - slack_ms for partition, ms in last_ticks(records).items()}
    return verify(records, controls, settings, versions, applied, ticked)


def last_ticks(records: Iterable[LoggedRecord]) -> dict[int, int]:
    """Partition -> the newest tick of which a decision tells, in epoch milliseconds."""
    found: dict[int, int] = {}
    for record in records:
        if record.role == roles.REMINDER_DECISIONS:
            decision = read_decision(record)
            if decision is not None and decision.trigger == "tick":
                found[record.partition] = max(found.get(record.partition, 0), to_ms(decision.now))
    return found
