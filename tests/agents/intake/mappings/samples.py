"""What the tests of the intake share: a mapping by its text, and records of a bank."""

import json
from pathlib import Path
from typing import Any

from agents.intake.mappings.document import SourceRecord
from agents.intake.mappings.files import LoadedMapping, load_mapping
from agents.intake.mappings.formats import Reader, Schemas
from agents.intake.mappings.translate import Translated, Translator

TOPIC = "bank.payments"
TIME_MS = 1_772_759_520_000
PAYMENTS = """
id = "payments"
source = "bank"

[input]
topic = "bank.payments"

[progress]
settle_ms = 0
mark_every_ms = 1000

[account]
path = "value.customer"
prefix = "C-"

[[facts]]
type = "payment.booked"
when = [{ path = "value.kind", equals = "PAY" }]

[facts.fields]
payment_id = { text = "value.id" }
amount_minor = { amount = "value.amount", currency = "value.currency" }
currency = { text = "value.currency" }
booked_at = { instant = "value.at", zone = "Asia/Shanghai" }
"""
PAYMENT: dict[str, Any] = {
    "kind": "PAY",
    "customer": "1001",
    "id": "P-1",
    "amount": "12.34",
    "currency": "CNY",
    "at": "2026-03-06T09:00:00",
}


def loaded(folder: Path, text: str = PAYMENTS) -> LoadedMapping:
    """The mapping of a text."""
    path = folder / "mapping.toml"
    path.write_text(text)
    return load_mapping(path)


def record(value: object, key: bytes | None = None, offset: int = 0) -> SourceRecord:
    """A record with a JSON value; bytes and None as they are."""
    raw = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
    return SourceRecord(TOPIC, 1, offset, TIME_MS, key, raw)


def translated(
    mapping: LoadedMapping, value: object, key: bytes | None = None, schemas: Schemas | None = None
) -> Translated:
    """What a mapping makes of one record."""
    translator = Translator(mapping.mapping, Reader(mapping.mapping, schemas or {}), 65_536)
    return translator.translate(record(value, key))


def bodies(found: Translated) -> list[dict[str, Any]]:
    """The facts as their readers see them."""
    assert found.refused is None, found.refused
    return [json.loads(made.body) for made in found.facts]
