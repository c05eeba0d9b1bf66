"""A record about one account, wherever it was read."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import jiter

from schemas.values.money import EXPONENTS, plain


class AccountRecord(NamedTuple):
    """What was read, where it lies, and when it came."""

    role: str
    """Of its topic; of the line of a file, what its topic would be."""
    place: str
    """Topic, partition and offset, or file and line."""
    at_ms: int
    """When it came: its time on the bus, epoch milliseconds; of a line of a file, its own."""
    value: bytes | None
    kept: Mapping[str, str] | None = None
    """What an index still knows of a record that is no longer on its topic; None of one that was read."""

    def body(self) -> dict[str, Any]:
        """The JSON object; empty when it is none."""
        if self.kept is not None:
            return dict(self.kept)
        try:
            body = jiter.from_json(self.value or b"")
        except ValueError:
            body = None
        return body if isinstance(body, dict) else {}

    def sha256(self) -> str | None:
        """Of the record's bytes, in hexadecimal; None where there are none."""
        return None if self.value is None else hashlib.sha256(self.value).hexdigest()


def money(body: Mapping[str, Any], name: str, currency: str | None = None) -> str:
    """An amount of a body in words."""
    amount, unit = body.get(name), currency or body.get("currency")
    if not isinstance(amount, int) or unit not in EXPONENTS:
        return "an amount that is not told"
    return f"{plain(amount, unit)} {unit}"
