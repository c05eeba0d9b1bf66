"""The hand-over: takes reminders on, offers each once, recalls, and passes on what the gateway says.

One process for all partitions: a report comes to whichever connection the provider picks, so only who knows all open
messages can tell whose it is. The order for each reminder is: looked ahead to the partition's end; journaled as
``submitting`` together with the position behind it, and committed; looked again; offered; its outcome committed.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple, Protocol

from agents.delivery.incoming.listening import People, listen
from agents.delivery.kafka.commits import Commits, TransactionWriter
from agents.delivery.kafka.lookout import AheadReader, Lookout, ReminderRecord
from agents.delivery.kafka.reading import SENDABLE, read_head, read_sendable, submission_of
from agents.delivery.providers.port import GatewayAdapter, Outcome, Refused, Submission, Unknown
from agents.delivery.providers.settings import HandOver
from agents.delivery.rules.deliveries import Deliveries
from agents.delivery.rules.receipts import Receipt
from agents.delivery.timing import POLL_S, OfferRate, Time
from streams.tasks import endless, guarded

LOOKS_MAX: Final = 100
"""Messages asked about in one sweep."""
UNOFFERED_S: Final = 0.2
"""So much of a second's offers may stand in the journal before their turn: what a crash leaves unsent."""
UNCOMMITTED_REPORTS_MAX: Final = 500
STOP_S: Final = 10.0
"""How long an orderly stop waits for the cluster."""


class Bus(AheadReader, TransactionWriter, Protocol):
    """The topics, as the hand-over sees them."""

    async def take(self, limit: int) -> Sequence[ReminderRecord]:
        """The next records, in order within a partition; nothing after a moment."""

    def hold(self, record: ReminderRecord) -> None:
        """Give nothing of this partition until it is released, and then begin with this record again."""

    def release(self, partition: int) -> None:
        """Go on with a partition."""


class DeliveryEvent(NamedTuple):
    """What the hand-over does, for whoever watches; no personal data."""

    what: str
    at: datetime
    account_id: str
    reminder_id: str
    detail: str | None = None


class _InHand(NamedTuple):
    partition: int
    taken_at: datetime
    account_id: str
    submission: Submission


