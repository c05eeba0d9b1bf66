"""Everything that a policy may hold, on a real Kafka: segments, offers, an experiment, preferred hours and pacing.

Two workers replay a generated portfolio; one of them is killed in the middle of a transaction and comes back. What is
on the topics then is what the core gives offline, the verifier finds no fault, and a recount finds no cap broken.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agents.controls.topic import read_controls
from agents.offline.workers import Workers, settings_of
from agents.policy.files.policy import load_versions
from agents.verifier.compare import Report, verify
from agents.verifier.state import StateReport, verify_state
from streams import roles
from streams.broker.broker import Broker
from streams.clock import Grid
from streams.cluster import admin
from streams.cluster.whole_logs import Kept, read_topics
from streams.settings import Settings
from streams.topics.topology import plan
from tests.kafka.exactly_once.data_run import NAMESPACE, by_account, without_coordinates
from tests.kafka.reminders.whole_policy import INTERVAL_S, PARTITIONS, TICK_S, ZONE, FineRun, is_broken, whole_run
from tests.kafka.transactions import open_transactions, until_open_transaction, work_left
from tests.places import at

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

STEADY_S = 0.2
REMINDERS = {"reminder.issued", "reminder.escalated"}
OPENS, CLOSES = "09:00", "20:00"
A_DAY, A_WEEK = 1, 3
"""Messages to one person, ours and those that others report: CN-CAP-1 and CN-CAP-2."""


@dataclass(frozen=True)
class Whole:
    """The finished run, what the verifier says of it, and what the simulation gives."""

    run: FineRun
    records: list[Kept]
    report: Report
    stated: StateReport
    killed_with_left: int

    def bodies(self, role: str) -> Iterator[tuple[Kept, dict[str, Any]]]:
        """Of one topic, in the order of its partitions."""
        return ((record, record.body()) for record in self.records if record.role == role and not record.is_mark)

    def sent(self) -> list[tuple[Kept, dict[str, Any]]]:
        """The reminders."""
        return [(record, body) for record, body in self.bodies(roles.REMINDERS) if body["type"] in REMINDERS]

    @cached_property
    def zones(self) -> dict[str, ZoneInfo]:
        """Where each account's clock stands; nobody moves in this portfolio."""
        told = (body for _, body in self.bodies(roles.PROFILE_UPDATED))
        # Records that could not be used tell nothing.
        return {body["account_id"]: ZoneInfo(body["zone"]) for body in told if not is_broken(body)}


