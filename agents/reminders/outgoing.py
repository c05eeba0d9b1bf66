"""What leaves as bytes: JSON bodies with CloudEvents attributes as headers (binary mode)."""

from typing import Final, NamedTuple

import msgspec

from schemas.decisions import Decision
from schemas.identity import fingerprint
from schemas.messages import AnyMessage, CaseHandedOff, Reminder, ReminderCancelled

Headers = tuple[tuple[str, bytes], ...]

_STAGED: Final = (Reminder, ReminderCancelled, CaseHandedOff)
_FIXED: Headers = (("ce_specversion", b"1.0"), ("content-type", b"application/json"))


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
        self._source = (("ce_source", namespace.encode()), *_FIXED)

    def message(self, message: AnyMessage) -> Outgoing:
        """A message. Its event id is derived from its content, so that a repeat carries the same one."""
        value = _encoder.encode(message)
        return Outgoing(value, self._headers(message.type, fingerprint(value)))

    def decision(self, decision: Decision) -> Outgoing:
        """A decision."""
        return Outgoing(_encoder.encode(decision), self._headers(decision.type, decision.decision_id))

    def _headers(self, kind: str, event_id: str) -> Headers:
        return (("ce_type", kind.encode()), ("ce_id", event_id.encode()), *self._source)
