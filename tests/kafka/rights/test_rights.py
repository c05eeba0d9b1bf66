"""On a broker that denies by default: what the plan grants is what the broker holds, and each right that is missing
ends the worker with one line that names it."""

import asyncio
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from aiokafka import AIOKafkaProducer

from agents.offline.workers import settings_of
from streams import roles
from streams.cluster import admin
from streams.cluster.cluster import ClusterError
from streams.settings import Settings
from streams.topics.rights import Kind, Operation, Principal, Right, rights
from tests.kafka.command import tactful
from tests.kafka.guarded import OWNER, SPARE, Granted, Guarded
from tests.kafka.live import POLICY, missed, profile

pytestmark = pytest.mark.kafka

HINT: Final = ": see `tactful topics plan --format acls`"
ENDS_WITHIN_S: Final = 300.0
STOPPED_BY_ITSELF: Final = (1, 70)
"""70 where the machine is too busy for an orderly stop in time."""


class Lacking(NamedTuple):
    """A worker's right on a topic of this role, or on its only resource of another kind."""

    kind: Kind
    role: str
    operation: Operation

    def right(self, settings: Settings) -> Right:
        """What it is called in an installation."""
        (found,) = (
            right
            for right in rights(settings, Principal.worker)
            if (right.kind, right.operation) == (self.kind, self.operation)
            and (self.kind != "topic" or right.name == settings.topics[self.role])
        )
        return found


CASES: Final = (
    Lacking("topic", roles.PAYMENT_RECEIVED, "Read"),
    Lacking("topic", roles.REMINDERS, "Write"),
    Lacking("topic", roles.ACCOUNTS_CHANGELOG, "Read"),
    Lacking("topic", roles.ACCOUNTS_CHANGELOG, "Write"),
    Lacking("group", "", "Read"),
    Lacking("transactional id", "", "Write"),
)


def named(case: Lacking) -> str:
    return " ".join(filter(None, (case.operation, case.kind, case.role)))


class Ended(NamedTuple):
    """What a worker without a right left behind, and what the check says."""

    lacked: Right
    run: subprocess.CompletedProcess[str]
    checked: list[str]


@pytest.fixture(scope="module")
def ended(guarded: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Lacking, Ended]:
    """All cases at once: each has topics and a user of its own."""
    folder = tmp_path_factory.mktemp("rights")
    (folder / "policy.toml").write_text(POLICY)

    async def run_all() -> list[Ended]:
        return await asyncio.gather(*(_ended(guarded, folder, *case) for case in zip(CASES, SPARE, strict=False)))

    return dict(zip(CASES, asyncio.run(run_all()), strict=True))


async def _ended(guarded: Guarded, folder: Path, case: Lacking, user: str) -> Ended:
    variables = installation(user) | {"TACTFUL_POLICY": str(folder / "policy.toml")}
    owner = settings_of({**variables, **guarded.login(OWNER)})
    lacked = case.right(owner)
    await admin.create(owner)
    await guarded.grant(Granted(user, right) for right in rights(owner, Principal.worker) if right != lacked)
    await _say_something(owner)
    inside = {**variables, **guarded.login(user)}
    # It does not look first: what is refused in the middle of its work is told as clearly.
    run = await tactful(inside, "worker", "--skip-check", timeout_s=ENDS_WITHIN_S)
    return Ended(lacked, run, await admin.check(settings_of(inside)))


def installation(namespace: str) -> dict[str, str]:
    return {
        "TACTFUL_NAMESPACE": namespace,
        "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
        "TACTFUL_PARTITIONS": "1",
        "TACTFUL_HEALTH_PORT": "0",
        "TACTFUL_LOG_LEVEL": "WARNING",
    }


async def _say_something(owner: Settings) -> None:
    """Something to read back, and something to write about."""
    records = (
        (roles.ACCOUNTS_CHANGELOG, None),
        (roles.PROFILE_UPDATED, json.dumps(profile("A")).encode()),
        (roles.REPAYMENT_MISSED, json.dumps(missed("A")).encode()),
    )
    async with AIOKafkaProducer(
        bootstrap_servers=list(owner.bootstrap_servers), **owner.kafka_security_kwargs()
    ) as producer:
        for role, value in records:
            await producer.send_and_wait(owner.topics[role], value, key=b"A", partition=0)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_worker_that_is_refused_ends_with_one_line_that_names_the_right(
    ended: Mapping[Lacking, Ended], case: Lacking
) -> None:
    lacked, run, _ = ended[case]
    assert run.returncode in STOPPED_BY_ITSELF, run.stderr
    reasons = [line for line in run.stderr.splitlines() if "the worker stops: " in line]
    assert len(reasons) == 1, run.stderr
    assert f"the worker stops: RightMissing: no right to {lacked}" in reasons[0]
    # What Faust says of its own end comes after it, and on a busy machine with a trace of its threads.
    assert "Traceback" not in run.stderr.partition("the worker stops: ")[0]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_check_names_that_right_and_nothing_else(ended: Mapping[Lacking, Ended], case: Lacking) -> None:
    lacked, _, checked = ended[case]
    assert checked == [f"no right to {lacked}{HINT}"]


async def test_what_is_planned_is_what_the_broker_holds(guarded: Guarded, namespace: str) -> None:
    settings = settings_of({**installation(namespace), **guarded.login(OWNER)})
    await guarded.grant_planned(settings)
    planned = {Granted(who, right) for who in Principal for right in rights(settings, who) if right.kind != "cluster"}
    assert {granted for granted in await guarded.granted() if namespace in granted.right.name} == planned


async def test_a_worker_that_looks_first_is_told_in_one_line(guarded: Guarded, namespace: str) -> None:
    variables = installation(namespace)
    owner = settings_of({**variables, **guarded.login(OWNER)})
    await admin.create(owner)
    await guarded.grant_planned(owner)
    lacked = Lacking("topic", roles.REMINDERS, "Write").right(owner)
    await guarded.revoke(Granted(Principal.worker, lacked))
    inside = {**variables, **guarded.login(Principal.worker)}
    worker, check = await asyncio.gather(tactful(inside, "worker"), tactful(inside, "topics", "check"))
    told = f"- no right to {lacked}{HINT}"
    assert (check.returncode, check.stderr.splitlines()) == (1, [told])
    assert (worker.returncode, worker.stderr.splitlines()) == (
        1,
        [told, "tactful: 1 faults, the worker does not start"],
    )


async def test_who_may_not_is_told_before_anything_is_tried(guarded: Guarded, namespace: str) -> None:
    settings = settings_of({**installation(namespace), **guarded.login(SPARE[-1])})
    for operation in ("Read", "Write"):
        with pytest.raises(ClusterError, match=f"^no right to {operation} on topic {namespace}-reminders$"):
            await admin.require(settings, (roles.REMINDERS,), operation)
    with pytest.raises(ClusterError, match=f"^no right to Create on topic {namespace}-repayment-missed$"):
        await admin.create(settings)
