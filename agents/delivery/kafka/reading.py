"""From a record of ``reminders`` to what it asks of the hand-over. The topic is our own: what cannot be read is our
fault, and stops the hand-over rather than being passed over.
"""

from datetime import datetime
from typing import Final

import msgspec

from agents.delivery.providers.port import Submission
from schemas.messages import NoticeIssued, Reminder, Sendable

NOTICE: Final = "notice.issued"
SENDABLE: Final = ("reminder.issued", "reminder.escalated", NOTICE)
CANCELLED: Final = "reminder.cancelled"


class UnreadableMessage(RuntimeError):
    """A record on ``reminders`` that is none of ours; the text names its place and no value of it."""


class Head(msgspec.Struct, frozen=True):
    """What every message has in common, and what takes another one back."""

    type: str
    account_id: str
    reminder_id: str | None = None
    supersedes: str | None = None
    issued_at: datetime | None = None
    cancelled_at: datetime | None = None
    handed_off_at: datetime | None = None
    withdrawn_at: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def said_at(self) -> datetime | None:
        """The message's own instant."""
        return (
            self.issued_at
            or self.cancelled_at
            or self.handed_off_at
            or self.withdrawn_at
            or self.opened_at
            or self.closed_at
        )

    @property
    def takes_back(self) -> str | None:
        """The reminder that must not be sent any more once this can be read."""
        return self.reminder_id if self.type == CANCELLED else self.supersedes


_heads = msgspec.json.Decoder(Head)
_reminders = msgspec.json.Decoder(Reminder)
_notices = msgspec.json.Decoder(NoticeIssued)


def read_head(value: bytes | None, where: str) -> Head:
    """The head of a message; raises UnreadableMessage with ``where``."""
    try:
        return _heads.decode(value or b"")
    except msgspec.MsgspecError as error:
        raise UnreadableMessage(f"{where} is no message: {type(error).__name__}") from None


def read_sendable(kind: str, value: bytes | None, where: str) -> Sendable:
    """A whole reminder or notice, by the type of its head; raises UnreadableMessage with ``where``."""
    try:
        return _notices.decode(value or b"") if kind == NOTICE else _reminders.decode(value or b"")
    except msgspec.MsgspecError as error:
        raise UnreadableMessage(f"{where} is no {kind}: {type(error).__name__}") from None


def submission_of(reminder: Sendable) -> Submission:
    """What the gateway gets of a message: nothing about the debt but what the text says."""
    return Submission(
        reminder_id=reminder.reminder_id,
        phone=reminder.recipient.phone,
        text=reminder.text,
        signature=reminder.signature,
        template_id=reminder.template_id,
        variables=reminder.variables,
        language=reminder.language,
        issued_at=reminder.issued_at,
        expires_at=reminder.expires_at,
    )
