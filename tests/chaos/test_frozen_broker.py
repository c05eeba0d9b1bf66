"""One of three brokers is frozen and stays so: every partition sends again, by the brokers elected in its place."""

from pathlib import Path

import pytest

from tests.chaos.stage import stage
from tests.kafka.rig import until

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(900)]

# A client that waits for the frozen one for as long as it may comes too late. A busy machine must not look like a
# worker that is gone.
PATIENT = {
    "TACTFUL_CONSUMER_REQUEST_TIMEOUT_MS": "600000",
    "TACTFUL_SESSION_TIMEOUT_MS": "60000",
    "TACTFUL_TRANSACTION_TIMEOUT_MS": "300000",
}
GUARD_S = 180


async def test_every_partition_sends_while_a_broker_stays_frozen(tmp_path: Path) -> None:
    async with stage(3, 1, "chaos-frozen", tmp_path, print, PATIENT) as running:
        frozen = running.site.cluster.nodes[0]
        frozen.freeze()
        probes = [await running.bank.probe(partition) for partition in range(running.settings.partitions)]

        async def answered() -> bool:
            return not running.gateway.unanswered(running.bank, probes)

        try:
            await until(answered, GUARD_S)
        finally:
            frozen.thaw()
        assert not running.site.workers.exits
        counted = await running.end()
        assert counted.clean, str(counted)
