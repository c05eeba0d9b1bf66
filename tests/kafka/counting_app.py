"""A worker's app for tests of the engine: it counts facts for each account and says so, nothing else.

The due time of an account is the first whole second after its last fact, unless told otherwise; its tick tells the
count once more. How the app misbehaves on purpose is told by variables of the environment.
"""

import asyncio
import json
import os
from typing import Any

from schemas.stored.accounts import NEVER_MS
from schemas.values.instants import to_ms
from streams.app import create_app
from streams.settings import Settings
from streams.transport.events import InputRecord, Tick

app = create_app(Settings(_env_file=None))
settings = app.engine.settings
facts = app.topic(settings.topics["repayment-missed"], settings.topics["payment-received"])
told = app.topic(settings.topics["reminders"])
accounts = app.Table("accounts", key_type=bytes, value_type=bytes)

PAUSE_S = float(os.environ.get("COUNTING_PAUSE_S", "0"))
PAUSE_EVERY = int(os.environ.get("COUNTING_PAUSE_EVERY", "100"))
DUE_MS = int(os.environ.get("COUNTING_DUE_MS", "1000"))


def _stored(due_ms: int, count: int, ticks: int) -> bytes:
    return b'{"next_due_at":%013d,"count":%d,"ticks":%d}' % (due_ms, count, ticks)


def _load(key: bytes) -> dict[str, Any]:
    value: bytes | None = accounts.get(key)
    loaded: dict[str, Any] = {"count": 0, "ticks": 0} if value is None else json.loads(value)
    return loaded


def _fact(fact: InputRecord) -> None:
    if fact.key is None:
        return
    if fact.value == b"poison":
        raise ValueError("poison")
    account = _load(fact.key)
    count = account["count"] + 1
    told.emit(
        key=fact.key,
        value=b'{"fact":"%s:%d:%d","count":%d,"now":%d}'
        % (fact.topic.encode(), fact.partition, fact.offset, count, to_ms(fact.now)),
        headers=[("kind", b"fact")],
        timestamp_ms=to_ms(fact.now),
    )
    accounts[fact.key] = _stored(to_ms(fact.now) + DUE_MS, count, account["ticks"])


def _tick(tick: Tick) -> None:
    for key in tick.due:
        account = _load(key)
        ticks = account["ticks"] + 1
        told.emit(
            key=key,
            value=b'{"tick":%d,"count":%d,"now":%d}' % (ticks, account["count"], to_ms(tick.now)),
            headers=[("kind", b"tick")],
            timestamp_ms=to_ms(tick.now),
        )
        accounts[key] = _stored(NEVER_MS, account["count"], ticks)


@app.agent(facts)
async def counting(stream: Any) -> None:
    handled = 0
    async for event in stream.events():
        if isinstance(event, Tick):
            _tick(event)
        else:
            _fact(event)
        handled += 1
        if PAUSE_S and handled % PAUSE_EVERY == 0:
            await asyncio.sleep(PAUSE_S)
