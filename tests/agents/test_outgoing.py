"""What leaves has the very bytes that the contract's models give themselves."""

from datetime import UTC, date, datetime

import pytest
from pydantic_core import to_json

from agents.reminders.outgoing import Envelope, stage_of
from schemas.decisions import Decision, Evidence, LedgerLine, Outcome
from schemas.messages import (
    AnyMessage,
    CaseHandedOff,
    CaseWithdrawn,
    CycleClosed,
    CycleOpened,
    Recipient,
    Reminder,
    ReminderCancelled,
)
from schemas.money import MINOR_MAX

WHOLE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BROKEN = datetime(2026, 3, 2, 9, 0, 0, 7_000, tzinfo=UTC)
DAY = date(2026, 3, 1)

REMINDER = Reminder(
    type="reminder.escalated",
    account_id='A-1 "quoted" \\ 😀',
    reminder_id="r1",
    cycle_id="L1/1",
    stage="FIRM",
    attempt=1,
    supersedes=None,
    channel="sms",
    recipient=Recipient(name="王先生", phone="+8613800138000", role="debtor"),
    language="zh-Hans",
    text="【安和消费金融】王先生您好\n\u2028/",
    template_id="zh-firm-1",
    variables={"name": "王先生", "amount": "1,234.50元"},
    signature="【安和消费金融】",
    amount_minor=MINOR_MAX,
    total_overdue_minor=0,
    currency="CNY",
    oldest_due_date=DAY,
    days_past_due=7,
    service_number="4008800123",
    decided_for=WHOLE,
    issued_at=BROKEN,
    not_before=WHOLE,
    expires_at=BROKEN,
    policy_id="p",
    policy_version="1",
)
MESSAGES: tuple[AnyMessage, ...] = (
    REMINDER,
    ReminderCancelled(account_id="A", reminder_id="r", cycle_id="c", stage="FIRM", reason="PAID", cancelled_at=BROKEN),
    CaseHandedOff(
        account_id="A",
        cycle_id="c",
        stage="HAND_OFF",
        reason="DAYS_PAST_DUE",
        total_overdue_minor=1,
        currency=None,
        oldest_due_date=DAY,
        days_past_due=None,
        handed_off_at=WHOLE,
    ),
    CaseWithdrawn(account_id="A", cycle_id="c", reason="CURED", withdrawn_at=WHOLE),
    CycleOpened(
        account_id="A",
        cycle_id="c",
        loan_id="L",
        instalment_id="1",
        oldest_due_date=None,
        reopened=True,
        opened_at=WHOLE,
    ),
    CycleClosed(account_id="A", cycle_id="c", reason="CURED", reminders_sent=2, closed_at=BROKEN),
)
DECISION = Decision(
    decision_id="d1",
    account_id="A",
    trigger="tick",
    now=BROKEN,
    outcome=Outcome.HANDED_OFF,
    code="ISSUED",
    stage=None,
    cycle_id=None,
    reminder_id="r",
    until=WHOLE,
    policy_id="p",
    policy_version="1",
    policy_hash="h",
    template_id=None,
    variables={"amount": "1元"},
    text_hash=None,
    evidence=Evidence(
        inputs={"repayment-missed": 5},
        watermarks={},
        ledger=(LedgerLine(loan_id="L", instalment_id="1", due_date=DAY, overdue_minor=1),),
        total_overdue_minor=1,
        days_past_due=None,
        reminders_in_cycle=0,
        last_contact_at=WHOLE,
        local_time="2026-03-02T17:00:00+08:00",
    ),
)


def test_every_message_has_its_example() -> None:
    assert {type(message) for message in MESSAGES} == set(AnyMessage.__args__)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: str(m.type))
def test_a_message_has_the_bytes_of_its_model(message: AnyMessage) -> None:
    assert Envelope("test").message(message).value == to_json(message)


def test_a_decision_has_the_bytes_of_its_model() -> None:
    assert Envelope("test").decision(DECISION).value == to_json(DECISION)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: str(m.type))
def test_the_stage_of_a_message_is_its_own(message: AnyMessage) -> None:
    assert stage_of(message) == getattr(message, "stage", "")
