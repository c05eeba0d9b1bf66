"""What leaves the intake: facts, progress marks and dead letters, each with where it comes from in its headers."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from agents.deadletters.record_format import dead_letter
from agents.intake.mappings.document import SourceRecord
from agents.intake.mappings.files import LoadedMapping
from agents.intake.mappings.translate import Made, Untranslatable
from agents.offline.marking import marks
from schemas.envelope import Headers, cloud_event
from schemas.reading import ROLE_OF
from schemas.values.instants import to_utc
from streams import roles
from streams.settings import Settings
from streams.transport.partitioner import partition_of

ACCOUNT_HEADER: Final = "tactful.account"
_ACCOUNTS_NAMED_MAX: Final = 16
"""Headers have to fit beside the largest original."""


class IntakeRecord(NamedTuple):
    """One record for one partition of one topic."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int | None


class Outbox:
    """Addresses records by the settings of the cluster."""

    def __init__(self, settings: Settings, loaded: LoadedMapping) -> None:
        self._settings = settings
        self._source = loaded.mapping.source
        self._mapping = f"{loaded.mapping.id}@{loaded.edition}".encode()
        self.roles = tuple(sorted({ROLE_OF[rule.type] for rule in loaded.mapping.facts}))
        """The inputs that this mapping speaks on."""

    def fact(self, record: SourceRecord, made: Made) -> IntakeRecord:
        """A fact, where its account belongs. Its Kafka time is its own, which a replay goes by."""
        key = made.account_id.encode()
        time = to_utc(made.time_ms)
        event = cloud_event(
            made.type, made.event_id, self._source, schema=made.role, time=time, subject=made.account_id
        )
        return self._keyed(made.role, key, key, made.body, (*event, *self._coordinates(record)), made.time_ms)

    def dead_letter(self, record: SourceRecord, refused: Untranslatable) -> IntakeRecord:
        """The record as it came. It lies with the account that it is about, if that is known."""
        settings = self._settings
        letter = dead_letter(record, refused.fault, settings.group_id, settings.dead_letter_max_bytes)
        accounts = tuple((ACCOUNT_HEADER, account_id.encode()) for account_id in refused.accounts[:_ACCOUNTS_NAMED_MAX])
        headers = (*letter.headers, *self._coordinates(record), *accounts)
        place = refused.accounts[0].encode() if refused.accounts else record.key or str(record.partition).encode()
        return self._keyed(roles.REMINDER_DEAD_LETTERS, place, letter.key, letter.value, headers, None)

    def marks(self, complete_to_ms: int) -> Iterator[IntakeRecord]:
        """One for each partition of each input that the mapping speaks on."""
        for mark in marks(self._source, complete_to_ms, self.roles, self._settings.partitions):
            topic = self._settings.topics[mark.role]
            yield IntakeRecord(topic, mark.partition, mark.key, mark.value, mark.headers, complete_to_ms)

    def _keyed(
        self,
        role: str,
        place: bytes,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
        timestamp_ms: int | None,
    ) -> IntakeRecord:
        partition = partition_of(place, self._settings.partitions)
        return IntakeRecord(self._settings.topics[role], partition, key, value, headers, timestamp_ms)

    def _coordinates(self, record: SourceRecord) -> Headers:
        return (
            ("tactful.source-topic", record.topic.encode()),
            ("tactful.source-partition", str(record.partition).encode()),
            ("tactful.source-offset", str(record.offset).encode()),
            ("tactful.mapping", self._mapping),
        )
