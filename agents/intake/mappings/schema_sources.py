"""Where Avro schemas come from: a folder, or a schema registry over HTTP. A schema never changes once it has an id.

A registry that cannot be asked is no fault of the record: SchemaUnavailable, and the record waits. An id that the
registry itself does not know is one.
"""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

import aiohttp
from fastavro.schema import SchemaParseException, fingerprint, parse_schema, to_parsing_canonical_form

from agents.intake.mappings.files import LoadedMapping, MappingFault
from agents.intake.mappings.formats import Schemas
from agents.intake.mappings.mapping import Avro
from agents.intake.schema_bounds import fault_of
from schemas.reading import Reason, UnusableInput, read_json
from streams.text_files import read_secret, read_text

_SCHEMA_BYTES_MAX: Final = 1_048_576
_FOLDER_SCHEMAS_MAX: Final = 10_000
_NOT_FOUND: Final = 404
_OK: Final = 200
_SCHEMA_NOT_FOUND: Final = 40403
"""The registry's own word for it; any other 404 comes from something that stands before the registry."""
_REFERENCES_MAX: Final = 64
_REFERENCE_DEPTH_MAX: Final = 16
_FETCH_BUDGET_TIMES: Final = 4
"""How many request time-outs a schema may take together with all that it refers to."""

_UNPARSABLE: Final = (SchemaParseException, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What fastavro and json raise on something that is no whole schema."""


class SchemaUnavailable(Exception):
    """The schema may exist, but cannot be had now; the message says why."""


class SchemaSource(Protocol):
    """Fetches schemas into ``known``."""

    @property
    def known(self) -> Schemas: ...

    async def fetch(self, schema_id: str) -> None:
        """Put it into ``known``. Raises UnusableInput when there is none, SchemaUnavailable when nobody can tell."""

    async def close(self) -> None:
        """Let go of connections."""


def schema_source(loaded: LoadedMapping) -> SchemaSource:
    """The source that a mapping names. Raises MappingFault when a folder's schemas cannot be read."""
    avro = loaded.mapping.avro
    if avro is None:
        return FolderSchemas({})
    if avro.schemas is not None:
        return FolderSchemas(_read_folder(loaded.folder / avro.schemas, avro.framing))
    login = None
    if avro.login_file is not None:
        login = read_secret(loaded.folder / avro.login_file).strip()
    return RegistrySchemas(avro, login)


class FolderSchemas:
    """Read at start; what is not there does not exist."""

    def __init__(self, known: Schemas) -> None:
        self.known = known

    async def fetch(self, schema_id: str) -> None:
        """Always refuses."""
        raise UnusableInput(Reason.UNKNOWN_SCHEMA, f"no schema {schema_id} in the folder")

    async def close(self) -> None:
        """Nothing is open."""


class RegistrySchemas:
    """Asked once for each id; the oldest is forgotten when there are too many."""

    def __init__(self, avro: Avro, login: str | None) -> None:
        self.known: dict[str, Any] = {}
        self._url = str(avro.registry).rstrip("/")
        self._limit = avro.cache_schemas
        self._timeout = aiohttp.ClientTimeout(total=avro.request_timeout_ms / 1000)
        basic = "Basic " + base64.b64encode((login or "").encode()).decode()
        self._headers = {"Authorization": basic} if login else {}
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, schema_id: str) -> None:
        """The schema and what it refers to, each by one GET, all within their time budget."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers=self._headers)
        try:
            async with asyncio.timeout(_FETCH_BUDGET_TIMES * (self._timeout.total or 0)):
                answer = await self._get(f"schemas/ids/{schema_id}", schema_id)
                named: dict[str, Any] = {}
                await self._add_references(answer, named, set(), 0)
                schema = _carrying(_parsed(answer, named), named)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SchemaUnavailable(f"the schema registry does not answer ({type(error).__name__})") from None
        except _UNPARSABLE as error:
            raise SchemaUnavailable(f"schema {schema_id} cannot be read ({type(error).__name__})") from None
        while len(self.known) >= self._limit:
            del self.known[next(iter(self.known))]
        self.known[schema_id] = schema

    async def _add_references(
        self, answer: dict[str, Any], named: dict[str, Any], seen: set[tuple[str, int]], depth: int
    ) -> None:
        """What the schema of ``answer`` refers to, into ``named``: innermost first, each once."""
        for reference in answer.get("references") or ():
            place = (str(reference["subject"]), int(reference["version"]))
            if place in seen:
                continue
            seen.add(place)
            if len(seen) > _REFERENCES_MAX or depth >= _REFERENCE_DEPTH_MAX:
                raise UnusableInput(Reason.UNSAFE_SCHEMA, "schema: refers to too many others")
            path = f"subjects/{quote(place[0], safe='')}/versions/{place[1]}"
            found = await self._get(path, None)
            await self._add_references(found, named, seen, depth + 1)
            _parsed(found, named)

    async def _get(self, path: str, schema_id: str | None) -> dict[str, Any]:
        assert self._session is not None
        async with self._session.get(f"{self._url}/{path}", allow_redirects=False) as response:
            status, body = response.status, await _body_of(response)
        try:
            answer = read_json(body)
        except UnusableInput:
            answer = None
        if not isinstance(answer, dict):
            raise SchemaUnavailable(f"the schema registry answers {status} and no JSON object")
        if schema_id is not None and status == _NOT_FOUND and answer.get("error_code") == _SCHEMA_NOT_FOUND:
            raise UnusableInput(Reason.UNKNOWN_SCHEMA, f"the registry knows no schema {schema_id}")
        if status != _OK:
            raise SchemaUnavailable(f"the schema registry answers {status}")
        if answer.get("schemaType", "AVRO") != "AVRO":
            raise UnusableInput(Reason.UNKNOWN_SCHEMA, "schema: not Avro")
        return answer

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()


def _parsed(answer: dict[str, Any], named: dict[str, Any]) -> Any:
    """The schema of a registry's answer; its names are added to those that are ``named`` already."""
    return parse_schema(json.loads(str(answer.get("schema"))), named)


