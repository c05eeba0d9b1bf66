"""A few rounds of everything, in every run of the tests; the twenty are for `make chaos`."""

from pathlib import Path

import pytest

from tests.chaos import faults
from tests.chaos.faults import Round
from tests.chaos.stage import stage

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(900)]

SEED = 3
ROUNDS = (
    Round(faults.cut_connections, 4),
    Round(faults.freeze_all_workers, 5),
    Round(faults.kill_worker, 1),
    Round(faults.black_hole, 6),
    Round(faults.kill_broker, 2),
)


async def test_a_few_rounds_lose_double_and_silence_nobody(tmp_path: Path) -> None:
    async with stage(1, SEED, "chaos-quick", tmp_path, lambda line: print(line, flush=True)) as running:
        await running.play(ROUNDS)
        counted = await running.end()
        assert counted.clean, str(counted)
        assert all(outcome.whole for outcome in running.outcomes)
        assert counted.reminders > 0
