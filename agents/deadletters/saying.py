"""What a named person's word becomes on the bus: the original once more, a dismissal, the end of a pause."""

from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from agents.deadletters.letters import FOREIGN, Coordinates, DeadLetterFault, Letter
from schemas.cases import DeadLetterDismissed
from schemas.envelope import PARTITION_NOTES, REPLAY_OF, Headers, cloud_event
from schemas.partitions import AnyNote, InputResumed, UnownedDismissed
from schemas.reading import Reason
from schemas.values.instants import to_utc
from streams import roles

REPLAYED_BY: Final = "tactful.replayed-by"
REPLAYED_REASON: Final = "tactful.replayed-reason"
SOURCE: Final = "dead-letter-desk"

_OF_A_REPLAY: Final = frozenset({REPLAY_OF, REPLAYED_BY, REPLAYED_REASON})
_BY_CHARACTERS_MAX: Final = 128
_WHY_CHARACTERS_MAX: Final = 500


class Person(NamedTuple):
    """Who says it, and why."""

    by: str
    why: str


class Saying(NamedTuple):
    """One record to be written; without a time it gets that of the cluster's clients."""

    role: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int | None


def person(by: str, why: str) -> Person:
    """Both are evidence, so neither may be empty or hide anything. Raises DeadLetterFault."""
    for name, text, limit in (("--by", by, _BY_CHARACTERS_MAX), ("--reason", why, _WHY_CHARACTERS_MAX)):
        if not text.strip() or len(text) > limit or not text.isprintable():
            raise DeadLetterFault(f"{name} takes 1 to {limit} printable characters")
    return Person(by, why)


def again(letter: Letter, who: Person, timestamp_ms: int | None) -> Saying:
    """The original to its own topic and partition, exact bytes. Raises DeadLetterFault when they are not here."""
    if letter.left_out:
        raise DeadLetterFault("only named by its hash, as it was too large: say it again at its source")
    if letter.foreign:
        raise DeadLetterFault("lies on no input of ours: say it again at its source")
    if letter.reason == Reason.UNREADABLE_BATCH:
        raise DeadLetterFault("nobody could unpack it: say it again at its source")
    kept = [header for header in letter.headers if header[0] not in _OF_A_REPLAY]
    said = (
        (REPLAY_OF, str(letter.at).encode()),
        (REPLAYED_BY, who.by.encode()),
        (REPLAYED_REASON, who.why.encode()),
    )
    return Saying(letter.at.role, letter.at.partition, letter.key, letter.value, (*kept, *said), timestamp_ms)


def dismissal(at: Coordinates, account_id: str | None, who: Person, time_ms: int) -> Saying:
    """The record is given up: a fact of its account, or a note on its partition. Raises DeadLetterFault."""
    if at.role.startswith(FOREIGN):
        raise DeadLetterFault(f"{at}: lies on no input of ours, so nothing waits for it")
    event_id = f"dismissed/{at}"
    said: dict[str, Any] = {**at._asdict(), "dismissed_by": who.by, "reason": who.why, "time": to_utc(time_ms)}
    body: DeadLetterDismissed | UnownedDismissed
    if account_id is None:
        body = UnownedDismissed(**said)
    else:
        body = DeadLetterDismissed(event_id=event_id, account_id=account_id, source=SOURCE, **said)
    return _on_cases(at.partition, account_id, body, event_id, time_ms)


def resumption(
    role: str,
    partition: int,
    who: Person,
    time_ms: int,
    tolerated_to: int | None = None,
    tolerated_records: int | None = None,
) -> Saying:
    """The pause of an input partition ends, and what is known to be bad begins no other."""
    time = to_utc(time_ms)
    note = InputResumed(
        role=role,
        partition=partition,
        resumed_by=who.by,
        reason=who.why,
        time=time,
        tolerated_to=tolerated_to,
        tolerated_records=tolerated_records,
    )
    return _on_cases(partition, None, note, f"resumed/{role}/{partition}/{time_ms}", time_ms)


def _on_cases(
    partition: int, account_id: str | None, body: DeadLetterDismissed | AnyNote, event_id: str, time_ms: int
) -> Saying:
    schema = PARTITION_NOTES if account_id is None else roles.CASE_UPDATED
    subject = account_id or ""
    headers = cloud_event(body.type, event_id, SOURCE, schema=schema, time=to_utc(time_ms), subject=subject)
    key = None if account_id is None else account_id.encode()
    return Saying(roles.CASE_UPDATED, partition, key, to_json(body), headers, time_ms)
