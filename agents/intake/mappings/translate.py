"""One source record to the facts that it is, or to the reason why not. Pure: the schemas it needs are at hand.

All facts of a record leave, or none: half of what a record says would be a different statement.
"""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from pydantic import TypeAdapter, ValidationError

from agents.intake.mappings import mapping as m
from agents.intake.mappings.document import Document, SourceRecord
from agents.intake.mappings.fields import fields_of, text_of, value_of
from agents.intake.mappings.formats import Reader, SchemaMissing
from agents.intake.mappings.units import is_day
from schemas import reading
from schemas.facts import RecordedId
from schemas.reading import ROLE_OF, Reason, UnusableInput
from schemas.values.identity import identify
from schemas.values.instants import to_ms, to_utc

_ID: Final[TypeAdapter[str]] = TypeAdapter(RecordedId)
_RESOLUTIONS: Final = {
    "repayment.missed": {"as_of": "as_of_resolution"},
    "payment.booked": {"booked_at": "booked_resolution"},
    "payment.returned": {"booked_at": "booked_resolution"},
}
_ELEMENTS_MAX: Final = 100
"""All facts of a record share a transaction; no loan has more borrowers."""


class Made(NamedTuple):
    """One fact, valid by the contract."""

    role: str
    type: str
    account_id: str
    event_id: str
    time_ms: int
    body: bytes


class Untranslatable(NamedTuple):
    """Why a record is no fact, and whom it may be about: nobody if that cannot be told."""

    fault: UnusableInput
    accounts: tuple[str, ...]


class Translated(NamedTuple):
    """What became of a record; neither facts nor a fault: it is meant for others."""

    facts: tuple[Made, ...]
    refused: Untranslatable | None
    time_ms: int | None
    """The source's own time of the record; None when it cannot be told."""


class Translator:
    """Translates as one mapping says. May raise SchemaMissing; asked again with the schema at hand, it goes on."""

    def __init__(self, mapping: m.Mapping, reader: Reader, limit_bytes: int) -> None:
        self._mapping, self._reader, self._limit_bytes = mapping, reader, limit_bytes

    def translate(self, record: SourceRecord) -> Translated:
        """The whole way of one record."""
        document = Document(record, self._reader)
        accounts: list[str] = []
        time_ms = self._time_ms(record, document)
        try:
            return Translated(self._facts(record, document, accounts), None, time_ms)
        except UnusableInput as fault:
            return Translated(
                (), Untranslatable(fault, tuple(dict.fromkeys(accounts)) or self._owner(document)), time_ms
            )

    def refuse(self, record: SourceRecord, fault: UnusableInput) -> Translated:
        """The record with a fault that was found elsewhere."""
        document = Document(record, self._reader)
        return Translated((), Untranslatable(fault, self._owner(document)), self._time_ms(record, document))

    def _facts(self, record: SourceRecord, document: Document, accounts: list[str]) -> tuple[Made, ...]:
        mapping = self._mapping
        if record.value is None:
            if mapping.input.tombstones == "skip":
                return ()
            raise UnusableInput(Reason.TOMBSTONE, "a record without a value")
        made: list[Made] = []
        spoken_of = False
        for rule in mapping.facts:
            unwrapped = document.unwrapping(rule.payload)
            if not _hold(rule.when, unwrapped):
                continue
            spoken_of = True
            for element in _elements(rule, unwrapped):
                account_id = _account_id(rule.account or mapping.account, element)
                accounts.append(account_id)
                made.append(self._fact(rule, element, account_id, self._event_id(rule, record, element, len(made))))
        if not spoken_of and mapping.otherwise != "skip" and not any(_hold(s.when, document) for s in mapping.skip):
            raise UnusableInput(Reason.UNMAPPED, "no rule speaks of it")
        return tuple(made)

    def _fact(self, rule: m.FactRule, document: Document, account_id: str, event_id: str) -> Made:
        body: dict[str, object] = {
            "type": rule.type,
            "event_id": event_id,
            "account_id": account_id,
            "source": self._mapping.source,
            **fields_of(rule.fields, document),
        }
        if self._mapping.resolution:
            _add_resolution(body, rule, document)
        if "time" not in rule.fields:
            body["time"] = self._said_at(document)
        raw, role = msgspec.json.encode(body), ROLE_OF[rule.type]
        fact = reading.read(role, account_id.encode(), raw, self._limit_bytes)
        return Made(role, rule.type, account_id, event_id, to_ms(fact.time), raw)

    def _event_id(self, rule: m.FactRule, record: SourceRecord, document: Document, place: int) -> str:
        """The source's own, or one from the coordinates; the further facts of a record are told apart by a number."""
        if rule.event_id is None:
            base = identify(record.topic, str(record.partition), str(record.offset))
        else:
            base = str(value_of(rule.event_id, document))
        return base if place == 0 else f"{base}.{place}"

    def _said_at(self, document: Document) -> datetime:
        source = self._mapping.progress.time
        found = None if source is None else value_of(source, document)
        if isinstance(found, datetime):
            return found
        return to_utc(int(str(document.at("record.timestamp"))))

    def _time_ms(self, record: SourceRecord, document: Document) -> int | None:
        if self._mapping.progress.time is None:
            return record.timestamp_ms
        try:
            return to_ms(self._said_at(document))
        except (UnusableInput, SchemaMissing):
            return None

    def _owner(self, document: Document) -> tuple[str, ...]:
        try:
            return (_account_id(self._mapping.account, document),)
        except (UnusableInput, SchemaMissing):
            return ()


def _add_resolution(body: dict[str, object], rule: m.FactRule, document: Document) -> None:
    """A day is stated as one, under the version at which an old worker stops instead of reading a midnight."""
    for name, stated in _RESOLUTIONS.get(rule.type, {}).items():
        source = rule.fields.get(name)
        if isinstance(source, m.InstantSource) and is_day(document.at(source.path), source.format):
            body.setdefault(stated, "day")
        if stated in body:
            body["schema_version"] = 2


def _account_id(account: m.FactOwner, document: Document) -> str:
    given = document.at(account.path)
    if given is None:
        raise UnusableInput(Reason.MISSING_FIELD, f"account: nothing at {account.path}")
    try:
        return _ID.validate_python(account.prefix + text_of(given))
    except ValidationError:
        raise UnusableInput(Reason.BAD_VALUE, "account: not an identifier") from None


def _elements(rule: m.FactRule, document: Document) -> list[Document]:
    if rule.each is None:
        return [document]
    found = document.at(rule.each)
    if not isinstance(found, list) or not found:
        raise UnusableInput(Reason.MISSING_FIELD, f"no list with elements at {rule.each}")
    if len(found) > _ELEMENTS_MAX:
        raise UnusableInput(Reason.TOO_LARGE, f"more than {_ELEMENTS_MAX} elements at {rule.each}")
    return [document.within("each", element) for element in found]


def _hold(conditions: tuple[m.PathTest, ...], document: Document) -> bool:
    return all(_holds(condition, document.at(condition.path)) for condition in conditions)


def _holds(condition: m.PathTest, found: object) -> bool:
    if condition.present is not None:
        return (found is not None) == condition.present
    wanted = (condition.equals,) if condition.one_of is None else condition.one_of
    return any(type(found) is type(one) and found == one for one in wanted)
