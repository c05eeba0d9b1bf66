"""What leaves as bytes: JSON bodies with CloudEvents attributes as headers (binary mode)."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Final, NamedTuple

import msgspec

from schemas.decisions import Decision
from schemas.envelope import Headers, cloud_event
from schemas.messages import (
    AnyMessage,
    CaseHandedOff,
    CaseWithdrawn,
    CycleClosed,
    CycleOpened,
    NoticeIssued,
    Reminder,
    ReminderCancelled,
)
from schemas.values.identity import fingerprint
from streams import roles

_STAGED: Final = (Reminder, NoticeIssued, ReminderCancelled, CaseHandedOff)
_TIME_OF: Final[dict[type[AnyMessage], Callable[[AnyMessage], datetime]]] = {
    Reminder: attrgetter("issued_at"),
    NoticeIssued: attrgetter("issued_at"),
    ReminderCancelled: attrgetter("cancelled_at"),
    CaseHandedOff: attrgetter("handed_off_at"),
    CaseWithdrawn: attrgetter("withdrawn_at"),
    CycleOpened: attrgetter("opened_at"),
    CycleClosed: attrgetter("closed_at"),
}


class Outgoing(NamedTuple):
    """One record for the bus; its key is the account id."""

    value: bytes
    headers: Headers


_encoder = msgspec.json.Encoder()
"""The same bytes as the published models' own, which a test holds it to."""


def stage_of(message: AnyMessage) -> str:
    """The stage of a message that has one, else nothing."""
    return message.stage if isinstance(message, _STAGED) else ""


class Envelope:
    """Writes the headers of one namespace."""

    def __init__(self, namespace: str) -> None:
        self._source = namespace

    def message(self, message: AnyMessage) -> Outgoing:
        """A message. Its event id is derived from its content, so that a repeat carries the same one."""
        value = _encoder.encode(message)
        headers = cloud_event(
            message.type,
            fingerprint(value),
            self._source,
            schema=roles.REMINDERS,
            time=_TIME_OF[type(message)](message),
            subject=message.account_id,
        )
        return Outgoing(value, headers)

    def decision(self, decision: Decision) -> Outgoing:
        """A decision."""
        headers = cloud_event(
            decision.type,
            decision.decision_id,
            self._source,
            schema=roles.REMINDER_DECISIONS,
            time=decision.now,
            subject=decision.account_id,
        )
        return Outgoing(_encoder.encode(decision), headers)
