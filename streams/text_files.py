"""The one reader of files that a person edits: UTF-8, with the byte order mark that some editors put before it."""

import sys
import tomllib
from pathlib import Path
from typing import Any

_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def without_mark(raw: bytes) -> bytes:
    """Bytes without a byte order mark at their beginning."""
    return raw.removeprefix(_MARK)


def decoded(raw: bytes) -> str:
    """The text of a file's bytes. Raises ValueError that names the line."""
    if raw.startswith(_OTHER_MARKS):
        raise ValueError("is in UTF-16; save it as UTF-8")
    try:
        return without_mark(raw).decode()
    except UnicodeDecodeError as error:
        line = without_mark(raw).count(b"\n", 0, error.start) + 1
        raise ValueError(f"is not in UTF-8 (line {line})") from None


def read_text(path: Path) -> str:
    """A file as text; ``-`` is standard input. Raises OSError, or ValueError that names the line."""
    return decoded(sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes())


def read_secret(path: Path) -> str:
    """The one line of a mounted secret."""
    return read_text(path).strip("\r\n")


def parse_toml(raw: bytes) -> dict[str, Any]:
    """Raises ValueError that names the place."""
    try:
        return tomllib.loads(decoded(raw))
    except RecursionError:
        raise ValueError("is nested too deeply") from None
