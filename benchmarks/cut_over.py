"""A cut-over rehearsal: overdue accounts come over mid-ladder, first in the shadow, then 100 of them, then all by rate.

One worker by the time of day. Another system had sent each account its first stage some days ago, and the second one is
due. Shadow: an empty allow-list, and nothing may leave. Then 100 accounts are allowed, and exactly these get the second
stage. Then all others are let in over some minutes, each at an instant of its own. What leaves is checked as it comes.
"""

import argparse
import time
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import jiter

from agents.controls.topic import say
from agents.decisions.guard.partition import REVISIT_MS
from agents.decisions.policy.controls import ControlState, follow
from benchmarks import portfolio
from benchmarks.rig import BenchRig, Process, counting, free_port, kind_of, on_broker, spread, wait_metric, wait_ready
from schemas.controls import AllowListSet
from schemas.values.instants import MINUTE_MS, to_ms, to_utc
from streams import roles
from streams.clock import SystemClock
from streams.settings import Settings

SENT_BEFORE = "FRIENDLY"
NEXT = "FIRM"
DAYS_PAST_DUE = 8
SENT_DAYS_AGO = 6
FIRST = 100
LATE_S = 300.0
"""How long after its time the last message may come on a busy machine."""

_REMINDERS = frozenset({"reminder.issued", "reminder.escalated"})
_clock = SystemClock()


class LeftRecords(NamedTuple):
    """A reminder that left: to whom, which stage, at which tick."""

    account: str
    stage: str
    at_ms: int


class Why(NamedTuple):
    """The newest decision about an account."""

    code: str
    stage: str


def imports(count: int) -> dict[str, Iterable[portfolio.Body]]:
    """What is told of each account, in this order: who it is, what was sent before, what is owed."""
    case = partial(portfolio.imported, days_past_due=DAYS_PAST_DUE, stage=SENT_BEFORE, sent_days_ago=SENT_DAYS_AGO)
    miss = partial(portfolio.miss, days_past_due=DAYS_PAST_DUE)
    return {
        roles.PROFILE_UPDATED: portfolio.profiles(count),
        roles.CASE_UPDATED: map(case, range(count)),
        roles.REPAYMENT_MISSED: map(miss, range(count)),
    }


