"""A cluster behind a proxy, two workers, a bank and a gateway: faults one after the other, each with its recovery."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from agents.offline.workers import settings_of
from streams.broker.cluster import BrokerCluster
from streams.cluster import admin
from streams.settings import Settings
from tests.chaos.bank import Bank
from tests.chaos.faults import FaultSite, Round
from tests.chaos.gateway import HonestGateway, Recount, recount
from tests.chaos.proxy import Proxy
from tests.chaos.workers import SupervisedWorkers
from tests.kafka.live import POLICY
from tests.kafka.rig import until
from tests.places import OWN_POLICY

WORKERS: Final = 2
ACCOUNTS_PER_S: Final = 15.0
MUTE_AFTER_S: Final = 60.0
"""A partition that has not sent for so long after the end of a fault is mute."""
GIVE_UP_S: Final = 150.0
"""So long a round waits for what is left, so that a slow recovery is told as its time."""

_CALM_S = (3.0, 6.0)
_READY_S = 180.0
_LOOK_S = 0.1


class RoundOutcome(NamedTuple):
    """What a round came to."""

    name: str
    lasted_s: float
    waiting: int
    """Accounts that were unanswered when the fault came."""
    sent_meanwhile: int
    recovered_s: float | None
    """From the end of the fault until everything that was acknowledged before it, and one account more of each
    partition, is answered; None where that did not come."""
    mute: tuple[int, ...]
    exits: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return self.recovered_s is not None and not self.mute


@dataclass
class ChaosStage:
    """`async with stage(…) as running`, then `play` and `end`."""

    site: FaultSite
    settings: Settings
    bank: Bank
    gateway: HonestGateway
    say: Callable[[str], None]
    outcomes: list[RoundOutcome] = field(default_factory=list)

    async def play(self, rounds: Iterable[Round]) -> None:
        for number, planned in enumerate(rounds, len(self.outcomes) + 1):
            await asyncio.sleep(self.site.rng.uniform(*_CALM_S))
            outcome = await self._play(planned)
            self.outcomes.append(outcome)
            self.say(f"{number}. {describe(outcome)}")

    async def _play(self, planned: Round) -> RoundOutcome:
        exits = len(self.site.workers.exits)
        waiting = len(self.gateway.unanswered(self.bank, self.bank.missed_ms, self.bank.paid_ms))
        sent, began_s = self.gateway.messages, time.monotonic()
        await planned.fault(self.site, planned.lasts_s)
        ended_s, sent_meanwhile = time.monotonic(), self.gateway.messages - sent
        missed, paid = list(self.bank.missed_ms), list(self.bank.paid_ms)
        probing = asyncio.create_task(self._probe())
        recovered_s, mute = None, set(range(self.settings.partitions))
        while (passed_s := time.monotonic() - ended_s) < GIVE_UP_S:
            await asyncio.sleep(_LOOK_S)
            probes = probing.result() if probing.done() else {}
            if passed_s <= MUTE_AFTER_S:
                mute = {p for p in range(self.settings.partitions) if probes.get(p, "") not in self.gateway.issued}
            if probing.done() and not self.gateway.unanswered(self.bank, [*missed, *probes.values()], paid):
                recovered_s = round(passed_s, 1)
                break
        probing.cancel()
        ended = self.site.workers.exits[exits:]
        if recovered_s is None:  # the next round begins with workers that send
            for number in self.site.workers.numbers:
                self.site.workers.kill(number)
        return RoundOutcome(
            planned.name,
            round(ended_s - began_s, 1),
            waiting,
            sent_meanwhile,
            recovered_s,
            tuple(sorted(mute)),
            tuple(f"w{one.worker}: {one.code} {one.why}" for one in ended),
        )

    async def _probe(self) -> dict[int, str]:
        return {partition: await self.bank.probe(partition) for partition in range(self.settings.partitions)}

    async def _answered(self) -> bool:
        return not self.gateway.unanswered(self.bank, self.bank.missed, self.bank.paid_ms)

    async def end(self) -> Recount:
        """Let everything be said and answered, then count."""
        await asyncio.wait_for(self.bank.stop(), GIVE_UP_S)
        with suppress(AssertionError):  # the recount names who was left
            await until(self._answered, GIVE_UP_S)
        counted = await recount(self.settings, self.site.cluster.direct_servers, self.bank)
        self.say(str(counted))
        for name, found in counted._asdict().items():
            if not isinstance(found, int) and found:
                self.say(f"  {name}: {', '.join(found[:10])}")
        return counted


def describe(outcome: RoundOutcome) -> str:
    """One line."""
    after = "NOT recovered" if outcome.recovered_s is None else f"recovered after {outcome.recovered_s} s"
    mute = f", MUTE {outcome.mute}" if outcome.mute else ""
    exits = f", ended: {'; '.join(outcome.exits)}" if outcome.exits else ""
    return (
        f"{outcome.name} {outcome.lasted_s} s, {outcome.waiting} unanswered, {outcome.sent_meanwhile} sent meanwhile: "
        f"{after}{mute}{exits}"
    )


def table(outcomes: Iterable[RoundOutcome]) -> str:
    """For docs/reliability.md."""
    lines = [
        "| round | fault | lasted (s) | waiting | sent meanwhile | recovered after (s) | mute | workers ended |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for number, outcome in enumerate(outcomes, 1):
        lines.append(
            f"| {number} | {outcome.name} | {outcome.lasted_s} | {outcome.waiting} | {outcome.sent_meanwhile} "
            f"| {'never' if outcome.recovered_s is None else outcome.recovered_s} | {len(outcome.mute)} "
            f"| {len(outcome.exits)} |"
        )
    return "\n".join(lines)


@asynccontextmanager
async def stage(
    nodes: int,
    seed: int,
    namespace: str,
    folder: Path,
    say: Callable[[str], None],
    extra: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[ChaosStage]:
    """Everything up, every partition has sent once; all of it ends with the block."""
    policy = _policy_in(folder)
    proxy = Proxy()
    cluster = BrokerCluster(nodes=nodes, proxied=proxy.open)
    try:
        await asyncio.to_thread(cluster.start)
        await proxy.serve()
        variables = {
            **OWN_POLICY,
            "TACTFUL_BOOTSTRAP_SERVERS": cluster.bootstrap_servers,
            "TACTFUL_NAMESPACE": namespace,
            "TACTFUL_TOPIC_PREFIX": f"{namespace}-",
            "TACTFUL_POLICY": str(policy),
            "TACTFUL_MARKED_INPUTS": "",
            **extra,
        }
        direct = {**variables, "TACTFUL_BOOTSTRAP_SERVERS": cluster.direct_servers}
        settings = settings_of(direct)
        await admin.create(settings)
        async with (
            SupervisedWorkers(WORKERS, variables, folder) as workers,
            HonestGateway(settings, cluster.direct_servers) as gateway,
            Bank(settings, cluster.direct_servers, ACCOUNTS_PER_S, seed) as bank,
        ):
            site = FaultSite(cluster, proxy, workers, direct, random.Random(seed))
            running = ChaosStage(site, settings, bank, gateway, say)
            await _ready(running)
            yield running
    finally:
        await proxy.close()
        await asyncio.to_thread(cluster.stop)


def _policy_in(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    policy = folder / "policy.toml"
    policy.write_text(POLICY)
    return policy


async def _ready(running: ChaosStage) -> None:
    probes = [await running.bank.probe(partition) for partition in range(running.settings.partitions)]

    async def sending() -> bool:
        return not running.gateway.unanswered(running.bank, probes)

    await until(sending, _READY_S)
