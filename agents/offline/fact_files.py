"""Files of facts: one JSON body a line, plain or .gz or standard input, in the order of their ``time``."""

import base64
import gzip
import heapq
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import jiter
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from schemas.envelope import Headers
from schemas.reading import MODELS, ROLE_OF
from schemas.values.instants import to_ms
from streams.text_files import without_mark

_TIME: TypeAdapter[AwareDatetime] = TypeAdapter(AwareDatetime)


class FactFileFault(ValueError):
    """A line that names no topic or no time, or whose time goes back; the message tells file and line."""


class Line(NamedTuple):
    """One record to be: when its source said it, to which input it belongs, its key, its bytes and its headers."""

    time_ms: int
    role: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


def read_lines(paths: list[str], *, in_order: bool = True) -> Iterator[Line]:
    """The lines of all files, merged by time. Raises FactFileFault, also where a file must be in order and is not."""
    return heapq.merge(*(_read(path, in_order) for path in paths), key=lambda line: line.time_ms)


def _open(path: str) -> io.BufferedIOBase:
    if path == "-":
        return sys.stdin.buffer  # type: ignore[return-value]  # typed as BinaryIO
    # The caller closes it: these are lines for a generator that lives longer than this function.
    return gzip.open(path, "rb") if path.endswith(".gz") else Path(path).open("rb")


def _read(path: str, in_order: bool) -> Iterator[Line]:
    latest_ms = 0
    with _open(path) as lines:
        for number, raw in enumerate(_whole(lines, path), 1):
            body = (without_mark(raw) if number == 1 else raw).strip()
            if not body:
                continue
            line = _line(body, f"{path}:{number}")
            if in_order and line.time_ms < latest_ms:
                raise FactFileFault(
                    f"{path}:{number}: its time lies before that of the line above; sort the file by time"
                )
            latest_ms = line.time_ms
            yield line


def _whole(lines: io.BufferedIOBase, path: str) -> Iterator[bytes]:
    try:
        yield from lines
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FactFileFault(f"{path}: not a whole .gz file") from None


def _line(body: bytes, where: str) -> Line:
    try:
        fields = jiter.from_json(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise FactFileFault(f"{where}: not a JSON object")
    try:
        said = _TIME.validate_python(fields.get("time"))
    except ValidationError:
        raise FactFileFault(f"{where}: no time with a zone in the field `time`") from None
    time_ms = to_ms(said)
    kind = fields.get("type")
    if kind == "raw":
        role = str(fields.get("topic"))
        if role not in MODELS:
            raise FactFileFault(f"{where}: no input topic {role!r}")
        key, value = _bytes(fields, "key_b64", where), _bytes(fields, "value_b64", where)
        return Line(time_ms, role, key, value, _headers(fields, where))
    role = ROLE_OF.get(str(kind), "")
    if not role:
        raise FactFileFault(f"{where}: no topic carries the type {kind!r}")
    account_id = fields.get("account_id")
    # Without an account it has no key, and whoever reads it puts it aside.
    return Line(time_ms, role, account_id.encode() if isinstance(account_id, str) else None, body)


def _headers(fields: dict[str, object], where: str) -> Headers:
    """As `deadletters show` writes them: pairs of a name and its bytes in base64."""
    given = fields.get("headers", [])
    if isinstance(given, list):
        try:
            return tuple((str(name), base64.b64decode(value, validate=True)) for name, value in given)
        except (TypeError, ValueError):
            pass
    raise FactFileFault(f"{where}: the field `headers` is not a list of names with base64")


def _bytes(fields: dict[str, object], name: str, where: str) -> bytes | None:
    encoded = fields.get(name)
    try:
        return None if encoded is None else base64.b64decode(str(encoded), validate=True)
    except ValueError:
        raise FactFileFault(f"{where}: the field `{name}` is not base64") from None