def _carrying(schema: Any, named: dict[str, Any]) -> Any:
    """The parsed schema with the names of others that it uses: by itself fastavro keeps them for records only."""
    if isinstance(schema, list):
        return [_carrying(one, named) if isinstance(one, dict) or one in named else one for one in schema]
    if isinstance(schema, str):
        return _carrying(named[schema], named) if schema in named else schema
    return {**schema, "__fastavro_parsed": True, "__named_schemas": named}


async def _body_of(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > _SCHEMA_BYTES_MAX:
            raise SchemaUnavailable(f"the schema registry answers more than {_SCHEMA_BYTES_MAX} bytes")
    return bytes(body)


def _read_folder(folder: Path, framing: str) -> Schemas:
    known: dict[str, Any] = {}
    faults: list[str] = []
    paths = sorted(folder.glob("*.avsc"))
    if not paths or len(paths) > _FOLDER_SCHEMAS_MAX:
        raise MappingFault(folder.name, [f"{len(paths)} files *.avsc, must be 1 to {_FOLDER_SCHEMAS_MAX}"])
    for path in paths:
        try:
            schema = parse_schema(json.loads(read_text(path)))
            single = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
        except _UNPARSABLE as error:
            faults.append(f"{path.name}: {type(error).__name__} {error}")
            continue
        if (unsafe := fault_of(schema)) is not None:
            faults.append(f"{path.name}: {unsafe.detail}")
        if framing == "registry" and not path.stem.isdecimal():
            faults.append(f"{path.name}: its name is not a schema id")
        known[path.stem if framing == "registry" else single] = schema
    if faults:
        raise MappingFault(folder.name, faults)
    return known
