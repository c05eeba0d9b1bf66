"""A partition that is being left: who is to blame when it does not come to its end in time."""

import pytest

from streams.errors import InvariantBroken
from tests.streams.transport.partition.test_live import LiveWorld, facts, settle


async def test_what_the_cluster_does_not_commit_in_time_is_left_to_the_next_owner() -> None:
    world = LiveWorld(rebalance_timeout_ms=1)
    world.producer.hold.clear()
    world.part.finish(world.chunk(facts(0, 1)))
    await world.part.drain()
    assert not world.part.alive, "what it has in memory is ahead of what is committed"
    world.producer.hold.set()
    await settle()
    assert world.producer.commits == []
    assert world.failures == []
    await world.part.stop()


async def test_an_agent_that_does_not_end_its_chunk_is_our_own_fault() -> None:
    world = LiveWorld(rebalance_timeout_ms=1)
    world.chunk(facts(0, 1))
    with pytest.raises(InvariantBroken, match="a chunk of partition 3 did not end"):
        await world.part.drain()
    await world.part.stop()
