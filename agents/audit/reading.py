"""The records, from files of facts and outputs or from the topics of a cluster, and their judgement."""

import base64
import gzip
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json, to_json

from agents.audit.checks.controls import ControlWord, ControlWords
from agents.audit.evidence import FoundRecord, gather
from agents.audit.findings import AuditTally
from agents.audit.judging import Setting, judge
from agents.audit.spool import Spool
from agents.audit.standards.standard import AuditPlaces, Standard
from agents.audit.standards.zones import ms_of
from schemas.envelope import REPLAY_OF
from schemas.reading import MODELS, ROLE_OF, UnusableInput, account_told, read_control, read_progress
from streams import roles
from streams.cluster.whole_logs import LoggedRecord, deleted_below, each_record
from streams.settings import Settings

READ: Final = (*roles.INPUTS, roles.REMINDER_CONTROLS, roles.REMINDERS, roles.REMINDER_DECISIONS)
_TIMES: Final = ("issued_at", "now", "cancelled_at", "handed_off_at", "withdrawn_at", "opened_at", "closed_at", "time")
_PROGRESS: Final = "source.progress"


class AuditFault(ValueError):
    """Something that cannot be audited; the message is one line and holds nothing of a record."""


class AuditReader:
    """Takes records one by one and judges them account by account at the end."""

    def __init__(self, standard: Standard, limit_bytes: int, spool: Spool) -> None:
        self._standard, self._limit, self._spool = standard, limit_bytes, spool
        self._controls: list[ControlWord] = []
        self.tally = AuditTally()
        self.until_ms = 0
        self.gone: dict[str, int] = {}

    def take(self, record: FoundRecord) -> None:
        """One record. Progress marks and notes about partitions belong to nobody."""
        if record.role == roles.REMINDER_CONTROLS:
            self._control(record)
            return
        if record.role != roles.REMINDER_RECEIPTS:
            # A gateway goes by the clock on the wall, also while a worker replays what lies in the past.
            self.until_ms = max(self.until_ms, record.time_ms)
        account = _account_of(record)
        if account is None:
            self.tally.skip("record that tells no account")
        else:
            self._spool.add(account, record)

    def mark(self, value: bytes | None) -> None:
        """A source's word on how far time has come."""
        mark = read_progress(value)
        if mark is not None:
            self.until_ms = max(self.until_ms, ms_of(mark.complete_to))

    def _control(self, record: FoundRecord) -> None:
        try:
            self._controls.append(ControlWord(read_control(record.value), record))
        except UnusableInput:
            self.tally.skip("control that cannot be read")

    def judge(self, until_ms: int | None, physical: dict[str, str]) -> AuditTally:
        """Every account. ``until_ms``: how far time has come, where the records do not tell it."""
        setting = Setting(
            self._standard,
            ControlWords(self._controls),
            self.until_ms if until_ms is None else until_ms,
            self.gone,
            physical,
        )
        for account_id, lying in self._spool.accounts():
            judge(gather(account_id, lying, self._limit), setting, self.tally)
        return self.tally


def _account_of(record: FoundRecord) -> str | None:
    if record.key is not None:
        try:
            return record.key.decode()
        except UnicodeDecodeError:
            pass
    return account_told(record.value)


def audit_files(standard: Standard, limit_bytes: int, files: Iterable[Path], until_ms: int | None = None) -> AuditTally:
    """Audit files of JSON lines, facts and outputs in any order. Raises AuditFault, OSError."""
    with Spool() as spool:
        hearing = AuditReader(standard, limit_bytes, spool)
        for path in files:
            for record in _lines(path):
                hearing.take(record)
        return hearing.judge(until_ms, {})


def _lines(path: Path) -> Iterator[FoundRecord]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield from _of_line(line.strip(), number, path.name)
    except (EOFError, gzip.BadGzipFile) as error:
        raise AuditFault(f"{path.name}: not a whole .gz file") from error


def _of_line(line: bytes, number: int, name: str) -> Iterator[FoundRecord]:
    try:
        fields = from_json(line)
    except ValueError as error:
        raise AuditFault(f"{name}:{number}: not a JSON object") from error
    if not isinstance(fields, dict):
        raise AuditFault(f"{name}:{number}: not a JSON object")
    kind = fields.get("type")
    if kind == _PROGRESS:
        return
    if kind == "raw":
        yield _raw(fields, number, name)
    elif "topic" in fields:
        if fields["topic"] not in roles.ROLES:
            raise AuditFault(f"{name}:{number}: no topic of the contract")
        if fields["topic"] in READ:
            yield _put(fields, number, name)
    else:
        role = ROLE_OF.get(str(kind)) or _role_of_ours(str(kind))
        if role is None:
            raise AuditFault(f"{name}:{number}: no topic carries this type")
        yield FoundRecord(role, -1, number, _time(fields, name, number), _key(fields), line)


