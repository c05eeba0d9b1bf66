"""Bytes of a bank's record to a document of plain values: JSON, and Avro in the frame that names its schema.

Numbers keep every digit: a JSON fraction is a Decimal. Nothing here waits for a schema: one that is not at hand is
named by SchemaMissing, and the caller gets it and asks again.
"""

import io
from collections.abc import Mapping as Lookup
from typing import Any, Final

import fastavro

from agents.intake.mappings.mapping import Mapping
from schemas.reading import Reason, UnusableInput, read_json

Schemas = Lookup[str, Any]
"""Parsed schemas by their registry id in decimal, or by their fingerprint in hexadecimal."""

_REGISTRY_BYTES: Final = 5
_SINGLE_OBJECT: Final = b"\xc3\x01"
_SINGLE_OBJECT_BYTES: Final = 10
_INT64_BYTES: Final = 8
_MALFORMED: Final = (EOFError, LookupError, ValueError, TypeError, ArithmeticError, AttributeError, MemoryError)
"""What fastavro raises on bytes that are not of the schema: it has no error of its own for it."""


class SchemaMissing(Exception):
    """The schema of this id has to be got first."""

    def __init__(self, schema_id: str) -> None:
        super().__init__(f"schema {schema_id}")
        self.schema_id = schema_id


class Reader:
    """Reads values, keys and payloads as one mapping says. Raises UnusableInput, or SchemaMissing."""

    def __init__(self, mapping: Mapping, schemas: Schemas) -> None:
        self._input = mapping.input
        self._registry_framing = mapping.avro is not None and mapping.avro.framing == "registry"
        self._schemas = schemas

    def value(self, raw: bytes) -> object:
        """The document in a record's value."""
        if len(raw) > self._input.max_bytes:
            raise UnusableInput(Reason.TOO_LARGE, f"value above {self._input.max_bytes} bytes")
        return self._avro(raw) if self._input.format == "avro" else read_json(raw, "decimal")

    def key(self, raw: bytes) -> object:
        """What a record's key says."""
        match self._input.key_format:
            case "avro":
                return self._avro(raw)
            case "json":
                return read_json(raw, "decimal")
            case "int64":
                if len(raw) != _INT64_BYTES:
                    raise UnusableInput(Reason.BAD_VALUE, "key: not eight bytes")
                return int.from_bytes(raw, "big", signed=True)
            case _:
                try:
                    return raw.decode()
                except UnicodeDecodeError:
                    raise UnusableInput(Reason.BAD_VALUE, "key: not UTF-8") from None

    def payload(self, wrapped: object) -> object:
        """The document inside a document: framed Avro as bytes, JSON as text."""
        wanted = bytes if self._input.format == "avro" else str
        if not isinstance(wrapped, wanted):
            raise UnusableInput(Reason.WRONG_TYPE, "payload: not a wrapped document")
        return self.value(wrapped if isinstance(wrapped, bytes) else str(wrapped).encode())

    def _avro(self, raw: bytes) -> object:
        schema_id, body = self._unframed(raw)
        schema = self._schemas.get(schema_id)
        if schema is None:
            raise SchemaMissing(schema_id)
        stream = io.BytesIO(body)
        try:
            document: object = fastavro.schemaless_reader(stream, schema, None)
        except RecursionError:
            raise UnusableInput(Reason.TOO_DEEP, "nested too deeply") from None
        except _MALFORMED:
            raise UnusableInput(Reason.NOT_AVRO, "the bytes do not fit their schema") from None
        if stream.tell() != len(body):
            raise UnusableInput(Reason.NOT_AVRO, "bytes left over after the record")
        return document

    def _unframed(self, raw: bytes) -> tuple[str, bytes]:
        if self._registry_framing:
            if len(raw) < _REGISTRY_BYTES or raw[0]:
                raise UnusableInput(Reason.NOT_AVRO, "no schema id in front")
            return str(int.from_bytes(raw[1:_REGISTRY_BYTES], "big")), raw[_REGISTRY_BYTES:]
        if len(raw) < _SINGLE_OBJECT_BYTES or raw[:2] != _SINGLE_OBJECT:
            raise UnusableInput(Reason.NOT_AVRO, "no fingerprint in front")
        return raw[2:_SINGLE_OBJECT_BYTES].hex(), raw[_SINGLE_OBJECT_BYTES:]
