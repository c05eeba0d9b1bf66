"""Twenty rounds of faults by a seed (`make chaos SEED=7`): nobody lost, doubled, late or mute; the times to recover."""

import os
import random
from pathlib import Path

import pytest

from tests.chaos.faults import ALONE, AMONG_THREE, Round, choose
from tests.chaos.gateway import Recount
from tests.chaos.stage import RoundOutcome, stage, table

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.timeout(7_200)]

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "20"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))


async def play(nodes: int, rounds: list[Round], folder: Path) -> tuple[list[RoundOutcome], Recount]:
    async with stage(nodes, SEED, f"chaos-{nodes}", folder, say) as running:
        await running.play(rounds)
        return running.outcomes, await running.end()


def say(line: str) -> None:
    print(line, flush=True)


async def test_rounds_of_faults_lose_double_and_silence_nobody(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    say(f"\nseed {SEED}, {ROUNDS} rounds, logs in {tmp_path}")
    alone = choose(ALONE, ROUNDS * 3 // 5, rng)
    among_three = choose(AMONG_THREE, ROUNDS - len(alone), rng)
    outcomes, first = await play(1, alone, tmp_path / "one")
    more, second = await play(3, among_three, tmp_path / "three")
    say(table([*outcomes, *more]))
    assert first.clean, str(first)
    assert second.clean, str(second)
    assert all(outcome.whole for outcome in (*outcomes, *more))
