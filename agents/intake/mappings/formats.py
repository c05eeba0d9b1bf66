"""Bytes of a bank's record to a document of plain values: JSON, and Avro in the frame that names its schema.

Numbers keep every digit: a JSON fraction is a Decimal. Nothing here waits for a schema: one that is not at hand is
named by SchemaMissing, and the caller gets it and asks again.
"""

import io
from collections.abc import Mapping as Lookup
from decimal import Decimal
from typing import Any, Final

import fastavro
from fastavro.read import LOGICAL_READERS

from agents.intake.mappings.mapping import Mapping
from agents.intake.schema_bounds import fault_of
from schemas.reading import Reason, UnusableInput, read_json

Schemas = Lookup[str, Any]
"""Parsed schemas by their registry id in decimal, or by their fingerprint in hexadecimal."""

_REGISTRY_BYTES: Final = 5
_SINGLE_OBJECT: Final = b"\xc3\x01"
_SINGLE_OBJECT_BYTES: Final = 10
_INT64_BYTES: Final = 8
_MALFORMED: Final = (EOFError, LookupError, ValueError, TypeError, ArithmeticError, AttributeError, MemoryError)
"""What fastavro raises on bytes that are not of the schema: it has no error of its own for it."""
_CHECKED_MAX: Final = 10_000
_DECIMAL_BYTES_MAX: Final = 64


def _exact_decimal(unscaled: bytes, schema: dict[str, Any] | None, _: object = None) -> Decimal:
    """fastavro's own rounds to the schema's precision, and takes minutes for a megabyte of digits."""
    if len(unscaled) > _DECIMAL_BYTES_MAX:
        raise ValueError("no decimal of a bank")
    assert schema is not None
    number = Decimal(int.from_bytes(unscaled, "big", signed=True))
    sign, digits, _exponent = number.as_tuple()
    if number and len(digits) > schema["precision"]:
        raise ValueError("more digits than the schema's precision")
    return Decimal((sign, digits, -schema.get("scale", 0)))


LOGICAL_READERS["bytes-decimal"] = LOGICAL_READERS["fixed-decimal"] = _exact_decimal


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
        self._checked: dict[str, tuple[Any, UnusableInput | None]] = {}

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
        self._check(schema_id, schema)
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

    def _check(self, schema_id: str, schema: Any) -> None:
        """A schema that is refused stays at hand: it is refused again without asking for it anew."""
        known, fault = self._checked.get(schema_id, (None, None))
        if known is not schema:
            fault = fault_of(schema)
            if len(self._checked) >= _CHECKED_MAX:
                self._checked.clear()
            self._checked[schema_id] = (schema, fault)
        if fault is not None:
            raise UnusableInput(fault.reason, fault.detail)

    def _unframed(self, raw: bytes) -> tuple[str, bytes]:
        if self._registry_framing:
            if len(raw) < _REGISTRY_BYTES or raw[0]:
                raise UnusableInput(Reason.NOT_AVRO, "no schema id in front")
            return str(int.from_bytes(raw[1:_REGISTRY_BYTES], "big")), raw[_REGISTRY_BYTES:]
        if len(raw) < _SINGLE_OBJECT_BYTES or raw[:2] != _SINGLE_OBJECT:
            raise UnusableInput(Reason.NOT_AVRO, "no fingerprint in front")
        return raw[2:_SINGLE_OBJECT_BYTES].hex(), raw[_SINGLE_OBJECT_BYTES:]
