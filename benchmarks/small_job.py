"""A job that stock Faust and our engine can both do: a state per account in a table, one output per event.

A fact of 0.3 KB is read, the account's state is read, changed and stored as JSON, and one output is sent: a rendered
text for a miss, a cancel for a payment. No decisions, no ticks: what is compared is the machinery around the job.
Run by `faust -A benchmarks.small_job:stock worker` and `faust -A benchmarks.small_job:engine worker`.
"""

import json
import os
from typing import Any, NamedTuple

import faust

from benchmarks.stock import RAW, accounts_table, stock_app
from streams import roles
from streams.app import create_app
from streams.settings import Settings

NEVER_DUE = 9_999_999_999_999
STORE_PREFIX = {"next_due_at": NEVER_DUE}  # where our engine looks; for stock Faust one field more


class SmallAnswer(NamedTuple):
    """The account's new state and what leaves."""

    state: bytes
    output: bytes


def handle(stored: bytes | None, value: bytes) -> SmallAnswer:
    """The job."""
    fact = json.loads(value)
    state = json.loads(stored) if stored else {**STORE_PREFIX, "account_id": fact["account_id"], "owed": {}}
    if fact["type"] == "repayment.missed":
        state["owed"][fact["instalment_id"]] = fact["outstanding_minor"]
        amount = fact["outstanding_minor"] / 100
        output = {
            "type": "reminder.issued",
            "account_id": fact["account_id"],
            "text": f"【安和消费金融】您好，您{fact['due_date']}到期的款项尚有{amount:,.2f}元未还。如已还款请忽略。",
            "amount_minor": fact["outstanding_minor"],
        }
    else:
        state["owed"].clear()
        output = {"type": "reminder.cancelled", "account_id": fact["account_id"], "payment_id": fact["payment_id"]}
    state["last_event_id"] = fact["event_id"]
    return SmallAnswer(_bytes(state), _bytes(output))


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _attach(app: Any, inputs: Any, outputs: Any, table: Any) -> None:
    @app.agent(inputs, name="small_job")  # type: ignore[untyped-decorator]  # Faust ships no types for it
    async def small_job(stream: Any) -> None:
        async for event in stream.events():
            answer = handle(table.get(event.key), event.value)
            table[event.key] = answer.state
            await outputs.send(key=event.key, value=answer.output)


def stock() -> faust.App:
    """The agent on stock Faust."""
    settings = Settings()
    app = stock_app(settings)
    inputs = app.topic(*_inputs(settings), **RAW)
    outputs = app.topic(settings.topics[roles.REMINDERS], **RAW)
    _attach(app, inputs, outputs, accounts_table(app, settings))
    return app


def engine() -> faust.App:
    """The same agent on our engine, exactly once."""
    settings = Settings()
    app = create_app(settings)
    outputs = app.topic(settings.topics[roles.REMINDERS])
    _attach(app, app.topic(*_inputs(settings)), outputs, app.Table("accounts"))
    return app


def _inputs(settings: Settings) -> tuple[str, str]:
    return settings.topics[roles.REPAYMENT_MISSED], settings.topics[roles.PAYMENT_RECEIVED]


# `faust -A` takes a module or an attribute that is an app: which one is told by the environment.
app = stock() if os.environ.get("BENCH_ENGINE") == "stock" else engine()
