"""A replay of a generated portfolio that is disturbed: the same records leave, account by account, as offline."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from agents.offline.generator import START, generate
from agents.offline.generator.telling import midnight
from agents.offline.workers import Workers
from agents.policy.files.policy import DEFAULT_POLICY
from schemas.values.instants import to_ms
from streams import roles
from streams.broker.broker import Broker
from streams.cluster.whole_logs import LoggedRecord
from streams.settings import Settings
from tests.kafka.exactly_once.data_run import DataRun, by_account, without_coordinates
from tests.kafka.rig import until
from tests.kafka.transactions import open_transactions, until_open_transaction, work_left

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

DAYS = 60
TICK_HOUR = 10
REPLAY_S = 20
# Long transactions whose data leaves early, and a session that ends soon after a worker falls silent.
SLOW = {
    "TACTFUL_COMMIT_INTERVAL_MS": "800",
    "TACTFUL_BATCH_FLUSH_BYTES": "512",
    "TACTFUL_REPLAY_SPEED": str(DAYS * 86_400 / REPLAY_S),
    "TACTFUL_SESSION_TIMEOUT_MS": "6000",
    "TACTFUL_HEARTBEAT_INTERVAL_MS": "1500",
}


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> DataRun:
    facts = tmp_path_factory.mktemp("portfolio") / "facts.jsonl"
    facts.write_bytes(b"".join(generate(seed=11, accounts=300, days=DAYS, broken=False)))
    # One tick after the last fact, so that nothing is left of which only one of the two knows.
    end = midnight(START + timedelta(days=DAYS)) + timedelta(hours=TICK_HOUR + 1)
    return DataRun(facts, DEFAULT_POLICY, "Asia/Shanghai", TICK_HOUR, to_ms(end))


def assert_as_offline(records: list[LoggedRecord], portfolio: DataRun) -> None:
    online, offline = by_account(records), portfolio.offline
    assert sum(map(len, offline[roles.REMINDERS].values())) > 300, "the portfolio says enough to prove something"
    assert online[roles.REMINDERS] == offline[roles.REMINDERS]
    assert without_coordinates(online[roles.REMINDER_DECISIONS]) == without_coordinates(
        offline[roles.REMINDER_DECISIONS]
    )
    assert not online[roles.REMINDER_DEAD_LETTERS]


async def test_a_frozen_worker_that_wakes_up_writes_nothing(
    portfolio: DataRun, broker: Broker, namespace: str, tmp_path: Path
) -> None:
    async def freeze(workers: Workers, settings: Settings) -> None:
        while True:
            partition = await until_open_transaction(workers, settings, 0, roles.REMINDER_DECISIONS)
            workers.pause(0)
            # Frozen, it decides nothing: what is open now stays open until somebody else takes over.
            if partition in await open_transactions(settings, roles.REMINDER_DECISIONS):
                break
            workers.resume(0)

        async def taken_over() -> bool:
            return workers.owned(1) == set(range(settings.partitions))

        await until(taken_over)
        assert await work_left(settings) > 0, "everything had been done before it woke up"
        workers.resume(0)
        assert await asyncio.to_thread(workers.ended, 0, 30.0) != 0
        assert "Fenced" in workers.log_of(0)

    records = await portfolio.online(portfolio.variables(broker.bootstrap_servers, namespace, SLOW), tmp_path, freeze)
    assert_as_offline(records, portfolio)


async def test_a_worker_that_joins_and_leaves_changes_nothing(
    portfolio: DataRun, broker: Broker, namespace: str, tmp_path: Path
) -> None:
    async def join_and_leave(workers: Workers, settings: Settings) -> None:
        await until_open_transaction(workers, settings, 0, roles.REMINDER_DECISIONS)
        third = workers.add()

        async def has_joined() -> bool:
            return bool(workers.owned(third))

        await until(has_joined)
        await until_open_transaction(workers, settings, third, roles.REMINDER_DECISIONS)
        assert await asyncio.to_thread(workers.stop, third) == 0
        assert await work_left(settings) > 0, "everything had been done before it left"

    variables = portfolio.variables(broker.bootstrap_servers, namespace, SLOW)
    assert_as_offline(await portfolio.online(variables, tmp_path, join_and_leave), portfolio)
