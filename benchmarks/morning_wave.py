"""The morning wave, offline: a million accounts are due when the hours open, and leave at the rate that was agreed.

The core in replay mode under the approved example pack for China, without Kafka. Facts are made as they are read: of
each account a profile and one miss, 1 to 29 days past due. Two runs, each in a process of its own: all are due in the
same second and the pace alone orders them, and then with a spread.

What left is checked from its bytes, by arithmetic of its own: never above the rate in any second of any partition,
everybody once, nobody outside the hours, all within the day's window, and a gateway that hands over no more than the
rate loses none, because each leaves its queue before it expires. Ends with an error if one of these fails.
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from agents.decisions.policy.rulebook import PolicyFault, Rulebook, digest
from agents.offline.fact_files import FactLine
from agents.offline.simulation import Simulation
from agents.offline.tally import Deferrals, cost, nothing_leaves
from agents.policy.files.policy import Places, load_rulebook
from agents.terminal.console import show_table
from schemas.policy.limits import Pacing
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import Grid
from streams.transport.partitioner import partition_of

EXAMPLES = Path(__file__).parents[1] / "examples"
PLACES = Places(packs=EXAMPLES / "packs", approvals=EXAMPLES / "approvals.toml")
"""The shipped policy and its pack, approved by two invented people."""
ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 11, 30, tzinfo=ZONE)
"""Of the morning in question, a Monday."""
BATCH_MS = to_ms(MIDNIGHT + timedelta(hours=2))
"""When the ledger's end-of-day run begins to arrive."""
BATCH_HOURS = 2
OPENS_MS = to_ms(MIDNIGHT + timedelta(hours=9))
CLOSES_MS = to_ms(MIDNIGHT + timedelta(hours=20))
END_MS = to_ms(MIDNIGHT + timedelta(days=1)) - 1
PARTITIONS = 4
LIMIT_BYTES = 65_536
PRICE_PER_PART = "0.045"
"""In CNY: invented, to have one."""
MIX = ((50, 1, 6), (80, 7, 14), (100, 15, 29))
"""Up to which percentile of the accounts, and their days past due: half of them new, a fifth of them old."""
LANGUAGES = ("zh-Hans",) * 18 + ("zh-Hant", "en")
SURNAMES = "王李张刘陈杨黄赵"
SCATTER = 2_654_435_761
"""Knuth's multiplier: what an account is like must not follow its number."""


class LeftByMinute(msgspec.Struct):
    """What is read of a message that left."""

    type: str
    account_id: str
    parts: int = 0
    issued_at: datetime | None = None
    expires_at: datetime | None = None


class WaveRun(NamedTuple):
    """What one run showed."""

    spread: int
    per_minute: dict[int, int]
    """Epoch minute -> reminders."""
    stages: dict[str, int]
    waits: list[Deferrals]
    parts: int
    price: str
    in_a_second: int
    """The most of one partition."""
    queue_ms: int
    """The longest wait in the gateway's queue."""
    valid_ms: int
    """The shortest time that a message was good for."""
    wall_s: float
    facts_us: float
    """CPU of an account's two facts, the making of them included."""
    wave_us: float
    """CPU of an account from its first tick to its message, the checks included."""
    making_us: float
    rss_mb: float
    faults: list[str]


def lines(accounts: int) -> Iterator[FactLine]:
    """Two facts of each account, in the order in which they come."""
    for number in range(accounts):
        key, time_ms = f"ACC{number:09d}", BATCH_MS + number * BATCH_HOURS * 3_600_000 // accounts
        said = datetime.fromtimestamp(time_ms / 1000, ZONE).isoformat(timespec="milliseconds")
        yield FactLine(time_ms, roles.PROFILE_UPDATED, key.encode(), _profile(number, key, said).encode())
        yield FactLine(time_ms, roles.REPAYMENT_MISSED, key.encode(), _miss(number, key, said).encode())


