"""A log in memory and a gateway that does what a test tells it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from agents.delivery.kafka.lookout import ReminderRecord
from agents.delivery.process import Delivery, DeliveryEvent
from agents.delivery.providers.port import Accepted, Outcome, Recall, Report, Standing, Submission
from agents.delivery.providers.settings import HandOver
from agents.delivery.rules.deliveries import Deliveries, Flush
from agents.delivery.rules.journal import JournalEntry, decode
from agents.delivery.rules.receipts import Receipt
from agents.delivery.timing import Time
from schemas.messages import AnyMessage
from tests.agents.delivery.messages import body

LIMITS = HandOver(
    messages_per_second=10_000, throttle_backoff_s=0.001, recall_again_s=0.001, submit_timeout_s=5, sweep_s=0.01
)
PATIENCE_S = 300.0


class MemoryBus:
    """What Kafka is to the hand-over."""

    def __init__(self, *messages: AnyMessage, partition: int = 0) -> None:
        self.log: list[ReminderRecord] = []
        self.journal: dict[str, JournalEntry] = {}
        self.receipts: list[Receipt] = []
        self.positions: dict[int, int] = {}
        self.readable_to_the_end = True
        self._taken: dict[int, int] = {}
        self._seen = self._looked = 0
        self._held: set[int] = set()
        self.say(*messages, partition=partition)

    def say(self, *messages: AnyMessage, partition: int = 0) -> None:
        """More on the log."""
        for message in messages:
            self.put(body(message), partition)

    def put(self, value: bytes, partition: int = 0) -> None:
        """Any bytes on the log."""
        offset = sum(record.partition == partition for record in self.log)
        self.log.append(ReminderRecord("reminders", partition, offset, value))

    async def look(self) -> Sequence[ReminderRecord]:
        await asyncio.sleep(0)
        found, self._seen = self.log[self._seen :], len(self.log)
        return found

    async def looked(self) -> None:
        self._looked = self._seen

    def end(self, partition: int) -> int | None:
        return len(self.log) if self.readable_to_the_end else None

    def looked_to(self, partition: int) -> int:
        return self._looked

    async def take(self, limit: int) -> Sequence[ReminderRecord]:
        await asyncio.sleep(0)
        found = [r for r in self.log if r.offset >= self._taken.get(r.partition, 0) and r.partition not in self._held]
        for record in found[:limit]:
            self._taken[record.partition] = record.offset + 1
        return found[:limit]

    def hold(self, record: ReminderRecord) -> None:
        self._held.add(record.partition)
        self._taken[record.partition] = record.offset

    def release(self, partition: int) -> None:
        self._held.discard(partition)

    async def write(self, flush: Flush, positions: Mapping[int, int]) -> None:
        await asyncio.sleep(0)
        for _, reminder_id, value in flush.journal:
            if value is None:
                del self.journal[reminder_id]
            else:
                self.journal[reminder_id] = decode(value)
        self.receipts += flush.receipts
        self.positions |= positions

    def told(self, reminder_id: str) -> list[str]:
        """The receipts of one reminder."""
        return [receipt.status for receipt in self.receipts if receipt.reminder_id == reminder_id]


class ScriptedGateway:
    """Accepts, unless ``answer`` says otherwise; a test sends its reports."""

    def __init__(self, answer: Callable[[Submission], Outcome] | None = None) -> None:
        self.submitted: list[str] = []
        self.recalled: list[str] = []
        self.adopted: dict[str, str] = {}
        self.recall_answer: Recall = "recalled"
        self.standing: Standing | None = None
        self.open = asyncio.Event()
        self.open.set()
        self.at_once = self.most_at_once = 0
        self.running = False
        self._answer = answer or (lambda submission: Accepted(f"ref-{submission.reminder_id}"))
        self._reports: asyncio.Queue[Report | None] = asyncio.Queue()

    def adopt(self, reminder_id: str, gateway_ref: str, since: datetime | None = None) -> None:
        assert not self.running
        self.adopted[reminder_id] = gateway_ref

    async def start(self) -> None:
        self.running = True

    async def stop(self) -> None:
        self.running = False

    async def submit(self, submission: Submission) -> Outcome:
        self.submitted.append(submission.reminder_id)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            await self.open.wait()
            return self._answer(submission)
        finally:
            self.at_once -= 1

    async def recall(self, reminder_id: str, gateway_ref: str | None) -> Recall:
        self.recalled.append(reminder_id)
        return self.recall_answer

    async def query(self, reminder_id: str, gateway_ref: str | None) -> Standing | None:
        return self.standing

    def say(self, report: Report) -> None:
        """A report comes."""
        self._reports.put_nowait(report)

    async def reports(self) -> AsyncIterator[Report]:
        while (report := await self._reports.get()) is not None:
            yield report


class DeliveryRun:
    """`async with Run(bus, gateway, time) as run`; at its end the hand-over stops in order."""

    def __init__(self, bus: MemoryBus, gateway: ScriptedGateway, time: Time, limits: HandOver = LIMITS) -> None:
        self.told: list[DeliveryEvent] = []
        deliveries = Deliveries(
            receipt_grace=timedelta(hours=limits.receipt_grace_hours),
            taken_back_max=limits.taken_back_max,
            open_max=limits.open_max,
        )
        deliveries.restore(bus.journal.values(), time.newest())
        self._delivery = Delivery(limits, deliveries, dict(bus.positions), bus, gateway, time, self.told.append)
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "DeliveryRun":
        self._task = asyncio.create_task(self._delivery.run(self._stop))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        assert self._task is not None
        if kind is not None or self._task.cancelled():
            self._task.cancel()
            return
        self._stop.set()
        await asyncio.wait_for(self._task, PATIENCE_S)

    async def until(self, condition: Callable[[], object]) -> None:
        """Let it work until the condition holds."""
        assert self._task is not None
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                if self._task.done():
                    await self._task
                await asyncio.sleep(0)

    async def killed(self) -> None:
        """It ends as by kill -9: nothing more is committed."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])

    async def failed(self) -> None:
        """Raises what the run ended with."""
        assert self._task is not None
        await asyncio.wait_for(self._task, PATIENCE_S)
