"""What a person sees of a message: what, when, who and how much; the text itself only when asked for."""

from typing import Any

import pytest

from agents.terminal.watching import Seen, describe, masked
from streams import roles

REMINDER: dict[str, Any] = {
    "type": "reminder.issued",
    "account_id": "A-1",
    "stage": "FRIENDLY",
    "text": "王女士您好",
    "recipient": {"name": "王女士", "phone": "+8613800138000"},
    "variables": {"name": "王女士"},
    "amount_minor": 123_450,
    "currency": "CNY",
    "days_past_due": 2,
    "issued_at": "2026-03-02T02:00:00Z",
}


def test_a_reminder_is_one_line_without_the_person() -> None:
    line = describe(Seen(roles.REMINDERS, REMINDER), reveal=False)
    assert line == ("→  2026-03-02T02:00:00Z  A-1  reminder.issued     FRIENDLY  1,234.50 CNY, 2 days past due")
    assert "王" not in line


def test_the_text_is_shown_when_asked_for() -> None:
    line = describe(Seen(roles.REMINDERS, REMINDER), reveal=True)
    assert line.endswith("  王女士您好")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"type": "reminder.cancelled", "stage": "FIRM", "reason": "PAID", "cancelled_at": "T"},
            "×  T  A-1  reminder.cancelled  FIRM  PAID",
        ),
        (
            {"type": "case.handed-off", "stage": "HAND_OFF", "reason": "DAYS_PAST_DUE", "handed_off_at": "T"},
            "☏  T  A-1  case.handed-off     HAND_OFF  DAYS_PAST_DUE",
        ),
        ({"type": "case.withdrawn", "reason": "CURED", "withdrawn_at": "T"}, "↩  T  A-1  case.withdrawn      CURED"),
        ({"type": "cycle.opened", "opened_at": "T"}, "○  T  A-1  cycle.opened      "),
        ({"type": "cycle.closed", "reason": "CURED", "closed_at": "T"}, "●  T  A-1  cycle.closed        CURED"),
        ({"type": "next.year"}, "?    A-1  next.year         "),
    ],
)
def test_every_message_has_its_mark(body: dict[str, Any], told: str) -> None:
    assert describe(Seen(roles.REMINDERS, {**body, "account_id": "A-1"}), reveal=False) == told


def test_a_decision_tells_why() -> None:
    body = {"now": "T", "account_id": "A-1", "outcome": "blocked", "code": "HOLD_DISPUTE", "stage": "FIRM"}
    seen = Seen(roles.REMINDER_DECISIONS, body)
    assert describe(seen, reveal=False) == "·  T  A-1  blocked because HOLD_DISPUTE  FIRM"
    assert describe(seen._replace(body={**body, "stage": None}), reveal=False).rstrip().endswith("HOLD_DISPUTE")


def test_a_masked_message_keeps_all_but_the_person() -> None:
    shown = masked(REMINDER)
    assert list(shown) == list(REMINDER)
    assert {name for name, value in shown.items() if value == "***"} == {"text", "recipient", "variables"}
    assert "王" not in str(shown)
    assert "+86" not in str(shown)
    assert REMINDER["text"] != "***", "the original stays as it is"


@pytest.mark.parametrize("role", [roles.REMINDERS, roles.REMINDER_DECISIONS])
@pytest.mark.parametrize("reveal", [True, False])
def test_no_record_steers_the_terminal(role: str, reveal: bool) -> None:
    hostile = "\x1b[2J\x9b31m\u202e\u200b\x7f\n\r\ud800"
    body = {name: f"{value}{hostile}" for name, value in REMINDER.items()}
    line = describe(Seen(role, {**body, "now": hostile, "outcome": hostile, "code": hostile}), reveal=reveal)
    assert line.encode().decode().isprintable()


def test_a_reminder_whose_amount_is_no_number_is_one_line() -> None:
    for wrong in ({"amount_minor": "much"}, {"currency": "XXX-1"}, {"currency": None}, {"amount_minor": None}):
        assert "an amount that cannot be read" in describe(Seen(roles.REMINDERS, {**REMINDER, **wrong}), reveal=False)
