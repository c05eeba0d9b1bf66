"""Avro records as a bank's producer frames them."""

import io
import json
from pathlib import Path
from typing import Any, Final

import fastavro
from fastavro.schema import fingerprint, parse_schema, to_parsing_canonical_form

PAYMENT_SCHEMA: Final[dict[str, Any]] = {
    "type": "record",
    "name": "Payment",
    "fields": [
        {"name": "kind", "type": "string"},
        {"name": "customer", "type": "long"},
        {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 4}},
        {"name": "currency", "type": ["null", "string"]},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}


def body(schema: dict[str, Any], document: dict[str, Any]) -> bytes:
    """The bare record."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, parse_schema(schema), document)
    return out.getvalue()


def registry_frame(schema_id: int, raw: bytes) -> bytes:
    """The wire format of schema registries."""
    return b"\x00" + schema_id.to_bytes(4, "big") + raw


def single_object_frame(schema: dict[str, Any], raw: bytes) -> bytes:
    """Avro's own single-object encoding."""
    return b"\xc3\x01" + bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")) + raw


def write_schema(folder: Path, name: str, schema: dict[str, Any]) -> None:
    """A schema file."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.avsc").write_text(json.dumps(schema))
