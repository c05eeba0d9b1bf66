"""Restart on a full changelog: seconds from the start of the process to ready, records a second, memory an account.

The accounts are stored values as the core makes them: 70 % hold a profile and an instalment that is scheduled, 20 % an
open reminder, 10 % a cycle that was cured. Stock Faust reads the same bytes back, in turn.
"""

import argparse
import time
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from agents.decisions import Occasion, step
from agents.decisions.inputs import FactRead, TimePassed
from agents.decisions.policy.versions import Versions
from agents.policy.files.policy import load_rulebook
from benchmarks import portfolio
from benchmarks.portfolio import Body
from benchmarks.rig import PLACES, BenchRig, counting, free_port, metric, on_broker, spread, wait_ready
from benchmarks.stock import create_changelog
from schemas import reading
from schemas.stored import accounts
from schemas.stored.accounts import Account
from streams import roles
from streams.clock import SystemClock

TEMPLATE = 123_456_789
LIMIT_BYTES = 65_536


class Restart(NamedTuple):
    """Of one process."""

    ready_s: float
    rss_mb: float


@cache
def templates() -> list[bytes]:
    """Ten stored values, as often as each kind occurs in ten accounts."""
    versions, now_ms = Versions(load_rulebook(PLACES, "bench")), SystemClock().now_ms()

    def after(account: Account | None, role: str, body: Body) -> Account:
        fact = reading.read(role, body.key, body.value, LIMIT_BYTES)
        told = step(account, fact.account_id, FactRead(fact, now_ms), Occasion(now_ms, versions)).account
        assert told is not None
        return told

    known = after(None, roles.PROFILE_UPDATED, portfolio.profile(TEMPLATE))
    scheduled = after(known, roles.INSTALMENT_SCHEDULED, portfolio.scheduled(TEMPLATE))
    missed = after(known, roles.REPAYMENT_MISSED, portfolio.miss(TEMPLATE))
    reminded = step(missed, missed.account_id, TimePassed(), Occasion(missed.next_due_at, versions)).account
    assert reminded is not None
    cured = after(reminded, roles.PAYMENT_RECEIVED, portfolio.payment(TEMPLATE))
    kinds = {"scheduled": scheduled, "reminded": reminded, "cured": cured}
    print("stored bytes:", {name: len(accounts.encode(account)) for name, account in kinds.items()})
    return [accounts.encode(account) for account in [scheduled] * 7 + [reminded] * 2 + [cured]]


def stored(count: int) -> Iterator[Body]:
    """As many accounts, each with ids of its own."""
    values, template = templates(), f"{TEMPLATE:09d}".encode()
    for number in range(count):
        own = f"{number:09d}".encode()
        yield Body(portfolio.account_id(number).encode(), values[number % len(values)].replace(template, own))


async def worker(rig: BenchRig, count: int) -> Restart:
    """`tactful worker` until /readyz says yes."""
    port = free_port()
    started = time.monotonic()
    process = rig.worker(port)
    try:
        ready = await wait_ready(process, port)
        restored = metric(port, "tactful_restored_records_total")
        # An earlier round has left the partitions' own records beside the accounts.
        assert restored >= count, restored
        return Restart(ready - started, process.usage().rss_mb)
    finally:
        process.stop()


async def stock(rig: BenchRig, count: int) -> Restart:
    """Stock Faust until it has handled the one fact that waits for it: it does nothing before it has recovered."""
    await rig.load({roles.PAYMENT_RECEIVED: (portfolio.payment(count),)})
    servers = rig.settings.bootstrap_servers[0]
    async with counting(servers, rig.topic(roles.REMINDERS), start="latest") as outputs:
        started = time.monotonic()
        process = rig.small_job("stock")
        try:
            answered = await outputs.until(process, "", 1)
            return Restart(answered - started, process.usage().rss_mb)
        finally:
            process.stop()


async def stock_rig(servers: str, count: int) -> BenchRig:
    """Topics of a stock Faust worker: its changelog has a name of its own."""
    rig = BenchRig(servers)
    await rig.create()
    changelog = await create_changelog(rig.settings)
    # Its recovery never ends on a log whose last record is the mark of a transaction.
    await rig.load_topics({changelog: stored(count)}, atomic=False)
    return rig


async def worker_rig(servers: str, count: int) -> BenchRig:
    """Topics of a worker with as many accounts."""
    rig = BenchRig(servers)
    await rig.create()
    await rig.load({roles.ACCOUNTS_CHANGELOG: stored(count)})
    return rig


async def measure(servers: str, count: int, peer_count: int, pairs: int) -> None:
    """An empty worker, one on the full changelog, one on as many accounts as stock Faust, and stock Faust, in turn."""
    empty, full, beside = BenchRig(servers), await worker_rig(servers, count), await worker_rig(servers, peer_count)
    await empty.create()
    faust = await stock_rig(servers, peer_count)
    found: dict[str, list[Restart]] = {"empty": [], "full": [], "beside": [], "stock": []}
    for number in range(1, pairs + 1):
        found["empty"].append(await worker(empty, 0))
        found["full"].append(await worker(full, count))
        found["beside"].append(await worker(beside, peer_count))
        found["stock"].append(await stock(faust, peer_count))
        print(number, {name: f"{runs[-1].ready_s:.1f} s {runs[-1].rss_mb:.0f} MB" for name, runs in found.items()})
    report(count, peer_count, found)


def report(count: int, peer_count: int, found: dict[str, list[Restart]]) -> None:
    """Medians and ranges; the start of the process counts for both, so they are compared over as many accounts."""
    print(f"tactful worker: no accounts in {spread(r.ready_s for r in found['empty'])} s")
    for total, name in ((count, "full"), (peer_count, "beside")):
        runs = found[name]
        grown = [(mine.rss_mb - start.rss_mb) * 1e6 / total for mine, start in zip(runs, found["empty"], strict=True)]
        print(
            f"tactful worker: {total:,} accounts in {spread(r.ready_s for r in runs)} s, "
            f"{spread((r.rss_mb for r in runs), 0)} MB, {spread(grown, 0)} bytes an account"
        )
    peer = found["stock"]
    print(
        f"stock Faust: {peer_count:,} accounts in {spread(r.ready_s for r in peer)} s, "
        f"{spread((r.rss_mb for r in peer), 0)} MB"
    )
    ratios = [theirs.ready_s / mine.ready_s for mine, theirs in zip(found["beside"], peer, strict=True)]
    print(f"stock Faust / tactful worker, {peer_count:,} accounts: {spread(ratios)} times as long")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--peer-accounts", type=int, default=50_000, help="stock Faust takes minutes for a million")
    parser.add_argument("--pairs", type=int, default=3)
    given = parser.parse_args()
    on_broker(lambda servers: measure(servers, given.accounts, given.peer_accounts, given.pairs))


if __name__ == "__main__":
    main()
