"""Real data through Kafka in replay mode, two workers: the same, account by account, as the core offline.

And the same again when workers are killed in the middle of their transactions.
"""

import asyncio
import json
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agents.offline.workers import Workers
from examples import home_credit, uci_credit_card
from streams import roles
from streams.broker.broker import Broker
from streams.settings import Settings
from tests.kafka.exactly_once.data_run import DataRun, by_account, without_coordinates, write_facts
from tests.kafka.transactions import open_transactions, until_open_transaction, work_left
from tests.recount.ladders import DATA, HOME_CREDIT, HOME_CREDIT_UNTIL, POLICIES, UCI, UCI_UNTIL, WITHOUT_DATA

pytestmark = [pytest.mark.kafka, pytest.mark.skipif(not DATA.is_dir(), reason=WITHOUT_DATA)]

KILLS = 5
KILL_TIMEOUT_S = 600.0
STEADY_S = 0.2


def _end_ms(day: datetime, zone: str) -> int:
    return int(day.replace(hour=23, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def _home_credit(payment_hour: int, folder: Path) -> DataRun:
    rows = home_credit.clean(home_credit.read_rows())
    end = datetime(HOME_CREDIT_UNTIL.year, HOME_CREDIT_UNTIL.month, HOME_CREDIT_UNTIL.day)  # noqa: DTZ001 - gets one
    facts = write_facts(home_credit.facts(rows, payment_hour), folder)
    return DataRun(facts, POLICIES / "home-credit.toml", "UTC", HOME_CREDIT.tick.hour, _end_ms(end, "UTC"))


@pytest.mark.parametrize(
    ("payment_hour", "by_stage"),
    [(18, [275, 102, 61, 22, 2, 1, 0]), (8, [122, 82, 56, 20, 2, 1, 0])],
)
async def test_home_credit_is_the_same_on_kafka_and_offline(
    payment_hour: int, by_stage: list[int], broker: Broker, namespace: str, tmp_path: Path
) -> None:
    run = _home_credit(payment_hour, tmp_path)
    online = by_account(await run.online(run.variables(broker.bootstrap_servers, namespace), tmp_path))
    offline = run.offline
    stages = Counter(
        body["stage"]
        for values in online[roles.REMINDERS].values()
        for value in values
        if (body := json.loads(value))["type"] in {"reminder.issued", "reminder.escalated"}
    )
    assert [stages[code] for code, _ in HOME_CREDIT.steps] == by_stage
    assert online[roles.REMINDERS] == offline[roles.REMINDERS]
    assert without_coordinates(online[roles.REMINDER_DECISIONS]) == without_coordinates(
        offline[roles.REMINDER_DECISIONS]
    )
    assert not online[roles.REMINDER_DEAD_LETTERS]


@pytest.fixture(scope="module")
def uci(tmp_path_factory: pytest.TempPathFactory) -> DataRun:
    end = datetime(UCI_UNTIL.year, UCI_UNTIL.month, UCI_UNTIL.day)  # noqa: DTZ001 - gets one
    facts = write_facts(uci_credit_card.facts(uci_credit_card.read_cards()), tmp_path_factory.mktemp("uci"))
    return DataRun(facts, POLICIES / "uci.toml", UCI.zone, UCI.tick.hour, _end_ms(end, UCI.zone))


async def test_uci_through_two_workers(uci: DataRun, broker: Broker, namespace: str, tmp_path: Path) -> None:
    online = by_account(await uci.online(uci.variables(broker.bootstrap_servers, namespace), tmp_path))
    offline = uci.offline
    assert not online[roles.REMINDER_DEAD_LETTERS]
    assert online[roles.REMINDERS] == offline[roles.REMINDERS]
    assert without_coordinates(online[roles.REMINDER_DECISIONS]) == without_coordinates(
        offline[roles.REMINDER_DECISIONS]
    )


@pytest.mark.timeout(1800)
async def test_uci_with_five_kills_in_open_transactions(
    uci: DataRun, broker: Broker, namespace: str, tmp_path: Path
) -> None:
    # Long transactions whose data leaves early: then a kill meets one that is open and holds data.
    slow = {"TACTFUL_COMMIT_INTERVAL_MS": "800", "TACTFUL_BATCH_FLUSH_BYTES": "16384", "TACTFUL_REPLAY_SPEED": "600000"}
    variables = uci.variables(broker.bootstrap_servers, namespace, slow)
    killed: list[tuple[int, int]] = []

    async def kill(workers: Workers, settings: Settings) -> None:
        everything = await work_left(settings)
        for turn in range(3 * KILLS):
            if len(killed) == KILLS:
                return
            number = turn % 2
            await _until_left(workers, settings, everything * (KILLS + 1 - len(killed)) // (KILLS + 2))
            partition = await until_open_transaction(workers, settings, number)
            workers.kill(number)
            # Nobody else writes this partition's changelog, so what is open now was open at the kill.
            await asyncio.sleep(STEADY_S)
            left = await work_left(settings)
            assert left > 0, "everything had been done before the kill"
            # A kill just after a commit harms nobody and proves nothing: it does not count.
            if partition in await open_transactions(settings):
                killed.append((partition, left))
            workers.restart(number)

    online = by_account(await uci.online(variables, tmp_path, kill))
    offline = uci.offline
    assert len(killed) == KILLS
    assert online[roles.REMINDERS] == offline[roles.REMINDERS]
    assert without_coordinates(online[roles.REMINDER_DECISIONS]) == without_coordinates(
        offline[roles.REMINDER_DECISIONS]
    )


async def _until_left(workers: Workers, settings: Settings, wanted: int) -> None:
    """The kills are spread over the work: each meets other facts, and a state that was restored before."""
    deadline = time.monotonic() + KILL_TIMEOUT_S
    while await work_left(settings) > wanted:
        workers.check_alive()
        assert time.monotonic() < deadline, f"the workers did not come below {wanted} records left"
