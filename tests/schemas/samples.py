"""One body of every record type that comes in, as a source would write it."""

from typing import Any

TIME = "2026-03-02T00:00:00+08:00"
FACT = {
    "schema_version": 1,
    "event_id": "e-1",
    "account_id": "A-1",
    "time": TIME,
    "source": "core",
    "source_version": 3,
}
CONTROL = {"schema_version": 1, "control_id": "c-1", "time": TIME, "by": "u-7", "reason": "a wrong text"}
UNREAD = {"role": "payment-received", "partition": 2, "offset": 1041, "dismissed_by": "u-7", "reason": "a test record"}
OWED = {
    "loan_id": "L",
    "instalment_id": "1",
    "kind": "instalment",
    "due_date": "2026-03-01",
    "amount_due_minor": 10_000,
    "currency": "CNY",
    "as_of": TIME,
}

MISSED: dict[str, Any] = {**FACT, **OWED, "type": "repayment.missed", "outstanding_minor": 8_000}

INPUTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("every-input", {"schema_version": 1, "type": "source.progress", "source": "core", "complete_to": TIME}),
    ("repayment-missed", MISSED),
    (
        "payment-received",
        {
            **FACT,
            "type": "payment.booked",
            "payment_id": "P",
            "amount_minor": 5_000,
            "currency": "CNY",
            "booked_at": TIME,
            "value_date": "2026-03-01",
            "allocations": [{"loan_id": "L", "instalment_id": "1", "amount_minor": 5_000}],
        },
    ),
    (
        "payment-received",
        {**FACT, "type": "payment.returned", "payment_id": "P", "booked_at": TIME, "reason": "AC04"},
    ),
    ("instalment-scheduled", {**FACT, **OWED, "type": "instalment.scheduled", "effective_due_date": "2026-03-02"}),
    ("instalment-scheduled", {**FACT, **OWED, "type": "instalment.amended"}),
    (
        "instalment-scheduled",
        {**FACT, "type": "instalment.withdrawn", "loan_id": "L", "instalment_id": "1", "as_of": TIME},
    ),
    (
        "profile-updated",
        {
            **FACT,
            "type": "profile.updated",
            "surname": "王",
            "given_name": "小明",
            "salutation": "mr",
            "phone": "+8613800138000",
            "language": "zh-Hans",
            "zone": "Asia/Shanghai",
            "role": "debtor",
            "consents": ["sms"],
            "opt_outs": [{"scope": "channel", "value": "voice"}],
            "risk_segment": "low",
            "as_of": TIME,
        },
    ),
    (
        "case-updated",
        {**FACT, "type": "account.erased", "by": "u-7", "reason": "R-118", "opt_out": "STOP", "contacts": [TIME]},
    ),
    ("case-updated", {**FACT, "type": "hold.placed", "hold_id": "H", "kind": "dispute", "until": TIME}),
    ("case-updated", {**FACT, "type": "hold.lifted", "hold_id": "H", "lifted_by": "desk"}),
    (
        "case-updated",
        {
            **FACT,
            "type": "promise.made",
            "promise_id": "p",
            "amount_minor": 1,
            "currency": "CNY",
            "pay_by": "2026-03-09",
        },
    ),
    (
        "case-updated",
        {
            **FACT,
            "type": "plan.agreed",
            "plan_id": "p",
            "currency": "CNY",
            "parts": [{"due_date": "2026-04-01", "amount_minor": 1}],
        },
    ),
    ("case-updated", {**FACT, "type": "plan.ended", "plan_id": "p", "outcome": "broken"}),
    ("case-updated", {**FACT, "type": "complaint.received", "complaint_id": "c", "kind": "tone"}),
    (
        "case-updated",
        {
            **FACT,
            "type": "contact.made",
            "contact_id": "c",
            "channel": "voice",
            "conversation": True,
            "made_at": TIME,
        },
    ),
    ("case-updated", {**FACT, "type": "reply.received", "reply_id": "r", "keyword": "STOP"}),
    ("case-updated", {**FACT, "type": "account.ended", "outcome": "sold", "as_of": TIME}),
    ("case-updated", {**FACT, "type": "account.reopened", "as_of": TIME}),
    (
        "case-updated",
        {
            **FACT,
            "type": "consent.given",
            "consent_id": "k-1",
            "scope": "all",
            "given_at": TIME,
            "evidence_id": "e-1",
            "wording_id": "W1",
        },
    ),
    (
        "case-updated",
        {
            **FACT,
            "type": "number.told",
            "accounts": 2,
            "turn": 1,
            "changed_at": TIME,
            "profile": {"as_of": TIME, "time": TIME},
        },
    ),
    (
        "case-updated",
        {**FACT, "type": "staff.decided", "decision": "send_now", "decided_by": "u-7", "reason": "asked for it"},
    ),
    (
        "case-updated",
        {
            **FACT,
            "type": "case.imported",
            "loan_id": "L",
            "instalment_id": "1",
            "stages": [{"stage": "FRIENDLY", "sent_at": TIME}],
        },
    ),
    ("case-updated", {**FACT, **UNREAD, "type": "dead-letter.dismissed"}),
    (
        "partition-notes",
        {**UNREAD, "schema_version": 1, "type": "dead-letter.dismissed", "account_id": None, "time": TIME},
    ),
    (
        "partition-notes",
        {
            "schema_version": 1,
            "type": "input.resumed",
            "role": "payment-received",
            "partition": 2,
            "resumed_by": "u-7",
            "reason": "the source is repaired",
            "time": TIME,
        },
    ),
    ("reminder-receipts", {**FACT, "type": "reminder.receipt", "reminder_id": "r", "status": "delivered", "at": TIME}),
    ("reminder-controls", {**CONTROL, "type": "sending.paused", "scope": {"stage": "FIRM"}}),
    ("reminder-controls", {**CONTROL, "schema_version": 2, "type": "sending.paused", "scope": {"account": "A-1"}}),
    ("reminder-controls", {**CONTROL, "type": "sending.resumed", "pause_id": "c-0"}),
    ("reminder-controls", {**CONTROL, "type": "reminders.recalled", "scope": {}, "issued_from": TIME}),
    (
        "reminder-controls",
        {**CONTROL, "type": "allow-list.set", "accounts": ["A-1"], "others_over_minutes": 200},
    ),
    ("reminder-controls", {**CONTROL, "type": "experiment.stopped", "policy": "cn", "experiment": "tone"}),
    ("reminder-controls", {**CONTROL, "type": "control.dismissed", "offset": 3}),
    (
        "reminder-controls",
        {
            **CONTROL,
            "type": "policy.activated",
            "policy": "cn",
            "version": "v2",
            "policy_hash": "0" * 32,
            "effective_from": "2026-04-01",
        },
    ),
)
