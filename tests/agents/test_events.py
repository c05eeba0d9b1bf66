"""All that we write reads as a CloudEvent, by the SDK of those who wrote the specification."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event, to_binary_event
from pydantic import Field, TypeAdapter
from pydantic_core import to_json

from agents.commands.schema_files import published, schema_of
from agents.controls.topic import headers_of
from agents.deadletters.letters import Coordinates
from agents.deadletters.saying import Person, dismissal, resumption
from agents.delivery.rules.receipts import Receipt, written
from agents.intake.mappings.formats import Reader
from agents.intake.mappings.translate import Translator
from agents.intake.outgoing import Outbox
from agents.offline.marking import marks
from agents.reminders.outgoing import Envelope
from schemas.controls import AnyControl
from schemas.envelope import Headers, is_mark
from schemas.values.instants import to_ms
from streams import roles
from streams.settings import Settings
from tests.agents.intake.mappings.samples import PAYMENT, PAYMENTS, loaded, record
from tests.agents.reminders.test_outgoing import DECISION, MESSAGES
from tests.schemas.samples import INPUTS

NOW: Final = datetime(2026, 3, 2, 4, 0, 0, 7_000, UTC)
NOW_MS: Final = to_ms(NOW)
SHANGHAI: Final = timezone(timedelta(hours=8))
WHO: Final = Person("an.officer", "noise")
AT: Final = Coordinates("payment-received", 2, 1041)
SCHEMA_IDS: Final = {schema_of(one)["$id"] for one in published()}
_CONTROL: Final[TypeAdapter[AnyControl]] = TypeAdapter(Annotated[AnyControl, Field(discriminator="type")])
CONTROLS: Final[list[AnyControl]] = [
    _CONTROL.validate_json(json.dumps(body)) for role, body in INPUTS if role == roles.REMINDER_CONTROLS
]


class Event(NamedTuple):
    """What is written, and what it must say of itself."""

    value: bytes
    headers: Headers
    subject: str | None
    time: datetime


def events(folder: Path) -> Iterator[Event]:
    """One of every kind that leaves any of our programs."""
    envelope = Envelope("test")
    for message in MESSAGES:
        times = ("issued_at", "cancelled_at", "handed_off_at", "withdrawn_at", "opened_at", "closed_at")
        (time,) = (getattr(message, name) for name in times if hasattr(message, name))
        yield Event(*envelope.message(message), message.account_id, time)
    yield Event(*envelope.decision(DECISION), "A", DECISION.now)
    receipt = written(Receipt(3, "账户 A", "r1", "delivered", NOW, NOW.astimezone(SHANGHAI)), "test")
    yield Event(receipt.value, receipt.headers, "账户 A", NOW)
    for account_id in ("A-1", None):
        said = dismissal(AT, account_id, WHO, NOW_MS)
        yield Event(said.value or b"", said.headers, account_id, NOW)
    said = resumption("payment-received", 2, WHO, NOW_MS)
    yield Event(said.value or b"", said.headers, None, NOW)
    for control in CONTROLS:
        yield Event(to_json(control), headers_of(control), None, control.time)
    for mark in marks("core", NOW_MS, roles.INPUTS, 2):
        assert is_mark(mark.headers)
        yield Event(mark.value, mark.headers, None, NOW)
    mapping = loaded(folder, PAYMENTS)
    read = record(PAYMENT, offset=7)
    (made,) = Translator(mapping.mapping, Reader(mapping.mapping, {}), 65_536).translate(read).facts
    fact = Outbox(Settings(_env_file=None), mapping).fact(read, made)
    coordinates = fact.headers[-4:]
    assert all(name.startswith("tactful.") for name, _ in coordinates)
    yield Event(fact.value or b"", fact.headers[:-4], made.account_id, datetime.fromtimestamp(made.time_ms / 1000, UTC))


def test_every_event_is_read_as_it_is_meant(tmp_path: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for event in events(tmp_path):
        assert len(dict(event.headers)) == len(event.headers)
        read = from_binary_event(KafkaMessage(dict(event.headers), None, event.value))
        body = json.loads(event.value)
        assert (read.get_type(), read.get_subject(), read.get_time()) == (body["type"], event.subject, event.time)
        assert read.get_datacontenttype() == "application/json"
        assert read.get_data() == body
        assert read.get_dataschema() in SCHEMA_IDS
        assert str(read.get_dataschema()).endswith(f":{body['type']}:1")
        # Whoever writes with the SDK writes these very bytes.
        assert to_binary_event(read).headers == dict(event.headers)
        seen.add((read.get_source(), read.get_id()))
    assert all(source and name for source, name in seen)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: str(control.type))
def test_every_control_has_its_schema(control: AnyControl) -> None:
    assert f"urn:tactful:reminder-controls:{control.type}:1".encode() == dict(headers_of(control))["ce_dataschema"]