def _profile(number: int, key: str, said: str) -> str:
    language = LANGUAGES[number * SCATTER % 2**32 % len(LANGUAGES)]
    return (
        f'{{"type":"profile.updated","event_id":"p-{number}","account_id":"{key}","time":"{said}","source_version":1,'
        f'"surname":"{SURNAMES[number % len(SURNAMES)]}","phone":"+86138{number:08d}","language":"{language}",'
        f'"zone":"Asia/Shanghai","as_of":"{said}"}}'
    )


def _miss(number: int, key: str, said: str) -> str:
    place = number * SCATTER % 2**32
    first, last = next((first, last) for upto, first, last in MIX if place % 100 < upto)
    due = MIDNIGHT.date() - timedelta(days=first + place // 100 % (last - first + 1))
    amount = 10_000 + place % 990_000
    return (
        f'{{"type":"repayment.missed","event_id":"m-{number}","account_id":"{key}","time":"{said}","source_version":2,'
        f'"loan_id":"L-{number}","instalment_id":"{due}","due_date":"{due}","amount_due_minor":{amount},'
        f'"outstanding_minor":{amount},"currency":"CNY","as_of":"{MIDNIGHT.isoformat()}"}}'
    )


class Checks:
    """Judges what left, message by message."""

    def __init__(self, accounts: int, rate: int) -> None:
        self.in_a_second: Counter[tuple[int, int]] = Counter()
        """(Second, partition) -> reminders."""
        self.parts = self.queue_ms = self.outside = self.expired = 0
        self.valid_ms = END_MS
        self._times = bytearray(accounts)
        self._rate, self._gap_us, self._free_us = rate, 1_000_000 / rate, 0.0

    def see(self, key: bytes, value: bytes) -> None:
        """One record of `reminders`, in the order in which they leave."""
        left = msgspec.json.decode(value, type=LeftByMinute)
        if left.issued_at is None or left.expires_at is None:
            return
        issued_ms, expires_ms = to_ms(left.issued_at), to_ms(left.expires_at)
        self._times[int(left.account_id[3:])] += 1
        self.in_a_second[issued_ms // 1000, partition_of(key, PARTITIONS)] += 1
        self.parts += left.parts
        self.outside += not (OPENS_MS <= issued_ms < expires_ms <= CLOSES_MS)
        # The gateway hands over in the order in which messages come, no more than the rate.
        out_us = max(issued_ms * 1000.0, self._free_us)
        self._free_us = out_us + self._gap_us
        self.queue_ms = max(self.queue_ms, int(out_us / 1000) - issued_ms)
        self.valid_ms = min(self.valid_ms, expires_ms - issued_ms)
        self.expired += out_us >= expires_ms * 1000.0

    def faults(self) -> Iterator[str]:
        """What is not as it must be."""
        bound = -(-self._rate // PARTITIONS)
        above = sum(count > bound for count in self.in_a_second.values())
        if above:
            most = max(self.in_a_second.values())
            yield f"{above} times more than {bound} of one partition in a second, at most {most}"
        if self._times.count(1) != len(self._times):
            doubled = sum(times > 1 for times in self._times)
            yield f"{self._times.count(0):,} accounts without a message, {doubled:,} with more than one"
        if self.outside:
            yield f"{self.outside:,} messages outside the day's hours"
        if self.expired:
            yield f"{self.expired:,} messages expire in the queue of a gateway that takes {self._rate} a second"


def paced(rate: int, spread: int) -> Rulebook:
    """The shipped policy, approved, with this pace and a price.

    Raises PolicyFault where nothing would leave under it.
    """
    rulebook = load_rulebook(PLACES, "wave")
    if faults := nothing_leaves(rulebook):
        raise PolicyFault(faults)
    gateway = rulebook.policy.gateway.model_copy(update={"price_per_part": PRICE_PER_PART, "price_currency": "CNY"})
    pacing = Pacing(messages_per_second=rate, spread_minutes=spread)
    policy = rulebook.policy.model_copy(update={"pacing": pacing, "gateway": gateway})
    return rulebook._replace(policy=policy, hash=digest(policy, rulebook.law, rulebook.texts))


def wave(accounts: int, rate: int, spread: int) -> WaveRun:
    """One wave in this process."""
    rulebook, checks, cpu_s = paced(rate, spread), Checks(accounts, rate), time.process_time()
    deque(lines(accounts), maxlen=0)
    making_s = time.process_time() - cpu_s
    simulation = Simulation(rulebook, Grid(1), LIMIT_BYTES, PARTITIONS)
    facts_s = 0.0

    def read() -> Iterator[FactLine]:
        nonlocal facts_s
        yield from lines(accounts)
        facts_s = time.process_time() - cpu_s

    wall_s, cpu_s = time.monotonic(), time.process_time()
    for emitted in simulation.run(read(), END_MS):
        if emitted.role == roles.REMINDERS and emitted.key is not None:
            checks.see(emitted.key, emitted.value)
    wall_s, all_s = time.monotonic() - wall_s, time.process_time() - cpu_s
    faults = list(checks.faults())
    faults += [f"{count:,} {kind}: {what}" for (kind, what), count in simulation.counts.items() if "dead" in kind]
    priced = cost(checks.parts, rulebook.policy.gateway)
    assert priced is not None
    return WaveRun(
        spread=spread,
        per_minute=dict(simulation.tally.per_minute),
        stages=dict(simulation.tally.by["stage"]),
        waits=simulation.tally.waits(END_MS),
        parts=checks.parts,
        price=f"{priced[0]:,} {priced[1]}",
        in_a_second=max(checks.in_a_second.values(), default=0),
        queue_ms=checks.queue_ms,
        valid_ms=checks.valid_ms,
        wall_s=wall_s,
        facts_us=facts_s / accounts * 1e6,
        wave_us=(all_s - facts_s) / accounts * 1e6,
        making_us=making_s / accounts * 1e6,
        rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        faults=faults,
    )


def _rows(done: WaveRun) -> Iterator[tuple[str, str]]:
    yield "reminders", f"{sum(done.per_minute.values()):,}"
    yield "by stage", ", ".join(f"{stage} {count:,}" for stage, count in sorted(done.stages.items()))
    for wait in done.waits:
        yield f"deferred {wait.code}", f"{wait.accounts:,} accounts, at most {wait.longest_ms / 1000:,.0f} s"
    yield "most of a partition in a second", f"{done.in_a_second}"
    yield "longest in the gateway's queue", f"{done.queue_ms:,} ms, shortest validity {done.valid_ms / 60_000:,.1f} min"
    yield "SMS parts, price", f"{done.parts:,}, {done.price}"
    yield "wall time", f"{done.wall_s:,.1f} s"
    its_facts = f"{done.facts_us:,.0f} its facts ({done.making_us:,.0f} to make them)"
    yield "CPU an account", f"{done.facts_us + done.wave_us:,.0f} us: {its_facts}, {done.wave_us:,.0f} its message"
    yield "peak memory", f"{done.rss_mb:,.0f} MB"


def _show(done: list[WaveRun]) -> None:
    for run in done:
        show_table(f"Spread {run.spread} minutes", ("", ""), _rows(run))
    rows = (
        (f"{datetime.fromtimestamp(minute * 60, ZONE):%H:%M}", *(f"{run.per_minute.get(minute, 0):,}" for run in done))
        for minute in sorted({minute for run in done for minute in run.per_minute})
    )
    show_table("Reminders a minute", ("minute", *(f"spread {run.spread}" for run in done)), rows)


def main() -> int:
    """Run both, tell, and say by the exit code whether all was as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rate", type=int, default=500, help="messages a second, over all partitions")
    parser.add_argument("--spread", type=int, default=60, help="minutes, in the second run")
    given = parser.parse_args()
    done = []
    # A process for each, so that the peak of the memory is its own.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        for spread in (0, given.spread):
            print(f"{given.accounts:,} accounts, {given.rate} a second, spread {spread} min …", file=sys.stderr)
            done.append(pool.submit(wave, given.accounts, given.rate, spread).result())
    _show(done)
    faults = [f"spread {each.spread}: {fault}" for each in done for fault in each.faults]
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
