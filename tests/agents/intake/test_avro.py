"""Avro on the wire, byte by byte; schemas from a folder and from a registry that answers over real HTTP."""

import asyncio
import json
import tomllib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from fastavro.schema import parse_schema
from hypothesis import given
from hypothesis import strategies as st

from agents.intake.mappings.files import LoadedMapping, MappingFault
from agents.intake.mappings.formats import Reader, SchemaMissing
from agents.intake.mappings.mapping import Mapping
from agents.intake.mappings.schema_sources import SchemaUnavailable, schema_source
from schemas.reading import Reason, UnusableInput
from tests.agents.intake.avro_bytes import PAYMENT_SCHEMA, body, registry_frame, single_object_frame, write_schema
from tests.agents.intake.mappings.samples import PAYMENTS, bodies, loaded, translated

DOCUMENT = {
    "kind": "PAY",
    "customer": 1001,
    "id": uuid.UUID(int=7),
    "amount": Decimal("12.3400"),
    "currency": "CNY",
    "at": datetime(2026, 3, 6, 1, tzinfo=UTC),
}
RAW = body(PAYMENT_SCHEMA, DOCUMENT)
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def with_avro(avro: str) -> str:
    return PAYMENTS.replace('topic = "bank.payments"', f'topic = "bank.payments"\nformat = "avro"\n[avro]\n{avro}')


ANY_AVRO = with_avro('registry = "http://127.0.0.1:1"')


def avro_mapping(folder: Path, avro: str) -> LoadedMapping:
    return loaded(folder, with_avro(avro))


@pytest.fixture
def mapping(tmp_path: Path) -> LoadedMapping:
    return avro_mapping(tmp_path, 'registry = "http://127.0.0.1:1"\nrequest_timeout_ms = 300')


def test_the_bytes_of_the_wire_format(mapping: LoadedMapping) -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}, {"name": "s", "type": "string"}]}
    reader = Reader(mapping.mapping, {"258": parse_schema(schema)})
    assert reader.value(bytes.fromhex("00 00000102 03 04 6f6b")) == {"n": -2, "s": "ok"}


def test_a_record_with_logical_types(mapping: LoadedMapping) -> None:
    (made,) = bodies(translated(mapping, registry_frame(7, RAW), schemas={"7": parse_schema(PAYMENT_SCHEMA)}))
    assert (made["amount_minor"], made["payment_id"]) == (1234, str(uuid.UUID(int=7)))
    assert made["booked_at"] == "2026-03-06T09:00:00+08:00"


def test_a_decimal_that_does_not_fit_is_refused(mapping: LoadedMapping) -> None:
    raw = registry_frame(7, body(PAYMENT_SCHEMA, {**DOCUMENT, "amount": Decimal("12.3450")}))
    found = translated(mapping, raw, schemas={"7": parse_schema(PAYMENT_SCHEMA)})
    assert found.refused is not None
    assert (found.refused.fault.reason, found.refused.accounts) == (Reason.INEXACT_AMOUNT, ("C-1001",))


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\x00", b"\x01\x00\x00\x00\x07" + RAW, registry_frame(7, RAW[:-3]), registry_frame(7, RAW + b"\x00")],
)
def test_bytes_that_are_no_such_record_are_refused(mapping: LoadedMapping, raw: bytes) -> None:
    found = translated(mapping, raw, schemas={"7": parse_schema(PAYMENT_SCHEMA)})
    assert found.refused is not None
    assert found.refused.fault.reason is Reason.NOT_AVRO


@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    schema = {
        "type": "record",
        "name": "R",
        "fields": [
            {"name": "list", "type": {"type": "array", "items": ["null", "string", {"type": "map", "values": "long"}]}},
            {"name": "map", "type": {"type": "map", "values": {"type": "enum", "name": "E", "symbols": ["A", "B"]}}},
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
            {"name": "day", "type": {"type": "int", "logicalType": "date"}},
            {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
            {"name": "d", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 4}},
        ],
    }
    reader = Reader(Mapping.model_validate(tomllib.loads(ANY_AVRO)), {"7": parse_schema(schema)})
    try:
        assert isinstance(reader.value(registry_frame(7, raw)), dict)
    except UnusableInput as refused:
        told = refused.reason
        assert told in {Reason.NOT_AVRO, Reason.TOO_DEEP}


async def test_a_folder_by_id(tmp_path: Path) -> None:
    write_schema(tmp_path / "schemas", "7", PAYMENT_SCHEMA)
    mapping = avro_mapping(tmp_path, 'schemas = "schemas"')
    source = schema_source(mapping)
    assert bodies(translated(mapping, registry_frame(7, RAW), schemas=source.known))
    with pytest.raises(SchemaMissing, match="schema 8"):
        translated(mapping, registry_frame(8, RAW), schemas=source.known)
    with pytest.raises(UnusableInput, match="no schema 8 in the folder"):
        await source.fetch("8")


