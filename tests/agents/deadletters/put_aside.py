"""Dead letters as the worker writes them and `tactful dead-letters` reads them back."""

from typing import Any

from agents.deadletters.letters import Letter, read_letter
from agents.deadletters.record_format import dead_letter
from schemas.reading import Reason, UnusableInput
from schemas.values.instants import to_utc
from streams import roles
from streams.cluster.whole_logs import LoggedRecord
from streams.transport.events import InputRecord

TOPIC_ROLES = {f"bank.{role}": role for role in roles.INPUTS}
LIMIT_BYTES = 10_000
PUT_ASIDE_MS = 1_772_409_700_000
SAID_MS = 1_772_409_600_123
HEADERS = (("ce_id", b"x"), ("ce_id", b"y"))


def record(fault: UnusableInput | None = None, limit_bytes: int = LIMIT_BYTES, **changes: Any) -> LoggedRecord:
    """One record of the dead letters' topic."""
    fields: dict[str, Any] = {
        "topic": "bank.payment-received",
        "partition": 2,
        "offset": 1041,
        "timestamp_ms": SAID_MS,
        "key": b"A-1",
        "value": b'{"amount_minor":"5"}',
        "headers": HEADERS,
        "now": to_utc(PUT_ASIDE_MS),
        "positions": {},
    }
    fault = fault or UnusableInput(Reason.WRONG_TYPE, "amount_minor: int_type")
    letter = dead_letter(InputRecord(**{**fields, **changes}), fault, "group", limit_bytes)
    return LoggedRecord(
        roles.REMINDER_DEAD_LETTERS, 2, 7, PUT_ASIDE_MS, letter.key, letter.value, tuple(letter.headers)
    )


def letter_of(**changes: Any) -> Letter:
    """The same, read back."""
    letter = read_letter(record(**changes), TOPIC_ROLES)
    assert letter is not None
    return letter
