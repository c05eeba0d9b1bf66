"""A worker's app for the tests of closed partitions: a fact makes its account due at once, and its site tells the rest.

The account named by CLOSING_PAUSES pauses its input, the account `release` ends that.
"""

import os
from typing import Any

from schemas.stored.accounts import NEVER_MS
from schemas.values.instants import to_ms
from streams.app import create_app
from streams.health import add_health_site
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.events import InputRecord, Tick

metrics = Metrics()
app = create_app(Settings(_env_file=None), observer=metrics)
settings = app.engine.settings
facts = app.topic(settings.topics["repayment-missed"], settings.topics["payment-received"])
told = app.topic(settings.topics["reminders"])
accounts = app.Table("accounts")
pauses = os.environ.get("CLOSING_PAUSES", "").encode()
add_health_site(app, settings, metrics, app.engine.status)


def _switch(key: bytes, partition: int) -> None:
    if key == pauses:
        app.engine.hold_input(partition, settings.topics["payment-received"], "BAD_SHARE")
    if key == b"release":
        app.engine.release_input(partition, settings.topics["payment-received"])


@app.agent(facts)
async def closing(stream: Any) -> None:
    async for event in stream.events():
        match event:
            case InputRecord(key=bytes(key), now=now):
                _switch(key, event.partition)
                accounts[key] = b'{"next_due_at":%013d}' % to_ms(now)
                told.emit(key=key, value=b"fact")
            case Tick(due=due):
                for key in due:
                    accounts[key] = b'{"next_due_at":%013d}' % NEVER_MS
                    told.emit(key=key, value=b"tick")
