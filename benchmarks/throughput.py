"""Facts a second and CPU a fact: the worker as it ships, stock Faust at the same job, and both engines at a small one.

All alternate on one broker; every run has topics of its own. See README.md for what each figure means.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import portfolio, stock
from benchmarks.rig import ROOT, BenchRig, Process, counting, free_port, on_broker, spread, wait_metric, wait_ready
from streams import roles

MESSAGES = ("cycle.opened", "reminder.issued", "reminder.cancelled", "cycle.closed")
SETTLE_S = 1.0
"""For the last transaction, or batch, of the profiles."""


class ThroughputResult(NamedTuple):
    """Of one run."""

    events_per_s: float
    cpu_us: float
    rss_mb: float
    phases: str = ""


async def worker(servers: str, accounts: int, tree: Path = ROOT) -> ThroughputResult:
    """`tactful worker`: N misses become N reminders at a tick, then N payments recall them and close the cycles."""
    rig, port = BenchRig(servers), free_port()
    await rig.create()
    process = rig.worker(port, tree)
    try:
        await wait_ready(process, port)
        await rig.load({roles.PROFILE_UPDATED: portfolio.profiles(accounts)})
        await wait_metric(process, port, "tactful_facts_total", accounts)
        return await _waves(rig, process, servers, accounts)
    finally:
        process.stop()


async def whole_job(servers: str, accounts: int) -> ThroughputResult:
    """The same on stock Faust: it has read all profiles when its table's changelog holds as many accounts."""
    rig = BenchRig(servers)
    await rig.create()
    changelog = await stock.create_changelog(rig.settings)
    process = rig.whole_job()
    try:
        await rig.load({roles.PROFILE_UPDATED: portfolio.profiles(accounts)})
        async with counting(servers, changelog) as stored:
            await stored.until(process, "", accounts)
        return await _waves(rig, process, servers, accounts)
    finally:
        process.stop()


async def _waves(rig: BenchRig, process: Process, servers: str, accounts: int) -> ThroughputResult:
    """The misses until each has its reminder, then the payments until each cycle is closed."""
    await asyncio.sleep(SETTLE_S)
    seconds, cpu, notes = 0.0, 0.0, []
    async with counting(servers, rig.topic(roles.REMINDERS)) as outputs:
        for role, facts, kind in (
            (roles.REPAYMENT_MISSED, portfolio.misses(accounts), "reminder.issued"),
            (roles.PAYMENT_RECEIVED, portfolio.payments(accounts), "cycle.closed"),
        ):
            before = process.usage()
            began = await rig.load({role: facts})
            lasted = await outputs.until(process, kind, accounts) - began
            used = process.usage().cpu_s - before.cpu_s
            seconds, cpu = seconds + lasted, cpu + used
            notes.append(f"{kind} {accounts / lasted:,.0f}/s {used / accounts * 1e6:.0f} us")
        counts = {kind: outputs.counts[kind] for kind in MESSAGES}
    assert set(counts.values()) == {accounts}, counts
    facts_total = 2 * accounts
    return ThroughputResult(facts_total / seconds, cpu / facts_total * 1e6, process.usage().rss_mb, ", ".join(notes))


async def small_job(servers: str, accounts: int, engine: str) -> ThroughputResult:
    """N misses and N payments, one output each.

    Stock Faust finds them there at its start and is timed from its first output to its last. Our engine says nothing
    before it commits, so it is timed from the instant at which they became readable: to its disadvantage.
    """
    rig = BenchRig(servers, silencing_inputs=(roles.REPAYMENT_MISSED, roles.PAYMENT_RECEIVED))
    await rig.create()
    events = {
        roles.REPAYMENT_MISSED: portfolio.misses(accounts),
        roles.PAYMENT_RECEIVED: portfolio.payments(accounts),
    }
    first = {roles.REPAYMENT_MISSED: (portfolio.miss(accounts),)}
    await rig.load(events if engine == "stock" else first)
    async with counting(servers, rig.topic(roles.REMINDERS)) as outputs:
        process = rig.small_job(engine)
        try:
            began = await outputs.until(process, "", 1)
            before, done = process.usage(), outputs.counts[""]
            if engine != "stock":
                began = await rig.load(events)
            ended = await outputs.until(process, "", 2 * accounts + (engine != "stock"))
            after, handled = process.usage(), outputs.counts[""] - done
            return ThroughputResult(
                handled / (ended - began), (after.cpu_s - before.cpu_s) / handled * 1e6, after.rss_mb
            )
        finally:
            process.stop()


Run = Callable[[str, int], Awaitable[ThroughputResult]]
CONTENDERS: dict[str, Run] = {
    "tactful worker": worker,
    "stock Faust, whole job": whole_job,
    "stock Faust, small job": lambda servers, accounts: small_job(servers, accounts, "stock"),
    "our engine, small job": lambda servers, accounts: small_job(servers, accounts, "engine"),
}
Ratios = Sequence[tuple[str, str]]
RATIOS: Ratios = (
    ("tactful worker", "stock Faust, whole job"),
    ("our engine, small job", "stock Faust, small job"),
    ("tactful worker", "stock Faust, small job"),
)


async def measure(servers: str, accounts: int, pairs: int, contenders: Mapping[str, Run], ratios: Ratios) -> None:
    """A B C D A B C D …"""
    await worker(servers, accounts)  # a broker that has just started compiles itself
    results: dict[str, list[ThroughputResult]] = {name: [] for name in contenders}
    for number in range(1, pairs + 1):
        for name, run in contenders.items():
            started = time.monotonic()
            result = await run(servers, accounts)
            results[name].append(result)
            print(
                f"{number} {name:<24} {result.events_per_s:>9,.0f} events/s {result.cpu_us:>7.1f} us CPU/event "
                f"{result.rss_mb:>6.0f} MB  {result.phases} [{time.monotonic() - started:.0f} s]",
                flush=True,
            )
    report(results, ratios)


def report(results: dict[str, list[ThroughputResult]], ratios: Ratios) -> None:
    """Medians, ranges and ratios, each ratio within its own round."""
    for name, runs in results.items():
        print(f"{name}: {spread((r.events_per_s for r in runs), 0)} events/s, {spread(r.cpu_us for r in runs)} us")
    for name, peer in ratios:
        pairs = zip(results[name], results[peer], strict=True)
        times = [mine.events_per_s / theirs.events_per_s for mine, theirs in pairs]
        print(f"{name} / {peer}: {spread(times, 2)} times its events/s")


def against(tree: Path) -> dict[str, Run]:
    """The worker of this checkout and that of another one, by the other's name."""
    return {"tactful worker": worker, f"worker of {tree.name}": lambda servers, n: worker(servers, n, tree)}


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument(
        "--against", type=Path, metavar="CHECKOUT", help="measure the worker of another checkout instead of Faust's"
    )
    given = parser.parse_args()
    contenders = CONTENDERS if given.against is None else against(given.against.resolve())
    mine, *others = contenders
    ratios = RATIOS if given.against is None else [(mine, other) for other in others]
    on_broker(lambda servers: measure(servers, given.accounts, given.pairs, contenders, ratios))


if __name__ == "__main__":
    main()