def test_a_folder_by_fingerprint(tmp_path: Path) -> None:
    write_schema(tmp_path / "schemas", "any-name", PAYMENT_SCHEMA)
    mapping = avro_mapping(tmp_path, 'schemas = "schemas"\nframing = "single-object"')
    known = schema_source(mapping).known
    assert bodies(translated(mapping, single_object_frame(PAYMENT_SCHEMA, RAW), schemas=known))
    for raw in (RAW, b"\xc3\x01\x00"):
        found = translated(mapping, raw, schemas=known)
        assert found.refused is not None
        assert found.refused.fault.reason is Reason.NOT_AVRO


def test_a_fingerprint_is_that_of_the_specification(tmp_path: Path) -> None:
    """The published fingerprint of "int" is 7275d51a3f395c8f; it stands with its last byte first."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "int.avsc").write_text('"int"')
    source = schema_source(avro_mapping(tmp_path, 'schemas = "schemas"\nframing = "single-object"'))
    assert set(source.known) == {bytes.fromhex("7275d51a3f395c8f")[::-1].hex()}


def test_every_fault_of_a_folder_is_named(tmp_path: Path) -> None:
    for name, text in (("7", "{"), ("8", '{"type": "record"}'), ("9", '["null", "Nowhere"]'), ("ten", '"int"')):
        (tmp_path / "schemas").mkdir(exist_ok=True)
        (tmp_path / "schemas" / f"{name}.avsc").write_text(text)
    mapping = avro_mapping(tmp_path, 'schemas = "schemas"')
    with pytest.raises(MappingFault) as refused:
        schema_source(mapping)
    assert [fault.split(":")[0] for fault in refused.value.faults] == ["7.avsc", "8.avsc", "9.avsc", "ten.avsc"]


@pytest.fixture
async def registry() -> AsyncIterator[Callable[[Answer], Awaitable[str]]]:
    """Starts a registry that answers as it is told, and gives its address."""
    servers = []

    async def start(answer: Answer) -> str:
        app = web.Application()
        app.router.add_get("/schemas/ids/{id}", answer)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        return str(server.make_url("")).rstrip("/")

    yield start
    for server in servers:
        await server.close()


async def test_a_registry_is_asked_once_for_an_id(registry: Callable[[Answer], Awaitable[str]], tmp_path: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.match_info["id"])
        assert request.headers["Authorization"] == "Basic aW50YWtlOnBhc3M="
        return web.json_response({"schema": json.dumps(PAYMENT_SCHEMA)})

    (tmp_path / "login").write_text("intake:pass\n")
    url = await registry(answer)
    mapping = avro_mapping(tmp_path, f'registry = "{url}"\nlogin_file = "login"\ncache_schemas = 16')
    source = schema_source(mapping)
    for number in range(20):
        await source.fetch(str(number))
    assert len(source.known) == 16
    assert bodies(translated(mapping, registry_frame(19, RAW), schemas=source.known))
    assert asked == [str(number) for number in range(20)]
    await source.close()


@pytest.mark.parametrize(
    ("status", "answer", "unknown"),
    [
        (404, {"error_code": 40403, "message": "Schema not found"}, True),
        (404, {"error_code": 404}, False),
        (500, {"error_code": 50001}, False),
        (401, {"error_code": 401}, False),
        (200, {"schema": "syntax = proto3", "schemaType": "PROTOBUF"}, True),
        (200, {"schema": '["null", "Elsewhere"]', "references": [{"name": "Elsewhere"}]}, False),
        (200, ["no object"], False),
        (200, {"schema": '"int"', "references": [{"name": "N", "subject": "gone", "version": 1}]}, False),
    ],
)
async def test_only_the_registry_itself_says_that_there_is_no_schema(
    registry: Callable[[Answer], Awaitable[str]], tmp_path: Path, status: int, answer: Any, unknown: bool
) -> None:
    async def say(_request: web.Request) -> web.StreamResponse:
        return web.json_response(answer, status=status)

    url = await registry(say)
    source = schema_source(avro_mapping(tmp_path, f'registry = "{url}"'))
    with pytest.raises(UnusableInput if unknown else SchemaUnavailable):
        await source.fetch("7")
    await source.close()


async def test_a_registry_that_hangs_or_floods_or_is_away_is_unavailable(
    registry: Callable[[Answer], Awaitable[str]], tmp_path: Path
) -> None:
    released = asyncio.Event()

    async def hang(_request: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.Response()

    async def flood(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=b" " * 2_000_000)

    for url in (await registry(hang), await registry(flood), "http://127.0.0.1:1"):
        source = schema_source(avro_mapping(tmp_path, f'registry = "{url}"\nrequest_timeout_ms = 300'))
        with pytest.raises(SchemaUnavailable):
            await source.fetch("7")
        await source.close()
    released.set()
