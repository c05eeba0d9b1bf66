"""A worker's app for the test of the controls: a fact makes its account due at once, and its tick tells what stands."""

from typing import Any

from schemas.stored.accounts import NEVER_MS
from schemas.values.instants import to_ms
from streams.app import create_app
from streams.health import add_health_site
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.controls.controls import Folding
from streams.transport.events import InputRecord, Tick


def _fold(state: Any, _offset: int, _key: object, value: bytes | None, _headers: object, _timestamp_ms: int) -> Any:
    return (*state, value)


metrics = Metrics()
app = create_app(Settings(_env_file=None), observer=metrics, controls=Folding((), _fold))
settings = app.engine.settings
add_health_site(app, settings, metrics, app.engine.status)
facts = app.topic(settings.topics["repayment-missed"], settings.topics["payment-received"])
told = app.topic(settings.topics["reminders"])
accounts = app.Table("accounts")


@app.agent(facts)
async def controlled(stream: Any) -> None:
    async for event in stream.events():
        match event:
            case InputRecord(key=bytes(key), now=now):
                accounts[key] = b'{"next_due_at":%013d}' % to_ms(now)
                told.emit(key=key, value=b"fact")
            case Tick(due=due, controls=controls, controls_offset=read_to):
                for key in due:
                    accounts[key] = b'{"next_due_at":%013d}' % NEVER_MS
                    told.emit(key=key, value=b"tick at %d: %s" % (read_to, b" ".join(controls)))
