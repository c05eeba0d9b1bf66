"""One run of `tactful numbers` on a cluster."""

import asyncio
import time
from collections.abc import Callable, Container, Sequence
from typing import Final

from agents.numbers.bus import READ, NumbersBus, Read
from agents.numbers.spreading import Changes, NumberLedger, NumberProfile
from agents.numbers.table import NumberKeys
from schemas import reading
from schemas.cases import AccountErased, HoldLifted, HoldPlaced, ReplyReceived
from schemas.facts import ProfileUpdated
from schemas.policy.keywords import bare
from schemas.reading import UnusableInput
from schemas.values.instants import to_ms
from streams import roles
from streams.clock import SystemClock
from streams.cluster import admin
from streams.settings import Settings
from streams.tasks import guarded

RENEW_S: Final = 5.0
"""How soon one that was taken over ends although nobody writes."""


async def keep_numbers(
    settings: Settings,
    keys: NumberKeys,
    stops: Container[str],
    counted: Callable[[str, int], None],
    stop: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
    *,
    step_over_gaps: bool = False,
) -> None:
    """Until ``stop``. ``stops`` are the keywords that stop messages, bare; ``counted`` is told of facts."""
    await admin.require(settings, (*READ, roles.NUMBERS))
    await admin.require(settings, (roles.CASE_UPDATED, roles.NUMBERS), "Write")
    clock = SystemClock()
    ledger = NumberLedger(keys, settings.namespace, tells_all=settings.numbers == "required")
    async with NumbersBus(settings) as bus:
        ledger.restore(await bus.open(step_over_gaps=step_over_gaps))
        ready()

        async def work() -> None:
            renewed = time.monotonic()
            while not stop.is_set():
                taken = await bus.take()
                for one in taken.records:
                    apply(ledger, one, settings.input_max_bytes, stops)
                if taken.knows_profiles:
                    ledger.tell()
                ledger.forget(clock.now_ms())
                changes = ledger.flush()
                if taken.records or changes.facts:
                    await _commit(bus, changes, taken.records, counted)
                elif time.monotonic() - renewed >= RENEW_S:
                    await bus.renew()
                    renewed = time.monotonic()

        await guarded(work, "the numbers")


async def _commit(bus: NumbersBus, changes: Changes, read: Sequence[Read], counted: Callable[[str, int], None]) -> None:
    await bus.write(changes, read)
    for fact in changes.facts:
        counted(fact.type, 1)


def apply(ledger: NumberLedger, read: Read, limit_bytes: int, stops: Container[str]) -> None:
    """One record. What cannot be read tells nothing here; the worker makes it a dead letter and holds its account."""
    if read.role == roles.PROFILE_UPDATED and read.value is None and read.key is not None:
        account_id = read.key.decode(errors="replace")
        ledger.profile(NumberProfile(account_id, None, read.timestamp_ms, None, came_ms=read.timestamp_ms))
        return
    try:
        fact = reading.read(read.role, read.key, read.value, limit_bytes)
    except UnusableInput:
        return
    told_ms = min(to_ms(fact.time), read.timestamp_ms)
    match fact:
        case ProfileUpdated():
            confirmed = fact.number_confirmed_at
            profile = NumberProfile(
                fact.account_id,
                fact.phone,
                told_ms,
                None if confirmed is None else to_ms(confirmed),
                fact.source_version,
                min(to_ms(fact.as_of), told_ms),
                fact.source,
                read.timestamp_ms,
            )
            ledger.profile(profile)
        case ReplyReceived() if bare(fact.keyword) in stops:
            ledger.opted_out(fact, told_ms)
        case AccountErased():
            ledger.erased(fact, told_ms)
        case HoldPlaced():
            ledger.disowned(fact, told_ms)
        case HoldLifted():
            ledger.lifted(fact, told_ms)
        case _:
            return
