"""Records that cannot be used, one of each kind: each must become a dead letter and leave its neighbours alone."""

import base64
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from agents.offline.generator.telling import TimedLine, line_of, midnight, written
from streams import roles

_OVERSIZE_BYTES: Final = 70_000
"""Above the largest body that is read by default."""


class Broken(NamedTuple):
    """One record and the reason for which it is refused."""

    reason: str
    role: str
    key: bytes | None
    value: bytes | None


def _missed(account_id: str, when: date, **changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "type": "repayment.missed",
        "event_id": f"{account_id}-broken",
        "account_id": account_id,
        "time": written(midnight(when)),
        "loan_id": "L9",
        "instalment_id": "1",
        "due_date": (when - timedelta(days=1)).isoformat(),
        "amount_due_minor": 100_000,
        "outstanding_minor": 100_000,
        "currency": "CNY",
        "as_of": written(midnight(when)),
    }
    return json.dumps({key: value for key, value in (fields | changes).items() if value is not None}).encode()


def _profile(account_id: str, when: date, **changes: Any) -> bytes:
    fields = {
        "type": "profile.updated",
        "event_id": f"{account_id}-broken",
        "account_id": account_id,
        "time": written(midnight(when)),
        "surname": "王",
        "phone": "+861000000000",
        "language": "zh-Hans",
        "zone": "Asia/Shanghai",
        "as_of": written(midnight(when)),
    }
    return json.dumps(fields | changes).encode()


def kinds(account_id: str, when: date) -> Iterator[Broken]:
    """One record of each kind, said to be of this account."""
    key, missed = account_id.encode(), roles.REPAYMENT_MISSED
    fine = _missed(account_id, when)

    def miss(reason: str, **changes: Any) -> Broken:
        return Broken(reason, missed, key, _missed(account_id, when, **changes))

    def profile(reason: str, **changes: Any) -> Broken:
        return Broken(reason, roles.PROFILE_UPDATED, key, _profile(account_id, when, **changes))

    yield Broken("NOT_JSON", missed, key, b"<repayment account='1'/>")
    yield Broken("NOT_JSON", missed, key, fine.replace(b"100000", b"NaN"))
    yield Broken("NOT_AN_OBJECT", roles.PAYMENT_RECEIVED, key, b"[]")
    yield Broken("DUPLICATE_KEY", missed, key, fine.replace(b"{", b'{"currency": "CNY", ', 1))
    yield Broken("TOO_DEEP", roles.CASE_UPDATED, key, b'{"type":' + b"[" * 500 + b"]" * 500 + b"}")
    yield miss("MISSING_FIELD", outstanding_minor=None)
    yield miss("WRONG_TYPE", outstanding_minor="100000")
    yield miss("OUT_OF_RANGE", outstanding_minor=-1)
    yield miss("OUT_OF_RANGE", amount_due_minor=2**53, outstanding_minor=2**53)
    yield miss("OUTSTANDING_ABOVE_AMOUNT", outstanding_minor=100_001)
    yield miss("DUE_DATE_OUT_OF_RANGE", due_date="1900-01-01")
    yield miss("DUE_DATE_OUT_OF_RANGE", due_date="2099-01-01")
    yield miss("UNKNOWN_CURRENCY", currency="XYZ")
    yield miss("UNKNOWN_TYPE", type="repayment.forgotten")
    yield miss("UNKNOWN_VERSION", schema_version=3)
    yield profile("BAD_ZONE", zone="UTC+8")
    yield profile("BAD_PHONE", phone="010 0000 0000")
    yield profile("BAD_NAME", surname="王\u0007")
    yield profile("BAD_NAME", surname="【王】")
    yield Broken("NULL_KEY", missed, None, fine)
    yield Broken("KEY_MISMATCH", missed, key, _missed(f"{account_id}-other", when))
    yield Broken("TOMBSTONE", roles.PAYMENT_RECEIVED, key, None)
    yield miss("TOO_LARGE", note="x" * _OVERSIZE_BYTES)


def broken_lines(account_ids: list[str], start: date, days: int) -> Iterator[TimedLine]:
    """All kinds, spread over the days and over existing accounts."""
    count = len(list(kinds(account_ids[0], start)))
    for index in range(count):
        account_id = account_ids[index % len(account_ids)]
        day = start + timedelta(days=2 + index * max(1, days - 4) // count)
        record = list(kinds(account_id, day))[index]
        at = midnight(day) + timedelta(hours=11, minutes=index, milliseconds=7)
        fields = {
            "type": "raw",
            "topic": record.role,
            "time": written(at),
            "key_b64": _base64(record.key),
            "value_b64": _base64(record.value),
        }
        yield TimedLine(at, line_of(fields))


def _base64(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()
