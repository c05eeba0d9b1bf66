"""What people wrote is acknowledged after its commit, repeats with what they repeat."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from itertools import count

from agents.delivery.incoming.hearing import Hearing
from agents.delivery.incoming.inbox import Inbox, Incoming
from agents.delivery.incoming.listening import People, listen

NOW = datetime(2031, 3, 5, 10, tzinfo=UTC)


async def test_nothing_is_acknowledged_before_the_commit() -> None:
    numbers = count(1)
    people = People(Inbox(), Hearing("t", "gsm7", lambda: f"{next(numbers):032x}"))
    asked, committed, all_done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    acknowledged: list[str] = []

    def acknowledge(text: str) -> None:
        acknowledged.append(text)
        if len(acknowledged) == 3:
            all_done.set()

    async def commit() -> None:
        asked.set()
        await committed.wait()
        people.hearing.flush()

    listening = asyncio.create_task(listen(people, commit, lambda: NOW))
    for text in ("STOP", "STOP", "N"):
        people.inbox.put(Incoming(sender="+8613800138000", recipient="", text=text, done=partial(acknowledge, text)))
    async with asyncio.timeout(60):
        await asked.wait()
        assert acknowledged == []
        assert people.hearing.in_hand
        committed.set()
        await all_done.wait()
    assert acknowledged == ["STOP", "STOP", "N"]
    assert people.hearing.repeated == 1
    listening.cancel()


async def test_an_inbox_that_is_full_takes_nothing() -> None:
    inbox = Inbox(waiting_max=1)
    message = Incoming(sender="+1", recipient="", text="a")
    assert [inbox.put(message), inbox.put(message), inbox.room] == [True, False, 0]
    assert await inbox.take(60) == [message]
    assert (inbox.put(message), await inbox.take(60), await inbox.take(0)) == (True, [message], [])
