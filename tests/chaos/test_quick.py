"""A few rounds of everything, before the twenty of `make chaos`."""

from pathlib import Path

import pytest

from tests.chaos import faults
from tests.chaos.faults import Round
from tests.chaos.stage import stage

pytestmark = [pytest.mark.chaos, pytest.mark.kafka, pytest.mark.timeout(900)]

SEED = 3
# A broker that takes a minute to start on a busy machine is not what these rounds are about.
PATIENT = {"TACTFUL_SESSION_TIMEOUT_MS": "60000", "TACTFUL_TRANSACTION_TIMEOUT_MS": "300000"}
ROUNDS = (
    Round(faults.cut_connections, 4),
    Round(faults.freeze_all_workers, 5),
    Round(faults.kill_worker, 1),
    Round(faults.black_hole, 6),
    Round(faults.kill_broker, 2),
)


async def test_a_few_rounds_lose_double_and_silence_nobody(tmp_path: Path) -> None:
    async with stage(1, SEED, "chaos-quick", tmp_path, print, PATIENT) as running:
        await running.play(ROUNDS)
        counted = await running.end()
        assert counted.clean, str(counted)
        assert [outcome for outcome in running.outcomes if outcome.recovered_s is None] == []
        assert counted.reminders > 0
