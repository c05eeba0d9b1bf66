"""Messages as the worker writes them, and a clock that a test sets."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import msgspec

from schemas.messages import AnyMessage, CycleOpened, NoticeIssued, Recipient, Reminder, ReminderCancelled

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PHONE = "+8613800138000"


def reminder(
    reminder_id: str,
    *,
    account_id: str = "A1",
    supersedes: str | None = None,
    issued_at: datetime = NINE,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Reminder:
    """A reminder that is good for a quarter of an hour."""
    return Reminder(
        type="reminder.issued" if supersedes is None else "reminder.escalated",
        account_id=account_id,
        reminder_id=reminder_id,
        cycle_id="C1",
        stage="FRIENDLY",
        attempt=1,
        supersedes=supersedes,
        channel="sms",
        recipient=Recipient(name="Ms Li", phone=PHONE, role="debtor"),
        language="en",
        tone="neutral",
        text="[Anhe] Dear Ms Li, 123.45 CNY is due.",
        parts=1,
        template_id="T1",
        variables={"name": "Ms Li"},
        signature="[Anhe] ",
        amount_minor=12_345,
        total_overdue_minor=12_345,
        currency="CNY",
        oldest_due_date=date(2026, 3, 1),
        days_past_due=1,
        service_number="4008800123",
        decided_for=issued_at,
        issued_at=issued_at,
        not_before=not_before or issued_at,
        expires_at=expires_at or issued_at + 15 * MINUTE,
        policy_id="P",
        policy_version="1",
        pack_id="CN",
        pack_version="1",
    )


def notice(reminder_id: str, *, account_id: str = "A1", issued_at: datetime = NINE) -> NoticeIssued:
    """An answer to a reply, good for five minutes."""
    return NoticeIssued(
        account_id=account_id,
        reminder_id=reminder_id,
        stage="NOTICE_STOP",
        answers="r1-stop",
        channel="sms",
        recipient=Recipient(name="Ms Li", phone=PHONE, role="debtor"),
        language="en",
        text="[Anhe] no more reminders",
        parts=1,
        template_id="N1",
        variables={"name": "Ms Li"},
        signature="[Anhe] ",
        service_number="4008800123",
        decided_for=issued_at,
        issued_at=issued_at,
        not_before=issued_at,
        expires_at=issued_at + 5 * MINUTE,
        policy_id="P",
        policy_version="1",
        pack_id="CN",
        pack_version="1",
    )


def cancelled(reminder_id: str, *, account_id: str = "A1", at: datetime = NINE) -> ReminderCancelled:
    """The recall of one reminder."""
    return ReminderCancelled(
        account_id=account_id,
        reminder_id=reminder_id,
        cycle_id="C1",
        stage="FRIENDLY",
        reason="PAID",
        cancelled_at=at,
    )


def opened(*, at: datetime = NINE) -> CycleOpened:
    """Something on the topic that is no reminder."""
    return CycleOpened(
        account_id="A1",
        cycle_id="C1",
        loan_id="L",
        instalment_id="1",
        oldest_due_date=None,
        reopened=False,
        opened_at=at,
    )


def body(message: AnyMessage) -> bytes:
    """Its bytes on the topic."""
    return msgspec.json.encode(message)


class SetTime:
    """The time is what the test says."""

    def __init__(self, now: datetime = NINE) -> None:
        self.at = now

    def seen(self, partition: int, instant: datetime) -> None:
        """Nothing follows from it."""

    def now(self, partition: int) -> datetime:
        return self.at

    def since(self, taken_at: datetime) -> datetime:
        return self.at

    def newest(self) -> datetime:
        return self.at

    async def pause_until(self, instant: datetime) -> None:
        await asyncio.sleep(0)
