"""The whole job on stock Faust: for every fact and tick what `tactful worker` does, as Faust's own means allow.

The same contract, the same core, the same state in the table, the same messages and decisions with their headers. A
timer asks the due index every second and hands the accounts that are due to an agent through a channel, as a timer may
not write to a table. At least once; there is no barrier. It also does without dead letters, progress marks, the watch
for payments that crossed their reminder, and metrics, to its advantage.
Run by `faust -A benchmarks.whole_job worker`.
"""

import asyncio
from collections import defaultdict
from typing import Any

import faust

from agents.decisions import Occasion, Rulebook, Verdict, step
from agents.decisions.inputs import FactRead, TimePassed
from agents.decisions.policy.versions import Versions
from agents.decisions.recorder import Seen
from agents.policy.files.policy import load_rulebook, places_of
from agents.reminders.outgoing import Envelope
from benchmarks.stock import RAW, accounts_table, stock_app
from schemas import reading
from schemas.stored import accounts
from schemas.stored.accounts import Account
from streams import roles
from streams.clock import SystemClock
from streams.settings import Settings
from streams.transport.partitioner import partition_of
from streams.transport.sources.due import DueIndex


class StockJob:
    """Handles facts and ticks of all partitions of one process, one account at a time."""

    def __init__(self, app: faust.App, settings: Settings, rulebook: Rulebook) -> None:
        self._settings, self._versions = settings, Versions(rulebook)
        self._clock = SystemClock()
        self._roles = {settings.topics[role]: role for role in roles.INPUTS}
        self._payments = settings.topics[roles.PAYMENT_RECEIVED]
        self._envelope = Envelope(settings.namespace)
        self._table = accounts_table(app, settings)
        self._index = DueIndex(self._table)
        self._table.on_recover(self._recovered)
        self._reminders = app.topic(settings.topics[roles.REMINDERS], **RAW)
        self._decisions = app.topic(settings.topics[roles.REMINDER_DECISIONS], **RAW)
        self._applied: defaultdict[int, dict[str, int]] = defaultdict(dict)
        # Facts and ticks come through two agents, and a send may wait: outputs of an account must not change places.
        self._turn = asyncio.Lock()

    async def fact(self, event: Any) -> None:
        """Apply one input record."""
        message, key = event.message, event.key
        async with self._turn:
            self._applied[message.partition][message.topic] = message.offset + 1
            said = reading.read(self._roles[message.topic], key, event.value, self._settings.input_max_bytes)
            raw = self._table.get(key)
            account = None if raw is None else accounts.decode(raw)
            verdict = step(
                account, said.account_id, FactRead(said, message.timestamp), self._occasion(message.partition)
            )
            await self._leave(key, raw, account, verdict)

    async def tick(self, partition: int, keys: tuple[bytes, ...]) -> None:
        """Do what is due."""
        for key in keys:
            async with self._turn:
                raw = self._table.get(key)
                if raw is not None:
                    account = accounts.decode(raw)
                    verdict = step(account, account.account_id, TimePassed(), self._occasion(partition))
                    await self._leave(key, raw, account, verdict)

    def due(self) -> dict[int, tuple[bytes, ...]]:
        """Some of the accounts that are due, by partition; they are not told again. Nothing when none is left."""
        keys: defaultdict[int, list[bytes]] = defaultdict(list)
        for key in self._index.pop(self._clock.now_ms(), self._settings.tick_max_accounts):
            keys[partition_of(key, self._settings.partitions)].append(key)
        return {partition: tuple(found) for partition, found in keys.items()}

    async def _recovered(self) -> None:
        self._index.rebuild()

    def _occasion(self, partition: int) -> Occasion:
        applied = self._applied[partition]
        seen = Seen(applied, {}, applied.get(self._payments, 0))
        return Occasion(self._clock.now_ms(), self._versions, seen)

    async def _leave(self, key: bytes, raw: bytes | None, before: Account | None, verdict: Verdict) -> None:
        # Outputs first: a crash in between then repeats them, and loses none.
        for message in verdict.messages:
            value, headers = self._envelope.message(message)
            await self._reminders.send(key=key, value=value, headers=list(headers))
        for decision in verdict.decisions:
            value, headers = self._envelope.decision(decision)
            await self._decisions.send(key=key, value=value, headers=list(headers))
        if verdict.account is before:
            return
        if verdict.account is not None:
            stored = accounts.encode(verdict.account)
            self._table[key] = stored
            self._index.written(key, raw, stored)
        elif before is not None:
            del self._table[key]


def build_app(settings: Settings) -> faust.App:
    """The app of one worker."""
    app = stock_app(settings)
    job = StockJob(app, settings, load_rulebook(places_of(settings), settings.namespace))
    inputs = app.topic(*(settings.topics[role] for role in roles.INPUTS), **RAW)
    ticks = app.channel(value_type=None)

    @app.agent(inputs, name="facts")
    async def facts(stream: Any) -> None:
        async for event in stream.events():
            await job.fact(event)

    @app.agent(ticks, name="ticks")
    async def tick(stream: Any) -> None:
        async for event in stream.events():
            await job.tick(event.message.partition, event.value)

    @app.timer(1.0)  # type: ignore[untyped-decorator]  # Faust ships no types for it
    async def look() -> None:
        if app.rebalancing or not app.tables.actives_ready:
            return  # the table is about to change, and the index with it
        while due := job.due():
            for partition, keys in due.items():
                await ticks.send(value=keys, partition=partition)

    return app


app = build_app(Settings())
