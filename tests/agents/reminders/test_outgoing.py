"""What leaves has the very bytes that the contract's models give themselves."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from agents.reminders.outgoing import Envelope, stage_of
from schemas.decisions import Decision, Evidence, LedgerLine, Outcome
from schemas.messages import (
    AnyMessage,
    CaseHandedOff,
    CaseWithdrawn,
    CycleClosed,
    CycleOpened,
    NoticeIssued,
    Recipient,
    Reminder,
    ReminderCancelled,
)
from schemas.policy.offers import Offered
from schemas.records import Outbound, contract
from schemas.values.instants import MINUTE_MS
from schemas.values.money import MINOR_MAX
from tests.agents.decisions.answering import answering
from tests.agents.decisions.story import Story, ended, missed, paid, profile, replied, returned

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
    tone="neutral",
    text="【安和消费金融】王先生您好\n\u2028/",
    parts=1,
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
    pack_id="CN",
    pack_version="1",
)
MESSAGES: tuple[AnyMessage, ...] = (
    REMINDER,
    NoticeIssued(
        account_id="A",
        reminder_id="n",
        stage="NOTICE_PROMISE",
        answers="p1",
        channel="sms",
        recipient=REMINDER.recipient,
        language="zh-Hans",
        text="【安和消费金融】谢谢您。",
        parts=1,
        template_id="zh-promise-1",
        variables={"amount": "1元"},
        signature="【安和消费金融】",
        service_number="4008800123",
        decided_for=WHOLE,
        issued_at=BROKEN,
        not_before=WHOLE,
        expires_at=BROKEN,
        policy_id="p",
        policy_version="1",
        pack_id="CN",
        pack_version="1",
    ),
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
    type="decision.recorded",
    schema_version=1,
    decision_id="d1",
    account_id="A",
    trigger="tick",
    now=BROKEN,
    outcome=Outcome.HANDED_OFF,
    code="ISSUED",
    rule="CN-TIME-1",
    stage=None,
    cycle_id=None,
    reminder_id="r",
    until=WHOLE,
    policy_id="p",
    policy_version="1",
    policy_hash="h",
    pack_id="CN",
    pack_version="1",
    pack_hash="k",
    segment="forgetters",
    experiment=None,
    arm=None,
    offer=Offered(kind="plan", parts=2, part_minor=1, last_part_minor=1, first_date=DAY, every_days=30),
    warnings=("CN-TEXT-CREDIT",),
    template_id=None,
    variables={"amount": "1元"},
    text_hash=None,
    evidence=Evidence(
        inputs={"repayment-missed": 5},
        watermarks={},
        controls=None,
        complete_to=WHOLE,
        unmarked=("profile-updated",),
        unread=0,
        ledger=(LedgerLine(loan_id="L", instalment_id="1", due_date=DAY, overdue_minor=1),),
        total_overdue_minor=1,
        days_past_due=None,
        reminders_in_cycle=0,
        counters={"CN-CAP-1": 1},
        pace_us=None,
        time_data="zones 2026a",
        last_contact_at=WHOLE,
        local_time="2026-03-02T17:00:00+08:00",
    ),
)


def modelled(record: Outbound) -> BaseModel:
    """The record as its published model, through which every value and type in it must pass."""
    fields = {name: _modelled(getattr(record, name)) for name in record.__struct_fields__}
    model = contract(type(record))(**fields)
    assert list(type(model).model_fields) == list(record.__struct_fields__)
    assert {name: getattr(model, name) for name in fields} == fields
    return model


def _modelled(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_modelled(part) for part in value)
    return modelled(value) if isinstance(value, Outbound) else value


def test_every_message_has_its_example() -> None:
    assert {type(message) for message in MESSAGES} == set(AnyMessage.__args__)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: str(m.type))
def test_a_message_has_the_bytes_of_its_model(message: AnyMessage) -> None:
    assert Envelope("test").message(message).value == to_json(modelled(message))


@pytest.mark.parametrize("core", [1, 2])
def test_a_decision_has_the_bytes_of_its_model(core: int) -> None:
    decision = msgspec.structs.replace(DECISION, core=core)
    value = Envelope("test").decision(decision).value
    assert value == to_json(modelled(decision))
    assert (b'"core":' in value) == (core > 1)


def test_a_published_model_checks_what_a_record_does_not() -> None:
    for field, value in (("stage", "not a code!"), ("amount_minor", MINOR_MAX + 1), ("attempt", "1"), ("more", 1)):
        with pytest.raises(ValidationError, match=field):
            contract(Reminder)(
                **{**{name: _modelled(getattr(REMINDER, name)) for name in REMINDER.__struct_fields__}, field: value}
            )


@pytest.mark.parametrize("record", [*MESSAGES, DECISION], ids=lambda r: str(r.type))
def test_a_record_cannot_be_changed(record: Outbound) -> None:
    with pytest.raises(AttributeError, match="immutable"):
        record.type = "other"  # type: ignore[attr-defined]  # the very thing that must not work
    with pytest.raises(ValidationError, match="frozen"):
        modelled(record).type = "other"  # type: ignore[attr-defined]  # the very thing that must not work


def test_all_that_leaves_in_a_life_passes_through_its_model() -> None:
    stop = replied("STOP", "r1", answer=True)
    answered = Story(answering(), step_ms=MINUTE_MS).on("2026-03-01 10:00", profile(), stop)
    answered.tick_until("2026-03-01 10:02")
    story = Story().on("2026-03-01 10:00", profile()).on("2026-03-02 00:00", missed("1", "2026-03-01", 100_00))
    story.tick_until("2026-03-09 12:00").on("2026-03-09 13:00", paid(100_00)).on("2026-03-10 00:00", returned())
    story.tick_until("2026-04-20 00:00").on("2026-04-20 01:00", ended())
    left = (*story.messages, *answered.messages)
    assert {type(message) for message in left} == set(AnyMessage.__args__)
    for record in (*left, *story.decisions, *answered.decisions):
        modelled(record)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: str(m.type))
def test_the_stage_of_a_message_is_its_own(message: AnyMessage) -> None:
    assert stage_of(message) == getattr(message, "stage", "")
