"""What may go wrong, one function each, and which of it a seed chooses for twenty rounds."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from streams.broker.cluster import BrokerCluster
from tests.chaos.proxy import Proxy
from tests.chaos.workers import SupervisedWorkers
from tests.kafka.command import tactful

_CUT_EVERY_S = 3.0
_HOUR_S = 3_600.0


@dataclass(frozen=True)
class FaultSite:
    """What a fault may lay hands on."""

    cluster: BrokerCluster
    proxy: Proxy
    workers: SupervisedWorkers
    admin: dict[str, str]
    """The variables of whoever creates topics, past the proxy."""
    rng: random.Random


Fault = Callable[[FaultSite, float], Awaitable[None]]
"""Breaks something for so many seconds and returns when it is whole again."""


async def kill_broker(site: FaultSite, lasts_s: float) -> None:
    node = site.rng.choice(site.cluster.nodes)
    node.kill()
    await asyncio.sleep(lasts_s)
    await asyncio.to_thread(node.start)


async def kill_all_brokers(site: FaultSite, lasts_s: float) -> None:
    site.cluster.kill()
    await asyncio.sleep(lasts_s)
    await asyncio.to_thread(site.cluster.start_nodes, range(len(site.cluster.nodes)))


async def lose_quorum(site: FaultSite, lasts_s: float) -> None:
    numbers = sorted(site.rng.sample(range(len(site.cluster.nodes)), 2))
    for number in numbers:
        site.cluster.nodes[number].kill()
    await asyncio.sleep(lasts_s)
    await asyncio.to_thread(site.cluster.start_nodes, numbers)


async def freeze_broker(site: FaultSite, lasts_s: float) -> None:
    node = site.rng.choice(site.cluster.nodes)
    node.freeze()
    await asyncio.sleep(lasts_s)
    node.thaw()


async def freeze_worker(site: FaultSite, lasts_s: float) -> None:
    await _freeze(site, [site.rng.choice(site.workers.numbers)], lasts_s)


async def freeze_all_workers(site: FaultSite, lasts_s: float) -> None:
    await _freeze(site, site.workers.numbers, lasts_s)


async def _freeze(site: FaultSite, numbers: Sequence[int], lasts_s: float) -> None:
    for number in numbers:
        site.workers.freeze(number)
    await asyncio.sleep(lasts_s)
    for number in numbers:
        site.workers.thaw(number)


async def kill_worker(site: FaultSite, lasts_s: float) -> None:
    site.workers.kill(site.rng.choice(site.workers.numbers))
    await asyncio.sleep(lasts_s)


async def cut_connections(site: FaultSite, lasts_s: float) -> None:
    async with asyncio.TaskGroup() as group:
        cutting = group.create_task(_cut(site.proxy))
        await asyncio.sleep(lasts_s)
        cutting.cancel()


async def _cut(proxy: Proxy) -> None:
    while True:
        proxy.cut()
        await asyncio.sleep(_CUT_EVERY_S)


async def black_hole(site: FaultSite, lasts_s: float) -> None:
    await _swallow(site, lasts_s, up=True, down=True)


async def hole_to_brokers(site: FaultSite, lasts_s: float) -> None:
    await _swallow(site, lasts_s, up=True, down=False)


async def hole_from_brokers(site: FaultSite, lasts_s: float) -> None:
    await _swallow(site, lasts_s, up=False, down=True)


async def _swallow(site: FaultSite, lasts_s: float, *, up: bool, down: bool) -> None:
    site.proxy.swallow(up=up, down=down)
    await asyncio.sleep(lasts_s)
    site.proxy.heal()


async def create_topics_while_brokers_start(site: FaultSite, lasts_s: float) -> None:
    """As an init container does, again and again; it must not move a group that has offsets."""
    site.cluster.kill()
    await asyncio.sleep(lasts_s)
    creating = asyncio.create_task(_create_topics(site))
    await asyncio.to_thread(site.cluster.start_nodes, range(len(site.cluster.nodes)))
    await asyncio.sleep(lasts_s)
    creating.cancel()
    await asyncio.gather(creating, return_exceptions=True)


async def _create_topics(site: FaultSite) -> None:
    while True:
        await tactful(site.admin, "topics", "create")


async def clock_ahead(site: FaultSite, lasts_s: float) -> None:
    await _set_clock(site, lasts_s, _HOUR_S)


async def clock_behind(site: FaultSite, lasts_s: float) -> None:
    await _set_clock(site, lasts_s, -_HOUR_S)


async def _set_clock(site: FaultSite, lasts_s: float, ahead_s: float) -> None:
    number = site.rng.choice(site.workers.numbers)
    site.workers.set_clock(number, ahead_s)
    await asyncio.sleep(lasts_s)
    site.workers.set_clock(number, 0.0)


@dataclass(frozen=True)
class Round:
    """One fault and how long it lasts."""

    fault: Fault
    lasts_s: float

    @property
    def name(self) -> str:
        return self.fault.__name__.replace("_", " ")


Kind = tuple[Fault, float, float]

ALONE: Final[tuple[Kind, ...]] = (
    (kill_broker, 0, 30),
    (kill_broker, 30, 75),
    (freeze_broker, 5, 45),
    (freeze_worker, 5, 45),
    (freeze_all_workers, 5, 20),
    (cut_connections, 10, 30),
    (black_hole, 5, 45),
    (hole_to_brokers, 10, 30),
    (hole_from_brokers, 10, 30),
    (create_topics_while_brokers_start, 1, 6),
    (clock_ahead, 10, 20),
    (clock_behind, 10, 20),
)
"""With one broker: each kind, and the seconds it may last."""
AMONG_THREE: Final[tuple[Kind, ...]] = (
    (kill_broker, 5, 30),
    (kill_all_brokers, 40, 40),
    (freeze_broker, 20, 45),
    (lose_quorum, 30, 40),
    (black_hole, 5, 30),
    (freeze_worker, 5, 45),
    (kill_worker, 5, 5),
    (create_topics_while_brokers_start, 1, 6),
)


def choose(kinds: Sequence[Kind], count: int, rng: random.Random) -> list[Round]:
    """Each kind once before any comes twice, in an order and for times of the seed's choice."""
    chosen: list[Kind] = []
    while len(chosen) < count:
        left = [kind for kind in kinds if kind not in chosen[len(chosen) // len(kinds) * len(kinds) :]]
        chosen.append(rng.choice(left))
    return [Round(fault, round(rng.uniform(least_s, most_s), 1)) for fault, least_s, most_s in chosen]
