"""A version of the policy that an open cycle remembers: a worker without it leaves the cycle's partition alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.reminders.pinned import MISSING
from streams import roles
from streams.broker.broker import Broker
from tests.kafka.live import POLICY, Live, account_in, missed
from tests.kafka.rig import until

pytestmark = pytest.mark.kafka

NEWER = POLICY.replace('version = "1"', 'version = "2"\nreplaces = "1"')


@pytest.fixture
def live(broker: Broker, namespace: str, tmp_path: Path) -> Iterator[Live]:
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    extra = {"TACTFUL_EARLIER_POLICIES": str(earlier)}
    with Live(broker.bootstrap_servers, namespace, tmp_path, extra) as running:
        yield running


def restart(live: Live) -> None:
    for number in (0, 1):
        assert live.workers.stop(number) == 0
    for number in (0, 1):
        live.workers.restart(number)


async def test_a_partition_whose_version_is_missing_is_left_alone_until_it_is_there(live: Live) -> None:
    begun, same = account_in(0, live.partitions, "begun"), account_in(0, live.partitions, "same")
    elsewhere = account_in(1, live.partitions, "elsewhere")
    await live.introduce(begun, same, elsewhere)
    await live.tell(roles.REPAYMENT_MISSED, missed(begun))
    assert (await live.heard(begun, "reminder.issued"))["policy_version"] == "1"

    (live.folder / "policy.toml").write_text(NEWER)
    restart(live)
    await live.tell(roles.REPAYMENT_MISSED, missed(same), missed(elsewhere))
    assert (await live.heard(elsewhere, "reminder.issued"))["policy_version"] == "2"

    async def closed() -> bool:
        return live.metric("tactful_partition_closed", partition="0", reason=MISSING) > 0

    await until(closed)
    assert await live.said(same) == []

    (live.folder / "earlier" / "v1.toml").write_text(POLICY)
    restart(live)
    assert (await live.heard(same, "reminder.issued"))["policy_version"] == "2"
