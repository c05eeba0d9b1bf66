"""One line of `simulate`'s output, with only what counts as treatment: small, for all of a portfolio are kept."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import jiter
import msgspec

from agents.offline.fact_files import FactFileFault, raw_lines
from schemas.values.instants import to_ms
from streams import roles

REMINDER: Final = "reminder"
_REMINDERS: Final = ("reminder.issued", "reminder.escalated")


class Left(msgspec.Struct, frozen=True, array_like=True, tag="left"):
    """A message that left."""

    kind: str
    """Its type; both types of reminder are `REMINDER`, for which of them it is shows in its stage."""
    cycle_id: str
    stage: str
    attempt: int
    at_ms: int
    amount_minor: int | None
    """What a reminder states, or what is overdue at a hand-off."""
    reason: str
    words: str
    """Digest of the text and of whom it goes to."""

    @property
    def name(self) -> tuple[str, str, str, int]:
        """By which the same message of two runs is known."""
        return self.kind, self.cycle_id, self.stage, self.attempt


class Planned(msgspec.Struct, frozen=True, array_like=True):
    """What a decision says comes next."""

    at_ms: int | None
    code: str


class Decided(msgspec.Struct, frozen=True, array_like=True, tag="decided"):
    """A decision."""

    at_ms: int
    outcome: str
    code: str
    stage: str
    next: tuple[Planned, ...]


class PutAside(msgspec.Struct, frozen=True, array_like=True, tag="aside"):
    """A fact that could not be used: of which input, and a digest of its bytes."""

    input: str
    digest: str
    reason: str
    field: str


Entry = Left | Decided | PutAside


class _Message(msgspec.Struct):
    type: str
    account_id: str
    cycle_id: str = ""
    answers: str = ""
    stage: str | None = None
    attempt: int = 0
    amount_minor: int | None = None
    total_overdue_minor: int | None = None
    reason: str | None = None
    text: str | None = None
    language: str | None = None
    recipient: dict[str, Any] | None = None
    issued_at: datetime | None = None
    cancelled_at: datetime | None = None
    handed_off_at: datetime | None = None
    withdrawn_at: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None


class _Next(msgspec.Struct):
    code: str
    at: datetime | None = None


class _DecisionLine(msgspec.Struct):
    account_id: str
    now: datetime
    outcome: str
    code: str
    policy_hash: str
    stage: str | None = None
    next: tuple[_Next, ...] = ()


class _DeadLetter(msgspec.Struct):
    reason: str
    detail: str
    input: str
    value_b64: str | None


class _OutputLine(msgspec.Struct):
    topic: str
    body: msgspec.Raw


class Entered(NamedTuple):
    """An entry, whose it is, and under which policy it was decided; empty where no account or policy is told."""

    account_id: str
    entry: Entry
    policy_hash: str = ""


def read_output(path: str) -> Iterator[Entered]:
    """Every line of an output of `simulate`, plain or .gz. Raises FactFileFault that names the line."""
    for number, raw in raw_lines(path):
        try:
            line = msgspec.json.decode(raw, type=_OutputLine)
            yield entered(line.topic, bytes(line.body))
        except (msgspec.DecodeError, TypeError, ValueError):
            raise FactFileFault(f"{path}:{number}: not a line as `tactful simulate` writes it") from None


def entered(role: str, body: bytes) -> Entered:
    """One record of an output topic. Raises msgspec.DecodeError or ValueError where it is none."""
    if role == roles.REMINDERS:
        return _message(msgspec.json.decode(body, type=_Message))
    if role == roles.REMINDER_DECISIONS:
        return _decision(msgspec.json.decode(body, type=_DecisionLine))
    if role == roles.REMINDER_DEAD_LETTERS:
        return _dead_letter(msgspec.json.decode(body, type=_DeadLetter))
    raise ValueError(f"no output is {role!r}")


def _message(found: _Message) -> Entered:
    instants = (
        found.issued_at,
        found.cancelled_at,
        found.handed_off_at,
        found.withdrawn_at,
        found.opened_at,
        found.closed_at,
    )
    at = next((instant for instant in instants if instant is not None), None)
    if at is None:
        raise ValueError("a message without an instant")
    left = Left(
        kind=REMINDER if found.type in _REMINDERS else found.type,
        cycle_id=found.cycle_id or found.answers,
        stage=found.stage or "",
        attempt=found.attempt,
        at_ms=to_ms(at),
        amount_minor=found.amount_minor if found.type in _REMINDERS else found.total_overdue_minor,
        reason=found.reason or "",
        words=_digest(repr((found.text, found.language, found.recipient)).encode()),
    )
    return Entered(found.account_id, left)


def _decision(found: _DecisionLine) -> Entered:
    planned = tuple(Planned(None if one.at is None else to_ms(one.at), one.code) for one in found.next)
    decided = Decided(to_ms(found.now), found.outcome, found.code, found.stage or "", planned)
    return Entered(found.account_id, decided, found.policy_hash)


def _dead_letter(found: _DeadLetter) -> Entered:
    value = b64decode(found.value_b64 or "")
    field, _, rest = found.detail.partition(": ")
    return Entered(_account_of(value), PutAside(found.input, _digest(value), found.reason, field if rest else ""))


def _account_of(value: bytes) -> str:
    try:
        body = jiter.from_json(value)
    except ValueError:
        return ""
    account_id = body.get("account_id") if isinstance(body, dict) else None
    return account_id if isinstance(account_id, str) else ""


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()
