"""A worker's app with metrics and the site, as the real one has them; its agent only counts."""

from typing import Any

from streams.app import create_app
from streams.health import add_health_site
from streams.metrics import Metrics
from streams.settings import Settings
from streams.transport.events import Tick

settings = Settings(_env_file=None)
metrics = Metrics()
app = create_app(settings, observer=metrics)
add_health_site(app, settings, metrics, app.engine.status)
facts = app.topic(settings.topics["repayment-missed"], settings.topics["payment-received"])
accounts = app.Table("accounts", key_type=bytes, value_type=bytes)


@app.agent(facts)
async def counting(stream: Any) -> None:
    async for event in stream.events():
        if not isinstance(event, Tick):
            accounts[event.key] = b'{"next_due_at":9999999999999,"seen":1}'
            metrics.decision("DEFER", "TEST")