class Delivery:
    """One run of it."""

    def __init__(
        self,
        limits: HandOver,
        deliveries: Deliveries,
        positions: dict[int, int],
        bus: Bus,
        gateway: GatewayAdapter,
        time: Time,
        told: Callable[[DeliveryEvent], None],
        people: People | None = None,
    ) -> None:
        self._people = people
        self._limits = limits
        self._deliveries = deliveries
        self._positions = positions
        self._bus = bus
        self._gateway = gateway
        self._time = time
        self._told = told
        self._recall_wanted = asyncio.Event()
        self._commits = Commits(deliveries, positions, bus, self._tell, people and people.hearing)
        self._lookout = Lookout(bus, deliveries, time, self._recall_wanted.set)
        self._pace = OfferRate(limits.messages_per_second, limits.throttle_backoff_s, limits.throttle_backoff_max_s)
        self._unoffered_max = max(1, math.ceil(limits.messages_per_second * UNOFFERED_S))
        self._unoffered = self._in_flight = 0
        self._freed = asyncio.Event()
        self._held: dict[int, datetime] = {}
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop``, then finish what is in flight. Raises the first error of any part."""
        for entry in self._deliveries.entries.values():
            # One that has ended stands in the way of another with its id: its receipt may come twice.
            if entry.gateway_ref is not None:
                self._gateway.adopt(entry.reminder_id, entry.gateway_ref, entry.since)
        await self._gateway.start()
        try:
            async with asyncio.TaskGroup() as group:
                await self._work(group, stop)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            await self._gateway.stop()

    async def _work(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "the look ahead": self._lookout.run,
            "the journal's commits": self._commits.run,
            "the recalls": lambda: self._recall_all(group),
            "the reports": self._hear_reports,
            "the questions": self._ask_about,
        }
        if (people := self._people) is not None:
            loops["people's messages"] = lambda: listen(people, self._commits.committed, self._time.newest)
        running = [group.create_task(endless(loop, name)) for name, loop in loops.items()]
        self._recall_wanted.set()
        await self._commits.committed()
        taking = group.create_task(guarded(lambda: self._take_on(group), "the taking on of reminders"))
        await stop.wait()
        self._stopping = True
        await asyncio.wait([taking], timeout=STOP_S)
        taking.cancel()
        while self._in_flight:
            self._freed.clear()
            await self._freed.wait()
        await self._commits.committed()
        for task in running:
            task.cancel()

    async def _take_on(self, group: asyncio.TaskGroup) -> None:
        while not self._stopping:
            self._release_held()
            room = min(self._limits.in_flight_max - self._in_flight, self._unoffered_max - self._unoffered)
            if not self._deliveries.room:
                await asyncio.sleep(POLL_S)
                continue
            if room <= 0:
                self._freed.clear()
                await self._freed.wait()
                continue
            in_hand: list[_InHand] = []
            for record in await self._bus.take(min(room, self._deliveries.room)):
                if record.partition not in self._held:
                    await self._lookout.at_end(record.partition)
                    in_hand += self._take(record)
            self._commits.ask()
            if in_hand:
                await self._commits.committed()
            for one in in_hand:
                self._in_flight += 1
                self._unoffered += 1
                group.create_task(guarded(partial(self._hand_over, one), "an offer"))

    def _release_held(self) -> None:
        for partition, until in list(self._held.items()):
            if self._time.now(partition) >= until:
                del self._held[partition]
                self._bus.release(partition)

    def _take(self, record: ReminderRecord) -> list[_InHand]:
        """At most one to hand over."""
        partition = record.partition
        head = read_head(record.value, record.where)
        if head.said_at is not None:
            self._time.seen(partition, head.said_at)
        in_hand = []
        if head.type in SENDABLE:
            reminder = read_sendable(head.type, record.value, record.where)
            self._time.seen(partition, reminder.not_before)
            now = self._time.now(partition)
            taken = self._deliveries.take(reminder, partition, now)
            if taken == "wait":
                self._held[partition] = reminder.not_before
                self._bus.hold(record)
                return []
            if taken == "offer":
                in_hand.append(_InHand(partition, now, reminder.account_id, submission_of(reminder)))
        self._positions[partition] = record.offset + 1
        self._deliveries.ahead.passed(partition, record.offset + 1)
        return in_hand

    async def _hand_over(self, one: _InHand) -> None:
        reminder_id = one.submission.reminder_id
        try:
            await self._pace.turn()
            await self._lookout.at_end(one.partition)
        finally:
            self._unoffered -= 1
            self._freed.set()
        for _ in range(self._limits.throttle_tries_max):
            if not await self._offer(one):
                break
            self._pace.throttled()
            await self._pace.turn()
            await self._lookout.at_end(one.partition)
        else:
            self._deliveries.came_out(reminder_id, Refused("THROTTLED"), self._time.since(one.taken_at))
        self._recall_wanted.set()
        await self._commits.committed()
        self._in_flight -= 1
        self._freed.set()

    async def _offer(self, one: _InHand) -> bool:
        """Offer it once, if it still may be. True when nothing was taken and it may be offered again."""
        submission = one.submission
        now = self._time.since(one.taken_at)
        if not self._deliveries.begin(submission.reminder_id, now):
            return False
        self._told(DeliveryEvent("offered", now, one.account_id, submission.reminder_id))
        outcome = await self._submit(submission)
        again = self._deliveries.came_out(submission.reminder_id, outcome, self._time.since(one.taken_at))
        if not again:
            self._pace.answered()
        return again

    async def _submit(self, submission: Submission) -> Outcome:
        try:
            async with asyncio.timeout(self._limits.submit_timeout_s):
                return await self._gateway.submit(submission)
        except TimeoutError:
            return Unknown("TIMEOUT")

    async def _recall_all(self, group: asyncio.TaskGroup) -> None:
        room = asyncio.Semaphore(self._limits.in_flight_max)
        while True:
            await self._recall_wanted.wait()
            self._recall_wanted.clear()
            self._commits.ask()
            while self._deliveries.recalls:
                await room.acquire()
                reminder_id = self._deliveries.recalls.popleft()
                group.create_task(guarded(partial(self._recall, reminder_id, room), "a recall"))

    async def _recall(self, reminder_id: str, room: asyncio.Semaphore) -> None:
        entry = self._deliveries.entries.get(reminder_id)
        # Where it has ended in the meantime, how it ended is the answer.
        if entry is not None and entry.open:
            for attempt in range(self._limits.recall_tries_max):
                answer = await self._gateway.recall(reminder_id, entry.gateway_ref)
                if answer != "unknown" or attempt + 1 == self._limits.recall_tries_max:
                    break
                await asyncio.sleep(self._limits.recall_again_s * 2**attempt)
            self._deliveries.recall_answered(reminder_id, answer, self._time.newest())
            self._commits.ask()
        room.release()

    async def _hear_reports(self) -> None:
        uncommitted = 0
        async for report in self._gateway.reports():
            self._deliveries.report(report, self._time.newest())
            self._commits.ask()
            uncommitted += 1
            if uncommitted >= UNCOMMITTED_REPORTS_MAX:
                await self._commits.committed()
                uncommitted = 0

    async def _ask_about(self) -> None:
        while True:
            for look in self._deliveries.looks(self._time.newest(), LOOKS_MAX):
                entry = self._deliveries.entries[look.reminder_id]
                standing = await self._gateway.query(look.reminder_id, entry.gateway_ref)
                self._deliveries.looked(look, standing, self._time.newest())
            self._commits.renew()
            await asyncio.sleep(self._limits.sweep_s)

    def _tell(self, receipt: Receipt) -> None:
        self._told(DeliveryEvent(receipt.status, receipt.at, receipt.account_id, receipt.reminder_id, receipt.detail))