def first_accounts(count: int, wanted: int) -> tuple[str, ...]:
    """Who is allowed first, from all over the portfolio."""
    return tuple(portfolio.account_id(number * count // wanted) for number in range(wanted))


async def allow(settings: Settings, accounts: tuple[str, ...], others_over_minutes: int | None = None) -> ControlState:
    """As `tactful allow`; returns what stands then."""
    now = to_utc(_clock.now_ms())
    control = AllowListSet(
        control_id=f"allow-{to_ms(now)}",
        time=now,
        by="rehearsal",
        reason="cut-over",
        accounts=accounts,
        others_over_minutes=others_over_minutes,
    )
    place = await say(settings, control)
    return follow(ControlState(), place.offset, control)


def left(record: Any) -> LeftRecords | None:
    """A record of `reminders`, if it is one that a borrower reads."""
    if kind_of(record) not in _REMINDERS:
        return None
    body = jiter.from_json(record.value)
    return LeftRecords(body["account_id"], body["stage"], to_ms(datetime.fromisoformat(body["issued_at"])))


def faults(sent: Collection[LeftRecords], controls: ControlState) -> dict[str, int]:
    """What must be 0 everywhere: the wrong stage, a second message, before its instant or without being allowed."""
    per_account = Counter(message.account for message in sent)
    admitted = [(message.at_ms, controls.admitted_from_ms(message.account)) for message in sent]
    return {
        f"not {NEXT}": sum(message.stage != NEXT for message in sent),
        "twice": sum(times - 1 for times in per_account.values()),
        "not allowed": sum(from_ms is None for _, from_ms in admitted),
        "too early": sum(from_ms is not None and at_ms < from_ms for at_ms, from_ms in admitted),
    }


class Rehearsal:
    """One worker, and readers of what it says."""

    def __init__(self, rig: BenchRig, process: Process, port: int, reminders: Any, decisions: Any) -> None:
        self._rig, self._process, self._port = rig, process, port
        self._reminders, self._decisions = reminders, decisions
        self._began = time.monotonic()
        self.sent: list[LeftRecords] = []
        self.others = 0
        """Records on `reminders` that are no reminder."""
        self.why: dict[str, Why] = {}

    def tell(self, what: str) -> None:
        """A line with the seconds since the beginning."""
        print(f"{time.monotonic() - self._began:>6.0f} s  {what}", flush=True)

    async def shadow(self, count: int) -> None:
        """Everything comes over, nothing leaves, and each account has its reason."""
        await allow(self._rig.settings, ())
        began, told = time.monotonic(), 0
        for role, bodies in imports(count).items():
            await self._rig.load({role: bodies})
            told += count
            await wait_metric(self._process, self._port, "tactful_facts_total", told)
            self.tell(f"{count:,} facts of {role} applied")
        waiting = Why("NOT_ON_ALLOW_LIST", NEXT)
        await self._until(lambda: sum(why == waiting for why in self.why.values()) >= count, LATE_S)
        lasted = time.monotonic() - began
        self.tell(f"shadow: {count:,} accounts in {lasted:.0f} s, {count / lasted:,.0f} a second")
        self.tell(f"shadow: {len(self.sent) + self.others} records on reminders, every decision {' '.join(waiting)}")
        _must(not self.sent and not self.others, "something left in the shadow")

    async def first(self, count: int) -> tuple[str, ...]:
        """Exactly those who are allowed get the next stage."""
        allowed = first_accounts(count, min(FIRST, count))
        controls = await allow(self._rig.settings, allowed)
        began = time.monotonic()
        await self._until(lambda: len(self.sent) >= len(allowed), REVISIT_MS / 1000 + LATE_S)
        self.tell(f"{len(allowed)} allowed: {len(self.sent)} left within {time.monotonic() - began:.0f} s")
        self._judge(controls)
        return allowed

    async def ramp(self, count: int, allowed: tuple[str, ...], minutes: int) -> None:
        """All others, each not before its own instant."""
        before = len(self.sent)
        controls = await allow(self._rig.settings, allowed, minutes)
        await self._until(lambda: len(self.sent) >= count, minutes * 60 + REVISIT_MS / 1000 + LATE_S)
        self._judge(controls)
        assert controls.allow_list is not None
        start_ms = to_ms(controls.allow_list.time)
        ramped = self.sent[before:]
        minute = Counter((message.at_ms - start_ms) // MINUTE_MS for message in ramped)
        per_minute = [minute[number] for number in range(max(minutes, *(number + 1 for number in minute)))]
        late_s = [(m.at_ms - (controls.admitted_from_ms(m.account) or 0)) / 1000 for m in ramped]
        self.tell(f"ramp: {len(ramped):,} over {minutes} minutes, {len(ramped) / minutes:,.0f} a minute planned")
        planned = per_minute[:minutes]
        self.tell(f"ramp: messages in each minute {per_minute}, while it lasts {min(planned):,} to {max(planned):,}")
        self.tell(f"ramp: seconds from an account's own instant to its message {spread(late_s)}")
        self.tell(f"all: {len(self.sent):,} reminders to {len({m.account for m in self.sent}):,} accounts")

    def _judge(self, controls: ControlState) -> None:
        found = faults(self.sent, controls)
        self.tell(", ".join(f"{what}: {times}" for what, times in found.items()))
        _must(not any(found.values()), "somebody was written to who should not have been")

    async def _until(self, done: Any, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while not done():
            self._process.check()
            _must(time.monotonic() < deadline, f"not within {within_s:.0f} s: {len(self.sent):,} left")
            await self._read()

    async def _read(self) -> None:
        for records in (await self._decisions.getmany(timeout_ms=200)).values():
            for record in records:
                body = jiter.from_json(record.value)
                self.why[body["account_id"]] = Why(body["code"], body["stage"])
        for records in (await self._reminders.getmany(timeout_ms=200)).values():
            for record in records:
                message = left(record)
                if message is None:
                    self.others += 1
                else:
                    self.sent.append(message)


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise RuntimeError(what)


async def rehearse(servers: str, count: int, minutes: int) -> None:
    """All of it."""
    rig, port = BenchRig(servers), free_port()
    await rig.create()
    process = rig.worker(port)
    try:
        await wait_ready(process, port)
        async with (
            counting(servers, rig.topic(roles.REMINDERS)) as reminders,
            counting(servers, rig.topic(roles.REMINDER_DECISIONS)) as decisions,
        ):
            rehearsal = Rehearsal(rig, process, port, reminders.consumer, decisions.consumer)
            await rehearsal.shadow(count)
            allowed = await rehearsal.first(count)
            await rehearsal.ramp(count, allowed, minutes)
            used = process.usage()
            rehearsal.tell(f"worker: {used.cpu_s:.0f} s of CPU, {used.rss_mb:,.0f} MB")
    finally:
        process.stop()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=200_000)
    parser.add_argument("--ramp-minutes", type=int, default=6)
    given = parser.parse_args()
    on_broker(lambda servers: rehearse(servers, given.accounts, given.ramp_minutes))


if __name__ == "__main__":
    main()
