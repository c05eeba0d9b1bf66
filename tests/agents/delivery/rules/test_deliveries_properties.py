"""Whatever happens in whatever order, crashes included: offered at most once, and never what was taken back."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.delivery.providers.port import Accepted, Refused, Report, Unknown
from agents.delivery.rules.deliveries import Deliveries
from agents.delivery.rules.journal import decode
from schemas.messages import Reminder, ReminderCancelled
from tests.agents.delivery.messages import MINUTE, NINE, cancelled, reminder

OUTCOMES = (Accepted, Unknown, Refused, "throttled")


class WorldStep(NamedTuple):
    """One thing that happens; ``pick`` chooses whom it happens to."""

    what: str
    pick: int


NAMES = (
    *("issue", "issue", "escalate", "cancel", "look", "take", "take", "commit", "begin", "begin", "answer"),
    *("report", "recall", "ask", "minutes", "crash", "repeat"),
)
STEPS = st.builds(WorldStep, st.sampled_from(NAMES), st.integers(0, 11))


class DeliveryWorld:
    """A log, a journal and a gateway that outlive the hand-over."""

    def __init__(self) -> None:
        self.log: list[Reminder | ReminderCancelled] = []
        self.journal: dict[str, bytes] = {}
        self.receipts: Counter[str] = Counter()
        self.position = 0
        self.calls: Counter[str] = Counter()
        self.now = NINE
        self._begin()

    def _begin(self) -> None:
        self.deliveries = Deliveries(receipt_grace=timedelta(hours=1), taken_back_max=10_000, open_max=10_000)
        self.deliveries.restore((decode(value) for value in self.journal.values()), self.now)
        self.taken = self.looked = self.position
        self.uncommitted: list[str] = []
        self.waiting: list[str] = []
        self.calling: list[str] = []

    def crash(self, _: int) -> None:
        self._begin()

    def issue(self, pick: int) -> None:
        self._issue(None, pick)

    def escalate(self, pick: int) -> None:
        issued = [m.reminder_id for m in self.log if isinstance(m, Reminder)]
        self._issue(issued[pick % len(issued)] if issued else None, pick)

    def _issue(self, supersedes: str | None, pick: int) -> None:
        expires_at = self.now + pick * MINUTE
        name = f"R{len(self.log)}"
        self.log.append(reminder(name, supersedes=supersedes, issued_at=self.now, expires_at=expires_at))

    def repeat(self, pick: int) -> None:
        """A broker that has broken its contract."""
        issued = [m for m in self.log if isinstance(m, Reminder)]
        if issued:
            self.log.append(issued[pick % len(issued)])

    def cancel(self, pick: int) -> None:
        issued = [m.reminder_id for m in self.log if isinstance(m, Reminder)]
        if issued:
            self.log.append(cancelled(issued[pick % len(issued)], at=self.now))

    def look(self, _: int = 0) -> None:
        for offset in range(self.looked, len(self.log)):
            back = taken_back_by(self.log[offset])
            if back is not None:
                self.deliveries.take_back(back, 0, offset, self.now)
        self.looked = len(self.log)

    def take(self, _: int = 0) -> None:
        self.look()
        if self.taken < len(self.log):
            message = self.log[self.taken]
            if isinstance(message, Reminder) and self.deliveries.take(message, 0, self.now) == "offer":
                self.uncommitted.append(message.reminder_id)
            self.taken += 1
            self.deliveries.ahead.passed(0, self.taken)

    def commit(self, _: int = 0) -> None:
        journal, receipts, _heard = self.deliveries.flush()
        for _partition, reminder_id, value in journal:
            if value is None:
                del self.journal[reminder_id]
            else:
                self.journal[reminder_id] = value
        self.receipts.update(receipt.reminder_id for receipt in receipts)
        self.position = self.taken
        self.waiting += self.uncommitted
        self.uncommitted = []

    def begin(self, pick: int = 0) -> None:
        self.look()
        if not self.waiting:
            return
        reminder_id = self.waiting.pop(pick % len(self.waiting))
        if self.deliveries.begin(reminder_id, self.now):
            assert reminder_id not in [taken_back_by(message) for message in self.log]
            issued = next(m for m in self.log if isinstance(m, Reminder) and m.reminder_id == reminder_id)
            assert self.now < issued.expires_at
            self.calls[reminder_id] += 1
            assert self.calls[reminder_id] == 1
            self.calling.append(reminder_id)

    def answer(self, pick: int = 0) -> None:
        if not self.calling:
            return
        reminder_id = self.calling.pop(pick % len(self.calling))
        match OUTCOMES[pick % len(OUTCOMES)]:
            case "throttled":
                self.calls[reminder_id] -= 1
                if self.deliveries.came_out(reminder_id, Refused("FULL", throttled=True), self.now):
                    self.waiting.append(reminder_id)
            case outcome:
                assert not isinstance(outcome, str)
                assert not self.deliveries.came_out(reminder_id, outcome(reminder_id), self.now)

    def report(self, pick: int) -> None:
        called = sorted(self.calls)
        if called:
            reminder_id = called[pick % len(called)]
            ending = ("delivered", "failed", "expired")[pick % 3]
            self.deliveries.report(Report(reminder_id, reminder_id, ending, self.now), self.now)  # type: ignore[arg-type]  # mypy widens a picked literal to str

    def recall(self, pick: int = 0) -> None:
        if self.deliveries.recalls:
            answer = ("recalled", "too_late", "unknown")[pick % 3]
            self.deliveries.recall_answered(self.deliveries.recalls.popleft(), answer, self.now)  # type: ignore[arg-type]  # mypy widens a picked literal to str

    def ask(self, pick: int = 0) -> None:
        for look in self.deliveries.looks(self.now, 10):
            standing = (None, "accepted", "delivered", "failed")[pick % 4]
            self.deliveries.looked(look, standing, self.now)  # type: ignore[arg-type]  # mypy widens a picked literal to str

    def minutes(self, pick: int) -> None:
        self.now += pick * MINUTE

    def settle(self) -> None:
        """Everything goes on until nothing is left to do."""
        while self.taken < len(self.log):
            self.take()
        self.commit()
        while self.waiting or self.calling:
            self.begin()
            self.answer()
        self.commit()


def taken_back_by(message: Reminder | ReminderCancelled) -> str | None:
    return message.supersedes if isinstance(message, Reminder) else message.reminder_id


@given(st.lists(STEPS, max_size=60))
@settings(max_examples=300, deadline=None)
def test_at_most_one_offer_and_none_of_what_was_taken_back(steps: list[WorldStep]) -> None:
    world = DeliveryWorld()
    for step in steps:
        getattr(world, step.what)(step.pick)
    world.settle()
    for message in world.log:
        if isinstance(message, Reminder):
            assert world.receipts[message.reminder_id] >= 1, "each reminder is answered for"


def test_the_world_would_notice_a_second_offer() -> None:
    world = DeliveryWorld()
    for step in ("issue", "take", "commit"):
        getattr(world, step)(5)
    world.begin()
    world.calling.clear()
    world.deliveries = Deliveries(receipt_grace=timedelta(0), taken_back_max=10, open_max=10)  # without their journal
    world.taken = 0
    world.take()
    world.commit()
    with pytest.raises(AssertionError):
        world.begin()
