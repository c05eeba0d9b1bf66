"""Schemas that a ten-kilobyte record could turn against the process, and those that a registry composes of others."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from fastavro.schema import parse_schema
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.intake.mappings.files import MappingFault
from agents.intake.mappings.formats import Reader
from agents.intake.mappings.mapping import Mapping
from agents.intake.mappings.schema_sources import schema_source
from agents.intake.schema_bounds import fault_of
from schemas.reading import Reason, UnusableInput
from tests.agents.intake.avro_bytes import registry_frame
from tests.agents.intake.test_avro import ANY_AVRO, avro_mapping

Schema = Any


def record(name: str, *types: Schema) -> Schema:
    return {"type": "record", "name": name, "fields": [{"name": f"f{n}", "type": t} for n, t in enumerate(types)]}


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def chain(length: int, innermost: Schema, copies: int = 1) -> Schema:
    """Each record holds the one before it, so many times; flat in its text, as names refer back."""
    links = [record(f"R{n}", *([f"R{n - 1}" if n else innermost] * copies)) for n in range(length)]
    return record("Top", *({"type": "map", "values": link} for link in links))


def long_(number: int) -> bytes:
    out, left = bytearray(), (number << 1) ^ (number >> 63)
    while left > 127:
        out.append(left & 127 | 128)
        left >>= 7
    return bytes([*out, left])


def reader_of(schema: Schema) -> Reader:
    return Reader(Mapping.model_validate(tomllib.loads(ANY_AVRO)), {"7": parse_schema(schema)})


NAMED_NULL = {"type": "fixed", "name": "Nothing", "size": 0}
UNSAFE = {
    "itself": (record("R", ["null", "R"]), long_(1) * 60_000 + long_(0)),
    "itself by a list": (record("R", array("R")), long_(1) * 60_000 + long_(0)),
    "itself by a map": (record("R", {"type": "map", "values": "R"}), b""),
    "each other": (record("A", record("B", ["null", "A"])), long_(1) * 60_000),
    "itself in a union": (["null", record("R", ["null", "R"])], long_(1) * 60_000),
    "nulls": (record("R", array("null")), long_(10**12) + long_(0)),
    "empty records": (record("R", array(record("E"))), long_(10**12) + long_(0)),
    "records of nothing": (record("R", array(record("E", "null", record("F"), NAMED_NULL))), long_(10**12)),
    "named nothing": (record("R", NAMED_NULL, array("Nothing")), long_(10**12)),
    "no record at all": (array("null"), long_(10**12)),
    "wide items": (record("R", array(record("E", "int", *["null"] * 200))), b""),
    "a wide branch": (record("R", array(["null", record("E", *["null"] * 200)])), b""),
    "a deep chain": (chain(200, "int"), b""),
    "laughs": (chain(40, "null", copies=2), b""),
}


@pytest.mark.parametrize("kind", UNSAFE)
def test_what_could_end_the_process_is_refused_before_a_byte_is_decoded(kind: str) -> None:
    schema, raw = UNSAFE[kind]
    reader = reader_of(schema)
    for _ in range(2):
        with pytest.raises(UnusableInput) as refused:
            reader.value(registry_frame(7, raw))
        assert refused.value.reason is Reason.UNSAFE_SCHEMA


@pytest.mark.parametrize(
    "schema",
    [
        "int",
        ["null", "string"],
        chain(12, "int"),
        record("R", array(["null", record("E", "int", record("F", "string"), record("G"))])),
        record("R", "null", record("E"), NAMED_NULL, "Nothing"),
        record("R", {"type": "map", "values": "null"}, array(array("int"))),
        record("R", {"type": "enum", "name": "E", "symbols": ["A"]}, array("E")),
        record("R", record("Address", "string"), ["null", "Address"], array("Address")),
    ],
)
def test_what_banks_write_is_read(schema: Schema) -> None:
    assert fault_of(parse_schema(schema)) is None


def test_a_folder_names_the_schema_that_it_refuses(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "7.avsc").write_text(json.dumps(record("R", ["null", "R"])))
    with pytest.raises(MappingFault, match=r"7\.avsc: schema: a record that contains itself"):
        schema_source(avro_mapping(tmp_path, 'schemas = "schemas"'))


def test_a_decimal_is_exact_and_never_long() -> None:
    schema = record("R", {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2})
    reader = reader_of(schema)

    def value(unscaled: int, length: int) -> object:
        return reader.value(registry_frame(7, long_(length) + unscaled.to_bytes(length, "big", signed=True)))

    assert value(-1234, 2) == {"f0": Decimal("-12.34")}
    assert value(1234, 64) == {"f0": Decimal("12.34")}
    for unscaled, length in ((12345, 2), (1, 65), (1, 1_000_000)):
        with pytest.raises(UnusableInput):
            value(unscaled, length)


NAMES = st.sampled_from(["A", "B", "C"])
PRIMITIVES = st.sampled_from(["null", "boolean", "int", "long", "float", "double", "bytes", "string"])
OCTETS = st.integers(0, 3)
SCHEMAS: st.SearchStrategy[Schema] = st.recursive(
    PRIMITIVES | NAMES | st.builds(lambda n, octets: {"type": "fixed", "name": n, "size": octets}, NAMES, OCTETS),
    lambda inner: (
        st.builds(array, inner)
        | st.builds(lambda v: {"type": "map", "values": v}, inner)
        | st.lists(inner, max_size=3)
        | st.builds(lambda n, types: record(n, *types), NAMES, st.lists(inner, max_size=4))
    ),
    max_leaves=12,
)
BYTES = st.binary(max_size=60) | st.lists(
    st.sampled_from([long_(n) for n in (0, 1, 2, -1, 50, 10**6, 2**62, -(2**63))]), max_size=12
).map(b"".join)


@settings(max_examples=600, deadline=None)
@given(SCHEMAS, BYTES)
def test_no_schema_and_no_bytes_make_more_values_than_the_bytes_pay_for(schema: Schema, raw: bytes) -> None:
    try:
        reader = reader_of(schema)
    except (fastavro.schema.SchemaParseException, TypeError, ValueError, LookupError):
        return
    try:
        document = reader.value(registry_frame(7, raw))
    except UnusableInput:
        return
    assert count(document) <= 10_000 + 32 * len(raw)


def count(document: object) -> int:
    parts = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    return 1 + sum(map(count, parts))


async def test_a_schema_is_composed_of_those_that_it_refers_to(tmp_path: Path) -> None:
    city = {"type": "record", "name": "City", "namespace": "geo", "fields": [{"name": "zip", "type": "string"}]}
    address = {"type": "record", "name": "geo.Address", "fields": [{"name": "city", "type": "City"}]}
    top: list[Schema] = [
        {
            "type": "record",
            "name": "geo.P",
            "fields": [{"name": "a", "type": "Address"}, {"name": "c", "type": "City"}],
        },
        ["null", "geo.Address"],
        array("geo.City"),
        "geo.City",
    ]
    city_ref = {"name": "geo.City", "subject": "a city/1", "version": 3}
    address_ref = {"name": "geo.Address", "subject": "address", "version": 1}
    asked: list[str] = []

    async def by_id(request: web.Request) -> web.StreamResponse:
        schema = top[int(request.match_info["id"])]
        return web.json_response({"schema": json.dumps(schema), "references": [address_ref, city_ref]})

    async def by_subject(request: web.Request) -> web.StreamResponse:
        asked.append(request.match_info["subject"])
        if request.match_info["subject"] == "address":
            return web.json_response({"schema": json.dumps(address), "references": [city_ref]})
        return web.json_response({"schema": json.dumps(city)})

    server = await serve(by_id, by_subject)
    mapping = avro_mapping(tmp_path, f'registry = "{server.make_url("")}"')
    source = schema_source(mapping)
    for number in range(4):
        await source.fetch(str(number))
    assert asked == ["address", "a city/1"] * 4
    reader, word = Reader(mapping.mapping, source.known), b"\x04zz"
    raws = (word * 2, b"\2" + word, b"\2" + word + b"\0", word)
    found = [reader.value(registry_frame(number, raw)) for number, raw in enumerate(raws)]
    zip_ = {"zip": "zz"}
    assert found == [{"a": {"city": zip_}, "c": zip_}, {"city": zip_}, [zip_], zip_]
    await source.close()
    await server.close()


@pytest.mark.parametrize("endless", [False, True])
async def test_references_are_bounded(tmp_path: Path, endless: bool) -> None:
    asked = 0

    def answer(number: int) -> web.StreamResponse:
        wanted = [number + 1] if endless else range(1, 500)
        references = [{"name": f"N{n}", "subject": f"s{n}", "version": 1} for n in wanted]
        return web.json_response({"schema": json.dumps(record(f"N{number}")), "references": references})

    async def by_id(_request: web.Request) -> web.StreamResponse:
        return answer(0)

    async def by_subject(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return answer(int(request.match_info["subject"][1:]))

    server = await serve(by_id, by_subject)
    source = schema_source(avro_mapping(tmp_path, f'registry = "{server.make_url("")}"'))
    with pytest.raises(UnusableInput, match="refers to too many others"):
        await source.fetch("7")
    assert asked <= 64
    await source.close()
    await server.close()


async def serve(by_id: Any, by_subject: Any) -> TestServer:
    app = web.Application()
    app.router.add_get("/schemas/ids/{id}", by_id)
    app.router.add_get("/subjects/{subject}/versions/{version}", by_subject)
    server = TestServer(app)
    await server.start_server()
    return server