@pytest.fixture(scope="module")
def whole(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return asyncio.run(_finished(broker, tmp_path_factory.mktemp("whole")))


async def _finished(broker: Broker, folder: Path) -> Whole:
    run = whole_run(folder)
    variables = run.online_variables(broker.bootstrap_servers, "whole")
    settings = settings_of(variables)
    left: list[int] = []

    async def kill(workers: Workers, settings: Settings) -> None:
        left.append(await _killed_in_the_middle(workers, settings))

    await run.online(variables, folder, kill)
    records = await read_topics(settings, (*roles.INPUTS, *roles.OUTPUTS))
    report = await _verified(run, settings, records)
    return Whole(run, records, report, await verify_state(settings), left[0])


async def _killed_in_the_middle(workers: Workers, settings: Settings) -> int:
    """Kill -9 a worker whose open transaction holds decisions, and start it again; returns what was left to do."""
    everything = await work_left(settings)
    while await work_left(settings) > everything * 2 // 3:
        workers.check_alive()
    for number in (0, 1) * 5:
        partition = await until_open_transaction(workers, settings, number, roles.REMINDER_DECISIONS)
        workers.kill(number)
        await asyncio.sleep(STEADY_S)
        # A kill just after a commit harms nobody and proves nothing: then another one is needed.
        harmed = partition in await open_transactions(settings, roles.REMINDER_DECISIONS)
        left = await work_left(settings)
        workers.restart(number)
        if harmed:
            return left
    raise AssertionError("no kill met an open transaction")


async def _verified(run: FineRun, settings: Settings, records: list[Kept]) -> Report:
    state = await admin.read_cluster(settings, plan(settings))
    by_topic = {name: role for role, name in settings.topics.items()}
    applied: dict[int, dict[str, int]] = defaultdict(dict)
    for (topic, partition), at_ in state.offsets.items():
        applied[partition][by_topic[topic]] = at_.committed or 0
    ticked = dict.fromkeys(range(settings.partitions), Grid(TICK_S, 0, ZONE).at_or_before(run.end_ms))
    library = load_versions(at(run.policy), NAMESPACE)
    return verify(records, await read_controls(settings), settings, library, applied, ticked)


def test_the_same_messages_leave_as_offline(whole: Whole) -> None:
    online, offline = by_account(_outputs(whole.records)), whole.run.offline
    assert whole.killed_with_left > 0, "everything had been done before the kill"
    assert online[roles.REMINDERS] == offline[roles.REMINDERS]
    assert sum(map(len, online[roles.REMINDERS].values())) > 500, "the portfolio says enough to prove something"


def test_the_same_decisions_are_recorded_as_offline(whole: Whole) -> None:
    online, offline = by_account(_outputs(whole.records)), whole.run.offline
    assert without_coordinates(online[roles.REMINDER_DECISIONS]) == without_coordinates(
        offline[roles.REMINDER_DECISIONS]
    )


def _outputs(records: list[Kept]) -> list[Kept]:
    # A dead letter keeps the key of its original, which may have none.
    return [record for record in records if record.role in (roles.REMINDERS, roles.REMINDER_DECISIONS)]


def test_the_verifier_finds_no_fault(whole: Whole) -> None:
    assert whole.report.clean, whole.report
    assert whole.stated.clean, whole.stated
    assert whole.stated.reminders == len(whole.sent()) == len({body["reminder_id"] for _, body in whole.sent()})
    assert whole.report.raced == 0


def test_everything_that_the_policy_holds_has_happened(whole: Whole) -> None:
    codes = Counter(body["code"] for _, body in whole.bodies(roles.REMINDER_DECISIONS))
    assert all(codes[code] for code in ("PACED", "HOLD_OUT", "CAP_REACHED", "ESCALATED")), codes
    messages = [body for _, body in whole.sent()]
    assert {body["segment"] for body in messages} == {None, "BROKEN_PROMISE", "SMALL", "FORGETTER", "LIKELY_LATE"}
    assert {body["tone"] for body in messages} == {"neutral", "warm", "supportive"}
    assert {body["arm"] for body in messages} == {None, "NEUTRAL", "SUPPORTIVE"}
    offers = Counter(body["offer"]["kind"] for body in messages if body["offer"] is not None)
    assert offers["plan"] > 20, offers
    assert offers["extension"] > 20, offers


def test_plans_make_the_whole_debt(whole: Whole) -> None:
    for _, body in whole.sent():
        offer = body["offer"]
        if offer is not None and offer["kind"] == "plan":
            assert offer["part_minor"] * (offer["parts"] - 1) + offer["last_part_minor"] == body["amount_minor"]


def test_an_account_keeps_its_arm_and_a_hold_out_hears_nothing(whole: Whole) -> None:
    arms: dict[str, set[str]] = defaultdict(set)
    held: Counter[tuple[str, str, str]] = Counter()
    for _, body in whole.bodies(roles.REMINDER_DECISIONS):
        if body["arm"] is not None:
            arms[body["account_id"]].add(body["arm"])
        if body["code"] == "HOLD_OUT":
            held[body["account_id"], body["cycle_id"], body["stage"]] += 1
    assert all(len(found) == 1 for found in arms.values()), arms
    assert set(held.values()) == {1}, "its reason is told once a stage"
    heard = {body["account_id"] for _, body in whole.sent() if body["experiment"] is not None}
    assert not heard & {account_id for account_id, _, _ in held}


def test_no_cap_is_broken(whole: Whole) -> None:
    others: dict[str, list[datetime]] = defaultdict(list)
    for _, body in whole.bodies(roles.CASE_UPDATED):
        if body.get("type") == "contact.made" and body["channel"] == "sms":
            others[body["account_id"]].append(datetime.fromisoformat(body["made_at"]))
    ours: dict[str, list[date]] = defaultdict(list)
    for _, body in whole.sent():
        account_id, issued = body["account_id"], datetime.fromisoformat(body["issued_at"])
        today = issued.astimezone(whole.zones[account_id]).date()
        theirs = [made.astimezone(ZoneInfo(ZONE)).date() for made in others[account_id] if made <= issued]
        days = [*ours[account_id], *theirs]
        assert sum(day == today for day in days) < A_DAY, (account_id, body["reminder_id"])
        assert sum(day > today - timedelta(days=7) for day in days) < A_WEEK, (account_id, body["reminder_id"])
        ours[account_id].append(today)
    assert len(ours) > 100
    assert len(others) > 5


def test_every_message_lies_in_the_hours_of_its_reader(whole: Whole) -> None:
    for _, body in whole.sent():
        local = datetime.fromisoformat(body["issued_at"]).astimezone(whole.zones[body["account_id"]])
        assert OPENS <= f"{local:%H:%M}" < CLOSES, (body["account_id"], local)
    assert len({str(whole.zones[body["account_id"]]) for _, body in whole.sent()}) > 2


def test_no_partition_is_faster_than_its_part_of_the_rate(whole: Whole) -> None:
    issued: dict[int, list[datetime]] = defaultdict(list)
    for record, body in whole.sent():
        issued[record.partition].append(datetime.fromisoformat(body["issued_at"]))
    assert len(issued) == PARTITIONS
    for times in issued.values():
        times.sort()
        for first, start in enumerate(times):
            for more, end in enumerate(times[first : first + 50]):
                # A tick may use the turns since the tick before it.
                assert more * INTERVAL_S <= (end - start).total_seconds() + TICK_S
