"""The verifier on a real run: clean as it is, and every kind of fault found when the topics are tampered with.

The run is a replay on a broker that denies by default, where everybody has exactly the rights of the plan.
"""

import asyncio
import json
from collections.abc import Callable

import pytest

from agents.audit.findings import AuditTally
from agents.audit.reading import audit_cluster
from agents.audit.standards.standard import AuditPlaces, Standard
from agents.controls.topic import read_controls
from agents.offline.generator import START, generate
from agents.offline.generator.telling import midnight
from agents.offline.workers import settings_of
from agents.policy.files.policy import DEFAULT_POLICY, load_versions
from agents.verifier.compare import VerifierReport, verify
from agents.verifier.state import StateReport, verify_state
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from streams.cluster import admin
from streams.cluster.whole_logs import LoggedRecord, read_topics
from streams.settings import Settings
from streams.topics.rights import Principal
from streams.topics.topology import plan
from streams.transport.controls.controls import ControlRecord
from tests.kafka.exactly_once.data_run import NAMESPACE, DataRun
from tests.kafka.guarded import Guarded
from tests.places import PLACES

pytestmark = pytest.mark.kafka

DAYS = 60
ACCOUNTS = 300


class VerifiedRun:
    """A finished run and how far it came."""

    def __init__(
        self,
        settings: Settings,
        records: list[LoggedRecord],
        controls: list[ControlRecord],
        stated: StateReport,
        applied: dict[int, dict[str, int]],
        end_ms: int,
    ) -> None:
        self.records = records
        self.stated = stated
        self._settings = settings
        self._controls = controls
        self._applied = applied
        grid = Grid(settings.tick_period_s, settings.tick_offset_s, settings.tick_zone)
        self._ticked_ms = dict.fromkeys(range(settings.partitions), grid.at_or_before(end_ms))

    def audit(self) -> AuditTally:
        """Audit the topics themselves, with the rights of the verifier."""
        places = AuditPlaces(packs=PLACES.packs, approvals=PLACES.approvals)
        return asyncio.run(audit_cluster(self._settings, Standard(places)))

    def verify(self, records: list[LoggedRecord]) -> VerifierReport:
        """Verify these records as if they were the run's."""
        library = load_versions(PLACES, NAMESPACE)
        return verify(records, self._controls, self._settings, library, self._applied, self._ticked_ms)


@pytest.fixture(scope="module")
def run(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> VerifiedRun:
    return asyncio.run(_finished_run(guarded, tmp_path_factory))


async def _finished_run(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> VerifiedRun:
    folder = tmp_path_factory.mktemp("verifier")
    facts = folder / "facts.jsonl"
    facts.write_bytes(b"".join(generate(seed=3, accounts=ACCOUNTS, days=DAYS)))
    data = DataRun(facts, DEFAULT_POLICY, "Asia/Shanghai", 9, to_ms(midnight(START)) + DAYS * 86_400_000)
    variables = data.variables(guarded.bootstrap_servers, "verifier")
    settings = settings_of({**variables, **guarded.login(Principal.verifier)})
    await guarded.grant_planned(settings)
    await data.online(variables, folder, users=guarded.login)
    state = await admin.read_cluster(settings, plan(settings))
    by_topic = {name: role for role, name in settings.topics.items()}
    applied: dict[int, dict[str, int]] = {}
    for (topic, partition), at in state.offsets.items():
        applied.setdefault(partition, {})[by_topic[topic]] = at.committed or 0
    records = await read_topics(settings, (*roles.INPUTS, *roles.OUTPUTS))
    controls, stated = await read_controls(settings), await verify_state(settings)
    return VerifiedRun(settings, records, controls, stated, applied, data.end_ms)


def test_a_run_is_clean(run: VerifiedRun) -> None:
    report = run.verify(run.records)
    assert report.clean, report
    assert report.messages > 1_000
    assert report.decisions > 1_000
    assert any(record.role == roles.REMINDER_DEAD_LETTERS for record in run.records)


def test_the_audit_comes_to_the_same_by_code_of_its_own(run: VerifiedRun) -> None:
    tally, report = run.audit(), run.verify(run.records)
    assert tally.findings == []
    assert tally.judged["messages"] == sum(map(_is_sent, run.records))
    assert tally.judged["decisions"] == report.decisions
    assert tally.judged["amount, exact"] > 500


def test_every_reminder_of_which_the_accounts_tell_is_on_the_topic(run: VerifiedRun) -> None:
    assert run.stated.clean, run.stated
    reminders = {record.body()["reminder_id"] for record in run.records if _is_sent(record)}
    assert run.stated.reminders == len(reminders) > 500


def _is_sent(record: LoggedRecord) -> bool:
    return record.role == roles.REMINDERS and record.body()["type"] in ("reminder.issued", "reminder.escalated")


def _is_reminder(record: LoggedRecord) -> bool:
    return record.role == roles.REMINDERS and record.body()["type"].startswith("reminder.issued")


def _without_one(records: list[LoggedRecord]) -> list[LoggedRecord]:
    victim = next(record for record in records if _is_reminder(record))
    return [record for record in records if record is not victim]


def _twice(records: list[LoggedRecord]) -> list[LoggedRecord]:
    victim = next(record for record in records if _is_reminder(record))
    return [*records, victim]


def _with_another_amount(records: list[LoggedRecord]) -> list[LoggedRecord]:
    victim = next(record for record in records if _is_reminder(record))
    body = {**victim.body(), "amount_minor": 1}
    forged = victim._replace(value=json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())
    return [forged if record is victim else record for record in records]


def _with_one_more(records: list[LoggedRecord]) -> list[LoggedRecord]:
    victim = next(record for record in records if _is_reminder(record))
    body = {**victim.body(), "reminder_id": "0" * 32}
    return [*records, victim._replace(value=json.dumps(body).encode())]


def _without_the_end_of_an_account(records: list[LoggedRecord]) -> list[LoggedRecord]:
    last = {record.key: record for record in records if record.role == roles.REMINDERS}
    handed = next(record for record in last.values() if record.body()["type"] == "case.handed-off")
    at = handed.body()["handed_off_at"]
    return [
        r for r in records if not (r.key == handed.key and r.role in roles.OUTPUTS and at in (r.value or b"").decode())
    ]


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (_without_one, "missing"),
        (_twice, "doubled"),
        (_with_another_amount, "contradicting"),
        (_with_one_more, "extra"),
        (_without_the_end_of_an_account, "forgotten"),
    ],
)
def test_what_was_tampered_with_is_found(
    run: VerifiedRun, tamper: Callable[[list[LoggedRecord]], list[LoggedRecord]], fault: str
) -> None:
    assert run.verify(tamper(run.records)).faults[fault] == 1