def _role_of_ours(kind: str) -> str | None:
    if kind == "decision.recorded":
        return roles.REMINDER_DECISIONS
    if kind.split(".", maxsplit=1)[0] in ("reminder", "notice", "case", "cycle") and kind != "reminder.receipt":
        return roles.REMINDERS
    begins = kind.split(".", maxsplit=1)[0]
    return roles.REMINDER_CONTROLS if begins in ("sending", "reminders", "allow-list", "policy", "control") else None


def _raw(fields: dict[str, Any], number: int, name: str) -> FoundRecord:
    role = str(fields.get("topic"))
    if role not in MODELS:
        raise AuditFault(f"{name}:{number}: no such input topic")
    key, value = (
        None if fields.get(part) is None else base64.b64decode(fields[part]) for part in ("key_b64", "value_b64")
    )
    headers = {str(head): base64.b64decode(content) for head, content in fields.get("headers", [])}
    replay_of = headers.get(REPLAY_OF)
    return FoundRecord(
        role, -1, number, _time(fields, name, number), key, value, None if replay_of is None else replay_of.decode()
    )


def _put(fields: dict[str, Any], number: int, name: str) -> FoundRecord:
    """A record with its topic, as `simulate` and console consumers write it."""
    body = fields["body"] if "body" in fields else fields.get("value")
    role = str(fields["topic"])
    if isinstance(body, str):
        body = from_json(body)
    partition, offset = fields.get("partition"), fields.get("offset")
    lies = (partition, offset) if isinstance(partition, int) and isinstance(offset, int) else (-1, number)
    value = None if body is None else to_json(body)
    key = _key(body) if isinstance(body, dict) else str(fields.get("key", "")).encode()
    stamp = fields.get("timestamp")
    time_ms = stamp if isinstance(stamp, int) else _time(body or fields, name, number)
    return FoundRecord(role, *lies, time_ms, key, value)


def _key(fields: dict[str, Any]) -> bytes | None:
    account = fields.get("account_id")
    return account.encode() if isinstance(account, str) else None


def _time(fields: dict[str, Any], name: str, number: int) -> int:
    for field in _TIMES:
        if isinstance(fields.get(field), str):
            try:
                return ms_of(datetime.fromisoformat(fields[field]))
            except (ValueError, TypeError):
                break
    raise AuditFault(f"{name}:{number}: no time with a zone")


async def audit_cluster(settings: Settings, standard: Standard, until_ms: int | None = None) -> AuditTally:
    """Audit the topics of a cluster: committed records, read once, outside any group."""
    gone = await deleted_below(settings, READ)
    with Spool() as spool:
        hearing = AuditReader(standard, settings.input_max_bytes, spool)
        async for record in each_record(settings, READ):
            if record.is_mark:
                hearing.mark(record.value)
                continue
            if record.offset <= gone.get((record.role, record.partition), -1):
                hearing.gone[record.role] = max(hearing.gone.get(record.role, 0), record.timestamp_ms)
            hearing.take(_lying(record))
        for role, _ in gone:
            hearing.gone.setdefault(role, hearing.until_ms)
        return hearing.judge(until_ms, {name: role for role, name in settings.topics.items()})


_SAID_AT: Final = re.compile(
    rb'"(?:now|issued_at|cancelled_at|handed_off_at|withdrawn_at|opened_at|closed_at)":\s*"([0-9TZ:.+-]+)"'
)


def _lying(record: LoggedRecord) -> FoundRecord:
    said_again = next((value.decode() for name, value in record.headers if name == REPLAY_OF), None)
    time_ms = record.timestamp_ms
    if record.role not in MODELS:
        # What a replay says has its own day, and lies on the topic under that of its writing.
        found = _SAID_AT.search(record.value or b"")
        time_ms = time_ms if found is None else _ms(found[1], time_ms)
    return FoundRecord(record.role, record.partition, record.offset, time_ms, record.key, record.value, said_again)


def _ms(text: bytes, otherwise: int) -> int:
    try:
        return ms_of(datetime.fromisoformat(text.decode()))
    except (ValueError, TypeError):
        return otherwise


def places_of(settings: Settings, policy: Path | None = None) -> AuditPlaces:
    """Where the approved files are, by the settings."""
    return AuditPlaces(
        policy or settings.policy,
        settings.earlier_policies,
        settings.packs,
        settings.texts,
        settings.calendars,
        settings.approvals,
        settings.approvers,
    )
