"""A dead letter as it is read back: where its original lay, why it could not be used, and its exact bytes."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from agents.deadletters import record_format
from schemas.envelope import Headers
from streams import roles
from streams.cluster.whole_logs import Kept

FOREIGN: Final = "topic:"
"""Stands before the name of a topic that is no input of the contract, such as a bank's own; no role begins so."""

_COORDINATES: Final = re.compile(r"((?:topic:)?[A-Za-z0-9._-]{1,249})/([0-9]{1,9})/([0-9]{1,18})")


class DeadLetterFault(ValueError):
    """What a person asked for cannot be done; one line says why."""


class Coordinates(NamedTuple):
    """Where an original lies: its input by the contract's name, partition and offset."""

    role: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.role}/{self.partition}/{self.offset}"


def coordinates(text: str) -> Coordinates:
    """`ROLE/PARTITION/OFFSET` as a person or a header writes it. Raises DeadLetterFault."""
    found = _COORDINATES.fullmatch(text)
    if found is None or not (found[1] in roles.INPUTS or found[1].startswith(FOREIGN)):
        raise DeadLetterFault(f"{text!r} are no coordinates: ROLE/PARTITION/OFFSET, as `payment-received/2/1041`")
    return Coordinates(found[1], int(found[2]), int(found[3]))


class Letter(NamedTuple):
    """One dead letter."""

    at: Coordinates
    put_aside_ms: int
    reason: str
    detail: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    """Of the original, none of ours."""
    told: Headers
    """Ours: why and whence."""
    timestamp_ms: int
    """The original's own time."""
    size_bytes: int
    """Of the original's value, also where it was left out."""
    left_out: bool
    """Only named by its hash: the original was too large for a dead letter."""

    @property
    def foreign(self) -> bool:
        """Its original lies on no input of the contract."""
        return self.at.role.startswith(FOREIGN)


def read_letter(record: Kept, topic_roles: Mapping[str, str]) -> Letter | None:
    """The dead letter in a record; None when it lacks what each of ours tells."""
    headers, told = record_format.split(record.headers)
    tells = {name: content.decode(errors="replace") for name, content in told}
    try:
        topic = tells[record_format.TOPIC]
        role = topic_roles.get(topic, f"{FOREIGN}{topic}")
        at = Coordinates(role, int(tells[record_format.PARTITION]), int(tells[record_format.OFFSET]))
        timestamp_ms = int(tells[record_format.TIMESTAMP_MS])
        size_bytes = int(tells.get(record_format.bytes_of(record_format.ORIGINAL), len(record.value or b"")))
    except (KeyError, ValueError):
        return None
    return Letter(
        at,
        record.timestamp_ms,
        tells.get(record_format.REASON, ""),
        tells.get(record_format.DETAIL, ""),
        record.key,
        record.value,
        headers,
        told,
        timestamp_ms,
        size_bytes,
        left_out=any(name.startswith(record_format.ORIGINAL) for name in tells),
    )


class Filter(NamedTuple):
    """Which letters are meant: those that match each one given."""

    code: str | None = None
    role: str | None = None
    partition: int | None = None
    account: str | None = None
    since_ms: int | None = None
    """By the time at which they were put aside."""
    named: frozenset[Coordinates] = frozenset()

    def matches(self, letter: Letter) -> bool:
        """Whether this one is meant."""
        return (
            (not self.named or letter.at in self.named)
            and self.code in {None, letter.reason}
            and self.role in {None, letter.at.role}
            and self.partition in {None, letter.at.partition}
            and (self.account is None or letter.key == self.account.encode())
            and (self.since_ms is None or letter.put_aside_ms >= self.since_ms)
        )
