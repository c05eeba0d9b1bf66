"""A worker's clock is set by an hour and set right again: nothing leaves by it, and nothing is left of it.

The worker is `tactful worker` as it is; only what Python tells it of the time is shifted, and what counts seconds is
not, as when a time service sets a machine's clock.
"""

import asyncio
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from streams import roles
from streams.broker.broker import Broker
from tests.kafka.live import Live, account_in, missed, now, paid
from tests.kafka.rig import until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]
WRONG = 1
"""The worker whose clock is set; the other one's is right."""
HOUR_S = 3600
SOON_S = 240
"""Until a killed worker's partitions have moved on a busy machine: far below an hour."""


class WrongClock:
    """Two workers, one of which has a clock that can be set."""

    def __init__(self, broker: Broker, namespace: str, folder: Path) -> None:
        self._folder = folder
        self.live = Live(broker.bootstrap_servers, namespace, folder)

    def set(self, seconds: float) -> None:
        """What the clock is ahead from now on."""
        self._told_before = len(self.live.workers.log_of(WRONG))
        path = self._folder / f"worker-{WRONG}"
        path.touch()
        with path.open("r+b") as file:
            file.write(struct.pack("d", seconds))

    async def remind(self, account: str) -> None:
        await self.live.introduce(account)
        await self.live.tell(roles.REPAYMENT_MISSED, missed(account))
        await self.heard_now(account)

    async def heard_now(self, account: str, kind: str = "reminder.issued", field: str = "issued_at") -> None:
        """It leaves, and says the time of now."""
        body = await self.live.heard(account, kind, within_s=SOON_S)
        assert abs(datetime.fromisoformat(body[field]) - now()) < timedelta(minutes=5)

    async def partition(self) -> int:
        """One of those that the worker with the wrong clock has, as soon as it keeps time there."""

        async def owned() -> set[int]:
            self.live.workers.check_alive()
            return self.live.workers.owned(WRONG)

        partitions: set[int] = await until(owned, SOON_S)
        return min(partitions)

    async def shut(self, words: str) -> None:
        """The worker says why it sends nothing."""

        async def said() -> bool:
            shut = self.live.metric("tactful_partition_closed", reason="CLOCK_SKEW") > 0
            return shut and words in self.live.workers.log_of(WRONG)[self._told_before :]

        await until(said, SOON_S)

    async def open(self) -> None:
        async def opened() -> bool:
            return self.live.metric("tactful_partition_closed", reason="CLOCK_SKEW") == 0

        await until(opened, SOON_S)

    async def told_meanwhile(self, partition: int, name: str) -> str:
        """An account that falls due while the clock is wrong; returned when its facts have been applied."""
        account = account_in(partition, self.live.partitions, name)
        before = self.live.metric("tactful_facts_total")
        await self.live.introduce(account)
        await self.live.tell(roles.REPAYMENT_MISSED, missed(account))

        async def applied() -> bool:
            return self.live.metric("tactful_facts_total") >= before + 2

        await until(applied, SOON_S)
        return account


@pytest.fixture(scope="module")
def wrong(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WrongClock]:
    folder = tmp_path_factory.mktemp("wrong-clock")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent / "clock_shift"))
        patch.setenv("CLOCK_SHIFT_FOLDER", str(folder))
        made = WrongClock(broker, "wrong-clock", folder)
        with made.live as live:
            # A partition keeps time from its first fact on.
            asyncio.run(
                live.introduce(*(account_in(number, live.partitions, "first") for number in range(live.partitions)))
            )
            yield made


@pytest.mark.parametrize("ahead_s", [HOUR_S, pytest.param(-HOUR_S, marks=pytest.mark.chaos)])
async def test_a_clock_that_was_set_closes_for_as_long_as_it_is_wrong(wrong: WrongClock, ahead_s: int) -> None:
    partition = await wrong.partition()
    payer = account_in(partition, wrong.live.partitions, f"payer{ahead_s}")
    await wrong.remind(payer)

    wrong.set(ahead_s)
    await wrong.shut(f"{HOUR_S} s {'ahead of' if ahead_s > 0 else 'behind'} the broker's")
    meanwhile = await wrong.told_meanwhile(partition, f"meanwhile{ahead_s}")
    await wrong.live.tell(roles.PAYMENT_RECEIVED, paid(payer))
    await wrong.heard_now(payer, "reminder.cancelled", "cancelled_at")
    assert await wrong.live.said(meanwhile) == []

    wrong.set(0)
    await wrong.open()
    await wrong.heard_now(meanwhile)
    wrong.live.workers.check_alive()


@pytest.mark.chaos
async def test_a_clock_that_is_wrong_from_the_first_second_harms_nothing_either(wrong: WrongClock) -> None:
    wrong.live.workers.kill(WRONG)
    wrong.set(HOUR_S)
    wrong.live.workers.restart(WRONG)
    partition = await wrong.partition()
    await wrong.shut(f"{HOUR_S} s ahead of the broker's")
    meanwhile = await wrong.told_meanwhile(partition, "began-wrong")

    wrong.set(0)
    await wrong.open()
    await wrong.heard_now(meanwhile)


@pytest.mark.chaos
async def test_a_worker_killed_under_a_wrong_clock_leaves_nothing_of_it_behind(wrong: WrongClock) -> None:
    partition = await wrong.partition()
    await wrong.remind(account_in(partition, wrong.live.partitions, "before"))
    wrong.set(HOUR_S)
    await wrong.shut(f"{HOUR_S} s ahead of the broker's")
    meanwhile = await wrong.told_meanwhile(partition, "killed")

    wrong.live.workers.kill(WRONG)
    wrong.set(0)
    wrong.live.workers.restart(WRONG)
    await wrong.heard_now(meanwhile)
    await wrong.remind(account_in(partition, wrong.live.partitions, "after"))
