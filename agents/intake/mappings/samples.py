"""What a mapping does to sample records, without Kafka: JSON lines in, facts or reasons out.

A line holds ``value`` (any JSON, taken byte for byte) or ``value_base64``, and if the mapping asks for them ``key`` or
``key_base64``, ``headers``, ``timestamp`` (epoch milliseconds). Without a value it is a tombstone.
"""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agents.intake.mappings.document import SourceRecord
from agents.intake.mappings.files import LoadedMapping, MappingFault
from agents.intake.mappings.formats import Reader, SchemaMissing
from agents.intake.mappings.schema_sources import SchemaSource, SchemaUnavailable, schema_source
from agents.intake.mappings.translate import Translated, Translator
from schemas.reading import UnusableInput
from schemas.values.phones import looks_like_phone
from streams.text_files import without_mark


class _Sample(msgspec.Struct, forbid_unknown_fields=True):
    value: msgspec.Raw = msgspec.Raw()
    value_base64: str | None = None
    key: str | None = None
    key_base64: str | None = None
    headers: dict[str, str] = {}
    timestamp: int = 1_000_000_000_000


class Tried(NamedTuple):
    """A line of the samples and what became of it."""

    line: int
    translated: Translated

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        refused = self.translated.refused
        if refused is not None:
            fault = refused.fault
            told = {"reason": fault.reason, "detail": fault.detail, "accounts": refused.accounts}
            return {"line": self.line, "dead_letter": told}
        facts = [{"topic": made.role, "body": msgspec.Raw(made.body)} for made in self.translated.facts]
        return {"line": self.line, "facts": msgspec.json.decode(msgspec.json.encode(facts))}

    def phones(self) -> Iterator[str]:
        """Ids of its facts that may be somebody's phone number, by the name of the field."""
        for made in self.translated.facts:
            for name, value in msgspec.json.decode(made.body).items():
                if name.endswith("_id") and isinstance(value, str) and looks_like_phone(value):
                    yield f"{made.role}: {name} looks like a phone number, and ids stand in logs and on topics"


def read_samples(path: Path, topic: str) -> Iterator[tuple[int, SourceRecord]]:
    """The records of a file, by line. Raises MappingFault at a line that is no sample."""
    for number, line in enumerate(without_mark(path.read_bytes()).splitlines(), 1):
        if not line.strip():
            continue
        try:
            sample = msgspec.json.decode(line, type=_Sample)
            value = bytes(sample.value) or None
            if sample.value_base64 is not None:
                value = base64.b64decode(sample.value_base64, validate=True)
            key = None if sample.key is None else sample.key.encode()
            if sample.key_base64 is not None:
                key = base64.b64decode(sample.key_base64, validate=True)
        except ValueError as error:
            raise MappingFault(path.name, [f"line {number}: {error}"]) from None
        headers = tuple((name, text.encode()) for name, text in sample.headers.items())
        yield number, SourceRecord(topic, 0, number - 1, sample.timestamp, key, value, headers)


async def try_samples(loaded: LoadedMapping, path: Path, limit_bytes: int) -> list[Tried]:
    """Every sample through the mapping. Raises MappingFault when a schema cannot be had."""
    source = schema_source(loaded)
    translator = Translator(loaded.mapping, Reader(loaded.mapping, source.known), limit_bytes)
    try:
        return [
            Tried(number, await _translated(translator, source, record))
            for number, record in read_samples(path, loaded.mapping.input.topic)
        ]
    except SchemaUnavailable as reason:
        raise MappingFault(path.name, [str(reason)]) from None
    finally:
        await source.close()


async def _translated(translator: Translator, source: SchemaSource, record: SourceRecord) -> Translated:
    while True:
        try:
            return translator.translate(record)
        except SchemaMissing as missing:
            try:
                await source.fetch(missing.schema_id)
            except UnusableInput as fault:
                return translator.refuse(record, fault)
