"""Where Avro schemas come from: a folder, or a schema registry over HTTP. A schema never changes once it has an id.

A registry that cannot be asked is no fault of the record: SchemaUnavailable, and the record waits. An id that the
registry itself does not know is one.
"""

import base64
import json
from pathlib import Path
from typing import Any, Final, Protocol

import aiohttp
from fastavro.schema import SchemaParseException, fingerprint, parse_schema, to_parsing_canonical_form

from agents.intake.formats import Schemas
from agents.intake.mappings.files import LoadedMapping, MappingFault
from agents.intake.mappings.mapping import Avro
from schemas.reading import Reason, UnusableInput

_SCHEMA_BYTES_MAX: Final = 1_048_576
_FOLDER_SCHEMAS_MAX: Final = 10_000
_NOT_FOUND: Final = 404
_OK: Final = 200
_SCHEMA_NOT_FOUND: Final = 40403
"""The registry's own word for it; any other 404 comes from something that stands before the registry."""


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
        login = (loaded.folder / avro.login_file).read_text(encoding="utf-8").strip()
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
        """One GET within its time budget."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers=self._headers)
        try:
            async with self._session.get(f"{self._url}/schemas/ids/{schema_id}", allow_redirects=False) as response:
                status, body = response.status, await _body_of(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SchemaUnavailable(f"the schema registry does not answer ({type(error).__name__})") from None
        schema = self._schema_in(schema_id, status, body)
        while len(self.known) >= self._limit:
            del self.known[next(iter(self.known))]
        self.known[schema_id] = schema

    def _schema_in(self, schema_id: str, status: int, body: bytes) -> Any:
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise SchemaUnavailable(f"the schema registry answers {status} and no JSON object")
        if status == _NOT_FOUND and answer.get("error_code") == _SCHEMA_NOT_FOUND:
            raise UnusableInput(Reason.UNKNOWN_SCHEMA, f"the registry knows no schema {schema_id}")
        if status != _OK:
            raise SchemaUnavailable(f"the schema registry answers {status}")
        if answer.get("schemaType", "AVRO") != "AVRO":
            raise UnusableInput(Reason.UNKNOWN_SCHEMA, f"schema {schema_id} is not Avro")
        try:
            return parse_schema(json.loads(str(answer.get("schema"))))
        except _UNPARSABLE as error:
            raise SchemaUnavailable(f"schema {schema_id} cannot be read ({type(error).__name__})") from None

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()


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
            schema = parse_schema(json.loads(path.read_bytes()))
            single = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
        except _UNPARSABLE as error:
            faults.append(f"{path.name}: {type(error).__name__} {error}")
            continue
        if framing == "registry" and not path.stem.isdecimal():
            faults.append(f"{path.name}: its name is not a schema id")
        known[path.stem if framing == "registry" else single] = schema
    if faults:
        raise MappingFault(folder.name, faults)
    return known
