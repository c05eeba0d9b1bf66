"""What a person sees of a dead letter: all that tells why, and of the original no value unless it is asked for.

A bad record may hold anything, also what steers a terminal: nothing unprintable gets through.
"""

import base64
import json
from typing import Any, Final

from agents.deadletters.letters import Letter
from schemas.printable import printable, printable_lines
from schemas.values.instants import to_utc

MASK: Final = "***"
SHOWN_BYTES_MAX: Final = 65_536
"""Of a body on a terminal; `--output json --reveal` has all of it."""

_HEX_LINE_BYTES: Final = 32


class _Fields(list[tuple[str, Any]]):
    """A JSON object with every field that it names, also one that it names twice."""


def line(letter: Letter, *, reveal: bool, outcome: str | None = None) -> str:
    """One line for a list."""
    parts = (
        _time(letter),
        str(letter.at),
        letter.reason,
        letter.detail or "-",
        f"{letter.size_bytes} bytes{', left out' if letter.left_out else ''}",
        f"key {_text(letter.key if reveal else _masked(letter.key))}",
        *(() if outcome is None else (outcome,)),
    )
    return printable("  ".join(parts))


def summary(letter: Letter, *, reveal: bool, outcome: str | None = None) -> dict[str, Any]:
    """The same for a program."""
    told: dict[str, Any] = {
        "put_aside_at": _time(letter),
        "coordinates": str(letter.at),
        "reason": letter.reason,
        "detail": letter.detail,
        "size_bytes": letter.size_bytes,
        "left_out": letter.left_out,
        "key": None if letter.key is None else _text(letter.key) if reveal else MASK,
    }
    return told if outcome is None else {**told, "outcome": outcome}


def page(letter: Letter, *, reveal: bool, outcome: str | None = None) -> str:
    """Everything about one letter."""
    told = [f"{name}: {content.decode(errors='replace')}" for name, content in letter.told]
    own = [f"  {name}: {_text(content) if reveal else MASK}" for name, content in letter.headers]
    lines = [
        f"{letter.at}, put aside {_time(letter)}" + ("" if outcome is None else f", {outcome}"),
        *told,
        f"key: {_text(letter.key if reveal else _masked(letter.key))}",
        f"headers of the original: {len(own)}",
        *own,
        f"body, {letter.size_bytes} bytes{', left out' if letter.left_out else ''}:",
    ]
    return "\n".join([*(printable(text) for text in lines), body(letter.value, reveal=reveal)])


def whole(letter: Letter, *, reveal: bool, outcome: str | None = None) -> dict[str, Any]:
    """Everything for a program; revealed bytes are in base64, as a file of facts takes them (type `raw`)."""
    told = {name: content.decode(errors="replace") for name, content in letter.told}
    own = [[name, _base64(content) if reveal else MASK] for name, content in letter.headers]
    shown: dict[str, Any] = {**summary(letter, reveal=reveal, outcome=outcome), "told": told, "headers": own}
    if not reveal:
        return {**shown, "body": body(letter.value, reveal=False)}
    return {**shown, "key_b64": _base64(letter.key), "value_b64": _base64(letter.value)}


def body(value: bytes | None, *, reveal: bool) -> str:
    """A body: JSON with its keys, text, or hexadecimal; without ``reveal`` no value of it."""
    if value is None:
        return "(a tombstone)"
    if not reveal:
        return _kept_keys(value)
    shown, more = value[:SHOWN_BYTES_MAX], len(value) - SHOWN_BYTES_MAX
    try:
        # The cut may go through a character; a text is a text all the same.
        text = printable_lines(shown.decode(errors="ignore" if more > 0 else "strict"))
    except UnicodeDecodeError:
        text = "\n".join(shown[at : at + _HEX_LINE_BYTES].hex(" ") for at in range(0, len(shown), _HEX_LINE_BYTES))
    return f"{text}\n… {more} bytes more" if more > 0 else text


def _kept_keys(value: bytes) -> str:
    try:
        kept = printable_lines(_without_values(json.loads(value, object_pairs_hook=_Fields), ""))
    except (ValueError, RecursionError):
        return f"{MASK} (no JSON that could be shown without its values)"
    return kept if len(kept) <= SHOWN_BYTES_MAX else f"{kept[:SHOWN_BYTES_MAX]}\n…"


def _without_values(value: Any, indent: str) -> str:
    deeper = f"{indent}  "
    if isinstance(value, _Fields):
        inner = [f"{deeper}{json.dumps(name, ensure_ascii=False)}: {_without_values(v, deeper)}" for name, v in value]
        return "{\n" + ",\n".join(inner) + f"\n{indent}}}" if inner else "{}"
    if isinstance(value, list):
        inner = [deeper + _without_values(v, deeper) for v in value]
        return "[\n" + ",\n".join(inner) + f"\n{indent}]" if inner else "[]"
    if value is None:
        return "null"
    return "<text>" if isinstance(value, str) else "<true or false>" if isinstance(value, bool) else "<number>"


def _time(letter: Letter) -> str:
    return to_utc(letter.put_aside_ms).isoformat(timespec="milliseconds")


def _masked(content: bytes | None) -> bytes | None:
    return None if content is None else MASK.encode()


def _text(content: bytes | None) -> str:
    if content is None:
        return "none"
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.hex(" ")


def _base64(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()
