"""Submissions for the tests of real adapters."""

from datetime import UTC, datetime
from typing import Final

from agents.delivery.providers.port import Submission

EXPIRES: Final = datetime(2031, 6, 15, 13, 30, 5, tzinfo=UTC)
THREE_PARTS: Final = "【某某消金】" + "张先生您好，您的款项已逾期，如已还款请忽略；如有困难请致电客服。" * 5


def submission(ends_with: int, text: str = "【某某消金】您好，请还款。", reminder_id: str = "") -> Submission:
    """One to a number whose last two digits tell the centre what to do."""
    phone = f"+86138001380{ends_with:02d}"
    return Submission(
        reminder_id=reminder_id or f"{ends_with:032x}",
        phone=phone,
        text=text,
        signature="【某某消金】",
        template_id="zh-friendly-1",
        variables={"name": "张先生", "amount": "1280.50元"},
        language="zh-Hans",
        issued_at=datetime(2031, 6, 15, 1, 30, tzinfo=UTC),
        expires_at=EXPIRES,
    )
